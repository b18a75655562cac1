//! Which address is answered by what, and what is done around every answer.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{Path, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use hyper::header::{CACHE_CONTROL, CONNECTION, HeaderName, HeaderValue};
use hyper::{StatusCode, Uri};
use serde_json::json;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::describe::{self, Described};
use crate::problem::Problem;
use crate::{linger, metrics, openapi, page, score};

/// Said with every answer.
const SAID: [(HeaderName, &str); 4] = [
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("x-content-type-options"), "nosniff"),
    (HeaderName::from_static("referrer-policy"), "no-referrer"),
    (
        HeaderName::from_static("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
];

/// A request's number, by which the log knows it.
#[derive(Clone, Copy, Debug)]
pub struct Number(pub u64);

/// All that is answered.
pub fn router(app: &Arc<App>) -> Router {
    let asked = Router::new()
        .route("/v1/models", get(models))
        .route("/v1/models/{name}", get(model))
        .route("/v1/models/{name}/score", post(score::score))
        .route("/metrics", get(metrics::metrics))
        .route("/openapi.json", get(openapi::openapi))
        .route_layer(middleware::from_fn_with_state(Arc::clone(app), may_ask));
    let changed = Router::new()
        .route("/v1/admin/reload", post(reload))
        .route_layer(middleware::from_fn_with_state(Arc::clone(app), may_change));
    Router::new()
        .route("/", get(page::html))
        .route("/page.js", get(page::js))
        .route("/page.css", get(page::css))
        .route("/healthz", get(health))
        .route("/readyz", get(ready))
        .merge(asked)
        .merge(changed)
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(app), around))
        .with_state(Arc::clone(app))
}

/// Numbers and counts a request, and says what every answer says.
async fn around(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let number = app.n_started.fetch_add(1, Ordering::Relaxed) + 1;
    request.extensions_mut().insert(Number(number));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let deadline = app.room.deadline();
    let (head, body) = request.into_parts();
    let (body, rest) = linger::share(body, &head.headers);
    let mut response = next.run(Request::from_parts(head, body)).await;
    if !response.status().is_success() {
        rest.throw_away(deadline).await;
    }
    let headers = response.headers_mut();
    for (name, value) in SAID {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if app.is_draining() {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let status = response.status();
    tracing::debug!(number, %method, path, status = status.as_u16(), "answered");
    app.count(status.as_u16());
    response
}

async fn may_ask(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match app.auth.check(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn may_change(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match app.auth.check_admin(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

#[allow(clippy::needless_pass_by_value)]
fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let said = cause.downcast_ref::<&str>().map(ToString::to_string);
    let said = said
        .or_else(|| cause.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(said, "a request panicked");
    Problem::internal().into_response()
}

async fn not_found(uri: Uri) -> Problem {
    let detail = format!(
        "there is nothing at {}; GET /openapi.json says what there is",
        uri.path()
    );
    Problem::new(404, "not-found", "There is no such address", detail)
}

async fn not_allowed(uri: Uri) -> Problem {
    let detail = format!(
        "{} takes another method; GET /openapi.json says which",
        uri.path()
    );
    Problem::new(
        405,
        "method-not-allowed",
        "This method is not taken here",
        detail,
    )
}

/// The server is there.
async fn health() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// The server takes requests: it has loaded its models, and was not told to stop.
async fn ready(State(app): State<Arc<App>>) -> Response {
    if app.is_draining() {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            Json(json!({"status": "stopping"})),
        )
            .into_response();
    }
    let snapshot = app.registry.current();
    let status = if snapshot.models.is_empty() {
        "no model"
    } else {
        "ready"
    };
    let code = if snapshot.models.is_empty() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    (
        code,
        Json(json!({"status": status, "models": snapshot.models.len()})),
    )
        .into_response()
}

async fn models(State(app): State<Arc<App>>) -> Json<describe::All> {
    Json(describe::all(&app.registry.current()))
}

async fn model(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Result<Json<Described>, Problem> {
    let snapshot = app.registry.current();
    // Told of, not asked: it does not count for the challenger's share.
    snapshot
        .described(&name)
        .map(|served| Json(describe::model(served)))
}

async fn reload(State(app): State<Arc<App>>) -> Response {
    let reloaded = tokio::task::spawn_blocking(move || app.reload()).await;
    match reloaded {
        Ok(Ok(reloaded)) => Json(reloaded).into_response(),
        Ok(Err(error)) => {
            let title = "Nothing was reloaded";
            Problem::new(409, "cannot-reload", title, error.to_string()).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "reloading failed");
            Problem::internal().into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    #[test]
    fn a_panic_is_a_problem_for_the_client() {
        async fn handler() -> Response {
            panic!("what nobody foresaw")
        }
        let router = Router::new()
            .route("/", get(handler))
            .layer(CatchPanicLayer::custom(panicked));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            let request = Request::builder().uri("/").body(Body::empty()).unwrap();
            let response: Response = router.oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let text = String::from_utf8_lossy(&body);
            assert!(
                text.contains("the server could not answer") && !text.contains("foresaw"),
                "{text}"
            );
        });
    }
}
