//! What a fit tells besides its model.

use std::collections::BTreeMap;
use std::fmt;

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
    /// Whether the solver of a linear model came to its end; absent in results of earlier versions.
    #[serde(default)]
    pub convergence: Option<Convergence>,
    /// What pruning would leave of a decision tree, as it was before any.
    #[serde(default)]
    pub pruning: Option<PruningPath>,
}

/// How the solver of a linear model ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Convergence {
    /// Every feature is constant: there was nothing to solve.
    Constant,
    /// It reached its tolerance.
    Reached {
        /// Where it stopped.
        at: Stop,
        /// With an L1 penalty: weights that are not 0, and all.
        kept: Option<(usize, usize)>,
    },
    /// It stopped before.
    Unfinished {
        /// Where it stopped.
        at: Stop,
        /// The slope that was wanted.
        tolerance: f64,
    },
    /// The loss has no least value: some classes are separated.
    Unbounded {
        /// Where it stopped.
        at: Stop,
    },
}

/// Where a solver stopped.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// The largest slope of the mean loss.
    pub slope: f64,
    /// Steps taken.
    pub iterations: u32,
}

impl Convergence {
    /// Whether the weights are the best ones.
    pub fn is_reached(&self) -> bool {
        match self {
            Convergence::Constant | Convergence::Reached { .. } => true,
            Convergence::Unfinished { .. } | Convergence::Unbounded { .. } => false,
        }
    }
}

/// One sentence, which is also the model's own in a bundle.
impl fmt::Display for Convergence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Convergence::Constant => {
                out.write_str("converged: every feature is constant, so the mean is the answer")
            }
            Convergence::Reached { at, kept: None } => write!(out, "converged: {at}"),
            Convergence::Reached {
                at,
                kept: Some((kept, all)),
            } => write!(out, "converged: {at}; {kept} of {all} weights are not 0"),
            Convergence::Unfinished { at, tolerance } => {
                write!(out, "NOT converged: {at}, expected below {tolerance:.1e}")
            }
            Convergence::Unbounded { at } => {
                write!(out, "NOT converged: the loss has no least value; {at}")
            }
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stop { slope, iterations } = self;
        write!(
            out,
            "largest slope {slope:.1e} of the mean loss after {iterations} iterations"
        )
    }
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
