//! What the Data page and dropped files do: open, show rows, choose the target.

use leptos::prelude::*;
use tabwright_engine::table::ReadOptions;
use tabwright_engine::train::TaskChoice;
use tabwright_engine::{Area, Failure, Project, RowWindow, View, calls};

use super::{project, table};
use crate::browser::{File, files};
use crate::state::{Loadable, Session};

/// Opens what was dropped or chosen: a saved project, the file that an opened project waits for, or a table that a new
/// project begins with.
pub async fn open(session: Session, file: File) {
    let name = file.name();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if ["tabwright", "json"]
        .iter()
        .any(|of_project| ending.eq_ignore_ascii_case(of_project))
    {
        project::open(session, file).await;
    } else if let Some(waiting) = session.awaiting.get_untracked() {
        project::open_with(session, waiting, file).await;
    } else {
        begin(session, file, ReadOptions::default()).await;
    }
}

/// Begins a project with a sample of the file that was just tried and is too large: the first of each `every` rows.
pub async fn open_sampled(session: Session, every: u32) {
    let Some(file) = session.tried.get_untracked() else {
        return;
    };
    let options = ReadOptions {
        sample_every: Some(every),
        ..ReadOptions::default()
    };
    begin(session, file, options).await;
}

/// Begins a project with what was pasted.
pub async fn open_text(session: Session, text: &str) {
    match files::file_from_text("pasted.csv", text) {
        Ok(file) => open(session, file).await,
        Err(why) => fail(session, Failure::new(Area::Data, why)),
    }
}

/// Begins a project with a table that ships with the app.
pub async fn open_sample(session: Session, file: &str) {
    session.load.set(Loadable::Loading);
    match files::fetch_file(&format!("samples/{file}")).await {
        Ok(file) => open(session, file).await,
        Err(why) => fail(
            session,
            Failure::new(
                Area::Data,
                format!("{why}; check the connection and try again"),
            ),
        ),
    }
}

/// Begins a new project with a file; the present one stays if the file cannot be read.
async fn begin(session: Session, file: File, options: ReadOptions) {
    session.tried.set(Some(file.clone()));
    let Some(info) = table::read(session, &file, options.clone()).await else {
        return;
    };
    let project = Project {
        name: stem(&info.file).to_owned(),
        read: options,
        ..Project::default()
    };
    project::begin(session, file, info, project).await;
}

fn fail(session: Session, failure: Failure) {
    session.report(&failure);
    session.load.set(Loadable::Failed(failure));
}

/// Lets go of an opened project whose file did not come.
pub fn stop_waiting(session: Session) {
    session.awaiting.set(None);
}

/// Shows on the Data page only rows that meet a formula; all for an empty one.
pub fn show_only(session: Session, formula: String) {
    session.row_filter.set(formula);
}

/// A window of rows.
///
/// # Errors
/// If the filter cannot be read, or no table is there.
pub async fn rows(
    session: Session,
    view: View,
    start: usize,
    count: usize,
) -> Result<RowWindow, Failure> {
    let call = calls::Rows { view, start, count };
    session.engines.ask_table(call).await
}

/// Chooses the target; the task is detected anew.
pub fn set_target(session: Session, target: Option<String>) {
    session.edit(|project| {
        project.target = target;
        project.task = TaskChoice::Auto;
        project.chosen = None;
    });
}

/// Chooses the task.
pub fn set_task(session: Session, task: TaskChoice) {
    session.edit(|project| project.task = task);
}

/// A file's name without its ending.
fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}
