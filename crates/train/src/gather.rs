//! Parts of a trial put together.

use std::collections::BTreeMap;
use std::sync::Arc;

use tabwright_metrics::{Estimate, mean_std};
use tabwright_model::{
    DEFAULT_THRESHOLD, Dataset, Evaluation, Finish, Importance, Link, Task, detect_task,
};
use tabwright_table::Table;

use crate::{Algorithm, Part, PartResult, TrainError, Trained, Trial, evaluate};

/// Puts parts together: curves over pooled held-out rows (of the first repeat, where there are several, so that each row counts
/// once), mean and spread over all folds.
///
/// # Errors
/// If the target no longer fits the table.
pub fn gather(table: &Table, trial: &Trial, parts: &[PartResult]) -> Result<Trained, TrainError> {
    let dataset = detect_task(table, &trial.target, trial.task)?;
    let mut folds: Vec<&PartResult> = parts
        .iter()
        .filter(|result| matches!(result.part, Part::Fold(_)))
        .collect();
    folds.sort_by_key(|result| result.part);
    let full = parts.iter().find(|result| result.part == Part::Full);
    let once: Vec<&PartResult> = folds
        .iter()
        .copied()
        .filter(|fold| fold.part < Part::Fold(trial.validation.per_repeat()))
        .collect();
    let held_out = pool(&once, dataset.task.n_outputs());
    let target = targets(&dataset, &held_out.0)?;
    let link = parts.iter().find_map(|result| result.link);
    let link = link.unwrap_or_else(|| link_of(trial.algorithm, &dataset.task));
    let finish = Finish {
        task: &dataset.task,
        link,
        threshold: DEFAULT_THRESHOLD,
    };
    let fit_seconds = match full {
        Some(full) => full.fit_seconds,
        None => folds.iter().map(|fold| fold.fit_seconds).sum::<f64>() / folds.len().max(1) as f64,
    };
    let evaluation = Evaluation {
        n_rows: target.len(),
        metrics: spread(folds.iter().map(|fold| &fold.metrics)),
        intervals: BTreeMap::new(),
        folds: folds.iter().map(|fold| fold.metrics.clone()).collect(),
        detail: evaluate::detail(finish, &held_out.1, &target),
        importance: ranked(spread(folds.iter().map(|fold| &fold.importance))),
    };
    Ok(Trained {
        evaluation: evaluation.with_intervals(&trial.validation),
        fitted: full
            .and_then(|full| full.fitted.clone())
            .map(|(recipe, model)| (recipe, Arc::new(model))),
        report: full
            .or(folds.first().copied())
            .map(|part| part.report.clone())
            .unwrap_or_default(),
        fit_seconds,
        held_out,
    })
}

/// These folds' held-out rows in the table's order, and their margins.
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
