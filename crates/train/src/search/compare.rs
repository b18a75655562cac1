//! Which of two trials is better.

use tabwright_metrics::mean_std;
use tabwright_model::{Task, TrialRecord};

use super::Metrics;

/// Mean over folds of the main metric as a loss: less is better. Infinite where no fold has it.
pub fn loss_of<'a>(folds: impl IntoIterator<Item = &'a Metrics>, task: &Task) -> f64 {
    let metric = task.main_metric();
    let values: Vec<f64> = folds
        .into_iter()
        .filter_map(|fold| fold.get(metric.key()).copied())
        .collect();
    mean_std(&values).map_or(f64::INFINITY, |found| metric.better().loss(found.mean))
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
