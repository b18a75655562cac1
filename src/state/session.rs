//! The session: the project, the table, and everything that was made from them.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::{Failure, Project, TableInfo, TargetInfo};
use tabwright_workbench::history::History;
use tabwright_workbench::keys::{Present, TableKey};
use tabwright_workbench::recent::Recent;
use tabwright_workbench::stamped::Loadable;

use super::{Engines, Facts, Jobs, Models, Numbered, OpenedProject, TrialResult, facts};
use crate::browser::tab::Held;
use crate::browser::{File, preferences};

/// Light, dark, or as the system is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// The table that the lead engine holds.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What it is.
    pub key: TableKey,
    /// What is known of it.
    pub info: Arc<TableInfo>,
}

/// All that the app knows. A handle: copies are the same session.
#[derive(Clone, Copy)]
pub struct Session {
    /// Everything that was decided. Change it through [`Session::edit`]; `results` in it stays empty here.
    pub project: RwSignal<Project>,
    /// Undo and redo of the project.
    pub history: RwSignal<History<Project>>,
    /// The file behind the table.
    pub file: RwSignal<Option<File>, LocalStorage>,
    /// The file that a project was last begun with, whether it could be read or not.
    pub tried: RwSignal<Option<File>, LocalStorage>,
    /// What came of the last attempt to read a file. It may fail while the table before it stays.
    pub load: RwSignal<Loadable<()>>,
    /// The table.
    pub table: RwSignal<Option<Loaded>>,
    /// A second file to set beside the table.
    pub second: RwSignal<Option<Numbered<File>>>,
    /// The formula that rows on the Data page must meet.
    pub row_filter: RwSignal<String>,
    /// Trained results, in the order in which they were first made.
    pub results: RwSignal<Vec<TrialResult>>,
    /// What runs.
    pub jobs: Jobs,
    /// What the banner in the frame says.
    pub problem: RwSignal<Option<Failure>>,
    /// A project that was opened without its file.
    pub awaiting: RwSignal<Option<OpenedProject>>,
    /// Tables that the lead engine is reading: what is asked meanwhile would be answered of another than the present one.
    pub n_reading: RwSignal<u32>,
    /// Whether results are being brought back, after a reload or because the lead engine lost them.
    pub is_restoring: RwSignal<bool>,
    /// The projects that this browser keeps, latest first.
    pub recent: RwSignal<Vec<Recent>>,
    /// The project whose place on screen the present one took, for the way back.
    pub replaced: RwSignal<Option<Recent>>,
    /// Why the project does not survive a reload in this browser, if it does not.
    pub not_kept: RwSignal<Option<String>>,
    /// Whether pages explain themselves.
    pub guidance: RwSignal<bool>,
    /// The theme that was chosen.
    pub theme: RwSignal<Theme>,
    /// Whom to ask.
    pub engines: Engines,
    models: StoredValue<Models>,
    facts: StoredValue<Facts>,
    n_files: StoredValue<u32>,
    /// Where this browser keeps the project, and the lock on it.
    place: StoredValue<(String, Option<Held>), LocalStorage>,
}

