//! The project as a whole: undo and redo, keeping it over a reload, saving it to a file and opening it again.

use std::time::Duration;

use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::{Area, Failure, Project, SavedResult, TableInfo, calls};
use tabwright_workbench::keys::ResultKey;
use tabwright_workbench::recent::Recent;
use wasm_bindgen::JsCast;

use super::results::{self, Parts};
use super::{shelf, table, tune};
use crate::browser::storage::Store;
use crate::browser::{File, download, preferences, theme};
use crate::format;
use crate::state::{History, OpenedProject, Session, Theme, TrialResult};
use crate::worker::Attach;

/// The key of the file behind the project.
const SOURCE: &str = "source";
/// How long the project rests before it is kept: typing a name is one write.
const REST: Duration = Duration::from_millis(300);

/// Takes back the last change; before the first one, the opening of this project in place of another.
pub fn undo(session: Session) {
    if session.history.with_untracked(History::can_undo) {
        step(session, History::undo);
    } else {
        spawn_local(go_back(session));
    }
}

/// Makes the change again that was taken back last.
pub fn redo(session: Session) {
    step(session, History::redo);
}

/// Whether there is a change to take back, or a project to go back to; tracked.
pub fn can_undo(session: Session) -> bool {
    session.history.with(History::can_undo) || session.replaced.with(Option::is_some)
}

fn step(session: Session, go: fn(&mut History<Project>, Project) -> Result<Project, Project>) {
    let present = session.project.get_untracked();
    let mut gone = None;
    session
        .history
        .update(|history| gone = go(history, present).ok());
    if let Some(project) = gone {
        session.project.set(project);
        spawn_local(table::follow_options(session));
    }
}

/// Keeps the project whenever it has changed and rests. Call it once.
pub fn keep_up(session: Session) {
    let write = debounce(REST, move |()| {
        spawn_local(async move {
            if let Some(present) = shelf::leaving(session) {
                shelf::keep(session, present).await;
            }
        });
    });
    let mut write = send_wrapper::SendWrapper::new(write);
    Effect::new(move || {
        let has_source = session.project.with(|project| project.source.is_some());
        // The list says how many models there are.
        session.results.track();
        if has_source && !session.is_restoring.get() {
            write(());
        }
    });
}

/// Brings back what was kept on an earlier visit.
pub async fn restore(session: Session) {
    // A file that was dropped sooner is wanted, not the one before it.
    let is_free =
        || session.n_reading.get_untracked() == 0 && session.file.get_untracked().is_none();
    if let Some((place, held)) = shelf::at_start(session).await
        && let Some((project, file)) = kept(&place).await
        && is_free()
        && let Some(info) = table::read(session, &file, project.read.clone()).await
    {
        shelf::enter(session, &place, held);
        table::take(session, file, info, project);
        take_kept_results(session).await;
    }
    session.is_restoring.set(false);
}

/// Opens a project that this browser keeps, in place of the present one, which stays kept.
pub async fn open_recent(session: Session, recent: Recent) {
    let failed = |why: &str| {
        let message = format!("the project {} {why}", recent.name);
        session.report(&Failure::new(Area::Data, message));
    };
    if recent.place == session.place() && untrack(move || session.has_table()) {
        return;
    }
    let Some(held) = shelf::claim(&recent.place).await else {
        return failed("is open in another tab: go on there, or close it first");
    };
    let Some((project, file)) = kept(&recent.place).await else {
        return failed("is not kept any more: open its file again");
    };
    let Some(info) = table::read(session, &file, project.read.clone()).await else {
        return;
    };
    let before = shelf::leaving(session);
    session.is_restoring.set(true);
    shelf::enter(session, &recent.place, held);
    table::take(session, file, info, project);
    shelf::put_away(session, before).await;
    take_kept_results(session).await;
    session.is_restoring.set(false);
}

