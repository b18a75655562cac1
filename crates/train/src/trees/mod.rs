//! Decision trees, forests and gradient boosting on one histogram engine.
//!
//! `binning` turns features into bytes, `histogram` sums rows by bin, `splitting` judges one feature of one leaf, `partition`
//! moves rows, `search` looks through a leaf's features, `frontier` says which
//! leaf is next, `grower` puts these together to a tree. `boosting`, `forest` and `single` decide what is summed and what leaves
//! hold; `dyadic` rounds the result so that every platform adds it up to the same bits. None of this ships with a model: what
//! comes out is a plain [`TreeEnsemble`](tabwright_model::TreeEnsemble).

mod binning;
mod boosting;
mod dyadic;
mod forest;
mod frontier;
mod grower;
mod histogram;
mod linfa_traits;
mod objective;
mod partition;
mod search;
mod shares;
mod single;
mod splitting;
#[cfg(test)]
mod tests;

pub use boosting::BoostingParams;
pub(crate) use boosting::fit_boosting;
pub(crate) use dyadic::round_to_grid;
pub(crate) use forest::{ForestParams, fit_forest};
pub use linfa_traits::{FittedBoosting, GradientBoosting, ValidBoosting};
pub(crate) use objective::sigmoid;
pub(crate) use shares::LeafValues;
pub(crate) use single::{SMOOTHING, SingleParams, fit_single};
