//! The curves of a result.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::{Command, Reply};

use super::unexpected;
use crate::state::{ResultInputs, Session, Stamped, TrialResult};

/// The result that Evaluate and Export are about: the selected one, else the best; tracked.
pub fn subject(session: Session) -> Option<TrialResult> {
    session
        .models()
        .selected
        .get()
        .and_then(|id| session.result(&id))
        .or_else(|| session.best_result())
}

/// All results as (name, text), for a choice among them; tracked.
pub fn choices(session: Session) -> Vec<(String, String)> {
    let best = session.best_result().map(|best| best.id);
    let text = |result: &TrialResult| {
        let mark = if best.as_ref() == Some(&result.id) {
            " (best)"
        } else {
            ""
        };
        (result.id.clone(), format!("{}{mark}", result.title()))
    };
    session
        .results
        .with(|results| results.iter().map(text).collect())
}

/// Keeps the evaluation up with the selected result for as long as the calling page is open.
pub fn follow(session: Session) {
    let now = Memo::new(move |_| subject(session).map(|result| ResultInputs::of(&result, "")));
    Effect::new(move || {
        let Some(now) = now.get().filter(|_| !session.is_restoring.get()) else {
            return;
        };
        let evaluation = session.models().evaluation;
        if evaluation.with_untracked(|evaluation| evaluation.is_current(&now)) {
            return;
        }
        evaluation.set(Stamped::loading(now.clone()));
        spawn_local(async move {
            let outcome = session
                .ask(Command::Evaluate { id: now.id.clone() })
                .await
                .and_then(|reply| match reply {
                    Reply::Evaluation(evaluation) => Ok(evaluation),
                    _ => Err(unexpected()),
                });
            // What was selected meanwhile has asked for itself.
            if evaluation.with_untracked(|evaluation| evaluation.is_current(&now)) {
                evaluation.set(Stamped::settled(now, outcome));
            }
        });
    });
}
