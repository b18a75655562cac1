//! What a fit tells besides its model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_model::Predictor;

/// What a fit tells besides its model. Plain data, kept with the result; no part of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FitReport {
    /// The losses of boosting that may stop early.
    #[serde(default)]
    pub curve: Option<LossCurve>,
    /// Metrics of a forest on its training rows, each row by the trees that did not learn from it; empty unless asked for.
    #[serde(default)]
    pub out_of_bag: BTreeMap<String, f64>,
    /// What pruning would leave of a decision tree, as it was before any.
    #[serde(default)]
    pub pruning: Option<PruningPath>,
}

/// Steps of cost-complexity pruning, from the whole tree to its root.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PruningPath {
    /// The penalty a leaf from which on a step is taken, ascending; 0 for the whole tree.
    pub alphas: Vec<f64>,
    /// Leaves after it.
    pub leaves: Vec<u32>,
    /// Impurity after it, weighted by the leaves' rows: Gini for classes, variance for numbers.
    pub impurities: Vec<f64>,
}

/// Steps of a path that a report keeps: more than a chart shows or a person tries.
const MAX_STEPS: usize = 500;

impl PruningPath {
    /// At most 500 steps, evenly picked, the first and the last among them.
    pub(crate) fn thinned(self) -> Self {
        let n = self.alphas.len();
        if n <= MAX_STEPS {
            return self;
        }
        let steps = || (0..MAX_STEPS).map(|step| step * (n - 1) / (MAX_STEPS - 1));
        Self {
            alphas: steps().map(|step| self.alphas[step]).collect(),
            leaves: steps().map(|step| self.leaves[step]).collect(),
            impurities: steps().map(|step| self.impurities[step]).collect(),
        }
    }
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
