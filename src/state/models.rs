//! What the model stages hold that is no fact: what was selected, the search under way, the bundle under test.

use js_sys::Uint8Array;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tabwright_engine::model::{Params, Tuning};
use tabwright_engine::table::ReadOptions;
use tabwright_engine::train::{Algorithm, Tuner};
use tabwright_engine::{BundleInfo, Exported, Failure, Monitored, Project, SourceInfo};

use super::Numbered;
use crate::browser::File;

/// Signals of the model stages. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Models {
    /// Algorithms that could not be trained in the last run, and why.
    pub failures: RwSignal<Vec<(Algorithm, Failure)>>,
    /// The search under way, or the last one that was not finished.
    pub search: RwSignal<Option<Search>>,
    /// What the next search would do, once it was looked at.
    pub plan: RwSignal<Option<SearchPlan>>,
    /// The result that Evaluate and Export are about; `None` is the best.
    pub selected: RwSignal<Option<String>>,
    /// The bundle under test.
    pub bundle: RwSignal<Option<Numbered<BundleFile>>>,
    /// New rows for it.
    pub new_rows: RwSignal<Option<Numbered<File>>>,
}

/// A search that may be begun.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchPlan {
    /// Whose parameters.
    pub algorithm: Algorithm,
    /// How.
    pub tuning: Tuning,
    /// Parameters that are not searched, and their values.
    pub fixed: Params,
}

/// A bundle, ready to be saved.
#[derive(Debug)]
pub struct MadeBundle {
    /// What it holds.
    pub about: Exported,
    /// The zip.
    pub bytes: Uint8Array,
}

/// Where a bundle under test comes from.
#[derive(Clone, Debug)]
pub enum BundleFile {
    /// It was just made here.
    Made {
        /// Its file's name.
        name: String,
        /// The zip.
        bytes: Uint8Array,
    },
    /// It was chosen.
    Chosen(File),
}

/// A bundle that was opened.
#[derive(Debug)]
pub struct OpenedBundle {
    /// Its file's name.
    pub file: String,
    /// What it is.
    pub info: BundleInfo,
}

/// New rows, scored and compared.
#[derive(Debug)]
pub struct MonitoredRows {
    /// What was found.
    pub report: Monitored,
    /// The scores as CSV.
    pub scores: Uint8Array,
}

/// A search that is not over.
#[derive(Clone, Debug)]
pub struct Search {
    /// What was tried and what comes next.
    pub tuner: Tuner,
    /// The file that it is about, and how that was read.
    pub made_on: MadeOn,
    /// Whether it goes on now.
    pub is_running: bool,
}

/// A file, and how it was read, as what is kept over a reload names them: numbers of files do not outlive the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the project's")]
pub struct MadeOn {
    #[serde(default)]
    pub source: Option<SourceInfo>,
    pub read: ReadOptions,
}

impl Search {
    /// What is tuned.
    pub fn algorithm(&self) -> Algorithm {
        self.tuner.base().algorithm
    }
}

impl BundleFile {
    /// Its file's name.
    pub fn name(&self) -> String {
        match self {
            BundleFile::Made { name, .. } => name.clone(),
            BundleFile::Chosen(file) => file.name(),
        }
    }
}

impl MadeOn {
    /// What the project is made on.
    pub fn of(project: &Project) -> Self {
        Self {
            source: project.source.clone(),
            read: project.read.clone(),
        }
    }
}

impl Models {
    /// Nothing.
    pub fn new() -> Self {
        Self {
            failures: RwSignal::new(Vec::new()),
            search: RwSignal::new(None),
            plan: RwSignal::new(None),
            selected: RwSignal::new(None),
            bundle: RwSignal::new(None),
            new_rows: RwSignal::new(None),
        }
    }

    /// Forgets what belongs to a table. The bundle under test and the new rows stay: they come with files of their own, are compared with
    /// each other alone, and are what a change to the new rows is judged by.
    pub fn reset(self) {
        let Self {
            failures,
            search,
            plan,
            selected,
            bundle: _,
            new_rows: _,
        } = self;
        failures.set(Vec::new());
        search.set(None);
        plan.set(None);
        selected.set(None);
    }
}