/// The session of this page.
pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// An empty session with its engine.
    pub fn start() -> Self {
        let engines = Engines::start();
        Self {
            project: RwSignal::new(Project::default()),
            history: RwSignal::new(History::default()),
            file: RwSignal::new_local(None),
            tried: RwSignal::new_local(None),
            load: RwSignal::new(Loadable::Empty),
            table: RwSignal::new(None),
            second: RwSignal::new(None),
            row_filter: RwSignal::new(String::new()),
            results: RwSignal::new(Vec::new()),
            jobs: engines.jobs,
            problem: engines.problem,
            awaiting: RwSignal::new(None),
            n_reading: RwSignal::new(0),
            is_restoring: RwSignal::new(true),
            recent: RwSignal::new(Vec::new()),
            replaced: RwSignal::new(None),
            not_kept: RwSignal::new(None),
            guidance: RwSignal::new(preferences::get("guidance").as_deref() != Some("off")),
            theme: RwSignal::new(Theme::kept()),
            engines,
            models: StoredValue::new(Models::new()),
            facts: StoredValue::new(Facts::new()),
            n_files: StoredValue::new(0),
            place: StoredValue::new_local(<(String, Option<Held>)>::default()),
        }
    }

    /// What the model stages hold besides facts.
    pub fn models(self) -> Models {
        self.models.get_value()
    }

    /// Where this browser keeps the project.
    pub(super) fn place(self) -> String {
        self.place.with_value(|(place, _)| place.clone())
    }

    /// Another place, with its lock; that of the place before is let go.
    pub(super) fn set_place(self, place: String, held: Option<Held>) {
        self.place.set_value((place, held));
    }

    /// What is kept of the facts.
    pub(super) fn facts(self) -> Facts {
        self.facts.get_value()
    }

    /// A number for a file, never given before.
    pub(super) fn next_file(self) -> u32 {
        self.n_files.update_value(|n_files| *n_files += 1);
        self.n_files.get_value()
    }

    /// What came in from outside, as a part of keys.
    pub(super) fn numbered<T>(self, what: T) -> Numbered<T> {
        Numbered::new(self.next_file(), what)
    }

    /// Begins anew with a project and no table: what belonged to the table before, or was made from it, is gone, and nothing goes on that
    /// was begun on it. Every change of the file goes through here.
    pub(super) fn reset(self, project: Project) {
        self.engines.pool().cancel();
        batch(move || {
            self.project.set(project);
            self.history.set(History::default());
            self.file.set(None);
            self.load.set(Loadable::Empty);
            self.table.set(None);
            self.second.set(None);
            self.row_filter.set(String::new());
            self.results.set(Vec::new());
            self.problem.set(None);
            self.awaiting.set(None);
            self.replaced.set(None);
            self.models().reset();
            self.facts().leave_table();
        });
    }

    // ---- changing the project ---------------------------------------------------------------------------------

    /// Changes the project; the change can be undone. A change that changes nothing is none.
    pub fn edit(self, change: impl FnOnce(&mut Project)) {
        self.change(None, change);
    }

    /// Changes one field of the project; changes of the same field that follow each other undo as one.
    pub fn edit_field(self, field: &'static str, change: impl FnOnce(&mut Project)) {
        self.change(Some(field), change);
    }

    fn change(self, field: Option<&'static str>, change: impl FnOnce(&mut Project)) {
        let before = self.project.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            self.history.update(|history| history.record(before, field));
            self.project.set(after);
        }
    }

    /// Says in the banner what went wrong, unless the user asked for it.
    pub fn report(self, failure: &Failure) {
        self.engines.report(failure);
    }

    /// Takes away what the banner says.
    pub fn dismiss_problem(self) {
        self.problem.set(None);
    }

    // ---- what follows -----------------------------------------------------------------------------------------

    /// What is known of the table; tracked.
    pub fn table_info(self) -> Option<Arc<TableInfo>> {
        self.table
            .with(|table| table.as_ref().map(|table| Arc::clone(&table.info)))
    }

    /// Whether there is a table; tracked.
    pub fn has_table(self) -> bool {
        self.table.with(Option::is_some)
    }

    /// Which table it is; tracked.
    pub fn table_key(self) -> Option<TableKey> {
        self.table
            .with(|table| table.as_ref().map(|table| table.key.clone()))
    }

    /// What a key is of the present table and project; `None` without a table. Tracked.
    pub fn at_present<K>(self, key: impl FnOnce(Present) -> K) -> Option<K> {
        self.table.with(|table| {
            let table = &table.as_ref()?.key;
            Some(self.project.with(|project| key(Present { table, project })))
        })
    }

    /// Whether there is a table and a target was chosen; tracked.
    pub fn has_target(self) -> bool {
        self.has_table() && self.project.with(|project| project.target.is_some())
    }

    /// The target's facts, if they are those of the present project; tracked.
    pub fn target_info(self) -> Option<Arc<TargetInfo>> {
        self.known::<facts::Target>()
    }
}

impl Theme {
    /// All, in the order of the switch.
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// The name in preferences and in `data-theme`.
    pub fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// What was chosen on an earlier visit.
    fn kept() -> Self {
        let kept = preferences::get("theme").unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|theme| theme.name() == kept)
            .unwrap_or_default()
    }
}
