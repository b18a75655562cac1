//! Bundles and scores to take away.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::{Area, Failure, ModelChoice, calls};

use super::project;
use crate::browser::download;
use crate::state::facts::Bundle;
use crate::state::{MadeBundle, Session, TrialResult};
use crate::worker::Attach;

/// The result to export, if it is up to date; tracked.
pub fn exportable(session: Session) -> Option<TrialResult> {
    session.subject().filter(|result| !session.is_stale(result))
}

/// Makes the bundle as soon as there is a result to export, so that its proof is seen before it is taken; for as long as the calling page is
/// open.
pub fn follow(session: Session) {
    session.follow_while::<Bundle>(move || !session.jobs.are_fitting());
}

/// The bundle that was made last, if training now would give the same; tracked.
pub fn just_made(session: Session) -> Option<Arc<MadeBundle>> {
    let (key, made) = session.made::<Bundle>()?;
    let result = session.result(&key.result.id())?;
    let is_current = session.bundle_key(&result) == key && !session.is_stale(&result);
    is_current.then_some(made)
}

/// Saves the bundle of the result to export, which is made first if need be, and notes in the project that this model was chosen.
pub async fn save_bundle(session: Session, result: TrialResult) {
    note_choice(session, &result);
    let Some(bundle) = session.have::<Bundle>().await else {
        return;
    };
    finish(
        session,
        download::save(&bundle.about.file, "application/zip", &bundle.bytes),
    );
}

/// Saves the scores of the present table.
pub async fn save_scores(session: Session, result: TrialResult) {
    let id = result.key.id();
    let call = calls::Score {
        id: id.clone(),
        keep: Vec::new(),
    };
    let made = session
        .engines
        .run("Scoring this table", call, Attach::none());
    // What goes wrong is said by the engines.
    let Ok((_, scores)) = made.await else {
        return;
    };
    let name = session
        .project
        .with_untracked(|project| project.name.clone());
    finish(
        session,
        download::save(&format!("{name}-{id}-scores.csv"), "text/csv", &scores[0]),
    );
}

/// Saves the project as `tabwright run` replays it: without results.
pub async fn save_replay(session: Session, result: TrialResult) {
    note_choice(session, &result);
    let document = session.project.get_untracked();
    let name = format!("{}.json", document.name);
    project::save_as(session, &name, &document, Vec::new()).await;
}

/// Notes which model goes into the bundle, so that `tabwright run` makes the same.
fn note_choice(session: Session, result: &TrialResult) {
    let algorithm = result.key.trial.algorithm;
    let tuned = result.tuned.as_ref();
    let before_tuning = tuned.map_or(&result.key.trial.params, |tuned| &tuned.fixed);
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
