//! The session: the project, the table, and everything that was made from them.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::recipe::Recipe;
use tabwright_engine::table::{Profile, ReadOptions};
use tabwright_engine::train::TaskChoice;
use tabwright_engine::{Command, Compared, Failure, Project, Reply, TableInfo, TargetInfo};

use super::{History, Jobs, Loadable, Models, Preview, Ranking, Stamped, TrialResult, commands};
use crate::browser::{File, preferences};
use crate::worker::{Answer, Attach, Client, Pool};

/// Light, dark, or as the system is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// What a table was made from.
#[derive(Clone, Debug, PartialEq)]
pub struct TableInputs {
    /// Grows with each load, so that equal options on another file are other inputs.
    pub load: u32,
    /// What the user decided of the reading.
    pub options: ReadOptions,
}

/// What a profile was made from: the table's load, and the column that distributions are split by.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the type's line says it")]
pub struct ProfileInputs {
    pub load: u32,
    pub target: Option<String>,
}

/// What the target's facts were made from.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields are the project's")]
pub struct TargetInputs {
    pub load: u32,
    pub target: String,
    pub task: TaskChoice,
}

/// What a preview was made from.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields are the project's")]
pub struct PreviewInputs {
    pub load: u32,
    pub recipe: Recipe,
}

/// What a ranking was made from.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields are the project's")]
pub struct RankInputs {
    pub load: u32,
    pub target: String,
    pub task: TaskChoice,
    pub recipe: Recipe,
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
    /// The table: empty, or ready.
    pub table: RwSignal<Stamped<TableInputs, TableInfo>>,
    /// The target's task and class counts.
    pub target: RwSignal<Stamped<TargetInputs, TargetInfo>>,
    /// What Explore shows.
    pub profile: RwSignal<Stamped<ProfileInputs, Profile>>,
    /// A second file beside the table, by the table's load.
    pub compared: RwSignal<Stamped<u32, Compared>>,
    /// The formula that rows on the Data page must meet.
    pub row_filter: RwSignal<String>,
    /// What Wrangle shows.
    pub preview: RwSignal<Stamped<PreviewInputs, Preview>>,
    /// What Features shows.
    pub ranking: RwSignal<Stamped<RankInputs, Ranking>>,
    /// Trained results, in the order in which they were first made.
    pub results: RwSignal<Vec<TrialResult>>,
    /// What runs.
    pub jobs: Jobs,
    /// What the banner in the frame says.
    pub problem: RwSignal<Option<Failure>>,
    /// A project that was opened without its file.
    pub awaiting: RwSignal<Option<Project>>,
    /// Whether the kept project is still being brought back.
    pub is_restoring: RwSignal<bool>,
    /// Why the project does not survive a reload in this browser, if it does not.
    pub not_kept: RwSignal<Option<String>>,
    /// Whether pages explain themselves.
    pub guidance: RwSignal<bool>,
    /// The theme that was chosen.
    pub theme: RwSignal<Theme>,
    lead: StoredValue<Client, LocalStorage>,
    pool: StoredValue<Pool, LocalStorage>,
    models: StoredValue<Models>,
}

