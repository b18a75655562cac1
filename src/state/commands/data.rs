//! Reading files, reading them again with other options, rows on screen, the target.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::table::{Kind, ReadOptions};
use tabwright_engine::train::TaskChoice;
use tabwright_engine::{
    Area, Command, Failure, Project, Reply, RowWindow, SourceInfo, TableInfo, View,
};

use super::{project, results, unexpected};
use crate::browser::storage::{self, Store};
use crate::browser::{File, files};
use crate::state::{Loadable, Session, Stamped, TableInputs};
use crate::worker::Attach;

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
    let Some(info) = read(session, &file, options.clone()).await else {
        return;
    };
    let project = Project {
        name: stem(&info.file).to_owned(),
        read: options,
        ..Project::default()
    };
    results::clear(session).await;
    take(session, file, info, project).await;
}

/// Puts new rows under the present project: the same settings, results that need to be trained again.
///
/// # Errors
/// If the file cannot be read; the banner says so too.
pub async fn replace_source(session: Session, file: File) -> Result<(), Failure> {
    let project = session.project.get_untracked();
    match read(session, &file, project.read.clone()).await {
        Some(info) => {
            results::clear(session).await;
            take(session, file, info, project).await;
            Ok(())
        }
        None => Err(session.load.with_untracked(|load| match load {
            Loadable::Failed(failure) => failure.clone(),
            _ => Failure {
                cancelled: true,
                ..Failure::new(Area::Data, "cancelled")
            },
        })),
    }
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
    let is_read_so = session.table.with_untracked(|table| {
        table
            .inputs
            .as_ref()
            .is_none_or(|inputs| inputs.options == options)
    });
    if !is_read_so {
        reread_as(session, options, || {}).await;
    }
}

async fn reread_as(session: Session, options: ReadOptions, then: impl FnOnce()) {
    let Some(file) = session.file.get_untracked() else {
        return;
    };
    let Some(info) = read(session, &file, options.clone()).await else {
        return;
    };
    then();
    set_table(session, file, options, info);
    results::regather(session).await;
}

/// Lets the lead engine read a file; says what goes wrong on the Data page and in the banner.
pub(super) async fn read(session: Session, file: &File, options: ReadOptions) -> Option<TableInfo> {
    session.load.set(Loadable::Loading);
    let title = format!("Reading {}", file.name());
    let outcome = session
        .call(
            &title,
            Command::Load { options },
            Attach::file(file.clone()),
        )
        .await;
    let outcome = outcome.and_then(|answer| match answer.reply {
        Reply::Loaded(info) => Ok(info),
        _ => Err(unexpected()),
    });
    match outcome {
        Ok(info) => {
            session.load.set(Loadable::Ready(().into()));
            session.problem.set(None);
            Some(info)
        }
        Err(failure) => {
            session.load.set(if failure.cancelled {
                Loadable::Empty
            } else {
                Loadable::Failed(failure)
            });
            None
        }
    }
}

/// Makes a file and a project the session's.
pub(super) async fn take(session: Session, file: File, info: TableInfo, project: Project) {
    let source = SourceInfo {
        file: info.file.clone(),
        n_bytes: info.n_bytes,
    };
    let options = project.read.clone();
    batch(move || {
        session.awaiting.set(None);
        session.history.set(crate::state::History::default());
        session.project.set(Project {
            source: Some(source),
            results: Vec::new(),
            ..project
        });
        set_table(session, file.clone(), options, info);
        session.profile.set(Stamped::default());
        session.compared.set(Stamped::default());
        session.row_filter.set(String::new());
        session.preview.set(Stamped::default());
        session.ranking.set(Stamped::default());
    });
    let Some(file) = session.file.get_untracked() else {
        return;
    };
    if let Err(why) = storage::put(Store::Files, project::SOURCE, file.as_ref()).await {
        session.not_kept.set(Some(why));
    }
}

fn set_table(session: Session, file: File, options: ReadOptions, info: TableInfo) {
    session.pool().set_table(file.clone(), options.clone());
    session.file.set(Some(file));
    session.table.update(|table| {
        let load = table.inputs.as_ref().map_or(0, |inputs| inputs.load + 1);
        *table = Stamped::settled(TableInputs { load, options }, Ok(info));
    });
}

fn fail(session: Session, failure: Failure) {
    session.report(&failure);
    session.load.set(Loadable::Failed(failure));
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
    match session
        .ask_table(Command::Rows { view, start, count })
        .await?
    {
        Reply::Rows(window) => Ok(window),
        _ => Err(unexpected()),
    }
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

/// Asks for the target's facts whenever the table, the target or the task changes. Call it once.
pub fn follow_target(session: Session) {
    Effect::new(move || match session.target_inputs() {
        Some(_) => ask_target(session),
        None => session.target.set(Stamped::default()),
    });
}

/// Asks for the target's facts, unless they are there.
pub fn ask_target(session: Session) {
    let Some(now) = untrack(move || session.target_inputs()) else {
        return;
    };
    if session
        .target
        .with_untracked(|target| target.is_current(&now))
    {
        return;
    }
    session.target.set(Stamped::loading(now.clone()));
    spawn_local(async move {
        let command = Command::Target {
            target: now.target.clone(),
            task: now.task,
        };
        let outcome = session.ask(command).await.and_then(|reply| match reply {
            Reply::Target(info) => Ok(info),
            _ => Err(unexpected()),
        });
        // What changed meanwhile has asked for itself.
        if session
            .target
            .with_untracked(|target| target.is_current(&now))
        {
            session.target.set(Stamped::settled(now, outcome));
        }
    });
}

/// Names that targets tend to have, the surest first: a "class" may also be a ticket's.
const TARGET_NAMES: [&str; 18] = [
    "target",
    "label",
    "outcome",
    "survived",
    "species",
    "response",
    "churn",
    "fraud",
    "diagnosis",
    "median_house_value",
    "price",
    "quality",
    "income",
    "default",
    "result",
    "y",
    "class",
    "status",
];

/// A column that may be the target, and why.
pub fn propose_target(info: &TableInfo) -> Option<(String, &'static str)> {
    let can_be = |kind: Kind| {
        matches!(
            kind,
            Kind::Integer | Kind::Decimal | Kind::Boolean | Kind::Category
        )
    };
    let columns = || {
        info.schema
            .columns
            .iter()
            .filter(|column| can_be(column.kind))
    };
    let named = TARGET_NAMES
        .iter()
        .find_map(|name| columns().find(|column| column.name.eq_ignore_ascii_case(name)));
    match named {
        Some(column) => Some((column.name.clone(), "targets are often called so")),
        None => columns()
            .next_back()
            .map(|column| (column.name.clone(), "targets often stand last")),
    }
}

/// A file's name without its ending.
fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}