/// Goes back to the project that the present one took the place of.
pub async fn go_back(session: Session) {
    if let Some(replaced) = session.replaced.get_untracked() {
        let place = replaced.place.clone();
        open_recent(session, replaced).await;
        // Where it could not be opened, the offer stands.
        if session.place() == place {
            shelf::stay(session);
        }
    }
}

/// Gives the engine the results and the search that are kept of the present project.
async fn take_kept_results(session: Session) {
    for parts in results::stored(session).await {
        // A result of an older version is only not shown.
        let _ = results::gather(session, parts).await;
    }
    tune::restore(session).await;
}

/// Begins a project with a file that was just read. The present one stays among the recent ones.
pub(super) async fn begin(session: Session, file: File, info: TableInfo, project: Project) {
    let kept = file.clone();
    let before = shelf::leaving(session);
    shelf::enter_new(session);
    table::take(session, file, info, project);
    shelf::put(session, Store::Files, SOURCE, kept.as_ref()).await;
    shelf::put_away(session, before).await;
}

/// Puts another file under the present project: the same settings, models that need to be trained again. What goes wrong is said in the
/// banner.
pub async fn replace_source(session: Session, file: File) {
    let project = session.project.get_untracked();
    if let Some(info) = table::read(session, &file, project.read.clone()).await {
        begin(session, file, info, project).await;
    }
}

async fn kept(place: &str) -> Option<(Project, File)> {
    let text = shelf::get(place, Store::Project, shelf::CURRENT)
        .await?
        .as_string()?;
    let project = Project::from_json(&text).ok()?;
    let file = shelf::get(place, Store::Files, SOURCE).await?;
    Some((project, file.dyn_into().ok()?))
}

/// Closes the project, which stays among the recent ones.
pub async fn close(session: Session) {
    let before = shelf::leaving(session);
    shelf::enter_new(session);
    session.reset(Project::default());
    if let Some(before) = before {
        shelf::keep(session, before).await;
    }
    shelf::refresh(session).await;
}

/// Closes the project and forgets all that this browser keeps of it.
pub async fn forget(session: Session) {
    let place = session.place();
    shelf::enter_new(session);
    session.reset(Project::default());
    shelf::erase(session, &place).await;
}

/// Downloads the project with its up-to-date results. The worker writes the file: results are megabytes.
pub async fn save(session: Session) {
    let mut project = session.project.get_untracked();
    let (results, parts): (Vec<_>, Vec<_>) = current_results(session, &project).into_iter().unzip();
    project.results = results;
    let name = if project.name.trim().is_empty() {
        "project"
    } else {
        project.name.trim()
    };
    let name = format!("{name}.tabwright");
    save_as(session, &name, &project, parts).await;
}

/// Downloads a project as a file, with these parts of its results.
pub(super) async fn save_as(
    session: Session,
    name: &str,
    project: &Project,
    parts: Vec<Vec<Uint8Array>>,
) {
    let Ok(project) = serde_json::to_string(project) else {
        return;
    };
    let call = calls::Pack {
        project,
        n_parts: parts.iter().map(Vec::len).collect(),
    };
    let attach = Attach::buffers(parts.into_iter().flatten().collect());
    let title = format!("Save {name}");
    // The banner has said what went wrong.
    let Ok(((), file)) = session.engines.run(&title, call, attach).await else {
        return;
    };
    if let Err(why) = download::save(name, "application/json", &file[0]) {
        session.report(&Failure::new(
            Area::Engine,
            format!("the project could not be saved: {why}"),
        ));
    }
}

async fn fingerprint(session: Session) -> Result<String, Failure> {
    let title = "Checksum of the file";
    let made = session
        .engines
        .run(title, calls::Fingerprint {}, Attach::none());
    Ok(made.await?.0)
}

