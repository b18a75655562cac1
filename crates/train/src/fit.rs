//! From checked parameters to a fitted predictor, whatever the algorithm.

use tabwright_model::{ParamValue, Params, Predictor, Task};
use tabwright_recipe::{Feature, Matrix};

use crate::trees::{
    BoostingParams, ForestParams, SingleParams, fit_boosting, fit_forest, fit_single,
};
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
            Predictor::Linear(linear::fit(training, read.number("l2"), read.number("l1"))?)
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

/// Reads resolved parameters.
struct Reader<'a>(&'a Params);

impl Reader<'_> {
    fn number(&self, name: &str) -> f64 {
        match self.0.get(name) {
            Some(ParamValue::Number(number)) => *number,
            _ => 0.0,
        }
    }

    fn count(&self, name: &str) -> u32 {
        self.number(name) as u32
    }

    fn choice(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(ParamValue::Choice(choice)) => choice,
            _ => "",
        }
    }

    fn single(&self) -> SingleParams {
        SingleParams {
            depth: self.count("depth"),
            leaves: self.count("leaves"),
            min_leaf_rows: self.count("min_leaf_rows"),
            min_gain: self.number("min_gain"),
            bins: self.count("bins"),
        }
    }

    fn forest(&self) -> ForestParams {
        ForestParams {
            trees: self.count("trees"),
            leaves: self.count("leaves"),
            depth: self.count("depth"),
            min_leaf_rows: self.count("min_leaf_rows"),
            features: self.number("features"),
            bins: self.count("bins"),
        }
    }

    fn boosting(&self) -> BoostingParams {
        BoostingParams {
            trees: self.count("trees"),
            leaves: self.count("leaves"),
            depth: self.count("depth"),
            learning_rate: self.number("learning_rate"),
            min_leaf_rows: self.count("min_leaf_rows"),
            l2: self.number("l2"),
            min_gain: self.number("min_gain"),
            subsample: self.number("subsample"),
            features: self.number("features"),
            bins: self.count("bins"),
        }
    }
}
