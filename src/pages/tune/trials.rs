//! Trials as the page shows them, whether the search runs or is over.

use tabwright_engine::metrics::{Estimate, mean_std};
use tabwright_engine::model::{ParamValue, Params, TrialRecord};

use crate::state::Search;

/// A trial with the folds that are done.
#[derive(Clone, PartialEq)]
pub struct Shown {
    /// Its number, from 1 on.
    pub number: usize,
    /// Its parameters.
    pub params: Params,
    /// The metric over the folds that are done.
    pub estimate: Estimate,
    /// Whether folds are still to come.
    pub is_partial: bool,
}

/// The trials of a search under way that have a value.
pub fn of_search(search: &Search, folds: usize, metric: &str) -> Vec<Shown> {
    let trials = search.trials.iter().enumerate();
    trials
        .filter_map(|(position, (params, done))| {
            let values: Vec<f64> = done
                .values()
                .filter_map(|fold| fold.get(metric).copied())
                .collect();
            let is_partial = done.len() < folds;
            mean_std(&values).map(|estimate| Shown {
                number: position + 1,
                params: params.clone(),
                estimate,
                is_partial,
            })
        })
        .collect()
}

/// The trials of a finished search.
pub fn of_records(records: &[TrialRecord], metric: &str) -> Vec<Shown> {
    let trials = records.iter().enumerate();
    trials
        .filter_map(|(position, record)| {
            let values: Vec<f64> = record
                .folds
                .iter()
                .filter_map(|fold| fold.get(metric).copied())
                .collect();
            mean_std(&values).map(|estimate| Shown {
                number: position + 1,
                params: record.params.clone(),
                estimate,
                is_partial: false,
            })
        })
        .collect()
}

/// The trials, best first; partial ones last.
pub fn ranked(mut trials: Vec<Shown>, more_is_better: bool) -> Vec<Shown> {
    let loss = |trial: &Shown| {
        if more_is_better {
            -trial.estimate.mean
        } else {
            trial.estimate.mean
        }
    };
    trials.sort_by(|a, b| {
        a.is_partial
            .cmp(&b.is_partial)
            .then(loss(a).total_cmp(&loss(b)))
    });
    trials
}

/// The best value up to each complete trial.
pub fn best_so_far(trials: &[Shown], more_is_better: bool) -> Vec<(f64, f64)> {
    let mut best = None::<f64>;
    let complete = trials.iter().filter(|trial| !trial.is_partial);
    complete
        .map(|trial| {
            let value = trial.estimate.mean;
            let now = best.map_or(value, |best| {
                if more_is_better {
                    best.max(value)
                } else {
                    best.min(value)
                }
            });
            best = Some(now);
            (trial.number as f64, now)
        })
        .collect()
}

/// A parameter's value as text.
pub fn value_text(value: &ParamValue) -> String {
    match value {
        ParamValue::Number(number) => crate::format::number(*number),
        ParamValue::Choice(choice) => choice.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(number: usize, mean: f64, is_partial: bool) -> Shown {
        Shown {
            number,
            params: Params::new(),
            estimate: Estimate { mean, std: 0.0 },
            is_partial,
        }
    }

    #[test]
    fn the_best_so_far_never_gets_worse_and_skips_partial_trials() {
        let trials = [
            trial(1, 0.7, false),
            trial(2, 0.9, true),
            trial(3, 0.6, false),
            trial(4, 0.8, false),
        ];
        assert_eq!(
            best_so_far(&trials, true),
            [(1.0, 0.7), (3.0, 0.7), (4.0, 0.8)]
        );
        assert_eq!(
            best_so_far(&trials, false),
            [(1.0, 0.7), (3.0, 0.6), (4.0, 0.6)]
        );
    }

    #[test]
    fn partial_trials_rank_last() {
        let trials = vec![
            trial(1, 0.7, false),
            trial(2, 0.9, true),
            trial(3, 0.8, false),
        ];
        let numbers: Vec<usize> = ranked(trials, true)
            .iter()
            .map(|trial| trial.number)
            .collect();
        assert_eq!(numbers, [3, 1, 2]);
    }
}
