//! The learning curve of a result: whether more rows would help.

use leptos::prelude::*;
use tabwright_engine::train::{CurveFit, LearningCurve};
use tabwright_engine::{Failure, Fit, Reply};

use super::{fits, unexpected};
use crate::state::{ResultInputs, Session, Stamped, TrialResult};
use crate::worker::Answer;

/// The jobs' titles begin so.
pub const LEARNING: &str = "Learning curve";

/// What the curve of a result would be made from.
pub fn inputs(result: &TrialResult) -> ResultInputs {
    ResultInputs::of(result, "")
}

/// Fits a result's algorithm to more and more of the training rows.
pub async fn learn(session: Session, result: TrialResult) {
    let now = inputs(&result);
    let curve = session.models().curve;
    curve.set(Stamped::loading(now.clone()));
    let pool = session.pool();
    let title = format!("{LEARNING} of {}", result.title());
    let job = session.jobs.start(title, move || pool.cancel());
    let fits: Vec<Fit> = LearningCurve::fits(&result.trial)
        .into_iter()
        .map(|(trial, part)| Fit {
            title: format!("{} % of the rows", trial.share.unwrap_or(1.0) * 100.0),
            trial,
            part,
        })
        .collect();
    let n_fits = fits.len() as f64;
    let outcomes = fits::run(session, &job, &fits, (0.0, n_fits, n_fits), |_, _| {}).await;
    let given: Result<Vec<CurveFit>, Failure> = outcomes
        .into_iter()
        .map(|outcome| outcome.and_then(fit_of))
        .collect();
    if let Err(failure) = &given {
        session.report(failure);
    }
    let outcome = given.map(|given| LearningCurve::of(&given, &result.summary.task));
    // What was asked for meanwhile has the place.
    if curve.with_untracked(|curve| curve.is_current(&now)) {
        curve.set(Stamped::settled(now, outcome));
    }
}

fn fit_of(answer: Answer) -> Result<CurveFit, Failure> {
    match answer.reply {
        Reply::Part {
            metrics,
            n_learnt,
            learnt,
            ..
        } => Ok(CurveFit {
            n_learnt,
            learnt,
            held_out: metrics,
        }),
        _ => Err(unexpected()),
    }
}
