//! How far a metric's mean over folds may be from what it would be with other training rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_metrics::{Estimate, Metric, mean_std, student_bound};

use crate::{Evaluation, Validation};

/// Share of such intervals that miss what they are for.
const TAILS: f64 = 0.05;

/// A metric's mean with its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Standard error of the mean.
    pub standard_error: f64,
}

impl Evaluation {
    /// With the intervals of its metrics' means, where two folds or more have the metric.
    ///
    /// Student's t over folds. Folds learn from largely the same rows, so the plain error of a mean is too small: the variance
    /// gets the share that Nadeau and Bengio (2003) add, 1/n + test rows / training rows. An interval ends where the metric does.
    pub fn with_intervals(mut self, validation: &Validation) -> Evaluation {
        let ratio = test_to_training(validation);
        let of = |name: &String| Some((name.clone(), interval(name, &self.folds, ratio?)?));
        self.intervals = self.metrics.keys().filter_map(of).collect();
        self
    }
}

fn interval(name: &str, folds: &[BTreeMap<String, f64>], ratio: f64) -> Option<Interval> {
    let values: Vec<f64> = folds
        .iter()
        .filter_map(|fold| fold.get(name).copied())
        .filter(|value| value.is_finite())
        .collect();
    let n = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let Estimate { mean, std } = mean_std(&values)?;
    let standard_error = std * (1.0 / n + ratio).sqrt();
    let reach = student_bound(n - 1.0, TAILS) * standard_error;
    let (least, largest) =
        Metric::by_key(name).map_or((f64::NEG_INFINITY, f64::INFINITY), Metric::bounds);
    let found = Interval {
        low: (mean - reach).max(least.min(mean)),
        high: (mean + reach).min(largest.max(mean)),
        standard_error,
    };
    (found.low.is_finite() && found.high.is_finite()).then_some(found)
}

/// Held-out rows over those that were learnt from, mean over folds; `None` where fewer than two folds are held out.
fn test_to_training(validation: &Validation) -> Option<f64> {
    match validation {
        Validation::None | Validation::Holdout { .. } => None,
        Validation::Folds { folds, .. } | Validation::Groups { folds, .. } => {
            (*folds > 1).then(|| 1.0 / f64::from(folds - 1))
        }
        // Fold i (from 1 on) learns from i blocks of the size that it holds out.
        Validation::Time { folds, .. } => (*folds > 1).then(|| {
            let ratios = (1..=*folds).map(|fold| 1.0 / f64::from(fold));
            ratios.sum::<f64>() / f64::from(*folds)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EvaluationDetail;

    fn evaluation(name: &str, values: &[f64]) -> Evaluation {
        let fold = |&value: &f64| BTreeMap::from([(name.to_owned(), value)]);
        Evaluation {
            n_rows: 100,
            metrics: BTreeMap::from([(name.to_owned(), mean_std(values).unwrap())]),
            intervals: BTreeMap::new(),
            folds: values.iter().map(fold).collect(),
            detail: EvaluationDetail::None,
            importance: Vec::new(),
        }
    }

    #[test]
    fn an_interval_is_students_with_the_overlap_of_training_rows() {
        let found = evaluation("rmse", &[1.0, 2.0, 3.0]).with_intervals(&Validation::folds(3));
        // std 1; 1/3 + 1/2 = 5/6; t(2, 0.975) = 4.302652729749464.
        let error = (5.0_f64 / 6.0).sqrt();
        let Interval {
            low,
            high,
            standard_error,
        } = found.intervals["rmse"];
        assert!((standard_error - error).abs() < 1e-15);
        assert!((high - (2.0 + 4.302_652_729_749_464 * error)).abs() < 1e-9);
        assert_eq!(low, 0.0, "no error is below 0");
    }

    #[test]
    fn an_interval_ends_where_the_metric_does() {
        let found = evaluation("auc", &[0.99, 1.0]).with_intervals(&Validation::folds(2));
        assert_eq!(found.intervals["auc"].high, 1.0);
        let alike = evaluation("auc", &[1.0, 1.0]).with_intervals(&Validation::folds(2));
        let interval = alike.intervals["auc"];
        assert_eq!((interval.low, interval.high), (1.0, 1.0));
    }

    #[test]
    fn one_fold_has_no_interval() {
        let holdout = Validation::Holdout {
            share: 0.2,
            quantiles: false,
        };
        let one = evaluation("auc", &[0.9]);
        assert!(one.with_intervals(&holdout).intervals.is_empty());
        let time = Validation::Time {
            column: "day".into(),
            folds: 2,
            gap: 0.0,
        };
        assert_eq!(test_to_training(&time), Some(0.75));
    }
}
