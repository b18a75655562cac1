//! What a fit tells besides its model.

use serde::{Deserialize, Serialize};
use tabwright_model::Predictor;

/// What a fit tells besides its model. Plain data, kept with the result; no part of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FitReport {
    /// The losses of boosting that may stop early.
    #[serde(default)]
    pub curve: Option<LossCurve>,
}

/// Mean losses by round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LossCurve {
    /// Which loss.
    pub loss: String,
    /// Of the rows that were learnt from: before any tree, then after each round.
    pub learnt: Vec<f64>,
    /// Of the rows kept aside.
    pub kept_aside: Vec<f64>,
    /// Rounds in the model: where the loss of the rows kept aside is least.
    pub best_round: u32,
}

/// A fitted predictor and what its fit tells.
#[derive(Debug)]
pub(crate) struct Fitted {
    pub predictor: Predictor,
    pub report: FitReport,
}

impl From<Predictor> for Fitted {
    fn from(predictor: Predictor) -> Self {
        Self {
            predictor,
            report: FitReport::default(),
        }
    }
}
