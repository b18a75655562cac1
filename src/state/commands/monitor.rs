//! A bundle against new rows.

use js_sys::Uint8Array;
use leptos::prelude::*;
use tabwright_engine::{Area, Command, Failure, Reply};

use super::unexpected;
use crate::browser::{File, download, files};
use crate::state::{Loadable, MonitoredRows, OpenedBundle, Session};
use crate::worker::Attach;

/// The jobs' titles begin so.
pub const MONITORING: &str = "Scoring";

/// Opens a bundle from a file and replays its proof.
pub async fn open_file(session: Session, file: File) {
    session.models().opened.set(Loadable::Loading);
    match files::read_bytes(&file).await {
        Ok(bytes) => open(session, file.name(), bytes).await,
        Err(why) => fail_open(
            session,
            Failure::new(
                Area::Bundle,
                format!("{} cannot be read: {why}", file.name()),
            ),
        ),
    }
}

/// Opens a bundle and replays its proof. New rows that were there before are scored again.
pub async fn open(session: Session, file: String, bytes: Uint8Array) {
    session.models().opened.set(Loadable::Loading);
    session.models().monitored.set(Loadable::Empty);
    let title = format!("Opening {file}");
    let answer = session
        .call(
            &title,
            Command::OpenBundle,
            Attach::buffers(vec![bytes.clone()]),
        )
        .await;
    match answer.map(|answer| answer.reply) {
        Ok(Reply::Opened(info)) => {
            session
                .models()
                .opened
                .set(Loadable::Ready(OpenedBundle { file, info, bytes }.into()));
            if let Some(rows) = session.models().new_rows.get_untracked() {
                score(session, rows).await;
            }
        }
        Ok(_) => fail_open(session, unexpected()),
        Err(failure) => fail_open(session, failure),
    }
}

fn fail_open(session: Session, failure: Failure) {
    session.report(&failure);
    session.models().opened.set(if failure.cancelled {
        Loadable::Empty
    } else {
        Loadable::Failed(failure)
    });
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
    // A lead engine that was started anew knows no bundle, so it gets it each time; opening costs little.
    let reopened = session
        .lead()
        .call(
            Command::OpenBundle,
            Attach::buffers(vec![opened.bytes.clone()]),
            |_| {},
        )
        .await;
    let title = format!("{MONITORING} {}", file.name());
    let outcome = match reopened {
        Ok(_) => {
            session
                .call(
                    &title,
                    Command::Monitor { keep: Vec::new() },
                    Attach::file(file),
                )
                .await
        }
        Err(failure) => Err(failure),
    };
    let outcome = outcome.and_then(
        |mut answer| match (answer.reply, answer.attachments.pop()) {
            (Reply::Monitored(report), Some(scores)) => Ok(MonitoredRows { report, scores }),
            _ => Err(unexpected()),
        },
    );
    session.models().monitored.set(match outcome {
        Ok(rows) => Loadable::Ready(rows.into()),
        Err(failure) if failure.cancelled => Loadable::Empty,
        Err(failure) => Loadable::Failed(failure),
    });
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