/// The session of this page.
pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// An empty session with its engine.
    pub fn start() -> Self {
        let session = Self {
            project: RwSignal::new(Project::default()),
            history: RwSignal::new(History::default()),
            file: RwSignal::new_local(None),
            tried: RwSignal::new_local(None),
            load: RwSignal::new(Loadable::Empty),
            table: RwSignal::new(Stamped::default()),
            target: RwSignal::new(Stamped::default()),
            profile: RwSignal::new(Stamped::default()),
            compared: RwSignal::new(Stamped::default()),
            row_filter: RwSignal::new(String::new()),
            preview: RwSignal::new(Stamped::default()),
            ranking: RwSignal::new(Stamped::default()),
            results: RwSignal::new(Vec::new()),
            models: StoredValue::new(Models::new()),
            jobs: Jobs::new(),
            problem: RwSignal::new(None),
            awaiting: RwSignal::new(None),
            is_restoring: RwSignal::new(true),
            not_kept: RwSignal::new(None),
            guidance: RwSignal::new(preferences::get("guidance").as_deref() != Some("off")),
            theme: RwSignal::new(Theme::kept()),
            lead: StoredValue::new_local(Client::start()),
            pool: StoredValue::new_local(Pool::new()),
        };
        session
            .lead()
            .on_crash(move || leptos::task::spawn_local(commands::results::rebuild(session)));
        session
    }

    /// The lead engine.
    pub fn lead(self) -> Client {
        self.lead.get_value()
    }

    /// What the model stages show besides.
    pub fn models(self) -> Models {
        self.models.get_value()
    }

    /// The helpers.
    pub fn pool(self) -> Pool {
        self.pool.get_value()
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

    // ---- asking the engine ------------------------------------------------------------------------------------

    /// Asks the lead engine for something long: it shows in the bar of jobs, can be cancelled, and what goes wrong is also
    /// said in the banner.
    ///
    /// # Errors
    /// What the engine says; `cancelled` if the user stopped it.
    pub async fn call(
        self,
        title: &str,
        command: Command,
        with: Attach,
    ) -> Result<Answer, Failure> {
        let job = self.jobs.start(title, move || self.cancel_lead());
        let outcome = self.lead().call(command, with, job.reporter()).await;
        drop(job);
        outcome.inspect_err(|failure| self.report(failure))
    }

    /// Asks the lead engine for something that is there in a moment: no job, no banner.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn ask(self, command: Command) -> Result<Reply, Failure> {
        Ok(self
            .lead()
            .call(command, Attach::none(), |_| {})
            .await?
            .reply)
    }

    /// The same for what only the table answers: if the engine is stopped meanwhile, because a job was, the one in its place
    /// is asked, which has its table first of all.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn ask_table(self, command: Command) -> Result<Reply, Failure> {
        match self.ask(command.clone()).await {
            Err(failure) if failure.cancelled => {
                // Behind the file that the new engine is given.
                leptos::task::tick().await;
                self.ask(command).await
            }
            outcome => outcome,
        }
    }

    /// Stops what the lead engine does. A busy worker cannot hear, so it is ended and its session rebuilt.
    pub fn cancel_lead(self) {
        self.lead().terminate();
        leptos::task::spawn_local(commands::results::rebuild(self));
    }

    /// Says in the banner what went wrong, unless the user asked for it.
    pub fn report(self, failure: &Failure) {
        if !failure.cancelled {
            self.problem.set(Some(failure.clone()));
        }
    }

    // ---- what follows -----------------------------------------------------------------------------------------

    /// The table's facts; tracked.
    pub fn table_info(self) -> Option<Arc<TableInfo>> {
        self.table.with(|table| table.value.ready().cloned())
    }

    /// Whether there is a table; tracked.
    pub fn has_table(self) -> bool {
        self.table.with(|table| table.value.ready().is_some())
    }

    /// The number of the load that made the present table; tracked.
    pub fn load_number(self) -> Option<u32> {
        self.table
            .with(|table| table.inputs.as_ref().map(|inputs| inputs.load))
    }

    /// Whether there is a table and a target was chosen; tracked.
    pub fn has_target(self) -> bool {
        self.has_table() && self.project.with(|project| project.target.is_some())
    }

    /// The target's facts, if they are those of the present project; tracked.
    pub fn target_info(self) -> Option<Arc<TargetInfo>> {
        let now = self.target_inputs()?;
        self.target.with(|target| {
            target
                .value
                .ready()
                .filter(|_| target.is_current(&now))
                .cloned()
        })
    }

    /// What a profile would be made from now; tracked.
    pub fn profile_inputs(self) -> Option<ProfileInputs> {
        let load = self.load_number()?;
        Some(ProfileInputs {
            load,
            target: self.project.with(|project| project.target.clone()),
        })
    }

    /// What the target's facts would be made from now; tracked.
    pub fn target_inputs(self) -> Option<TargetInputs> {
        let load = self.load_number()?;
        self.project.with(|project| {
            Some(TargetInputs {
                load,
                target: project.target.clone()?,
                task: project.task,
            })
        })
    }

    /// What a preview would be made from now; tracked.
    pub fn preview_inputs(self) -> Option<PreviewInputs> {
        let load = self.load_number()?;
        Some(PreviewInputs {
            load,
            recipe: self.project.with(|project| project.recipe.clone()),
        })
    }

    /// What a ranking would be made from now; tracked. Features that are left out at the recipe's end are ranked too.
    pub fn rank_inputs(self) -> Option<RankInputs> {
        let load = self.load_number()?;
        self.project.with(|project| {
            let target = project.target.clone()?;
            let recipe = commands::recipe::before_leaving_out(&project.recipe);
            Some(RankInputs {
                load,
                target,
                task: project.task,
                recipe,
            })
        })
    }

    /// The result of that name; tracked.
    pub fn result(self, id: &str) -> Option<TrialResult> {
        self.results
            .with(|results| results.iter().find(|result| result.id == id).cloned())
    }

    /// The result that is best by the main metric of its task, the up-to-date ones first; tracked.
    pub fn best_result(self) -> Option<TrialResult> {
        self.project.with(|project| {
            self.results.with(|results| {
                let rank = |result: &TrialResult| (result.is_stale(project), result.loss());
                results
                    .iter()
                    .min_by(|a, b| {
                        let ((stale_a, loss_a), (stale_b, loss_b)) = (rank(a), rank(b));
                        stale_a.cmp(&stale_b).then(loss_a.total_cmp(&loss_b))
                    })
                    .cloned()
            })
        })
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
