//! Bundles and scores to take away.

use leptos::prelude::*;
use tabwright_engine::{Area, Command, Failure, ModelChoice, Reply};

use super::unexpected;
use crate::browser::download;
use crate::state::{MadeBundle, ResultInputs, Session, Stamped, TrialResult};
use crate::worker::Attach;

/// The jobs' titles begin so.
pub const EXPORTING: &str = "Making the bundle";

/// What the bundle of a result would be made from now; tracked.
pub fn inputs(session: Session, result: &TrialResult) -> ResultInputs {
    session
        .project
        .with(|project| ResultInputs::of(result, &project.name))
}

/// Makes the bundle of a result, unless it is there or on its way.
pub async fn make(session: Session, result: TrialResult) {
    let now = untrack(|| inputs(session, &result));
    let bundle = session.models().bundle;
    if bundle.with_untracked(|bundle| bundle.is_current(&now)) {
        return;
    }
    bundle.set(Stamped::loading(now.clone()));
    let command = Command::Export {
        id: result.id.clone(),
        name: now.name.clone(),
        tuned: result.tuned.clone(),
    };
    let outcome = session
        .call(EXPORTING, command, Attach::none())
        .await
        .and_then(
            |mut answer| match (answer.reply, answer.attachments.pop()) {
                (Reply::Exported(about), Some(bytes)) => Ok(MadeBundle { about, bytes }),
                _ => Err(unexpected()),
            },
        );
    if bundle.with_untracked(|bundle| bundle.is_current(&now)) {
        bundle.set(Stamped::settled(now, outcome));
    }
}

/// Saves the bundle of a result, which is made first if need be, and notes in the project that this model was chosen.
pub async fn save_bundle(session: Session, result: TrialResult) {
    note_choice(session, &result);
    let now = untrack(|| inputs(session, &result));
    let made = move || {
        session.models().bundle.with_untracked(|bundle| {
            bundle
                .value
                .ready()
                .filter(|_| bundle.is_current(&now))
                .cloned()
        })
    };
    if made().is_none() {
        // One that is on its way was asked for by the page; asking again is safe and comes after it.
        session.models().bundle.update(|bundle| {
            if bundle.value.is_loading() {
                *bundle = Stamped::default();
            }
        });
        make(session, result).await;
    }
    let Some(bundle) = made() else { return };
    finish(
        session,
        download::save(&bundle.about.file, "application/zip", &bundle.bytes),
    );
}

/// Saves the scores of the present table.
pub async fn save_scores(session: Session, result: TrialResult) {
    let command = Command::Score {
        id: result.id.clone(),
        keep: Vec::new(),
    };
    // What goes wrong is said by the session.
    let Ok(answer) = session
        .call("Scoring this table", command, Attach::none())
        .await
    else {
        return;
    };
    let Some(bytes) = answer.attachments.first() else {
        return session.report(&unexpected());
    };
    let name = session
        .project
        .with_untracked(|project| project.name.clone());
    finish(
        session,
        download::save(
            &format!("{name}-{}-scores.csv", result.id),
            "text/csv",
            bytes,
        ),
    );
}

/// Saves the project as `tabwright run` replays it: without results.
pub fn save_replay(session: Session, result: &TrialResult) {
    note_choice(session, result);
    let project = session.project.get_untracked();
    let saved = serde_json::to_string_pretty(&project)
        .map_err(|error| error.to_string())
        .and_then(|text| {
            download::save_text(&format!("{}.json", project.name), "application/json", &text)
        });
    finish(session, saved);
}

/// Notes which model goes into the bundle, so that `tabwright run` makes the same.
fn note_choice(session: Session, result: &TrialResult) {
    let algorithm = result.trial.algorithm;
    let tuned = result.tuned.as_ref();
    let before_tuning = tuned.map_or(&result.trial.params, |tuned| &tuned.fixed);
    let choice = ModelChoice {
        algorithm,
        params: before_tuning.clone(),
        tuning: tuned.map(|tuned| tuned.tuning.clone()),
    };
    session.edit_field("chosen", |project| project.chosen = Some(choice));
}

fn finish(session: Session, saved: Result<(), String>) {
    if let Err(why) = saved {
        session.report(&Failure::new(
            Area::Bundle,
            format!("the file could not be saved: {why}"),
        ));
    }
}
