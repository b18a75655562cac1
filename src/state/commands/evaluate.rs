//! Which result Evaluate and Export are about, and its facts.

use leptos::prelude::*;

use crate::state::facts::{Coefficients, Evaluation, LearningCurve};
use crate::state::{Session, TrialResult};

/// Selects a result by its name.
pub fn select(session: Session, id: String) {
    session.models().selected.set(Some(id));
}

/// All results as (name, text), for a choice among them; tracked.
pub fn choices(session: Session) -> Vec<(String, String)> {
    let best = session.best_result().map(|best| best.key.id());
    let text = |result: &TrialResult| {
        let mark = if best.as_ref() == Some(&result.key.id()) {
            " (best)"
        } else {
            ""
        };
        (result.key.id(), format!("{}{mark}", result.key.title()))
    };
    session
        .results
        .with(|results| results.iter().map(text).collect())
}

/// Keeps the evaluation and the coefficients up with the selected result for as long as the calling page is open.
pub fn follow(session: Session) {
    session.follow::<Evaluation>();
    session.follow::<Coefficients>();
}

/// Fits the selected result's algorithm to more and more of the training rows.
pub fn learn(session: Session) {
    session.ask_again::<LearningCurve>();
}
