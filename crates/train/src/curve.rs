//! The learning curve: how a model does with more and more rows to learn from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_metrics::{Estimate, Metric, mean_std};
use tabwright_model::Task;

use crate::{Part, Trial};

/// Shares of the training rows. The rows of each are among those of the next.
const SHARES: [f64; 5] = [0.1, 0.325, 0.55, 0.775, 1.0];

/// How the main metric moves with the number of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningCurve {
    /// The metric.
    pub metric: Metric,
    /// From few rows to all.
    pub points: Vec<LearningPoint>,
}

/// One size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningPoint {
    /// Share of the training rows.
    pub share: f64,
    /// Rows that were learnt from, mean over folds.
    pub rows: f64,
    /// The metric on rows that were held out, over folds; `None` where no fold defines it.
    pub held_out: Option<Estimate>,
    /// The metric on the rows that were learnt from.
    pub learnt: Option<Estimate>,
}

/// What a fit of the curve gave.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveFit {
    /// Rows that were learnt from.
    pub n_learnt: u32,
    /// Metrics on them.
    pub learnt: BTreeMap<String, f64>,
    /// Metrics on held-out rows.
    pub held_out: BTreeMap<String, f64>,
}

impl LearningCurve {
    /// The fits that it takes: every fold with every size, smallest first. They need nothing of each other.
    pub fn fits(base: &Trial) -> Vec<(Trial, Part)> {
        let sized = SHARES.into_iter().map(|share| Trial {
            share: Some(share),
            ..base.clone()
        });
        sized
            .flat_map(|trial| {
                let probes = trial.probes().into_iter();
                probes.map(|part| (trial.clone(), part)).collect::<Vec<_>>()
            })
            .collect()
    }

    /// The curve, of what those fits gave, in their order.
    pub fn of(fits: &[CurveFit], task: &Task) -> Self {
        let metric = task.main_metric();
        let n_folds = (fits.len() / SHARES.len()).max(1);
        let points = SHARES.into_iter().zip(fits.chunks(n_folds));
        Self {
            metric,
            points: points
                .map(|(share, folds)| {
                    let estimate = |pick: fn(&CurveFit) -> &BTreeMap<String, f64>| {
                        let values = folds
                            .iter()
                            .filter_map(|fit| pick(fit).get(metric.key()).copied());
                        mean_std(&values.collect::<Vec<f64>>())
                    };
                    let rows: f64 = folds.iter().map(|fit| f64::from(fit.n_learnt)).sum();
                    LearningPoint {
                        share,
                        rows: rows / folds.len() as f64,
                        held_out: estimate(|fit| &fit.held_out),
                        learnt: estimate(|fit| &fit.learnt),
                    }
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Algorithm;

    #[test]
    fn sizes_are_averaged_over_folds() {
        let fits = LearningCurve::fits(&Trial::new("y", Algorithm::Tree));
        assert_eq!(fits.len(), 25);
        assert_eq!((fits[5].0.share, fits[5].1), (Some(0.325), Part::Probe(0)));
        let given: Vec<CurveFit> = fits
            .iter()
            .zip(0_u32..)
            .map(|((trial, _), index)| CurveFit {
                n_learnt: (1000.0 * trial.share.unwrap()) as u32 + index % 5,
                learnt: BTreeMap::from([("rmse".to_owned(), 1.0)]),
                held_out: BTreeMap::from([("rmse".to_owned(), f64::from(index % 5))]),
            })
            .collect();
        let curve = LearningCurve::of(&given, &Task::Regression);
        let rows: Vec<f64> = curve.points.iter().map(|point| point.rows).collect();
        assert_eq!(rows, [102.0, 327.0, 552.0, 777.0, 1002.0]);
        let held_out = curve.points[2].held_out.unwrap();
        assert_eq!((held_out.mean, held_out.std), (2.0, 2.5_f64.sqrt()));
        assert_eq!(curve.points[2].learnt.unwrap().std, 0.0);
    }
}
