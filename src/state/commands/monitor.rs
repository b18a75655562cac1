//! A bundle against new rows.

use js_sys::Uint8Array;
use leptos::prelude::*;
use tabwright_engine::{Area, Failure, calls};

use super::project;
use crate::browser::{File, download, files};
use crate::state::{Loadable, MonitoredRows, OpenedBundle, Session};
use crate::worker::Attach;

/// Opens a bundle from a file and replays its proof.
pub async fn open_file(session: Session, file: File) {
    session.models().opened.set(Loadable::Loading);
    match files::read_bytes(&file).await {
        Ok(bytes) => open(session, file.name(), bytes).await,
        Err(why) => {
            let message = format!("{} cannot be read: {why}", file.name());
            let failure = Failure::new(Area::Bundle, message);
            session.report(&failure);
            session.models().opened.set(Loadable::Failed(failure));
        }
    }
}

/// Opens a bundle and replays its proof. New rows that were there before are scored again.
pub async fn open(session: Session, file: String, bytes: Uint8Array) {
    session.models().opened.set(Loadable::Loading);
    session.models().monitored.set(Loadable::Empty);
    let title = format!("Opening {file}");
    let with = Attach::buffers(vec![bytes.clone()]);
    match session
        .engines
        .run(&title, calls::OpenBundle {}, with)
        .await
    {
        Ok((info, _)) => {
            let opened = OpenedBundle { file, info, bytes };
            session.models().opened.set(Loadable::of(Ok(opened)));
            if let Some(rows) = session.models().new_rows.get_untracked() {
                score(session, rows).await;
            }
        }
        Err(failure) => session.models().opened.set(Loadable::of(Err(failure))),
    }
}

/// Scores new rows by the opened bundle and compares them with training.
pub async fn score(session: Session, file: File) {
    session.models().new_rows.set(Some(file.clone()));
    let Some(opened) = session
        .models()
        .opened
        .with_untracked(|opened| opened.ready().cloned())
    else {
        return;
    };
    session.models().monitored.set(Loadable::Loading);
    let outcome = monitored(session, opened.bytes.clone(), file).await;
    session.models().monitored.set(Loadable::of(outcome));
}

async fn monitored(
    session: Session,
    bundle: Uint8Array,
    file: File,
) -> Result<MonitoredRows, Failure> {
    // A lead engine that was started anew knows no bundle, so it gets it each time; opening costs little.
    let with = Attach::buffers(vec![bundle]);
    session.engines.hand(calls::OpenBundle {}, with).await?;
    let title = format!("Scoring {}", file.name());
    let call = calls::Monitor { keep: Vec::new() };
    let (report, mut scores) = session
        .engines
        .run(&title, call, Attach::file(file))
        .await?;
    Ok(MonitoredRows {
        report,
        scores: scores.remove(0),
    })
}

/// Puts the new rows under the present project: the same settings, models that need to be trained again.
pub async fn retrain(session: Session) {
    if let Some(file) = session.models().new_rows.get_untracked() {
        project::replace_source(session, file).await;
    }
}

/// Saves the scores of the new rows.
pub fn save_scores(session: Session) {
    let Some(rows) = session
        .models()
        .monitored
        .with_untracked(|rows| rows.ready().cloned())
    else {
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
