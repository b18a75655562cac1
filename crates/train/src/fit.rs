//! From checked parameters to a fitted predictor, whatever the algorithm.

use tabwright_model::{Params, Predictor, Task};
use tabwright_recipe::{Feature, Matrix};

use crate::params::Reader;
use crate::trees::{fit_boosting, fit_forest, fit_single};
use crate::{Algorithm, Observer, TrainError, baseline, cart, linear};

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
}

/// Fits one model. `params` are resolved: every parameter is there.
pub(crate) fn fit(
    algorithm: Algorithm,
    params: &Params,
    training: &Training<'_>,
    seed: u64,
    observer: &dyn Observer,
) -> Result<Predictor, TrainError> {
    let read = Reader(params);
    Ok(match algorithm {
        Algorithm::Baseline => Predictor::Constant(baseline::fit(training)),
        Algorithm::Linear => {
            // Rows have no weights of their own yet.
            Predictor::Linear(linear::fit(training, None, &read.linear(), observer)?)
        }
        Algorithm::Tree if read.choice("variant") == "exact_cart" => {
            Predictor::Trees(cart::fit(&read.single(), training)?)
        }
        Algorithm::Tree => Predictor::Trees(fit_single(&read.single(), training)),
        Algorithm::Forest => {
            Predictor::Trees(fit_forest(&read.forest(), training, seed, observer)?)
        }
        Algorithm::Gbt => {
            Predictor::Trees(fit_boosting(&read.boosting(), training, seed, observer)?)
        }
    })
}
