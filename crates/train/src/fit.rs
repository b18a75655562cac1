//! From checked parameters to a fitted predictor, whatever the algorithm.

use tabwright_model::{Params, Predictor, Task};
use tabwright_recipe::{Feature, Matrix};

use crate::params::Reader;
use crate::report::{FitReport, Fitted};
use crate::trees::{fit_boosting, fit_forest, fit_single};
use crate::weights::{balanced, mean_one};
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
    /// How much each row counts, above 0; only their ratios matter. `None`: all alike.
    pub weights: Option<&'a [f64]>,
}

/// Fits one model. `params` are resolved: every parameter is there.
pub(crate) fn fit(
    algorithm: Algorithm,
    params: &Params,
    training: &Training<'_>,
    seed: u64,
    observer: &dyn Observer,
) -> Result<Fitted, TrainError> {
    let read = Reader(params);
    let scaled = training.weights.map(mean_one);
    let given = Training {
        weights: scaled.as_deref(),
        ..*training
    };
    if algorithm == Algorithm::Linear {
        // It balances classes itself.
        let fitted = linear::fit(&given, given.weights, &read.linear(), observer)?;
        return Ok(Predictor::Linear(fitted).into());
    }
    let balanced = read.is_balanced().then(|| balanced(&given)).flatten();
    let training = &Training {
        weights: balanced.as_deref().or(given.weights),
        ..given
    };
    Ok(match algorithm {
        Algorithm::Baseline | Algorithm::Linear => {
            Predictor::Constant(baseline::fit(training)).into()
        }
        Algorithm::Tree if read.choice("variant") == "exact_cart" => {
            Predictor::Trees(cart::fit(&read.single(), training)?).into()
        }
        Algorithm::Tree => Predictor::Trees(fit_single(&read.single(), training)).into(),
        Algorithm::Forest => {
            Predictor::Trees(fit_forest(&read.forest(), training, seed, observer)?).into()
        }
        Algorithm::Gbt => {
            let params = read.boosting(training.features)?;
            let boosted = fit_boosting(&params, training, seed, None, observer)?;
            Fitted {
                predictor: Predictor::Trees(boosted.ensemble),
                report: FitReport {
                    curve: boosted.curve,
                },
            }
        }
    })
}
