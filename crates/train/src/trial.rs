//! One thing to fit and validate, in parts that any worker can run.

use std::collections::BTreeMap;

use rand::Rng;
use serde::{Deserialize, Serialize};
use tabwright_model::{Evaluation, Model, Params};
use tabwright_recipe::{Feature, Fit, FittedRecipe, Matrix, Recipe};
use tabwright_table::{Table, Values};

use crate::evaluate;
use crate::fit::{Training, fit as fit_model};
use crate::importance::importance;
use crate::params::resolve;
use crate::split::assign_folds;
use crate::stream::stream;
use crate::{Algorithm, Dataset, Observer, TaskChoice, TrainError, detect_task};

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
    /// Folds of the cross-validation; 0 for none, else at least 2.
    pub folds: u32,
    /// The seed.
    pub seed: u64,
}

/// A part of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Train on all folds but this one, score this one.
    Fold(u32),
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
    /// Folds: loss of the main metric for each shuffled input column.
    pub importance: BTreeMap<String, f64>,
    /// All rows: what scores new rows.
    pub fitted: Option<(FittedRecipe, Model)>,
}

/// All parts put together.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// Metrics, curves, importance.
    pub evaluation: Evaluation,
    /// What scores new rows; absent where only folds were run.
    pub fitted: Option<(FittedRecipe, Model)>,
    /// Seconds of the fit on all rows, or the folds' mean.
    pub fit_seconds: f64,
    /// Held-out rows (positions in the raw table, ascending) and their margins, row-major.
    pub held_out: (Vec<u32>, Vec<f64>),
}

impl Trial {
    /// The parts: every fold, then all rows.
    pub fn parts(&self) -> Vec<Part> {
        (0..self.folds)
            .map(Part::Fold)
            .chain([Part::Full])
            .collect()
    }
}

/// The probability from which on class 1 is called, until someone moves it.
pub(crate) const THRESHOLD: f64 = 0.5;

/// Runs one part. The same trial, table and part give the same result, whatever ran before and wherever.
///
/// # Errors
/// If the recipe, target, parameters or solver fail, or the observer cancels.
pub fn run_part(
    table: &Table,
    trial: &Trial,
    part: Part,
    observer: &dyn Observer,
) -> Result<PartResult, TrainError> {
    let params = resolve(trial.algorithm, &trial.params)?;
    let dataset = detect_task(table, &trial.target, trial.task)?;
    let held_out = held_out(&dataset, trial, part)?;
    let started = observer.now_ms();
    let (learn, hold): (Vec<usize>, Vec<usize>) =
        (0..dataset.rows.len()).partition(|&position| !held_out[position]);
    let raw_rows = |positions: &[usize]| -> Vec<u32> {
        positions
            .iter()
            .map(|&position| dataset.rows[position])
            .collect()
    };
    let fit = trial.recipe.fit(table, Some(&raw_rows(&learn)))?;
    check_target(table, trial, &dataset, &fit)?;
    let seed = part_seed(trial, part);
    let model = learn_model(trial, &params, &dataset, &fit, &learn, seed, observer)?;
    let fit_seconds = (observer.now_ms() - started) / 1000.0;
    let mut result = PartResult {
        part,
        fit_seconds,
        rows: Vec::new(),
        margins: Vec::new(),
        metrics: BTreeMap::new(),
        importance: BTreeMap::new(),
        fitted: None,
    };
    match part {
        Part::Full => result.fitted = Some((fit.fitted, model)),
        Part::Fold(fold) => score_fold(
            &mut result,
            &fit,
            &model,
            Kept::of(&fit, &dataset, &hold),
            trial.seed,
            fold,
        )?,
    }
    Ok(result)
}

/// Fits the algorithm to the dataset's rows at `positions`, as the recipe left them.
fn learn_model(
    trial: &Trial,
    params: &Params,
    dataset: &Dataset,
    fit: &Fit,
    positions: &[usize],
    seed: u64,
    observer: &dyn Observer,
) -> Result<Model, TrainError> {
    let rows = Kept::of(fit, dataset, positions);
    rows.check(dataset)?;
    let table = fit.table.take(&rows.rows);
    let features = Feature::all_of(&table, &trial.target)?;
    let matrix = Matrix::build(&table, &features)?;
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &rows.target,
        task: &dataset.task,
    };
    let predictor = fit_model(trial.algorithm, params, &training, seed, observer)?;
    Ok(Model {
        task: dataset.task.clone(),
        target: trial.target.clone(),
        features,
        predictor,
        threshold: THRESHOLD,
    })
}

