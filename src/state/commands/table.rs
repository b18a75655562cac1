//! The table: reading a file into it, reading it again, putting another in its place, giving it to an engine that lost it.

use leptos::prelude::*;
use tabwright_engine::table::ReadOptions;
use tabwright_engine::{Project, SourceInfo, TableInfo, calls};
use tabwright_workbench::keys::TableKey;

use super::results;
use crate::browser::File;
use crate::state::{Loadable, Loaded, Session};
use crate::worker::Attach;

/// Lets the lead engine read a file; says what goes wrong on the Data page and in the banner.
pub(super) async fn read(session: Session, file: &File, options: ReadOptions) -> Option<TableInfo> {
    session.load.set(Loadable::Loading);
    session.n_reading.update(|n_reading| *n_reading += 1);
    let title = format!("Reading {}", file.name());
    let with = Attach::file(file.clone());
    let outcome = session
        .engines
        .run(&title, calls::Load { options }, with)
        .await;
    session.n_reading.update(|n_reading| *n_reading -= 1);
    match outcome {
        Ok((info, _)) => {
            session.load.set(Loadable::Ready(().into()));
            session.problem.set(None);
            Some(info)
        }
        Err(failure) => {
            session.load.set(Loadable::of(Err(failure)));
            None
        }
    }
}

/// Makes a file that was just read and a project the session's, in place of all that was there.
pub(super) fn take(session: Session, file: File, info: TableInfo, project: Project) {
    let source = SourceInfo {
        file: info.file.clone(),
        n_bytes: info.n_bytes,
        sha256: None,
    };
    let key = TableKey {
        file: session.next_file(),
        read: project.read.clone(),
    };
    batch(move || {
        session.reset(Project {
            source: Some(source),
            results: Vec::new(),
            ..project
        });
        set_table(session, file, key, info);
    });
}

/// Reads the present file again with changed options. The project takes them over only if that works.
pub async fn reread(session: Session, change: impl FnOnce(&mut ReadOptions)) {
    let mut options = session
        .project
        .with_untracked(|project| project.read.clone());
    change(&mut options);
    reread_as(session, options.clone(), move || {
        session.edit(|project| project.read = options);
    })
    .await;
}

/// Reads the present file as the project says, if it was read otherwise: after undo and redo.
pub async fn follow_options(session: Session) {
    let options = session
        .project
        .with_untracked(|project| project.read.clone());
    let is_read_so = session
        .table
        .with_untracked(|table| table.as_ref().is_none_or(|table| table.key.read == options));
    if !is_read_so {
        reread_as(session, options, || {}).await;
    }
}

async fn reread_as(session: Session, options: ReadOptions, then: impl FnOnce()) {
    let Some(file) = session.file.get_untracked() else {
        return;
    };
    let Some(before) = untrack(move || session.table_key()) else {
        return;
    };
    let Some(info) = read(session, &file, options.clone()).await else {
        return;
    };
    if untrack(move || session.table_key()).is_none_or(|now| now.file != before.file) {
        // Another file came first, and the engine read this one after it.
        return rebuild(session).await;
    }
    batch(move || {
        then();
        let key = TableKey {
            read: options,
            ..before
        };
        set_table(session, file, key, info);
        session.is_restoring.set(true);
    });
    results::regather(session).await;
    session.is_restoring.set(false);
}

fn set_table(session: Session, file: File, key: TableKey, info: TableInfo) {
    session
        .engines
        .pool()
        .set_table(file.clone(), key.read.clone(), info.memory_bytes);
    session.file.set(Some(file));
    session.table.set(Some(Loaded {
        key,
        info: info.into(),
    }));
}

/// Gives a new lead engine what the one before it held.
pub async fn rebuild(session: Session) {
    let Some(file) = session.file.get_untracked() else {
        return;
    };
    let Some(key) = untrack(move || session.table_key()) else {
        return;
    };
    session.is_restoring.set(true);
    session.n_reading.update(|n_reading| *n_reading += 1);
    let job = session.jobs.start_fixed("Restoring the session");
    let call = calls::Load { options: key.read };
    let outcome = session.engines.go_on(&job, call, Attach::file(file)).await;
    session.n_reading.update(|n_reading| *n_reading -= 1);
    match outcome {
        Ok(_) => results::regather(session).await,
        // Whoever stopped this one has begun another.
        Err(failure) if failure.cancelled => return,
        Err(failure) => session.report(&failure),
    }
    session.is_restoring.set(false);
}
