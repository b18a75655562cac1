//! Searches over an algorithm's parameters: begun, kept over a reload, gone on with.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use tabwright_engine::drive::Round;
use tabwright_engine::model::{Params, Task, Tuning};
use tabwright_engine::train::{Algorithm, Place, Trial, Tuner};
use tabwright_engine::{Failure, drive};
use tabwright_workbench::keys::{ResultKey, TableKey};

use super::results::{self, Parts};
use super::shelf;
use crate::browser::environment::now_ms;
use crate::browser::storage::Store;
use crate::state::{MadeOn, RunningJob, Search, SearchPlan, Session, Work, fit};
use crate::worker::Fitted;

/// The key of the search that is not over, beside the project.
const KEPT: &str = "search";
/// A search under way is kept this often.
const KEEP_MS: f64 = 1000.0;

/// A search as it is kept over a reload: what decides it, and what it has heard.
#[derive(Serialize, Deserialize)]
struct Kept {
    base: Trial,
    tuning: Tuning,
    task: Task,
    made_on: MadeOn,
    heard: Vec<(Place, BTreeMap<String, f64>)>,
}

/// Keeps what the next search would do, for the next visit of the page.
pub fn plan(session: Session, plan: SearchPlan) {
    session.models().plan.set(Some(plan));
}

/// Searches better parameters, trains the best on all rows and keeps it as the algorithm's tuned result. `fixed` parameters are not
/// searched. After a cancel the trials that are complete count, and the search can be gone on with.
pub async fn tune(session: Session, algorithm: Algorithm, fixed: Params, tuning: Tuning) {
    let Some(task) = untrack(move || session.target_info()).map(|info| info.task.clone()) else {
        return;
    };
    let begun = session.project.with_untracked(|project| {
        let base = project.trial(algorithm, fixed)?;
        let tuner = Tuner::new(&base, &tuning, &task).map_err(Failure::from);
        Some(tuner.map(|tuner| Search {
            tuner,
            made_on: MadeOn::of(project),
            is_running: false,
        }))
    });
    match begun {
        Some(Ok(search)) => {
            session.models().search.set(Some(search));
            resume(session).await;
        }
        Some(Err(failure)) => session.report(&failure),
        None => {}
    }
}

/// The search that is not over, if it is about the present table; tracked.
pub fn unfinished(session: Session) -> Option<Search> {
    let made_on = session.project.with(MadeOn::of);
    session
        .models()
        .search
        .with(|search| search.clone().filter(|search| search.made_on == made_on))
}

/// Goes on with the search that is not over.
pub async fn resume(session: Session) {
    let Some(search) = untrack(move || unfinished(session)).filter(|search| !search.is_running)
    else {
        return;
    };
    let Some(table) = untrack(move || session.table_key()) else {
        return;
    };
    session.problem.set(None);
    let pool = session.engines.pool();
    let title = format!("Tuning {}", search.algorithm().title());
    let job = session
        .jobs
        .start(Work::Tuning, title, move || pool.cancel());
    set_running(session, true);
    let outcome = run(session, &table, &job).await;
    if results::still_on(session, &table).is_err() {
        // The search went with its table, and what is there now is another's.
        return;
    }
    set_running(session, false);
    match outcome {
        Ok(true) => forget(session).await,
        Ok(false) => keep(session),
        Err(failure) => {
            keep(session);
            session.report(&failure);
        }
    }
}

fn set_running(session: Session, is_running: bool) {
    session.models().search.update(|search| {
        if let Some(search) = search {
            search.is_running = is_running;
        }
    });
}

