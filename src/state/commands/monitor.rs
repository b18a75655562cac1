//! A bundle against new rows.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::{Area, Failure};

use super::{export, project};
use crate::browser::{File, download};
use crate::state::facts::{Drift, Opened};
use crate::state::{BundleFile, MadeBundle, Session};

/// Keeps the bundle under test open, and new rows scored by it, for as long as the calling page is open.
pub fn follow(session: Session) {
    session.follow::<Opened>();
    session.follow::<Drift>();
}

/// Puts a bundle from a file under test.
pub fn open_file(session: Session, file: File) {
    put_under_test(session, BundleFile::Chosen(file));
}

/// Puts a bundle under test that was just made here.
pub fn open_made(session: Session, made: Arc<MadeBundle>) {
    let bundle = BundleFile::Made {
        name: made.about.file.clone(),
        bytes: made.bytes.clone(),
    };
    put_under_test(session, bundle);
}

fn put_under_test(session: Session, bundle: BundleFile) {
    let bundle = session.numbered(bundle);
    session.models().bundle.set(Some(bundle));
}

/// Takes new rows, to be scored by the bundle under test and compared with its training.
pub fn score(session: Session, file: File) {
    let rows = session.numbered(file);
    session.models().new_rows.set(Some(rows));
}

/// The same, by the bundle that was just made where none is under test yet.
pub fn score_by_best(session: Session, file: File) {
    if session.models().bundle.with_untracked(Option::is_none)
        && let Some(made) = untrack(move || export::just_made(session))
    {
        open_made(session, made);
    }
    score(session, file);
}

/// Puts the new rows under the present project: the same settings, models that need to be trained again.
pub async fn retrain(session: Session) {
    if let Some(rows) = session.models().new_rows.get_untracked() {
        project::replace_source(session, (*rows).clone()).await;
    }
}

/// Saves the scores of the new rows.
pub fn save_scores(session: Session) {
    let Some(rows) = untrack(move || session.known::<Drift>()) else {
        return;
    };
    let stem = rows
        .report
        .file
        .rsplit_once('.')
        .map_or(rows.report.file.as_str(), |(stem, _)| stem);
    if let Err(why) = download::save(&format!("{stem}-scores.csv"), "text/csv", &rows.scores) {
        session.report(&Failure::new(
            Area::Bundle,
            format!("the scores could not be saved: {why}"),
        ));
    }
}
