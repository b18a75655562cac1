//! What a challenger must meet to take a model's place.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_metrics::Metric;

use crate::{Better, Evaluation};

/// `gate.json`: a hurdle a metric. Empty where the model was not validated; then nothing is known to compare with.
///
/// The rule: the model's mean over folds, less one standard error of that mean (the one-standard-error rule of Breiman et al.,
/// 1984; the error as in [`Evaluation::with_intervals`]). A challenger that only loses what chance alone takes is let through;
/// one that loses more is not. Where there was one fold, chance is not known and nothing may be lost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// By metric: those of the evaluation.
    pub metrics: BTreeMap<String, Hurdle>,
}

/// What one metric must be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hurdle {
    /// Which way the metric is better.
    pub better: Better,
    /// The model's own mean over folds.
    pub champion: f64,
    /// What a challenger may lose against the champion on the same rows; 0 or more.
    pub tolerance: f64,
    /// The minimum of a challenger's metric, or its maximum where lower is better, on whatever rows.
    pub limit: f64,
}

/// A hurdle that a challenger does not take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unmet {
    /// The metric.
    pub metric: String,
    /// What the challenger has; absent where the metric is not defined on its rows.
    pub found: Option<f64>,
    /// What it must be: the minimum, or the maximum where lower is better.
    pub needed: f64,
}

impl Gate {
    /// The gate of a model with this evaluation. Metrics that this build does not know are no hurdle.
    pub fn of(evaluation: &Evaluation) -> Gate {
        let hurdle = |(name, estimate): (&String, &tabwright_metrics::Estimate)| {
            let better = Metric::by_key(name)?.better();
            let tolerance = evaluation
                .intervals
                .get(name)
                .map_or(0.0, |interval| interval.standard_error);
            let hurdle = Hurdle {
                better,
                champion: estimate.mean,
                tolerance,
                limit: better.worse(estimate.mean, tolerance),
            };
            hurdle.is_sound().then(|| (name.clone(), hurdle))
        };
        Gate {
            metrics: evaluation.metrics.iter().filter_map(hurdle).collect(),
        }
    }

    /// The hurdles that a challenger with these metrics does not take; none: it may take the place. `champion` are the metrics of
    /// the model that holds it, on the same rows, where they are known.
    pub fn unmet(
        &self,
        challenger: &BTreeMap<String, f64>,
        champion: Option<&BTreeMap<String, f64>>,
    ) -> Vec<Unmet> {
        let mut unmet = Vec::new();
        for (name, hurdle) in &self.metrics {
            let rival = champion
                .and_then(|metrics| metrics.get(name))
                .map(|&value| hurdle.better.worse(value, hurdle.tolerance));
            let found = challenger.get(name).copied();
            let bounds = [Some(hurdle.limit), rival].into_iter().flatten();
            let missed =
                |needed: &f64| !found.is_some_and(|value| hurdle.better.reaches(value, *needed));
            unmet.extend(bounds.filter(missed).map(|needed| Unmet {
                metric: name.clone(),
                found,
                needed,
            }));
        }
        unmet
    }

    /// What must hold of one that was read.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self.metrics.iter().find(|(_, hurdle)| !hurdle.is_sound()) {
            Some((name, hurdle)) => Err(format!(
                "the hurdle of {name} is no champion, a tolerance of 0 or more, and a limit that is not better than the champion: {hurdle:?}"
            )),
            None => Ok(()),
        }
    }
}