/// Runs the search to its end, or until it is stopped, and keeps the best of what is complete. Gives whether it is over.
async fn run(session: Session, table: &TableKey, job: &RunningJob) -> Result<bool, Failure> {
    let stopped = fit_rounds(session, job).await;
    results::still_on(session, table)?;
    let found = session.models().search.with_untracked(|search| {
        let tuner = &search.as_ref()?.tuner;
        let base = tuner.base().clone();
        Some(drive::found(tuner).map(|(tuned, params)| (tuned, Trial { params, ..base })))
    });
    let (tuned, trial) = match (found, &stopped) {
        (Some(Ok(found)), _) => found,
        (_, Some(failure)) => return Err(failure.clone()),
        (Some(Err(failure)), None) => return Err(failure),
        (None, None) => return Ok(true),
    };
    let encoded = fit_best(session, job, &trial).await?;
    let key = ResultKey {
        table: table.clone(),
        trial,
        is_tuned: true,
    };
    let tuned = Some(tuned);
    let parts = Parts {
        key,
        tuned,
        encoded,
    };
    results::adopt(session, parts).await?;
    // A fit that failed does not undo the search; it is only said.
    if let Some(failure) = &stopped {
        session.report(failure);
    }
    Ok(stopped.is_none())
}

/// Fits the best trial whole; gives its encoded parts.
async fn fit_best(
    session: Session,
    job: &RunningJob,
    trial: &Trial,
) -> Result<Vec<Uint8Array>, Failure> {
    let outcomes = fit(session.engines, job, &Round::of_best(trial), |_, _| {}).await;
    outcomes
        .into_iter()
        .map(|outcome| Ok(outcome?.bytes))
        .collect()
}

/// Fits what the search asks for until it asks for nothing more. Gives what stopped it before, if anything: the first failure that was not the
/// user's wish, else that wish.
async fn fit_rounds(session: Session, job: &RunningJob) -> Option<Failure> {
    let last_kept = Rc::new(Cell::new(now_ms()));
    loop {
        let (units, round) = session
            .models()
            .search
            .with_untracked(|search| drive::search_round(&search.as_ref()?.tuner))?;
        let last_kept = Rc::clone(&last_kept);
        let hear = move |position: usize, fitted: &Fitted| {
            session.models().search.update(|search| {
                if let Some(search) = search {
                    let metrics = fitted.part.metrics.clone();
                    search.tuner.take(units[position].place, metrics);
                }
            });
            if now_ms() - last_kept.get() >= KEEP_MS {
                last_kept.set(now_ms());
                keep(session);
            }
        };
        let outcomes = fit(session.engines, job, &round, hear).await;
        let mut failures = outcomes.into_iter().filter_map(Result::err);
        let first = failures.next();
        let failed = first
            .clone()
            .into_iter()
            .chain(failures)
            .find(|failure| !failure.cancelled);
        if first.is_some() {
            return failed.or(first);
        }
    }
}

/// Keeps the search over a reload.
fn keep(session: Session) {
    let kept = session.models().search.with_untracked(|search| {
        let search = search.as_ref()?;
        serde_json::to_string(&Kept {
            base: search.tuner.base().clone(),
            tuning: search.tuner.tuning().clone(),
            task: search.tuner.task().clone(),
            made_on: search.made_on.clone(),
            heard: search.tuner.kept(),
        })
        .ok()
    });
    let Some(text) = kept else { return };
    spawn_local(async move {
        shelf::put(session, Store::Project, KEPT, &text.into()).await;
    });
}

/// Brings back the search that was not over on an earlier visit. One of another table or an older version is only not shown.
pub async fn restore(session: Session) {
    let text = shelf::get(&session.place(), Store::Project, KEPT).await;
    let kept = text.and_then(|text| serde_json::from_str::<Kept>(&text.as_string()?).ok());
    let Some(kept) = kept else { return };
    let Ok(mut tuner) = Tuner::new(&kept.base, &kept.tuning, &kept.task) else {
        return;
    };
    for (place, metrics) in kept.heard {
        tuner.take(place, metrics);
    }
    session.models().search.set(Some(Search {
        tuner,
        made_on: kept.made_on,
        is_running: false,
    }));
}

/// Forgets the search that is not over.
pub async fn forget(session: Session) {
    session.models().search.set(None);
    shelf::forget(session, Store::Project, KEPT).await;
}
