//! What the model stages show that is no part of the project: searches under way, evaluations, bundles.

use std::sync::Arc;

use js_sys::Uint8Array;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tabwright_engine::model::{Coefficients, Evaluation};
use tabwright_engine::table::ReadOptions;
use tabwright_engine::train::{Algorithm, LearningCurve, Trial, Tuner};
use tabwright_engine::{BundleInfo, Exported, Failure, Monitored, Project, SourceInfo, SplitInfo};

use super::{Loadable, Stamped, TrialResult};
use crate::browser::File;

/// Signals of the model stages. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Models {
    /// Algorithms that could not be trained in the last run, and why.
    pub failures: RwSignal<Vec<(Algorithm, Failure)>>,
    /// How the rows are split.
    pub split: RwSignal<Stamped<SplitInputs, SplitInfo>>,
    /// The search under way, or the last one that was not finished.
    pub search: RwSignal<Option<Search>>,
    /// The result that Evaluate and Export are about; `None` is the best.
    pub selected: RwSignal<Option<String>>,
    /// The curves of a result.
    pub evaluation: RwSignal<Stamped<ResultInputs, Evaluation>>,
    /// The coefficients of a result; none for a model that is not linear.
    pub coefficients: RwSignal<Stamped<ResultInputs, Option<Coefficients>>>,
    /// How a result's algorithm does with fewer rows.
    pub curve: RwSignal<Stamped<ResultInputs, LearningCurve>>,
    /// The bundle of a result.
    pub bundle: RwSignal<Stamped<ResultInputs, MadeBundle>>,
    /// The bundle under test.
    pub opened: RwSignal<Loadable<OpenedBundle>>,
    /// What became of new rows.
    pub monitored: RwSignal<Loadable<MonitoredRows>>,
    /// The last file of new rows, to be scored again by another bundle.
    pub new_rows: RwSignal<Option<File>, LocalStorage>,
}

/// What a split is made from: the table's load, and a trial that is split so.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the type's line says it")]
pub struct SplitInputs {
    pub load: u32,
    pub trial: Trial,
}

/// What an evaluation and a bundle are made from.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultInputs {
    /// The result's name.
    pub id: String,
    /// What was fitted.
    pub trial: Trial,
    /// The project's name, which a bundle carries.
    pub name: String,
}

/// A bundle, ready to be saved.
#[derive(Debug)]
pub struct MadeBundle {
    /// What it holds.
    pub about: Exported,
    /// The zip.
    pub bytes: Uint8Array,
}

/// A bundle that was opened.
#[derive(Debug)]
pub struct OpenedBundle {
    /// Its file's name.
    pub file: String,
    /// What it is.
    pub info: BundleInfo,
    /// The zip.
    pub bytes: Uint8Array,
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

/// A file, and how it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are the project's")]
pub struct MadeOn {
    pub source: Option<SourceInfo>,
    pub read: ReadOptions,
}

impl Search {
    /// What is tuned.
    pub fn algorithm(&self) -> Algorithm {
        self.tuner.base().algorithm
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
            split: RwSignal::new(Stamped::default()),
            search: RwSignal::new(None),
            selected: RwSignal::new(None),
            evaluation: RwSignal::new(Stamped::default()),
            coefficients: RwSignal::new(Stamped::default()),
            curve: RwSignal::new(Stamped::default()),
            bundle: RwSignal::new(Stamped::default()),
            opened: RwSignal::new(Loadable::Empty),
            monitored: RwSignal::new(Loadable::Empty),
            new_rows: RwSignal::new_local(None),
        }
    }

    /// The opened bundle; tracked.
    pub fn opened_bundle(self) -> Option<Arc<OpenedBundle>> {
        self.opened.with(|opened| opened.ready().cloned())
    }
}

impl ResultInputs {
    /// What the bundle of a result would be made from.
    pub fn of(result: &TrialResult, name: &str) -> Self {
        Self {
            id: result.id.clone(),
            trial: result.trial.clone(),
            name: name.to_owned(),
        }
    }
}