impl Hurdle {
    fn is_sound(&self) -> bool {
        let numbers = [self.champion, self.tolerance, self.limit];
        numbers.iter().all(|number| number.is_finite())
            && self.tolerance >= 0.0
            && self.better.reaches(self.champion, self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EvaluationDetail, Validation};
    use tabwright_metrics::mean_std;

    fn metrics(auc: f64, log_loss: f64) -> BTreeMap<String, f64> {
        BTreeMap::from([("auc".into(), auc), ("log_loss".into(), log_loss)])
    }

    fn gate(folds: &[BTreeMap<String, f64>]) -> Gate {
        let spread = |name: &str| {
            let values: Vec<f64> = folds.iter().map(|fold| fold[name]).collect();
            (name.to_owned(), mean_std(&values).unwrap())
        };
        let evaluation = Evaluation {
            n_rows: 10,
            metrics: ["auc", "log_loss"].map(spread).into(),
            intervals: BTreeMap::new(),
            folds: folds.to_vec(),
            detail: EvaluationDetail::None,
            importance: Vec::new(),
        };
        Gate::of(&evaluation.with_intervals(&Validation::folds(folds.len() as u32)))
    }

    #[test]
    fn a_challenger_may_lose_one_standard_error() {
        let gate = gate(&[metrics(0.75, 0.5), metrics(0.875, 0.25)]);
        // std of two values is their distance / √2; times √(1/2 + 1/1).
        let error = 0.125 / 2.0_f64.sqrt() * 1.5_f64.sqrt();
        let hurdle = gate.metrics["auc"];
        assert!((hurdle.tolerance - error).abs() < 1e-15);
        assert_eq!((hurdle.better, hurdle.champion), (Better::Higher, 0.8125));
        assert_eq!(hurdle.limit, 0.8125 - hurdle.tolerance);
        let loss = gate.metrics["log_loss"];
        assert_eq!(
            (loss.better, loss.limit),
            (Better::Lower, 0.375 + loss.tolerance)
        );
        assert_eq!(gate.unmet(&metrics(hurdle.limit, loss.limit), None), []);
        let unmet = gate.unmet(
            &metrics(hurdle.limit.next_down(), loss.limit.next_up()),
            None,
        );
        assert_eq!(unmet.len(), 2);
        assert_eq!(unmet[0].needed, hurdle.limit);
    }

    #[test]
    fn on_the_same_rows_the_champion_sets_the_bar_too() {
        let gate = gate(&[metrics(0.75, 0.5), metrics(0.875, 0.25)]);
        let champion = metrics(0.99, 0.01);
        let unmet = gate.unmet(&metrics(0.85, 0.3), Some(&champion));
        assert_eq!(
            unmet
                .iter()
                .map(|it| it.metric.as_str())
                .collect::<Vec<_>>(),
            ["auc", "log_loss"]
        );
        assert_eq!(unmet[0].needed, 0.99 - gate.metrics["auc"].tolerance);
    }

    #[test]
    fn what_is_not_known_is_not_met_and_one_fold_gives_nothing_away() {
        let gate = gate(&[metrics(0.75, 0.5)]);
        assert_eq!(gate.metrics["auc"].tolerance, 0.0);
        let unmet = gate.unmet(&BTreeMap::from([("auc".into(), 0.75)]), None);
        assert_eq!(unmet.len(), 1);
        assert_eq!(
            (unmet[0].metric.as_str(), unmet[0].found),
            ("log_loss", None)
        );
        let nan = gate.unmet(&metrics(f64::NAN, 0.1), None);
        assert_eq!(nan.len(), 1, "a metric that is no number meets nothing");
    }

    #[test]
    fn a_gate_that_gives_away_more_than_it_says_is_refused() {
        let mut gate = gate(&[metrics(0.75, 0.5), metrics(0.875, 0.25)]);
        assert_eq!(gate.check(), Ok(()));
        for (tolerance, limit) in [
            (-0.1, 0.5),
            (f64::NAN, 0.5),
            (0.1, 0.9),
            (0.1, f64::INFINITY),
        ] {
            let hurdle = gate.metrics.get_mut("auc").unwrap();
            (hurdle.tolerance, hurdle.limit) = (tolerance, limit);
            assert!(
                gate.check().unwrap_err().contains("auc"),
                "{tolerance} {limit}"
            );
        }
    }
}
