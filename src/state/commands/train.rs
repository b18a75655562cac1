//! Training the chosen algorithms.

use std::cell::RefCell;
use std::rc::Rc;

use futures::StreamExt;
use futures::channel::mpsc;
use js_sys::Uint8Array;
use leptos::prelude::*;
use tabwright_engine::model::{ParamValue, Params};
use tabwright_engine::train::{Algorithm, Trial};
use tabwright_engine::{Area, Failure, Fit};
use tabwright_workbench::keys::{ResultKey, TableKey};

use super::results::{self, Parts};
use super::tune;
use crate::format;
use crate::state::facts::Target;
use crate::state::{Fits, Loadable, RunningJob, Session, TrialResult, Work};
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
    let fit = fit_all(session, &job, &trials, finished);
    let keep = keep_all(session, &table, to_keep);
    let ((failed, is_complete), kept) = futures::join!(fit, keep);
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
    trials: &[Trial],
    finished: mpsc::UnboundedSender<Finished>,
) -> (Vec<(Algorithm, Failure)>, bool) {
    let mut fits = Vec::new();
    let mut place = Vec::new();
    for (position, trial) in trials.iter().enumerate() {
        for (part_position, part) in trial.parts().into_iter().enumerate() {
            fits.push(Fit {
                title: trial.algorithm.title().to_owned(),
                trial: trial.clone(),
                part,
            });
            place.push((position, part_position));
        }
    }
    let slots: Vec<Vec<Option<Uint8Array>>> = trials
        .iter()
        .map(|trial| vec![None; trial.parts().len()])
        .collect();
    let slots = Rc::new(RefCell::new(slots));
    let of_unit = place.clone();
    let all = trials.to_vec();
    let take = move |unit: usize, fitted: &Fitted| {
        let (trial, part) = of_unit[unit];
        let mut slots = slots.borrow_mut();
        slots[trial][part] = Some(fitted.bytes.clone());
        if let Some(parts) = slots[trial].iter().cloned().collect::<Option<Vec<_>>>() {
            // The receiver lives until the sender is gone.
            let _ = finished.unbounded_send((all[trial].clone(), parts));
        }
    };
    let outcomes = Fits::of(&fits).run(session.engines, job, take).await;
    let is_complete = !outcomes
        .iter()
        .any(|outcome| outcome.as_ref().is_err_and(|failure| failure.cancelled));
    (
        first_failures(trials, &place, outcomes.into_iter().map(Result::err)),
        is_complete,
    )
}

/// The first failure of each trial that was not the user's wish.
fn first_failures(
    trials: &[Trial],
    place: &[(usize, usize)],
    failures: impl Iterator<Item = Option<Failure>>,
) -> Vec<(Algorithm, Failure)> {
    let mut found: Vec<(Algorithm, Failure)> = Vec::new();
    for (&(trial, _), failure) in place.iter().zip(failures) {
        let algorithm = trials[trial].algorithm;
        if let Some(failure) = failure.filter(|failure| !failure.cancelled)
            && !found.iter().any(|(known, _)| *known == algorithm)
        {
            found.push((algorithm, failure));
        }
    }
    found
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
                id: algorithm.name().to_owned(),
                trial,
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
        stale.into_iter().partition(|result| result.key.is_tuned());
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
    match session.fact::<Target>() {
        Loadable::Failed(failure) => Some(failure),
        _ => None,
    }
}
