//! What an algorithm is given to learn from.

use tabwright_model::Task;
use tabwright_recipe::{Feature, Matrix};

/// Rows to learn from.
#[derive(Clone, Copy)]
pub(crate) struct Training<'a> {
    /// The features, in the matrix's order.
    pub features: &'a [Feature],
    /// The features' cells; no level is unseen.
    pub matrix: &'a Matrix,
    /// The target of each row: a class position or a number.
    pub target: &'a [f64],
    /// What is predicted.
    pub task: &'a Task,
    /// How much each row counts, above 0; only their ratios matter. `None`: all alike.
    pub weights: Option<&'a [f64]>,
}
