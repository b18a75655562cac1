//! A part of a trial, run: recipe, fit, scores of what is held out.

use std::collections::BTreeMap;

use rand::Rng;
use tabwright_model::{DEFAULT_THRESHOLD, Model, Params, Task};
use tabwright_recipe::{Feature, Fit, Matrix};
use tabwright_table::{Table, Values};

use crate::fit::fit as fit_model;
use crate::importance::importance;
use crate::params::resolve;
use crate::report::{FitReport, Fitted};
use crate::split::Fold;
use crate::stream::{shuffle, stream};
use crate::training::Training;
use crate::{Dataset, Observer, Part, PartResult, TrainError, Trial, weights};

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
    let (dataset, Fold { mut learn, hold }) = match part {
        Part::Full => {
            let dataset = trial.dataset(table)?;
            let learn = (0..dataset.rows.len()).collect();
            let hold = Vec::new();
            (dataset, Fold { learn, hold })
        }
        Part::Fold(fold) | Part::Probe(fold) => {
            let (dataset, splits) = trial.split(table)?;
            (dataset, splits.fold(fold)?)
        }
    };
    if let Some(share) = trial.share {
        learn = draw(&dataset, &learn, share, trial.seed, part)?;
    }
    let started = observer.now_ms();
    let raw_rows = |positions: &[usize]| -> Vec<u32> {
        positions
            .iter()
            .map(|&position| dataset.rows[position])
            .collect()
    };
    let fit = trial.recipe.fit(table, Some(&raw_rows(&learn)))?;
    check_target(table, trial, &dataset, &fit)?;
    let seed = part_seed(trial, part);
    let rows = Kept::of(&fit, &dataset, &learn);
    let held_out = Kept::of(&fit, &dataset, &hold);
    let origin = held_out.origin(&fit);
    // What has done its work is not held while a model grows.
    drop((learn, hold, dataset.rows, dataset.target, fit.origin));
    let Learnt {
        model,
        report,
        n_rows,
        metrics,
    } = learn_model(
        trial,
        &params,
        dataset.task,
        &fit.table,
        rows,
        seed,
        observer,
    )?;
    let fit_seconds = (observer.now_ms() - started) / 1000.0;
    let mut result = PartResult {
        part,
        fit_seconds,
        rows: Vec::new(),
        margins: Vec::new(),
        metrics: BTreeMap::new(),
        n_learnt: n_rows,
        learnt: metrics,
        importance: BTreeMap::new(),
        link: Some(model.predictor.link()),
        report,
        fitted: None,
    };
    match part {
        Part::Full => result.fitted = Some((fit.fitted, model)),
        Part::Fold(fold) | Part::Probe(fold) => {
            held_out.check_scored(fold)?;
            let matrix = Matrix::build_rows(&fit.table, &model.features, &held_out.rows)?;
            let margins = model.predictor.margins(&matrix);
            result.metrics = model.finishing().metrics(margins.clone(), &held_out.target);
            if part == Part::Fold(fold) {
                result.importance = importance(&model, &matrix, &held_out.target, trial.seed, fold);
                result.rows = origin;
                result.margins = margins;
            }
        }
    }
    Ok(result)
}

/// A model, and what its fit tells besides.
struct Learnt {
    model: Model,
    report: FitReport,
    /// Rows that it learnt from.
    n_rows: u32,
    /// How well it does on them, where a search asks.
    metrics: BTreeMap<String, f64>,
}

/// Fits the algorithm to these rows, as the recipe left them; those of weight 0 are taken out.
fn learn_model(
    trial: &Trial,
    params: &Params,
    task: Task,
    table: &Table,
    mut rows: Kept,
    seed: u64,
    observer: &dyn Observer,
) -> Result<Learnt, TrainError> {
    let weights = match &trial.weight {
        None => None,
        Some(name) if *name == trial.target => {
            return Err(TrainError::Parameter {
                name: "weight".into(),
                message: format!(
                    "\"{name}\" is the target, which cannot say what its rows count: choose another column"
                ),
            });
        }
        Some(name) => Some(rows.weigh(table, name)?),
    };
    rows.check(&task)?;
    let mut features = Feature::all_of_rows(table, &rows.rows, &trial.target)?;
    features.retain(|feature| Some(&feature.name) != trial.weight.as_ref());
    let matrix = Matrix::build_rows(table, &features, &rows.rows)?;
    // The matrix has them in this order from here on.
    drop(rows.rows);
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &rows.target,
        task: &task,
        weights: weights.as_deref(),
    };
    let Fitted { predictor, report } =
        fit_model(trial.algorithm, params, &training, seed, observer)?;
    let model = Model {
        task,
        target: trial.target.clone(),
        features,
        predictor,
        threshold: DEFAULT_THRESHOLD,
    };
    let metrics = trial.share.map_or_else(BTreeMap::new, |_| {
        let margins = model.predictor.margins(&matrix);
        model.finishing().metrics(margins, &rows.target)
    });
    Ok(Learnt {
        model,
        report,
        n_rows: rows.target.len() as u32,
        metrics,
    })
}

