//! Random search over an algorithm's parameters.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Uint8Array;
use leptos::prelude::*;
use tabwright_engine::model::{Params, Task, TrialRecord};
use tabwright_engine::train::{Algorithm, Part, Trial, sample_params};
use tabwright_engine::{Failure, Reply, best_trial};

use super::fits::{self, Work};
use super::results;
use crate::state::{FoldMetrics, RunningJob, Search, Session, TrialResult};

/// The jobs' titles begin so.
pub const TUNING: &str = "Tuning";

/// Trials and the encoded folds of those that may still win.
struct Trying {
    task: Task,
    trials: Vec<Trial>,
    folds: Vec<FoldMetrics>,
    encoded: Vec<BTreeMap<u32, Uint8Array>>,
}

/// Tries `n_trials` sets of parameters by cross-validation, trains the best on all rows and keeps it as the algorithm's tuned
/// result. `fixed` parameters are not searched. After a cancel the trials that are complete count.
pub async fn tune(session: Session, algorithm: Algorithm, fixed: Params, n_trials: u32) {
    let Some(task) = untrack(move || session.target_info()).map(|info| info.task.clone()) else {
        return;
    };
    let trials = session.project.with_untracked(|project| {
        let trial = |index| {
            project.trial(
                algorithm,
                sample_params(algorithm, &fixed, project.seed, index),
            )
        };
        (0..n_trials).filter_map(trial).collect::<Vec<_>>()
    });
    session.problem.set(None);
    let pool = session.pool();
    let job = session
        .jobs
        .start(format!("{TUNING} {}", algorithm.title()), move || {
            pool.cancel();
        });
    session.models().search.set(Some(Search {
        algorithm,
        trials: trials
            .iter()
            .map(|trial| (trial.params.clone(), BTreeMap::new()))
            .collect(),
        is_running: true,
    }));
    let outcome = search(session, &job, task, trials).await;
    session.models().search.update(|search| match &outcome {
        Ok(()) => *search = None,
        Err(_) => {
            if let Some(search) = search {
                search.is_running = false;
            }
        }
    });
    if let Err(failure) = outcome {
        session.report(&failure);
    }
}

async fn search(
    session: Session,
    job: &RunningJob,
    task: Task,
    trials: Vec<Trial>,
) -> Result<(), Failure> {
    let n = trials.len();
    let state = Rc::new(RefCell::new(Trying {
        task,
        trials,
        folds: vec![BTreeMap::new(); n],
        encoded: vec![BTreeMap::new(); n],
    }));
    let failure = fit_folds(session, job, &state).await;
    let (records, best) = {
        let state = state.borrow();
        let records = state.complete();
        let best = best_trial(&records, &state.task);
        (records, best)
    };
    let Some(best) = best else {
        return Err(failure.unwrap_or_else(|| Failure {
            cancelled: true,
            ..Failure::new(tabwright_engine::Area::Train, "no trial was complete")
        }));
    };
    let (trial, mut parts) = {
        let mut state = state.borrow_mut();
        let parts: Vec<Uint8Array> = std::mem::take(&mut state.encoded[best])
            .into_values()
            .collect();
        (state.trials[best].clone(), parts)
    };
    let title = format!("{} with the best parameters", trial.algorithm.title());
    let work = vec![Work {
        title,
        trial: trial.clone(),
        part: Part::Full,
    }];
    let full = fits::run(session, job, work, |_, _| {}).await.pop();
    match full {
        Some(Ok(answer)) => parts.extend(answer.attachments),
        Some(Err(failure)) => return Err(failure),
        None => {}
    }
    let id = TrialResult::tuned_id(trial.algorithm.name());
    results::keep(session, &id, trial, records, parts).await?;
    // A trial that failed does not undo the search; it is only said.
    if let Some(failure) = failure {
        session.report(&failure);
    }
    Ok(())
}

/// Fits all folds of all trials; gives the first failure that was not the user's wish.
async fn fit_folds(
    session: Session,
    job: &RunningJob,
    state: &Rc<RefCell<Trying>>,
) -> Option<Failure> {
    let (work, place) = {
        let state = state.borrow();
        let mut work = Vec::new();
        let mut place = Vec::new();
        for (position, trial) in state.trials.iter().enumerate() {
            for fold in 0..trial.folds {
                let title = format!("trial {}", position + 1);
                work.push(Work {
                    title,
                    trial: trial.clone(),
                    part: Part::Fold(fold),
                });
                place.push((position, fold));
            }
        }
        (work, place)
    };
    let shared = state.clone();
    let outcomes = fits::run(session, job, work, move |unit, answer| {
        let (position, fold) = place[unit];
        if let Reply::Part { metrics, .. } = &answer.reply {
            shared
                .borrow_mut()
                .take(position, fold, metrics, answer.attachments.first());
            session.models().search.update(|search| {
                if let Some(search) = search {
                    search.trials[position].1.insert(fold, metrics.clone());
                }
            });
        }
    })
    .await;
    outcomes
        .into_iter()
        .filter_map(Result::err)
        .find(|failure| !failure.cancelled)
}

impl Trying {
    fn take(
        &mut self,
        position: usize,
        fold: u32,
        metrics: &BTreeMap<String, f64>,
        encoded: Option<&Uint8Array>,
    ) {
        self.folds[position].insert(fold, metrics.clone());
        self.encoded[position].extend(encoded.map(|bytes| (fold, bytes.clone())));
        // Held-out margins of many trials would fill the memory: of the complete ones only the best can win.
        let records = self.complete();
        let best = best_trial(&records, &self.task);
        for position in (0..records.len()).filter(|&position| Some(position) != best) {
            self.encoded[position].clear();
        }
    }

    /// The trials before the first one that is not complete: what a search of that many trials gives anywhere.
    fn complete(&self) -> Vec<TrialRecord> {
        let pairs = self.trials.iter().zip(&self.folds);
        pairs
            .take_while(|(trial, folds)| folds.len() == trial.folds as usize)
            .map(|(trial, folds)| TrialRecord {
                params: trial.params.clone(),
                folds: folds.values().cloned().collect(),
            })
            .collect()
    }
}
