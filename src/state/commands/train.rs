//! Training the chosen algorithms.

use std::cell::RefCell;
use std::rc::Rc;

use futures::StreamExt;
use futures::channel::mpsc;
use js_sys::Uint8Array;
use leptos::prelude::*;
use tabwright_engine::drive::Training;
use tabwright_engine::model::{ParamValue, Params};
use tabwright_engine::train::{Algorithm, Trial};
use tabwright_engine::{Area, Failure};
use tabwright_workbench::keys::{ResultKey, TableKey};
use tabwright_workbench::recipe::objection;

use super::results::{self, Parts};
use super::tune;
use crate::format;
use crate::state::facts::{Preview, Target};
use crate::state::{Loadable, RunningJob, Session, TrialResult, Work, fit};
use crate::worker::Fitted;

/// Takes an algorithm in, or leaves it out. Its parameters are forgotten with it.
pub fn choose(session: Session, algorithm: Algorithm, chosen: bool) {
    session.edit(|project| {
        if chosen {
            project
                .algorithms
                .entry(algorithm)
                .or_insert_with(Params::new);
        } else {
            project.algorithms.remove(&algorithm);
        }
    });
}

/// Sets a parameter; `None` is its default.
pub fn set_param(
    session: Session,
    algorithm: Algorithm,
    name: &'static str,
    value: Option<ParamValue>,
) {
    session.edit_field(name, |project| {
        let Some(params) = project.algorithms.get_mut(&algorithm) else {
            return;
        };
        match value {
            Some(value) => params.insert(name.to_owned(), value),
            None => params.remove(name),
        };
    });
}

/// Trains these algorithms, or all that are chosen. What is finished before a cancel is kept. Gives whether it was not
/// cancelled.
pub async fn train(session: Session, only: Option<Vec<Algorithm>>) -> bool {
    let trials = chosen(session, only.as_deref());
    let Some(table) = untrack(move || session.table_key()).filter(|_| !trials.is_empty()) else {
        return true;
    };
    session.problem.set(None);
    session.models().failures.set(Vec::new());
    let pool = session.engines.pool();
    let title = format!(
        "Training {}",
        format::counted(trials.len(), "model", "models")
    );
    let job = session
        .jobs
        .start(Work::Training, title, move || pool.cancel());
    let (finished, to_keep) = mpsc::unbounded();
    let fitted = fit_all(session, &job, trials, finished);
    let keep = keep_all(session, &table, to_keep);
    let ((failed, is_complete), kept) = futures::join!(fitted, keep);
    if results::still_on(session, &table).is_err() {
        return false;
    }
    let failures: Vec<_> = failed.into_iter().chain(kept).collect();
    if let Some((algorithm, failure)) = failures.first() {
        let message = format!("{}: {}", algorithm.title(), failure.message);
        session.report(&Failure {
            message,
            ..failure.clone()
        });
    }
    session.models().failures.set(failures);
    is_complete
}

fn chosen(session: Session, only: Option<&[Algorithm]>) -> Vec<Trial> {
    session.project.with_untracked(|project| {
        let wanted = |algorithm: &Algorithm| only.is_none_or(|only| only.contains(algorithm));
        let algorithms = project
            .algorithms
            .iter()
            .filter(|(algorithm, _)| wanted(algorithm));
        algorithms
            .filter_map(|(&algorithm, params)| project.trial(algorithm, params.clone()))
            .collect()
    })
}

/// A trial all of whose parts are done.
type Finished = (Trial, Vec<Uint8Array>);

/// Fits all parts of all trials; trials go out as they are complete. Gives those that failed, and whether none was
/// cancelled.
async fn fit_all(
    session: Session,
    job: &RunningJob,
    trials: Vec<Trial>,
    finished: mpsc::UnboundedSender<Finished>,
) -> (Vec<(Algorithm, Failure)>, bool) {
    let training = Training::of(trials);
    let round = training.round();
    let training = Rc::new(RefCell::new(training));
    let take = {
        let training = Rc::clone(&training);
        move |position: usize, fitted: &Fitted| {
            let complete = training.borrow_mut().take(position, fitted.bytes.clone());
            if let Some(complete) = complete {
                // The receiver lives until the sender is gone.
                let _ = finished.unbounded_send(complete);
            }
        }
    };
    let outcomes = fit(session.engines, job, &round, take).await;
    let failures: Vec<Option<Failure>> = outcomes.into_iter().map(Result::err).collect();
    let is_complete = !failures.iter().flatten().any(|failure| failure.cancelled);
    let failed = training.borrow().failures(failures);
    let named = failed.into_iter();
    let named = named.map(|(trial, failure)| (trial.algorithm, failure));
    (named.collect(), is_complete)
}

/// Keeps finished trials as results of the table that they were fitted on, one after the other. Gives those that could not be kept.
async fn keep_all(
    session: Session,
    table: &TableKey,
    mut to_keep: mpsc::UnboundedReceiver<Finished>,
) -> Vec<(Algorithm, Failure)> {
    let mut failures = Vec::new();
    while let Some((trial, encoded)) = to_keep.next().await {
        let algorithm = trial.algorithm;
        let parts = Parts {
            key: ResultKey {
                table: table.clone(),
                trial,
                is_tuned: false,
            },
            tuned: None,
            encoded,
        };
        if let Err(failure) = results::adopt(session, parts).await {
            failures.push((algorithm, failure));
        }
    }
    failures
}

/// Brings the stale results up to date: first the trained, then the searched ones.
pub async fn rerun_stale(session: Session) {
    let stale: Vec<TrialResult> = untrack(move || {
        let results = session.results.get().into_iter();
        results.filter(|result| session.is_stale(result)).collect()
    });
    let (tuned, trained): (Vec<_>, Vec<_>) =
        stale.into_iter().partition(|result| result.key.is_tuned);
    let (trained, gone): (Vec<_>, Vec<_>) = session.project.with_untracked(|project| {
        let algorithms = trained.iter().map(|result| result.key.trial.algorithm);
        algorithms.partition(|algorithm| project.algorithms.contains_key(algorithm))
    });
    for algorithm in gone {
        results::forget(session, algorithm.name());
    }
    if !train(session, Some(trained)).await {
        return;
    }
    for result in tuned {
        rerun(session, result).await;
    }
}

/// Trains one result again: an algorithm with its present parameters, or a search as long as the last one.
pub async fn rerun(session: Session, result: TrialResult) {
    let algorithm = result.key.trial.algorithm;
    if let Some(tuned) = result.tuned {
        tune::tune(session, algorithm, tuned.fixed, tuned.tuning).await;
    } else {
        choose(session, algorithm, true);
        train(session, Some(vec![algorithm])).await;
    }
}

/// What stops a run before it begins; `None` if nothing does.
pub fn obstacle(session: Session) -> Option<Failure> {
    if !session.has_table() {
        return Some(Failure::new(
            Area::Data,
            "No table is loaded yet: open a CSV file on the Data stage.",
        ));
    }
    if !session.has_target() {
        return Some(Failure::new(
            Area::Data,
            "No target is chosen yet: choose the column to predict on the Data stage.",
        ));
    }
    if let Loadable::Failed(failure) = session.fact::<Target>() {
        return Some(failure);
    }
    let preview = session.known::<Preview>();
    let (place, why) = session.project.with(|project| {
        let steps = preview.as_ref().map(|preview| preview.steps.as_slice());
        objection(&project.recipe, project.target.as_ref()?, steps)
    })?;
    let message = format!("Step {} of the recipe on Wrangle: {why}", place + 1);
    Some(Failure::new(Area::Recipe, message))
}
