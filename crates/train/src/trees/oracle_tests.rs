//! Against LightGBM and scikit-learn (`tests/oracles/trees.json`): the same trees, margins and pruning paths.

use serde::Deserialize;
use std::collections::BTreeMap;
use tabwright_model::{ParamValue, Params, Predictor, Task};
use tabwright_recipe::{Feature, Matrix};

use super::tests::number;
use crate::fit::fit;
use crate::params::resolve;
use crate::report::Fitted;
use crate::training::Training;
use crate::{Algorithm, Silent};

/// LightGBM's gradients are single precision.
const TOLERANCE: f64 = 3e-5;

#[derive(Deserialize)]
struct Oracle {
    x: Vec<Vec<Option<f64>>>,
    targets: BTreeMap<String, Vec<f64>>,
    weights: Vec<f64>,
    boosted: Vec<Boosted>,
    quantile: Vec<Quantile>,
    pruning: Vec<Pruning>,
}

#[derive(Deserialize)]
struct Boosted {
    name: String,
    target: String,
    weighted: bool,
    rounds: u32,
    settings: Params,
    margins: Vec<f64>,
    gains: Vec<f64>,
}

#[derive(Deserialize)]
struct Quantile {
    level: f64,
    margins: Vec<f64>,
}

#[derive(Deserialize)]
struct Pruning {
    target: String,
    alphas: Vec<f64>,
    impurities: Vec<f64>,
    leaves: Vec<u32>,
}

impl Oracle {
    fn read() -> Self {
        serde_json::from_str(include_str!("../../../../tests/oracles/trees.json")).unwrap()
    }

    fn matrix(&self, missing: f64) -> Matrix {
        let column =
            |column: &Vec<Option<f64>>| column.iter().map(|x| x.unwrap_or(missing)).collect();
        Matrix {
            columns: self.x.iter().map(column).collect(),
            n_rows: self.x[0].len(),
        }
    }

    fn fit(
        &self,
        (algorithm, settings): (Algorithm, Params),
        matrix: &Matrix,
        target: &str,
        weighted: bool,
    ) -> Fitted {
        let features: Vec<Feature> = ["a", "b", "c"].map(number).into();
        let classes = |n: usize| (0..n).map(|class| class.to_string()).collect();
        let task = match target {
            "two" => Task::Binary {
                classes: classes(2),
            },
            "three" => Task::Multiclass {
                classes: classes(3),
            },
            _ => Task::Regression,
        };
        let training = Training {
            features: &features,
            matrix,
            target: &self.targets[target],
            task: &task,
            weights: weighted.then_some(&self.weights),
        };
        let params = resolve(algorithm, &settings).unwrap();
        fit(algorithm, &params, &training, 0, &Silent).unwrap()
    }

    fn boost(&self, settings: &Params, target: &str, weighted: bool, rounds: u32) -> Fitted {
        let mut all: Params = [
            ("trees", f64::from(rounds)),
            ("learning_rate", 0.3),
            ("leaves", 8.0),
            ("min_leaf_rows", 1.0),
            ("min_child_weight", 4.0),
            ("l2", 1.5),
            ("subsample", 1.0),
            ("features", 1.0),
        ]
        .map(|(name, value)| (name.to_owned(), ParamValue::Number(value)))
        .into();
        all.extend(settings.clone());
        self.fit(
            (Algorithm::Gbt, all),
            &self.matrix(f64::NAN),
            target,
            weighted,
        )
    }
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (position, (a, b)) in found.iter().zip(expected).enumerate() {
        let is_close = (a - b).abs() <= tolerance * (1.0 + b.abs());
        assert!(is_close, "{what}, {position}: {a}, expected {b}");
    }
}

#[test]
fn boosting_grows_the_trees_of_lightgbm() {
    let oracle = Oracle::read();
    for case in &oracle.boosted {
        let fitted = oracle.boost(&case.settings, &case.target, case.weighted, case.rounds);
        let Predictor::Trees(ensemble) = fitted.predictor else {
            panic!("trees")
        };
        let gains: Vec<f64> = ensemble
            .trees
            .iter()
            .map(|tree| tree.gain.iter().sum())
            .collect();
        // LightGBM takes a leaf's own score without its bounds, so within them it says less than is gained.
        if !case.settings.contains_key("monotone") {
            assert_close(
                &gains,
                &case.gains,
                TOLERANCE,
                &format!("gains, {}", case.name),
            );
        }
        let margins = ensemble.margins(&oracle.matrix(f64::NAN));
        assert_close(&margins, &case.margins, TOLERANCE, &case.name);
    }
}

#[test]
fn weighted_quantiles_are_those_of_scikit_learn() {
    let oracle = Oracle::read();
    for case in &oracle.quantile {
        let settings = Params::from([
            ("objective".into(), ParamValue::Choice("quantile".into())),
            ("quantile_level".into(), ParamValue::Number(case.level)),
            ("min_leaf_rows".into(), ParamValue::Number(5.0)),
            ("min_child_weight".into(), ParamValue::Number(1e-3)),
        ]);
        let fitted = oracle.boost(&settings, "number", true, 3);
        let margins = fitted.predictor.margins(&oracle.matrix(f64::NAN));
        assert_close(
            &margins,
            &case.margins,
            TOLERANCE,
            &format!("{}", case.level),
        );
    }
}

#[test]
fn pruning_takes_the_steps_of_scikit_learn() {
    let oracle = Oracle::read();
    for case in &oracle.pruning {
        let settings = [("depth", 0.0), ("min_leaf_rows", 8.0)]
            .map(|(name, value)| (name.to_owned(), ParamValue::Number(value)));
        let fitted = oracle.fit(
            (Algorithm::Tree, settings.into()),
            &oracle.matrix(-1.0),
            &case.target,
            false,
        );
        let path = fitted.report.pruning.unwrap();
        let what = |what: &str| format!("{what}, {}", case.target);
        assert_close(&path.alphas, &case.alphas, 1e-7, &what("alphas"));
        assert_close(
            &path.impurities,
            &case.impurities,
            1e-7,
            &what("impurities"),
        );
        assert_eq!(path.leaves, case.leaves, "{}", case.target);
    }
}
