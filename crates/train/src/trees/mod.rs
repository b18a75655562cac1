//! Decision trees, forests and gradient boosting on one histogram engine.
//!
//! `binning` turns features into bytes, `histogram` says what is summed by bin, `splitting` judges one feature of one leaf;
//! `packed` sums and `scan` judges number features of large leaves, quickly, and `kept` holds a leaf's sums for its children.
//! `partition` moves rows, `search` looks through a leaf's features, `frontier` says which leaf is next, `rules` what constraints
//! leave open, `grower` puts these together to a tree. `boosting` (told by `options`, with the losses of `objective`, `exp` and `base`,
//! the draws of `goss` and `dart`, the watch of `stopping`), `forest` (with `random_split` for extra trees) and `single` (cut back
//! by `prune`) decide what is summed and what leaves hold; `dyadic` rounds the result so that every platform adds it up to the
//! same bits. None of this ships with a model: what comes out is a plain [`TreeEnsemble`](tabwright_model::TreeEnsemble).

mod base;
mod binning;
mod boosting;
#[cfg(test)]
mod boosting_tests;
mod dart;
mod dyadic;
mod exp;
mod forest;
#[cfg(test)]
mod forest_tests;
mod frontier;
mod goss;
mod grower;
mod histogram;
mod kept;
mod linfa_traits;
mod objective;
mod options;
#[cfg(test)]
mod oracle_tests;
mod out_of_bag;
mod packed;
mod partition;
mod planted;
mod prune;
mod quantile;
mod random_split;
mod rules;
mod scan;
mod search;
mod shares;
mod single;
mod splitting;
mod stopping;
#[cfg(test)]
mod tests;

pub(crate) use boosting::fit_boosting;
pub(crate) use dyadic::round_to_grid;
pub(crate) use forest::{ForestParams, ForestVariant, fit_forest};
pub use frontier::Growth;
pub use linfa_traits::{FittedBoosting, GradientBoosting, ValidBoosting};
pub use objective::ObjectiveChoice;
pub use options::{Booster, BoostingParams, Sampling, Stopping};
pub(crate) use out_of_bag::OutOfBag;
pub(crate) use shares::LeafValues;
pub(crate) use single::{SMOOTHING, SingleParams, fit_single};
