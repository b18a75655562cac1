//! How good a model is on rows that it did not see.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_metrics::{CalibrationBin, CurvePoint, Estimate, Metric, TaskKind};

use crate::Interval;

/// Results on held-out rows: each row scored by the fold model that did not train on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Held-out rows; 0 where there was no validation.
    pub n_rows: usize,
    /// Mean and spread over folds, by a metric's [key](tabwright_metrics::Metric::key).
    pub metrics: BTreeMap<String, Estimate>,
    /// 95 % confidence intervals of those means; none where fewer than two folds have the metric.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub intervals: BTreeMap<String, Interval>,
    /// Each fold's metrics.
    pub folds: Vec<BTreeMap<String, f64>>,
    /// Charts, over all held-out rows pooled.
    pub detail: EvaluationDetail,
    /// Loss of the main metric when a feature's held-out values are shuffled, largest first.
    pub importance: Vec<Importance>,
}

impl Evaluation {
    /// Without metrics and losses that are not finite numbers.
    pub(crate) fn without_undefined(mut self) -> Evaluation {
        self.metrics
            .retain(|_, estimate| estimate.mean.is_finite() && estimate.std.is_finite());
        for fold in &mut self.folds {
            fold.retain(|_, value| value.is_finite());
        }
        self.importance
            .retain(|feature| feature.mean.is_finite() && feature.std.is_finite());
        self
    }
}

/// What charts are drawn from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EvaluationDetail {
    /// Two classes.
    Binary {
        /// Negative, positive.
        classes: Vec<String>,
        /// Row-major counts, truth × called, at the model's threshold; empty where it was not recorded.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        confusion: Vec<u64>,
        /// Counts by threshold on the probability of class 1, at most 400 points.
        curve: Vec<CurvePoint>,
        /// Reliability of that probability.
        calibration: Vec<CalibrationBin>,
        /// Average precision.
        average_precision: f64,
    },
    /// Several classes.
    Multiclass {
        /// The classes.
        classes: Vec<String>,
        /// Row-major counts, truth × called.
        confusion: Vec<u64>,
        /// One against the rest, one curve a class, at most 200 points each.
        curves: Vec<Vec<CurvePoint>>,
        /// Reliability of each class's probability.
        calibration: Vec<Vec<CalibrationBin>>,
    },
    /// A number.
    Regression {
        /// (predicted, actual), at most 2,000 rows at a fixed stride.
        points: Vec<(f64, f64)>,
        /// Residuals (actual − predicted) in equal-width bins: edges, one more than counts.
        residual_edges: Vec<f64>,
        /// Rows in each bin.
        residual_counts: Vec<u64>,
        /// Mean absolute error by decile of the actual value, lowest first.
        error_by_decile: Vec<f64>,
    },
    /// There was no validation.
    None,
}

impl EvaluationDetail {
    /// What a loss of importance is counted in: `loss of AUC`, `rise of log loss`.
    pub fn loss(&self) -> String {
        let task = match self {
            EvaluationDetail::Binary { .. } => TaskKind::Binary,
            EvaluationDetail::Multiclass { .. } => TaskKind::Multiclass,
            EvaluationDetail::Regression { .. } => TaskKind::Regression,
            EvaluationDetail::None => return "loss".to_owned(),
        };
        Metric::main(task).when_worse()
    }
}

/// Permutation importance of one feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// The raw or derived column.
    pub feature: String,
    /// How much worse the main metric gets (positive means that the feature helps), mean over folds.
    pub mean: f64,
    /// Standard deviation over folds.
    pub std: f64,
}
