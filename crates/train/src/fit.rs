//! From checked parameters to a fitted predictor, whatever the algorithm.

use std::collections::BTreeMap;

use tabwright_model::{DEFAULT_THRESHOLD, Finish, Link, Params, Predictor};

use crate::params::{Reader, TreeVariant};
use crate::report::{FitReport, Fitted};
use crate::training::Training;
use crate::trees::{OutOfBag, fit_boosting, fit_forest, fit_single};
use crate::weights::{balanced, mean_one};
use crate::{Algorithm, Observer, TrainError, baseline, cart, linear};

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
        let (fitted, convergence) = linear::fit(&given, given.weights, &read.linear(), observer)?;
        return Ok(Fitted {
            predictor: Predictor::Linear(fitted),
            report: FitReport {
                convergence: Some(convergence),
                ..FitReport::default()
            },
        });
    }
    let balanced = read
        .is_balanced()
        .then(|| balanced(&given, given.weights))
        .flatten();
    let training = &Training {
        weights: balanced.as_deref().or(given.weights),
        ..given
    };
    Ok(match algorithm {
        Algorithm::Baseline | Algorithm::Linear => {
            Predictor::Constant(baseline::fit(training)).into()
        }
        Algorithm::Tree if read.grower() == TreeVariant::ExactCart => {
            Predictor::Trees(cart::fit(&read.single(), training)?).into()
        }
        Algorithm::Tree => {
            let (ensemble, path) = fit_single(&read.single(), training);
            Fitted {
                predictor: Predictor::Trees(ensemble),
                report: FitReport {
                    pruning: Some(path.thinned()),
                    ..FitReport::default()
                },
            }
        }
        Algorithm::Forest => {
            let forest = fit_forest(&read.forest(), training, seed, observer)?;
            let link = forest.ensemble.link;
            let score = |rows: &OutOfBag| score(rows, link, training);
            let out_of_bag = forest.out_of_bag.as_ref().map(score);
            Fitted {
                predictor: Predictor::Trees(forest.ensemble),
                report: FitReport {
                    out_of_bag: out_of_bag.unwrap_or_default(),
                    ..FitReport::default()
                },
            }
        }
        Algorithm::Gbt => {
            let params = read.boosting(training.features)?;
            let boosted = fit_boosting(&params, training, seed, None, observer)?;
            Fitted {
                predictor: Predictor::Trees(boosted.ensemble),
                report: FitReport {
                    curve: boosted.curve,
                    ..FitReport::default()
                },
            }
        }
    })
}

/// Metrics of the rows that not all trees learnt from; none where there are no such rows.
fn score(out_of_bag: &OutOfBag, link: Link, training: &Training<'_>) -> BTreeMap<String, f64> {
    if out_of_bag.rows.is_empty() {
        return BTreeMap::new();
    }
    let of_row = |&row: &u32| training.target[row as usize];
    let target: Vec<f64> = out_of_bag.rows.iter().map(of_row).collect();
    let finish = Finish {
        task: training.task,
        link,
        threshold: DEFAULT_THRESHOLD,
    };
    finish.metrics(out_of_bag.margins.clone(), &target)
}
