//! Trials as the page shows them, whether the search runs or is over.

use tabwright_engine::metrics::{Better, Estimate, Metric, mean_std};
use tabwright_engine::model::{ParamValue, Params, TrialRecord};
use tabwright_engine::train::{Standing, State};

/// A trial with the folds that are done.
#[derive(Clone, PartialEq)]
pub struct Shown {
    /// Its number, from 1 on.
    pub number: usize,
    /// Its parameters.
    pub params: Params,
    /// The metric over the folds that are done, with as much of the resource as it got.
    pub estimate: Estimate,
    /// The share of the resource.
    pub share: f64,
    /// Where it stands.
    pub state: State,
}

impl Shown {
    /// Whether all folds are done with all of the resource.
    pub fn is_complete(&self) -> bool {
        self.state == State::Complete
    }
}

/// The trials of a search under way that have a value.
pub fn of_search(standings: &[Standing], metric: Metric) -> Vec<Shown> {
    let trials = standings.iter().enumerate();
    trials
        .filter_map(|(position, standing)| {
            let values: Vec<f64> = standing
                .folds
                .values()
                .filter_map(|fold| fold.get(metric.key()).copied())
                .collect();
            mean_std(&values).map(|estimate| Shown {
                number: position + 1,
                params: standing.params.clone(),
                estimate,
                share: standing.share,
                state: standing.state,
            })
        })
        .collect()
}

/// The trials of a finished search.
pub fn of_records(records: &[TrialRecord], metric: Metric) -> Vec<Shown> {
    let trials = records.iter().enumerate();
    trials
        .filter_map(|(position, record)| {
            let values: Vec<f64> = record
                .folds
                .iter()
                .filter_map(|fold| fold.get(metric.key()).copied())
                .collect();
            mean_std(&values).map(|estimate| Shown {
                number: position + 1,
                params: record.params.clone(),
                estimate,
                share: record.share.unwrap_or(1.0),
                state: match record.share {
                    None => State::Complete,
                    Some(_) => State::Stopped,
                },
            })
        })
        .collect()
}

/// The trials, best first: those that are complete, then those under way, then those that were stopped, the last stopped first.
pub fn ranked(mut trials: Vec<Shown>, better: Better) -> Vec<Shown> {
    let loss = |trial: &Shown| better.loss(trial.estimate.mean);
    let place = |trial: &Shown| match trial.state {
        State::Complete => 0,
        State::Open => 1,
        State::Stopped => 2,
    };
    trials.sort_by(|a, b| {
        place(a)
            .cmp(&place(b))
            .then(b.share.total_cmp(&a.share))
            .then(loss(a).total_cmp(&loss(b)))
    });
    trials
}

/// The best value up to each complete trial.
pub fn best_so_far(trials: &[Shown], better: Better) -> Vec<(f64, f64)> {
    let mut best = None::<f64>;
    let complete = trials.iter().filter(|trial| trial.is_complete());
    complete
        .map(|trial| {
            let value = trial.estimate.mean;
            let now = best.map_or(value, |best| {
                if better.reaches(value, best) {
                    value
                } else {
                    best
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
        ParamValue::Number(number) => tabwright_format::number(*number),
        ParamValue::Choice(choice) => choice.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(number: usize, mean: f64, state: State) -> Shown {
        Shown {
            number,
            params: Params::new(),
            estimate: Estimate { mean, std: 0.0 },
            share: if state == State::Stopped { 0.5 } else { 1.0 },
            state,
        }
    }

    #[test]
    fn the_best_so_far_never_gets_worse_and_skips_partial_trials() {
        let trials = [
            trial(1, 0.7, State::Complete),
            trial(2, 0.9, State::Open),
            trial(3, 0.6, State::Complete),
            trial(4, 0.8, State::Complete),
        ];
        assert_eq!(
            best_so_far(&trials, Better::Higher),
            [(1.0, 0.7), (3.0, 0.7), (4.0, 0.8)]
        );
        assert_eq!(
            best_so_far(&trials, Better::Lower),
            [(1.0, 0.7), (3.0, 0.6), (4.0, 0.6)]
        );
    }

    #[test]
    fn complete_trials_rank_first_and_stopped_ones_last() {
        let trials = vec![
            trial(1, 0.7, State::Complete),
            trial(2, 0.9, State::Open),
            trial(3, 0.8, State::Complete),
            trial(4, 0.95, State::Stopped),
        ];
        let numbers: Vec<usize> = ranked(trials, Better::Higher)
            .iter()
            .map(|trial| trial.number)
            .collect();
        assert_eq!(numbers, [3, 1, 2, 4]);
    }
}
