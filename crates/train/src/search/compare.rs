//! Which of two trials is better.

use tabwright_metrics::mean_std;
use tabwright_model::{Task, TrialRecord};

use super::Metrics;

/// The metric that models are compared by, and whether more is better.
pub fn main_metric(task: &Task) -> (&'static str, bool) {
    match task {
        Task::Binary { .. } => ("auc", true),
        Task::Multiclass { .. } => ("log_loss", false),
        Task::Regression => ("rmse", false),
    }
}

/// Mean over folds of the main metric as a loss: less is better. Infinite where no fold has it.
pub fn loss_of<'a>(folds: impl IntoIterator<Item = &'a Metrics>, task: &Task) -> f64 {
    let (metric, more_is_better) = main_metric(task);
    let values: Vec<f64> = folds
        .into_iter()
        .filter_map(|fold| fold.get(metric).copied())
        .collect();
    match mean_std(&values) {
        Some(estimate) if more_is_better => -estimate.mean,
        Some(estimate) => estimate.mean,
        None => f64::INFINITY,
    }
}

/// Position of the trial that is best by the main metric, of those that had all of the resource; the first of equals; `None` if no trial
/// has that metric.
pub fn best_trial(trials: &[TrialRecord], task: &Task) -> Option<usize> {
    let whole = trials
        .iter()
        .enumerate()
        .filter(|(_, trial)| trial.share.is_none());
    let losses = whole.map(|(index, trial)| (index, loss_of(&trial.folds, task)));
    losses
        .filter(|(_, loss)| loss.is_finite())
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(index, _)| index)
}
