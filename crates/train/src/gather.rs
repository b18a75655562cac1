//! Parts of a trial put together.

use std::collections::BTreeMap;

use tabwright_metrics::{Estimate, mean_std};
use tabwright_model::{Constant, Evaluation, Importance, Link, Model, Predictor, Task};
use tabwright_table::Table;

use crate::trial::THRESHOLD;
use crate::{
    Algorithm, Dataset, Part, PartResult, TrainError, Trained, Trial, detect_task, evaluate,
};

/// Puts parts together: curves over pooled held-out rows, mean and spread over folds.
///
/// # Errors
/// If the target no longer fits the table.
pub fn gather(table: &Table, trial: &Trial, parts: &[PartResult]) -> Result<Trained, TrainError> {
    let dataset = detect_task(table, &trial.target, trial.task)?;
    let mut folds: Vec<&PartResult> = parts
        .iter()
        .filter(|result| result.part != Part::Full)
        .collect();
    folds.sort_by_key(|result| result.part);
    let full = parts.iter().find(|result| result.part == Part::Full);
    let held_out = pool(&folds, dataset.task.n_outputs());
    let target = targets(&dataset, &held_out.0)?;
    let link = parts
        .iter()
        .find_map(|result| result.fitted.as_ref())
        .map(|(_, model)| model.predictor.link());
    let model = reader_of_margins(trial, &dataset, link);
    let fit_seconds = match full {
        Some(full) => full.fit_seconds,
        None => folds.iter().map(|fold| fold.fit_seconds).sum::<f64>() / folds.len().max(1) as f64,
    };
    Ok(Trained {
        evaluation: Evaluation {
            n_rows: target.len(),
            metrics: spread(folds.iter().map(|fold| &fold.metrics)),
            folds: folds.iter().map(|fold| fold.metrics.clone()).collect(),
            detail: evaluate::detail(&model, &held_out.1, &target),
            importance: ranked(spread(folds.iter().map(|fold| &fold.importance))),
        },
        fitted: full.and_then(|full| full.fitted.clone()),
        fit_seconds,
        held_out,
    })
}

/// All folds' held-out rows in the table's order, and their margins.
fn pool(folds: &[&PartResult], n_outputs: usize) -> (Vec<u32>, Vec<f64>) {
    let mut scored: Vec<(u32, &[f64])> = folds
        .iter()
        .flat_map(|fold| {
            fold.rows
                .iter()
                .copied()
                .zip(fold.margins.chunks_exact(n_outputs))
        })
        .collect();
    scored.sort_by_key(|(row, _)| *row);
    (
        scored.iter().map(|(row, _)| *row).collect(),
        scored
            .iter()
            .flat_map(|(_, margins)| *margins)
            .copied()
            .collect(),
    )
}

fn targets(dataset: &Dataset, rows: &[u32]) -> Result<Vec<f64>, TrainError> {
    let of_row = |row: &u32| {
        dataset
            .rows
            .binary_search(row)
            .map(|position| dataset.target[position])
    };
    rows.iter()
        .map(of_row)
        .collect::<Result<_, _>>()
        .map_err(|_| {
            TrainError::TooFewRows(
                "these results belong to another table: rows that were scored have no target here"
                    .into(),
            )
        })
}

/// A model that is used only to turn margins into probabilities and calls.
fn reader_of_margins(trial: &Trial, dataset: &Dataset, link: Option<Link>) -> Model {
    let link = link.unwrap_or_else(|| link_of(trial.algorithm, &dataset.task));
    Model {
        task: dataset.task.clone(),
        target: trial.target.clone(),
        features: Vec::new(),
        predictor: Predictor::Constant(Constant {
            margins: Vec::new(),
            link,
        }),
        threshold: THRESHOLD,
    }
}

fn link_of(algorithm: Algorithm, task: &Task) -> Link {
    match (task, algorithm) {
        (Task::Regression, _) => Link::Identity,
        (_, Algorithm::Baseline | Algorithm::Tree | Algorithm::Forest) => Link::Share,
        (Task::Binary { .. }, _) => Link::Sigmoid,
        (Task::Multiclass { .. }, _) => Link::Softmax,
    }
}

/// Mean and spread of each name over the folds that have it.
fn spread<'a>(
    folds: impl Iterator<Item = &'a BTreeMap<String, f64>>,
) -> BTreeMap<String, Estimate> {
    let mut values: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (name, value) in folds.flatten() {
        values.entry(name).or_default().push(*value);
    }
    values
        .into_iter()
        .filter_map(|(name, values)| Some((name.to_owned(), mean_std(&values)?)))
        .collect()
}

/// Largest first; equals by name.
fn ranked(spread: BTreeMap<String, Estimate>) -> Vec<Importance> {
    let mut list: Vec<Importance> = spread
        .into_iter()
        .map(|(feature, estimate)| Importance {
            feature,
            mean: estimate.mean,
            std: estimate.std,
        })
        .collect();
    list.sort_by(|a, b| b.mean.total_cmp(&a.mean));
    list
}
