//! What is known of each metric: which way is better, and between what it lies.

use serde::{Deserialize, Serialize};

/// Which values of a metric are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// Larger ones.
    Higher,
    /// Smaller ones.
    Lower,
}

impl Better {
    /// A value that is worse by `loss`.
    pub(crate) fn worse(self, value: f64, loss: f64) -> f64 {
        match self {
            Better::Higher => value - loss,
            Better::Lower => value + loss,
        }
    }

    /// Whether a value is at least as good as a bound.
    pub(crate) fn reaches(self, value: f64, bound: f64) -> bool {
        match self {
            Better::Higher => value >= bound,
            Better::Lower => value <= bound,
        }
    }
}

/// Which way a metric is better, and its least and largest value; `None` for a metric that this build does not know.
pub(crate) fn facts(metric: &str) -> Option<(Better, f64, f64)> {
    match metric {
        "auc" | "accuracy" | "f1" => Some((Better::Higher, 0.0, 1.0)),
        "r2" => Some((Better::Higher, f64::NEG_INFINITY, 1.0)),
        "log_loss" | "rmse" | "mae" => Some((Better::Lower, 0.0, f64::INFINITY)),
        _ => None,
    }
}
