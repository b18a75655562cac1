//! What may be asked of an engine, and what it answers: one closed enum each, plain serde values.
//!
//! Beside a message travel its attachments: byte buffers that are transferred and never looked into by the app, and for
//! [`Command::Load`], [`Command::Compare`] and [`Command::Monitor`] the file itself, which the engine reads by slices.

mod bundles;
pub mod calls;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_metrics::Estimate;
use tabwright_model::{Coefficients, Comparison, Evaluation, Importance, Params, Task, Tuned};
use tabwright_recipe::{Recipe, StepOutcome};
use tabwright_table::profile::Pair;
use tabwright_table::{Profile, ReadOptions, ReadReport, Schema};
use tabwright_train::{FeatureRank, FitReport, Part, TaskChoice, Trial};

use crate::Failure;
use crate::pack::Unpacked;
pub use bundles::{BundleEntry, BundleInfo, Exported, Monitored};

/// A job for an engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The caller's number for it; its events carry the same.
    pub job: u32,
    /// What to do.
    pub command: Command,
}

/// Something an engine says about a job. The last event of a job is `Done` or `Failed`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The job.
    pub job: u32,
    /// What it says.
    pub body: Body,
}

/// The content of an [`Event`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// How far it is.
    Progress(Progress),
    /// The answer; attachments as the reply says.
    Done(Box<Reply>),
    /// No answer, and why.
    Failed(Failure),
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Units done.
    pub done: f64,
    /// Units in all; 0 if not known.
    pub total: f64,
    /// What is being done, as a person reads it: "Reading titanic.csv", "tree".
    pub what: String,
}

/// What an engine can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// The first message to any engine. → [`Reply::Hello`]
    Hello,
    /// Reads a file: the attached one, or the present one again with other options. Forgets results of another
    /// file. → [`Reply::Loaded`]
    Load {
        /// What the user decided; all else is detected.
        options: ReadOptions,
    },
    /// A window of the table. → [`Reply::Rows`]
    Rows {
        /// Which rows, in which order.
        view: View,
        /// First row of the window within the view.
        start: usize,
        /// Rows in the window.
        count: usize,
    },
    /// Descriptive analytics. → [`Reply::Profile`]
    Profile {
        /// Splits distributions.
        target: Option<String>,
    },
    /// Two columns against each other, as the picture that fits their kinds. → [`Reply::Pair`]
    Pair {
        /// Along the horizontal axis.
        x: String,
        /// Along the vertical axis.
        y: String,
        /// The column that colours, as a rule the target; none if it is x or y.
        group: Option<String>,
    },
    /// Sets the attached file against the present table, which is the reference. → [`Reply::Compared`]
    Compare {
        /// How to read the file; all that is absent is detected.
        options: ReadOptions,
    },
    /// The profile to take away. → [`Reply::Report`] with two attachments, a page of HTML and JSON with the same numbers
    Report {
        /// Splits distributions.
        target: Option<String>,
    },
    /// The checksum of the present table's file. → [`Reply::Fingerprint`]
    Fingerprint,
    /// A project as a file, with the attached part results and the checksum of the table that they were made on.
    /// → [`Reply::Packed`] with one attachment, the file
    Pack {
        /// The project as JSON; its results without their parts.
        project: String,
        /// How many of the attachments belong to each result.
        n_parts: Vec<usize>,
    },
    /// The project that the attached file is. → [`Reply::Unpacked`] with one attachment, all part results one behind the other
    Unpack,
    /// What the target is. → [`Reply::Target`]
    Target {
        /// The column.
        target: String,
        /// The task.
        task: TaskChoice,
    },
    /// Applies a recipe to all rows and shows what each step does; a step that fails, and those behind it, are reported, not
    /// applied. → [`Reply::Preview`]
    Preview {
        /// The steps.
        recipe: Recipe,
        /// Rows to show of the result.
        count: usize,
    },
    /// Feature scores after the recipe. → [`Reply::Ranking`]
    Rank {
        /// The target column.
        target: String,
        /// The task.
        task: TaskChoice,
        /// The steps.
        recipe: Recipe,
    },
    /// How a trial's rows are split. → [`Reply::Split`]
    Split {
        /// The trial.
        trial: Trial,
    },
    /// Fits one part of a trial; for helpers. → [`Reply::Part`] with one attachment, the encoded part result
    RunPart {
        /// What to fit.
        trial: Trial,
        /// Which part of it.
        part: Part,
    },
    /// Puts attached part results together and keeps the result under `id`. → [`Reply::Trained`]
    Gather {
        /// The app's name for the result; an earlier result of that name is replaced.
        id: String,
        /// What was fitted.
        trial: Trial,
    },
    /// Curves of a kept result. → [`Reply::Evaluation`]
    Evaluate {
        /// Its name.
        id: String,
    },
    /// Coefficients of a kept result, if it has any. → [`Reply::Coefficients`]
    Coefficients {
        /// Its name.
        id: String,
    },
    /// The bundle of a kept result that was fitted on all rows. → [`Reply::Exported`] with one attachment, the zip
    Export {
        /// Its name.
        id: String,
        /// The project's name.
        name: String,
        /// The search that led to it, if any.
        tuned: Option<Tuned>,
    },
    /// Scores of the present table by a kept result. → [`Reply::Scored`] with one attachment, the CSV
    Score {
        /// Its name.
        id: String,
        /// Columns to repeat.
        keep: Vec<String>,
    },
    /// Reads the attached bundle and replays its proof. → [`Reply::Opened`]
    OpenBundle,
    /// Scores the attached file by the opened bundle and compares its columns with training. → [`Reply::Monitored`]
    /// with one attachment, the scores as CSV
    Monitor {
        /// Columns to repeat.
        keep: Vec<String>,
    },
}

