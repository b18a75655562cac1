//! `POST /v1/models/NAME/score`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use hyper::HeaderMap;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use crate::answer::Form;
use crate::app::App;
use crate::group::Role;
use crate::limits::Held;
use crate::problem::Problem;
use crate::router::Number;
use crate::rows::Format;
use crate::served::Served;
use crate::snapshot::Target;
use crate::stats::Outcome;

/// Longer bodies are read and scored beside the threads that serve, which must not be held up.
const LONG_BODY: usize = 32 << 10;
/// Decides who of champion and challenger answers: the same for the same text.
pub(crate) const ROUTE_KEY: &str = "tabwright-route-key";

/// What the query may say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asked {
    /// Whether each feature's contribution is wanted.
    contributions: bool,
    /// Between the cells of a CSV.
    delimiter: Option<char>,
}

/// A request that is understood, as far as its head tells.
struct Job {
    request: u64,
    format: Format,
    form: Form,
    max_rows: usize,
    explain: bool,
}

/// Scores rows.
pub async fn score(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    Extension(Number(request)): Extension<Number>,
    query: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let start = Instant::now();
    let key = headers.get(ROUTE_KEY).and_then(|key| key.to_str().ok());
    let target = match app.registry.current().target(&name, key) {
        Ok(target) => target,
        Err(problem) => return problem.into_response(),
    };
    let served = Arc::clone(&target.served);
    let response = match answer(&app, target, request, query, &headers, body).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    let outcome = Outcome::of_status(response.status().as_u16());
    served
        .stats
        .count_request(outcome, start.elapsed().as_secs_f64());
    response
}

async fn answer(
    app: &Arc<App>,
    target: Target,
    request: u64,
    query: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let job = Job::new(app, request, query, headers)?;
    let deadline = app.room.deadline();
    let held = app.room.read(body, deadline).await?;
    let place = app.room.enter()?;
    let form = job.form;
    let is_light = held.bytes.len() <= LONG_BODY && !job.explain;
    let written = if is_light {
        work(app, &target, &job, &held)?
    } else {
        let late = |_| {
            let detail = format!("it had {} seconds", app.room.limits().request_seconds);
            Problem::new(
                503,
                "too-long-to-answer",
                "The answer took too long",
                detail,
            )
        };
        let heavy = beside(Arc::clone(app), target, job, held, place);
        tokio::time::timeout_at(deadline, heavy)
            .await
            .map_err(late)??
    };
    let mut response = Body::from(written).into_response();
    let content_type = HeaderValue::from_static(form.content_type());
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    Ok(response)
}

impl Job {
    fn new(
        app: &App,
        request: u64,
        query: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
        headers: &HeaderMap,
    ) -> Result<Self, Problem> {
        let bad =
            |detail: String| Problem::new(400, "bad-query", "The query is not understood", detail);
        let Query(asked) = query.map_err(|error| bad(error.body_text()))?;
        let content_type = headers
            .get(CONTENT_TYPE)
            .map(|value| value.to_str().unwrap_or("?"));
        let format = match (Format::of(content_type)?, asked.delimiter) {
            (Format::Csv(_), Some(delimiter @ (',' | ';' | '\t' | '|'))) => Format::Csv(delimiter),
            (format, None) => format,
            (Format::Csv(_), Some(other)) => {
                return Err(bad(format!(
                    "delimiter is {other:?}, expected , ; | or a tab"
                )));
            }
            _ => return Err(bad("delimiter is for CSV only".into())),
        };
        let limits = app.room.limits();
        Ok(Self {
            request,
            format,
            form: Form::of(headers)?,
            explain: asked.contributions,
            max_rows: if asked.contributions {
                limits.explained_rows.min(limits.rows)
            } else {
                limits.rows
            },
        })
    }
}

/// Does the work on a thread of its own. It keeps its place and its memory until it is done, also where nobody waits any more.
async fn beside(
    app: Arc<App>,
    target: Target,
    job: Job,
    held: Held,
    place: OwnedSemaphorePermit,
) -> Result<Vec<u8>, Problem> {
    let processor = app.room.processor().await;
    let work = tokio::task::spawn_blocking(move || {
        let _kept = (processor, place);
        work(&app, &target, &job, &held)
    });
    work.await.unwrap_or_else(|error| {
        tracing::error!(%error, "scoring failed");
        Err(Problem::internal())
    })
}

fn work(app: &Arc<App>, target: &Target, job: &Job, held: &Held) -> Result<Vec<u8>, Problem> {
    let role = target
        .role
        .as_ref()
        .map(|(group, role)| (group.as_str(), role.name()));
    let written = one(app, &target.served, role, job, held)?;
    if let (Some(shadow), Some((group, _))) = (&target.shadow, &target.role) {
        app.shadow(
            shadow,
            group,
            job.request,
            job.format,
            job.max_rows,
            &held.bytes,
        );
    }
    Ok(written)
}

fn one(
    app: &App,
    served: &Served,
    role: Option<(&str, &str)>,
    job: &Job,
    held: &Held,
) -> Result<Vec<u8>, Problem> {
    let scored = served.score(job.format, &held.bytes, job.max_rows, job.explain)?;
    if let Some(log) = app.log() {
        log.write(job.request, served, role, &scored);
    }
    job.form.write(served, role.map(|role| role.1), &scored)
}

impl App {
    /// Scores rows by a model that does not answer, beside the answer. Where that does not keep up, rows are left out and counted.
    fn shadow(
        self: &Arc<Self>,
        shadow: &Arc<Served>,
        group: &str,
        request: u64,
        format: Format,
        max_rows: usize,
        body: &bytes::Bytes,
    ) {
        let Ok(place) = Arc::clone(&self.shadows).try_acquire_owned() else {
            self.n_shadows_lost.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let (app, shadow) = (Arc::clone(self), Arc::clone(shadow));
        let (group, body) = (group.to_owned(), body.clone());
        tokio::task::spawn_blocking(move || {
            let _kept = place;
            let start = Instant::now();
            let scored = shadow.score(format, &body, max_rows, false);
            let outcome = match &scored {
                Ok(scored) => {
                    if let Some(log) = app.log() {
                        log.write(
                            request,
                            &shadow,
                            Some((&group, Role::Shadow.name())),
                            scored,
                        );
                    }
                    Outcome::Ok
                }
                Err(problem) => Outcome::of_status(problem.status),
            };
            shadow
                .stats
                .count_request(outcome, start.elapsed().as_secs_f64());
        });
    }
}
