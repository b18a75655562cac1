//! Fitted models as plain data, and what they say about a row.

mod check;
mod coefficients;
mod contributions;
mod linear;
mod scorer;
mod tree;

use serde::{Deserialize, Serialize};
use tabwright_recipe::Matrix;

pub(crate) use check::check;
pub use coefficients::{Coefficient, CoefficientTest, Coefficients, INTERVAL};
pub use contributions::{Contributions, Explainer};
pub use linear::{Linear, LinearOutput, OutputErrors, Term, Uncertainty};
pub use scorer::{TreeScorer, ranks};
pub use tree::{Tree, TreeEnsemble};

/// How margins become numbers or probabilities, in f64 by `libm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// The margin is the predicted number.
    Identity,
    /// The margin is the logarithm of the predicted number (counts and amounts: Poisson, gamma, Tweedie).
    Log,
    /// The margin is the log odds of class 1.
    Sigmoid,
    /// The margins are log odds up to a constant, one a class.
    Softmax,
    /// The margin is itself the probability of class 1, or each class's share (forests); clamped to 0..1, and
    /// several are divided by their sum.
    Share,
}

/// A model that knows only the target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Constant {
    /// The margins that every row gets: the mean; the share of class 1; each class's share.
    pub margins: Vec<f64>,
    /// How margins become probabilities.
    pub link: Link,
}

/// A fitted model of any algorithm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Predictor {
    /// The same answer for every row.
    Constant(Constant),
    /// Linear or logistic regression.
    Linear(Linear),
    /// A decision tree, random forest or gradient boosted trees.
    Trees(TreeEnsemble),
}

impl Predictor {
    /// How margins become numbers or probabilities.
    pub fn link(&self) -> Link {
        match self {
            Predictor::Constant(constant) => constant.link,
            Predictor::Linear(linear) => linear.link,
            Predictor::Trees(trees) => trees.link,
        }
    }

    /// Margins a row.
    pub fn n_outputs(&self) -> usize {
        match self {
            Predictor::Constant(constant) => constant.margins.len(),
            Predictor::Linear(linear) => linear.outputs.len(),
            Predictor::Trees(trees) => trees.base.len(),
        }
    }

    /// Margins of each row, row-major `n_rows × n_outputs`. The matrix has the features that the model was trained
    /// on, in their order.
    pub fn margins(&self, matrix: &Matrix) -> Vec<f64> {
        match self {
            Predictor::Constant(constant) => constant.margins.repeat(matrix.n_rows),
            Predictor::Linear(linear) => linear.margins(matrix),
            Predictor::Trees(trees) => trees.margins(matrix),
        }
    }
}
