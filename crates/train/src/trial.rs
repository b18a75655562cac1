//! One thing to fit and validate, in parts that any worker can run.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tabwright_model::{Evaluation, Link, Model, ParamValue, Params, Validation};
use tabwright_recipe::{FittedRecipe, Recipe};
use tabwright_table::Table;

use crate::report::FitReport;
use crate::split::Splits;
use crate::{Algorithm, Dataset, TaskChoice, TrainError, detect_task};

/// What to fit: all that decides the result, together with the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The target column.
    pub target: String,
    /// The task.
    #[serde(default)]
    pub task: TaskChoice,
    /// The steps before training; fitted anew on each fold's training rows.
    #[serde(default)]
    pub recipe: Recipe,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// Its parameters; absent ones have their defaults.
    #[serde(default)]
    pub params: Params,
    /// How it is tested.
    #[serde(alias = "folds", deserialize_with = "Validation::or_folds")]
    pub validation: Validation,
    /// The seed.
    pub seed: u64,
    /// The column that says how much each row counts in training, as the recipe leaves it; it is no feature. Metrics count every
    /// held-out row once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// The share of each part's training rows that it learns from, drawn by the seed, every class alike; a smaller share is part of
    /// a larger one. All of them where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Where a search is validated itself: all happens within the training rows of this fold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
}

/// A fold of another split, whose training rows are all that there is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Within {
    /// The split.
    pub validation: Validation,
    /// The fold of it.
    pub fold: u32,
}

/// A part of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Learn from what this fold does not hold out, score what it does.
    Fold(u32),
    /// The same, for its metrics alone: no importance, no margins. Searches and learning curves ask for no more.
    Probe(u32),
    /// Train on all rows.
    Full,
}

/// What a part gives. Plain data: it travels between workers and is kept with the project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartResult {
    /// Which part.
    pub part: Part,
    /// How long the fit took, recipe included, in seconds; not part of any bundle.
    pub fit_seconds: f64,
    /// Folds: held-out rows (positions in the raw table, ascending).
    pub rows: Vec<u32>,
    /// Folds: their margins, row-major.
    pub margins: Vec<f64>,
    /// Folds: metrics on them.
    pub metrics: BTreeMap<String, f64>,
    /// Rows that were learnt from.
    #[serde(default)]
    pub n_learnt: u32,
    /// Metrics on the rows that were learnt from; only where those were a share.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub learnt: BTreeMap<String, f64>,
    /// Folds: loss of the main metric for each shuffled input column.
    pub importance: BTreeMap<String, f64>,
    /// How the margins become numbers or probabilities; absent in results of earlier versions.
    #[serde(default)]
    pub link: Option<Link>,
    /// What the fit tells besides its model.
    #[serde(default)]
    pub report: FitReport,
    /// All rows: what scores new rows.
    pub fitted: Option<(FittedRecipe, Model)>,
}

/// All parts put together.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// Metrics, curves, importance.
    pub evaluation: Evaluation,
    /// What scores new rows; absent where only folds were run.
    pub fitted: Option<(FittedRecipe, Arc<Model>)>,
    /// What the fit on all rows tells besides, or the first fold's.
    pub report: FitReport,
    /// Seconds of the fit on all rows, or the folds' mean.
    pub fit_seconds: f64,
    /// Held-out rows (positions in the raw table, ascending) and their margins, row-major.
    pub held_out: (Vec<u32>, Vec<f64>),
}

impl Trial {
    /// What a fit costs, beside that of other algorithms on the same rows: times of BENCHMARKS.md, of trees by their number. For progress
    /// and what is left of it; nothing else hangs on it.
    pub fn expected_cost(&self) -> f64 {
        let trees = || match self.params.get("trees") {
            Some(ParamValue::Number(trees)) => *trees,
            _ => 100.0,
        };
        match self.algorithm {
            Algorithm::Baseline => 1.0,
            Algorithm::Linear => 10.0,
            Algorithm::Tree => 8.0,
            Algorithm::Forest => 3.2 * trees(),
            Algorithm::Gbt => trees(),
        }
    }

    /// An algorithm with its defaults, in five folds, without a recipe.
    pub fn new(target: impl Into<String>, algorithm: Algorithm) -> Self {
        Self {
            target: target.into(),
            task: TaskChoice::Auto,
            recipe: Recipe::default(),
            algorithm,
            params: Params::new(),
            validation: Validation::default(),
            seed: 0,
            weight: None,
            share: None,
            within: None,
        }
    }

    /// The parts: every fold, then all rows.
    pub fn parts(&self) -> Vec<Part> {
        let folds = 0..self.validation.n_folds();
        folds.map(Part::Fold).chain([Part::Full]).collect()
    }

    /// The folds, for their metrics alone.
    pub fn probes(&self) -> Vec<Part> {
        (0..self.validation.n_folds()).map(Part::Probe).collect()
    }

    /// The rows that it is about: those that have a target, or of them what the fold that it is within learns from.
    ///
    /// # Errors
    /// If the target does not fit the task, or the rows cannot be split so.
    pub fn dataset(&self, table: &Table) -> Result<Dataset, TrainError> {
        let dataset = detect_task(table, &self.target, self.task)?;
        match &self.within {
            None => Ok(dataset),
            Some(within) => {
                let outer = Splits::new(table, &dataset, &within.validation, self.seed)?;
                Ok(dataset.at(&outer.fold(within.fold)?.learn))
            }
        }
    }

    /// The rows that it is about, and how they are split.
    ///
    /// # Errors
    /// As above; or if they are to be split by the target.
    pub fn split(&self, table: &Table) -> Result<(Dataset, Splits), TrainError> {
        let dataset = self.dataset(table)?;
        if self.validation.column() == Some(&self.target) {
            return Err(TrainError::Validation(format!(
                "rows cannot be split by the target \"{}\": choose another column",
                self.target
            )));
        }
        let splits = Splits::new(table, &dataset, &self.validation, self.seed)?;
        Ok((dataset, splits))
    }
}

impl Part {
    /// What keys its random numbers: a fold and its probe are the same fit.
    pub(crate) fn index(self) -> u64 {
        match self {
            Part::Fold(fold) | Part::Probe(fold) => u64::from(fold),
            Part::Full => u64::MAX,
        }
    }
}