/// Scores the held-out rows with what the other folds taught.
fn score_fold(
    result: &mut PartResult,
    fit: &Fit,
    model: &Model,
    held_out: Kept,
    seed: u64,
    fold: u32,
) -> Result<(), TrainError> {
    if held_out.rows.is_empty() {
        return Err(TrainError::TooFewRows(format!(
            "the recipe drops every row of fold {}: choose fewer folds, or a filter that keeps more rows",
            fold + 1
        )));
    }
    let matrix = Matrix::build(&fit.table.take(&held_out.rows), &model.features)?;
    let margins = model.predictor.margins(&matrix);
    result.metrics = evaluate::metrics(model, margins.clone(), &held_out.target);
    result.importance = importance(model, &matrix, &held_out.target, seed, fold);
    result.rows = held_out.origin;
    result.margins = margins;
    Ok(())
}

/// Each part draws its own random numbers.
fn part_seed(trial: &Trial, part: Part) -> u64 {
    let index = match part {
        Part::Fold(fold) => u64::from(fold),
        Part::Full => u64::MAX,
    };
    stream(trial.seed, "part", index).random()
}

/// Whether each of the dataset's rows is held out.
fn held_out(dataset: &Dataset, trial: &Trial, part: Part) -> Result<Vec<bool>, TrainError> {
    match part {
        Part::Full => Ok(vec![false; dataset.rows.len()]),
        Part::Fold(fold) if fold < trial.folds => {
            let folds = assign_folds(dataset, trial.folds, trial.seed)?;
            Ok(folds.into_iter().map(|of| of == fold).collect())
        }
        Part::Fold(fold) => Err(TrainError::Parameter {
            name: "folds".into(),
            message: format!(
                "fold {fold} was asked for, and the trial has {} folds",
                trial.folds
            ),
        }),
    }
}

/// Rows that the recipe did not drop.
struct Kept {
    /// Positions in the recipe's table.
    rows: Vec<u32>,
    /// Positions in the raw table.
    origin: Vec<u32>,
    /// The target.
    target: Vec<f64>,
}

impl Kept {
    /// Those of the dataset's rows at `positions`.
    fn of(fit: &Fit, dataset: &Dataset, positions: &[usize]) -> Self {
        let wanted: BTreeMap<u32, f64> = positions
            .iter()
            .map(|&position| (dataset.rows[position], dataset.target[position]))
            .collect();
        let mut kept = Kept {
            rows: Vec::new(),
            origin: Vec::new(),
            target: Vec::new(),
        };
        for (row, &origin) in fit.origin.iter().enumerate() {
            if let Some(&target) = wanted.get(&origin) {
                kept.rows.push(row as u32);
                kept.origin.push(origin);
                kept.target.push(target);
            }
        }
        kept
    }

    /// Whether there is something to learn from.
    fn check(&self, dataset: &Dataset) -> Result<(), TrainError> {
        if self.rows.len() < 2 {
            return Err(TrainError::TooFewRows(format!(
                "{} of {} rows with a target are left to learn from after the recipe, and a model needs at least 2",
                self.rows.len(),
                dataset.rows.len()
            )));
        }
        for (class, name) in dataset.task.classes().iter().enumerate() {
            if !self.target.contains(&(class as f64)) {
                return Err(TrainError::TooFewRows(format!(
                    "no row of the class \"{name}\" is left to learn from after the recipe: change the filter, or choose fewer folds"
                )));
            }
        }
        Ok(())
    }
}

/// The target comes from the raw table; a recipe that changes it would be misleading.
fn check_target(
    table: &Table,
    trial: &Trial,
    dataset: &Dataset,
    fit: &Fit,
) -> Result<(), TrainError> {
    let touched = || TrainError::TargetTouched(trial.target.clone());
    let (Some(before), Some(after)) =
        (table.column(&trial.target), fit.table.column(&trial.target))
    else {
        return Err(touched());
    };
    let kept = fit
        .origin
        .iter()
        .enumerate()
        .filter(|(_, origin)| dataset.rows.binary_search(origin).is_ok());
    let mut pairs = kept.map(|(row, &origin)| (origin as usize, row));
    let same = match (&before.values, &after.values) {
        (Values::Numbers(before), Values::Numbers(after)) => {
            pairs.all(|(b, a)| before[b] == after[a])
        }
        (
            Values::Codes {
                codes: before,
                levels,
            },
            Values::Codes {
                codes: after,
                levels: new_levels,
            },
        ) => {
            pairs.all(|(b, a)| levels.get(before[b] as usize) == new_levels.get(after[a] as usize))
        }
        _ => false,
    };
    if same { Ok(()) } else { Err(touched()) }
}