/// A share of these positions, ascending: of every class alike, at least one row. What a smaller share draws, a larger one draws too.
fn draw(
    dataset: &Dataset,
    positions: &[usize],
    share: f64,
    seed: u64,
    part: Part,
) -> Result<Vec<usize>, TrainError> {
    if !(share > 0.0 && share <= 1.0) {
        return Err(TrainError::Parameter {
            name: "share".into(),
            message: format!("expected a share of the rows above 0 and at most 1, found {share}"),
        });
    }
    let n_classes = dataset.task.classes().len().max(1);
    let mut strata = vec![Vec::new(); n_classes];
    for &position in positions {
        let class = if n_classes > 1 {
            dataset.target[position] as usize
        } else {
            0
        };
        strata[class].push(position);
    }
    let mut rng = stream(seed, "share", part.index());
    let mut drawn = Vec::new();
    for stratum in &mut strata {
        shuffle(&mut rng, stratum);
        let n = libm::ceil(share * stratum.len() as f64) as usize;
        drawn.extend_from_slice(&stratum[..n.min(stratum.len())]);
    }
    drawn.sort_unstable();
    Ok(drawn)
}

/// Each part draws its own random numbers.
fn part_seed(trial: &Trial, part: Part) -> u64 {
    stream(trial.seed, "part", part.index()).random()
}

/// Rows that the recipe did not drop.
struct Kept {
    /// Positions in the recipe's table.
    rows: Vec<u32>,
    /// The target.
    target: Vec<f64>,
    /// Rows that were asked for.
    n_wanted: usize,
}

impl Kept {
    /// Those of the dataset's rows at `positions`.
    fn of(fit: &Fit, dataset: &Dataset, positions: &[usize]) -> Self {
        // Positions and the table's rows ascend, but a recipe may leave rows in any order.
        let wanted: Vec<u32> = positions.iter().map(|&at| dataset.rows[at]).collect();
        debug_assert!(wanted.is_sorted());
        let mut next = 0;
        let mut place = |origin: u32| {
            if wanted.get(next) != Some(&origin) {
                next = wanted.binary_search(&origin).ok()?;
            }
            next += 1;
            Some(positions[next - 1])
        };
        let mut kept = Kept {
            rows: Vec::with_capacity(positions.len()),
            target: Vec::with_capacity(positions.len()),
            n_wanted: positions.len(),
        };
        for (row, &origin) in fit.origin.iter().enumerate() {
            if let Some(position) = place(origin) {
                kept.rows.push(row as u32);
                kept.target.push(dataset.target[position]);
            }
        }
        kept
    }

    /// Their positions in the raw table.
    fn origin(&self, fit: &Fit) -> Vec<u32> {
        let of = |&row: &u32| fit.origin[row as usize];
        self.rows.iter().map(of).collect()
    }

    /// The weights of these rows; those of weight 0 are left out.
    fn weigh(&mut self, table: &Table, column: &str) -> Result<Vec<f64>, TrainError> {
        let mut weights = weights::of_column(table, column, &self.rows)?;
        let counting: Vec<bool> = weights.iter().map(|&weight| weight > 0.0).collect();
        keep(&mut self.rows, &counting);
        keep(&mut self.target, &counting);
        keep(&mut weights, &counting);
        Ok(weights)
    }

    /// Whether there is something to score.
    fn check_scored(&self, fold: u32) -> Result<(), TrainError> {
        if self.rows.is_empty() {
            return Err(TrainError::TooFewRows(format!(
                "the recipe drops every row of fold {}: choose fewer folds, or a filter that keeps more rows",
                fold + 1
            )));
        }
        Ok(())
    }

    /// Whether there is something to learn from.
    fn check(&self, task: &Task) -> Result<(), TrainError> {
        if self.rows.len() < 2 {
            return Err(TrainError::TooFewRows(format!(
                "{} of {} rows with a target are left to learn from after the recipe, and a model needs at least 2",
                self.rows.len(),
                self.n_wanted
            )));
        }
        for (class, name) in task.classes().iter().enumerate() {
            if !self.target.contains(&(class as f64)) {
                return Err(TrainError::TooFewRows(format!(
                    "no row of the class \"{name}\" is left to learn from after the recipe: change the filter, or choose fewer folds"
                )));
            }
        }
        Ok(())
    }
}

fn keep<T>(items: &mut Vec<T>, which: &[bool]) {
    let mut which = which.iter();
    items.retain(|_| which.next().is_some_and(|&kept| kept));
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