impl Command {
    /// What a timeline calls it; `None` for what comes so often that it would fill one.
    pub fn label(&self) -> Option<&'static str> {
        Some(match self {
            Command::Hello | Command::Rows { .. } => return None,
            Command::Load { .. } => "load",
            Command::Profile { .. } => "profile",
            Command::Pair { .. } => "pair",
            Command::Compare { .. } => "compare",
            Command::Report { .. } => "report",
            Command::Fingerprint => "fingerprint",
            Command::Pack { .. } => "save project",
            Command::Unpack => "open project",
            Command::Target { .. } => "target",
            Command::Preview { .. } => "preview",
            Command::Rank { .. } => "rank",
            Command::Split { .. } => "split",
            Command::RunPart { .. } => "fit",
            Command::Gather { .. } => "gather",
            Command::Evaluate { .. } => "evaluate",
            Command::Coefficients { .. } => "coefficients",
            Command::Export { .. } => "export",
            Command::Score { .. } => "score",
            Command::OpenBundle => "open bundle",
            Command::Monitor { .. } => "monitor",
        })
    }
}

/// An engine's answers, one a [`Command`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each names the command that it answers")]
pub enum Reply {
    Hello {
        build: String,
    },
    Loaded(TableInfo),
    Rows(RowWindow),
    Profile(Profile),
    Pair(Pair),
    Compared(Compared),
    Report {
        /// A name to save it under, without an ending.
        file: String,
    },
    Fingerprint {
        /// SHA-256, hexadecimal.
        sha256: String,
    },
    Packed,
    Unpacked(Unpacked),
    Target(TargetInfo),
    Preview {
        steps: Vec<PreviewStep>,
        schema: Schema,
        rows: RowWindow,
    },
    Ranking {
        ranks: Vec<FeatureRank>,
        excluded: Vec<(String, String)>,
    },
    Split(SplitInfo),
    Part {
        part: Part,
        fit_seconds: f64,
        metrics: BTreeMap<String, f64>,
        n_learnt: u32,
        learnt: BTreeMap<String, f64>,
    },
    Trained(TrialSummary),
    Evaluation(Evaluation),
    Coefficients(Option<Coefficients>),
    Exported(Exported),
    Scored {
        n_rows: usize,
    },
    Opened(BundleInfo),
    Monitored(Monitored),
}

/// A second file beside the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// Name of the present table's file.
    pub reference: String,
    /// Name of the attached file.
    pub current: String,
    /// What changed.
    pub comparison: Comparison,
    /// Rows of the attached file that were kept aside.
    pub n_bad_rows: usize,
}

/// Which rows of the table, in which order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Column to sort by, and whether descending; missing last. Else file order.
    pub sort: Option<(String, bool)>,
    /// A formula that rows must meet; empty for all.
    pub filter: String,
}

/// Rows as text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowWindow {
    /// Column names.
    pub columns: Vec<String>,
    /// Rows in the whole view.
    pub n_rows: usize,
    /// First row of the window within the view.
    pub start: usize,
    /// Zero-based row of the table for each row here.
    pub ids: Vec<u32>,
    /// One vector a row, one text a column; `None` is missing.
    pub cells: Vec<Vec<Option<String>>>,
}

/// What was loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableInfo {
    /// File name.
    pub file: String,
    /// Its size.
    pub n_bytes: u64,
    /// Rows.
    pub n_rows: usize,
    /// Names, kinds, levels.
    pub schema: Schema,
    /// What was decided and why.
    pub report: ReadReport,
    /// Bytes that the columns take in memory.
    pub memory_bytes: u64,
}

/// What the target is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetInfo {
    /// The task.
    pub task: Task,
    /// Rows that have a target.
    pub n_rows: usize,
    /// Rows of each class; empty for regression.
    pub class_rows: Vec<usize>,
}

/// How rows are split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitInfo {
    /// Rows that each fold learns from and holds out, before the recipe.
    pub folds: Vec<(usize, usize)>,
    /// What to know of it: rows that are in no fold, and the like.
    pub notes: Vec<String>,
}

/// One enabled or disabled step in a preview.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PreviewStep {
    /// Applied.
    Applied(StepOutcome),
    /// Switched off, or behind a step that failed.
    Skipped,
    /// Why it cannot be applied.
    Failed(String),
}

/// A result as the leaderboard shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialSummary {
    /// The task.
    pub task: Task,
    /// Rows that were learnt from in the fit on all rows.
    pub n_rows: usize,
    /// Features that went in; 0 where only folds were run.
    pub n_features: usize,
    /// All parameters, defaults written out.
    pub params: Params,
    /// Mean and spread over folds.
    pub metrics: BTreeMap<String, Estimate>,
    /// Each fold's metrics.
    pub folds: Vec<BTreeMap<String, f64>>,
    /// Seconds of the fit on all rows, or the folds' mean.
    pub fit_seconds: f64,
    /// Bytes of the model as JSON; 0 where only folds were run.
    pub model_bytes: u64,
    /// What the solver says; linear models only.
    pub convergence: Option<String>,
    /// What must not be overlooked of the fit: no convergence, separation, collinearity.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// What the fit tells besides: loss by round, rows out of the bag, steps of pruning.
    #[serde(default)]
    pub report: FitReport,
    /// Permutation importance, largest first.
    pub importance: Vec<Importance>,
    /// What to know of the split: rows that are in no fold, and the like.
    pub notes: Vec<String>,
}