/// The results that the project's settings still make, each with its parts beside it.
fn current_results(session: Session, project: &Project) -> Vec<(SavedResult, Vec<Uint8Array>)> {
    let table = untrack(move || session.table_key());
    let saved = |result: &TrialResult| {
        let saved = SavedResult {
            id: result.key.id(),
            trial: result.key.trial.clone(),
            tuned: result.tuned.clone(),
            parts: Vec::new(),
        };
        (saved, result.parts.to_vec())
    };
    session.results.with_untracked(|results| {
        let current = results
            .iter()
            .filter(|result| !result.key.is_stale(table.as_ref(), project));
        current.map(saved).collect()
    })
}

/// Opens a saved project: on the present file if it was made on that, else once its file is dropped.
pub async fn open(session: Session, file: File) {
    let name = file.name();
    let title = format!("Open {name}");
    // The banner has said what went wrong.
    let Ok((unpacked, bytes)) = session
        .engines
        .run(&title, calls::Unpack {}, Attach::file(file))
        .await
    else {
        return;
    };
    let opened = match OpenedProject::new(unpacked, &bytes[0]) {
        Ok(opened) => opened,
        Err(why) => {
            return session.report(&Failure::new(Area::Data, format!("{name}: {why}")));
        }
    };
    let present = session
        .file
        .get_untracked()
        .filter(|present| opened.is_made_on(present));
    match present {
        Some(present) => open_with(session, opened, present).await,
        None => session.awaiting.set(Some(opened)),
    }
}

/// Opens a project on its file. Results are taken over only if the file is the one that they were made on.
pub async fn open_with(session: Session, opened: OpenedProject, file: File) {
    let mut is_same = opened.is_made_on(&file);
    let OpenedProject {
        project,
        results: saved,
    } = opened;
    let Some(info) = table::read(session, &file, project.read.clone()).await else {
        return;
    };
    let source = project.source.clone();
    begin(session, file, info, project).await;
    let sha256 = source.as_ref().and_then(|source| source.sha256.as_ref());
    // Earlier builds kept none.
    if let (Some(sha256), true, false) = (sha256, is_same, saved.is_empty()) {
        is_same = fingerprint(session).await.is_ok_and(|own| own == *sha256);
    }
    if is_same {
        take_results(session, saved.take()).await;
    } else if let (Some(source), false) = (source, saved.is_empty()) {
        session.report(&Failure::new(
            Area::Data,
            format!(
                "the project was made on {} ({}), and this is another file: its settings are in force, its results are not; train again",
                source.file,
                format::bytes(source.n_bytes as f64),
            ),
        ));
    }
}

async fn take_results(session: Session, saved: Vec<(SavedResult, Option<Vec<Uint8Array>>)>) {
    let Some(table) = untrack(move || session.table_key()) else {
        return;
    };
    for (saved, encoded) in saved {
        let outcome = match encoded {
            Some(encoded) => {
                let key = ResultKey::named(&saved.id, table.clone(), saved.trial);
                let tuned = saved.tuned;
                results::adopt(
                    session,
                    Parts {
                        key,
                        tuned,
                        encoded,
                    },
                )
                .await
            }
            None => Err(Failure::new(
                Area::Train,
                format!("the saved result {} is damaged: train again", saved.id),
            )),
        };
        if let Err(failure) = outcome {
            session.report(&failure);
        }
    }
}

/// Switches the theme, now and on later visits.
pub fn set_theme(session: Session, chosen: Theme) {
    session.theme.set(chosen);
    preferences::set("theme", chosen.name());
    apply_theme(chosen);
}

/// Puts a theme on the page.
pub fn apply_theme(chosen: Theme) {
    theme::set_theme(match chosen {
        Theme::System => None,
        Theme::Light | Theme::Dark => Some(chosen.name()),
    });
}

/// Shows or hides the explanations, now and on later visits.
pub fn set_guidance(session: Session, shown: bool) {
    session.guidance.set(shown);
    preferences::set("guidance", if shown { "on" } else { "off" });
}
