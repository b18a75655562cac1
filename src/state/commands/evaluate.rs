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

/// Keeps the evaluation and the coefficients up with the selected result for as long as the calling page is open.
pub fn follow(session: Session) {
    let now = Memo::new(move |_| subject(session).map(|result| ResultInputs::of(&result, "")));
    let models = session.models();
    keep_up(
        session,
        now,
        models.evaluation,
        |id| Command::Evaluate { id },
        |reply| match reply {
            Reply::Evaluation(evaluation) => Some(evaluation),
            _ => None,
        },
    );
    keep_up(
        session,
        now,
        models.coefficients,
        |id| Command::Coefficients { id },
        |reply| match reply {
            Reply::Coefficients(coefficients) => Some(coefficients),
            _ => None,
        },
    );
}

/// Asks for what `kept` does not have yet.
fn keep_up<T: Send + Sync + 'static>(
    session: Session,
    now: Memo<Option<ResultInputs>>,
    kept: RwSignal<Stamped<ResultInputs, T>>,
    command: fn(String) -> Command,
    of: fn(Reply) -> Option<T>,
) {
    Effect::new(move || {
        let Some(now) = now.get().filter(|_| !session.is_restoring.get()) else {
            return;
        };
        if kept.with_untracked(|kept| kept.is_current(&now)) {
            return;
        }
        kept.set(Stamped::loading(now.clone()));
        spawn_local(async move {
            let answer = session.ask(command(now.id.clone())).await;
            let outcome = answer.and_then(|reply| of(reply).ok_or_else(unexpected));
            // What was selected meanwhile has asked for itself.
            if kept.with_untracked(|kept| kept.is_current(&now)) {
                kept.set(Stamped::settled(now, outcome));
            }
        });
    });
}
