//! What boosting's options do, seen from outside.

use tabwright_model::{Link, Task, TreeEnsemble};
use tabwright_recipe::{Feature, Matrix};

use super::objective::ObjectiveChoice;
use super::tests::{binary, matrix, mixed, mixed_target, number};
use super::*;
use crate::Silent;
use crate::fit::Training;

/// Draws nothing and forgets nothing: what a tree holds can be told by hand.
fn plain() -> BoostingParams {
    BoostingParams {
        learning_rate: 1.0,
        min_leaf_rows: 1,
        l2: 0.0,
        subsample: 1.0,
        features: 1.0,
        ..BoostingParams::default()
    }
}

/// A table to fit to.
struct Table {
    features: Vec<Feature>,
    matrix: Matrix,
    target: Vec<f64>,
    task: Task,
}

impl Table {
    /// Numbers of one feature.
    fn of(x: &[f64], target: &[f64]) -> Self {
        Self {
            features: vec![number("x")],
            matrix: matrix(&[x]),
            target: target.to_vec(),
            task: Task::Regression,
        }
    }

    /// Two numbers and a category, and a target that they explain well.
    fn mixed(n_rows: usize, task: Task) -> Self {
        let (features, matrix) = mixed(n_rows);
        let target = mixed_target(&matrix, &task);
        Self {
            features,
            matrix,
            target,
            task,
        }
    }

    fn training(&self) -> Training<'_> {
        Training {
            features: &self.features,
            matrix: &self.matrix,
            target: &self.target,
            task: &self.task,
        }
    }

    fn fit(&self, params: &BoostingParams) -> TreeEnsemble {
        fit_boosting(params, &self.training(), 5, &Silent).unwrap()
    }

    fn refused(&self, params: &BoostingParams) -> String {
        fit_boosting(params, &self.training(), 5, &Silent)
            .unwrap_err()
            .to_string()
    }

    /// Margins of the rows that were learnt from.
    fn margins(&self, params: &BoostingParams) -> Vec<f64> {
        self.fit(params).margins(&self.matrix)
    }
}

#[test]
fn absolute_error_gives_each_leaf_its_median() {
    let table = Table::of(
        &[1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0],
        &[0.0, 1.0, 50.0, 7.0, 8.0, 10.0, 900.0],
    );
    let params = BoostingParams {
        objective: ObjectiveChoice::Absolute,
        trees: 1,
        ..plain()
    };
    assert_eq!(table.margins(&params), [1.0, 1.0, 1.0, 9.0, 9.0, 9.0, 9.0]);
}

#[test]
fn a_quantile_leaves_its_share_of_rows_below() {
    let table = Table::mixed(1200, Task::Regression);
    for level in [0.1, 0.5, 0.9] {
        let params = BoostingParams {
            objective: ObjectiveChoice::Quantile { level },
            min_leaf_rows: 40,
            learning_rate: 0.2,
            ..plain()
        };
        let margins = table.margins(&params);
        let below = margins.iter().zip(&table.target).filter(|(m, y)| y <= m);
        let share = below.count() as f64 / 1200.0;
        assert!((share - level).abs() < 0.06, "{level}: {share}");
    }
}

#[test]
fn an_outlier_moves_a_huber_leaf_by_no_more_than_the_distance() {
    let table = Table::of(
        &[1.0; 10],
        &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1e6],
    );
    let huber = |delta| BoostingParams {
        objective: ObjectiveChoice::Huber { delta },
        trees: 1,
        ..plain()
    };
    // One leaf is no tree: the base stays, which is the median and not the mean.
    assert_eq!(table.margins(&huber(2.0)), [4.5; 10]);
    let table = Table::of(&[1.0, 1.0, 2.0, 2.0], &[0.0, 1.0, 10.0, 1e6]);
    // Gradients from the median 5.5: 5, 4.5, −4.5 and, cut off, −5.
    assert_eq!(
        table.margins(&huber(5.0)),
        [5.5 - 4.75, 5.5 - 4.75, 5.5 + 4.75, 5.5 + 4.75]
    );
}

#[test]
fn counts_are_predicted_by_powers_of_their_margins() {
    let table = Table::of(
        &[1.0, 1.0, 2.0, 2.0, 3.0, 3.0],
        &[0.0, 2.0, 2.0, 4.0, 20.0, 22.0],
    );
    for objective in [
        ObjectiveChoice::Poisson,
        ObjectiveChoice::Tweedie { power: 1.0 },
        ObjectiveChoice::Tweedie { power: 1.5 },
    ] {
        let params = BoostingParams {
            objective,
            trees: 60,
            learning_rate: 0.5,
            ..plain()
        };
        let fitted = table.fit(&params);
        assert_eq!(fitted.link, Link::Log);
        let means = [1.0, 1.0, 3.0, 3.0, 21.0, 21.0];
        for (margin, mean) in fitted.margins(&table.matrix).iter().zip(means) {
            let predicted = libm::exp(*margin);
            assert!(
                (predicted - mean).abs() < 1e-3,
                "{objective:?}: {predicted}"
            );
        }
    }
}

#[test]
fn a_step_of_logarithms_is_bounded() {
    let table = Table::of(&[1.0, 1.0, 1.0, 2.0], &[1.0, 1.0, 1.0, 4000.0]);
    let params = |max_step| BoostingParams {
        objective: ObjectiveChoice::Poisson,
        trees: 1,
        max_step,
        ..plain()
    };
    let fitted = |max_step| table.fit(&params(max_step)).trees[0].leaf.clone();
    // From a mean of 1000.75 the right leaf's step is 4000 / 1000.75 − 1.
    assert!((fitted(0.0)[1] - 2.0).abs() < 1e-6);
    assert!((fitted(10.0)[1] - 2.997).abs() < 1e-3);
    assert!((fitted(0.5)[1] - 0.5).abs() < 1e-6);
    assert!((fitted(0.5)[0] + 0.5).abs() < 1e-6);
}

#[test]
fn an_objective_for_numbers_refuses_classes() {
    let table = Table::mixed(60, binary());
    let params = BoostingParams {
        objective: ObjectiveChoice::Gamma,
        ..plain()
    };
    assert!(
        table
            .refused(&params)
            .contains("gamma is for a target of numbers")
    );
}
