//! What boosting's options do, seen from outside.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tabwright_model::{Link, Task, Tree, TreeEnsemble};
use tabwright_recipe::{Feature, Matrix};

use super::histogram::{GradientSums, Penalty, Statistics};
use super::objective::{Gradient, Objective, ObjectiveChoice};
use super::tests::{binary, matrix, mixed, mixed_target, number, tasks};
use super::*;
use crate::Silent;
use crate::training::Training;

/// Draws nothing and forgets nothing: what a tree holds can be told by hand.
fn plain() -> BoostingParams {
    BoostingParams {
        learning_rate: 1.0,
        min_leaf_rows: 1,
        l2: 0.0,
        sampling: Sampling::Uniform { share: 1.0 },
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
            weights: None,
        }
    }

    fn fit(&self, params: &BoostingParams) -> TreeEnsemble {
        fit_boosting(params, &self.training(), 5, None, &Silent)
            .unwrap()
            .ensemble
    }

    fn refused(&self, params: &BoostingParams) -> String {
        fit_boosting(params, &self.training(), 5, None, &Silent)
            .unwrap_err()
            .to_string()
    }

    /// The mean loss of the rows that were learnt from.
    fn loss(&self, fitted: &TreeEnsemble) -> f64 {
        let objective =
            Objective::new(ObjectiveChoice::Auto, &self.task, &self.target, None).unwrap();
        let margins = fitted.margins(&self.matrix);
        let rows = margins.iter().zip(&self.target);
        let losses = rows.map(|(margin, y)| objective.loss(|_| *margin, *y));
        losses.sum::<f64>() / self.target.len() as f64
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

#[test]
fn l1_sets_a_weak_leaf_to_zero() {
    // The base is 4; gradients sum up to 12 left and −12 right, and the leaves' scores must outweigh L1.
    let table = Table::of(&[1.0, 1.0, 2.0, 2.0], &[-2.0, -2.0, 10.0, 10.0]);
    let leaves = |l1| {
        let params = BoostingParams {
            l1,
            trees: 1,
            ..plain()
        };
        let trees = table.fit(&params).trees;
        trees.first().map(|tree| tree.leaf.clone())
    };
    assert_eq!(leaves(0.0), Some(vec![-6.0, 6.0]));
    assert_eq!(leaves(4.0), Some(vec![-4.0, 4.0]));
    assert_eq!(leaves(12.0), None, "no split gains anything");
}

#[test]
fn a_leaf_holds_its_weight() {
    let table = Table::mixed(800, binary());
    let params = BoostingParams {
        trees: 1,
        min_child_weight: 12.0,
        ..plain()
    };
    // Every row's second derivative is p (1 − p) at the base.
    let share = table.target.iter().sum::<f64>() / 800.0;
    let least = libm::ceil(12.0 / (share * (1.0 - share))) as u32;
    let tree = &table.fit(&params).trees[0];
    assert!(tree.leaf_rows.iter().all(|&rows| rows + 1 >= least));
    assert!(tree.leaf_rows.iter().any(|&rows| rows < least + 20));
}

#[test]
fn depth_wise_growth_fills_level_after_level() {
    let table = Table::mixed(900, Task::Regression);
    let depths = |growth| {
        let params = BoostingParams {
            trees: 1,
            leaves: 16,
            growth,
            ..plain()
        };
        let tree = table.fit(&params).trees.remove(0);
        let mut depth = vec![0; tree.n_splits()];
        let mut of_leaves = Vec::new();
        for split in 0..tree.n_splits() {
            for child in [tree.left[split], tree.right[split]] {
                if child < 0 {
                    of_leaves.push(depth[split] + 1);
                } else {
                    depth[child as usize] = depth[split] + 1;
                }
            }
        }
        of_leaves
    };
    assert_eq!(depths(Growth::DepthWise), [4; 16]);
    assert!(depths(Growth::LeafWise).iter().any(|&depth| depth != 4));
}

#[test]
fn rounds_start_from_the_base_that_is_given() {
    let table = Table::of(&[1.0, 1.0, 2.0, 2.0], &[0.0, 2.0, 10.0, 12.0]);
    let params = BoostingParams {
        base_score: Some(3.0),
        trees: 1,
        ..plain()
    };
    let fitted = table.fit(&params);
    assert_eq!(fitted.base, [3.0]);
    assert_eq!(fitted.trees[0].leaf, [-2.0, 8.0]);
}

/// The features that each level of the tree is split by.
fn by_level(tree: &Tree) -> Vec<BTreeSet<u32>> {
    let mut depth = vec![0; tree.n_splits()];
    let mut levels = vec![BTreeSet::new(); 4];
    for split in 0..tree.n_splits() {
        levels[depth[split]].insert(tree.feature[split]);
        for child in [tree.left[split], tree.right[split]] {
            if child >= 0 {
                depth[child as usize] = depth[split] + 1;
            }
        }
    }
    levels
}

#[test]
fn features_are_drawn_by_level_and_by_split() {
    let n_rows = 600;
    let cell = |row: usize, column: usize| ((row * (31 + 12 * column)) % 97) as f64;
    let columns = (0..8)
        .map(|column| (0..n_rows).map(|row| cell(row, column)).collect())
        .collect();
    let target = (0..n_rows)
        .map(|row| (0..8).map(|column| cell(row, column)).sum())
        .collect();
    let table = Table {
        features: (0..8).map(|column| number(&column.to_string())).collect(),
        matrix: Matrix { columns, n_rows },
        target,
        task: Task::Regression,
    };
    let params = |level, node| BoostingParams {
        trees: 1,
        leaves: 0,
        depth: 4,
        features_level: level,
        features_node: node,
        ..plain()
    };
    // One of eight features a level: one feature each.
    let levels = by_level(&table.fit(&params(0.125, 1.0)).trees[0]);
    assert!(levels.iter().all(|features| features.len() == 1));
    assert!(levels.windows(2).any(|pair| pair[0] != pair[1]));
    let by_node = by_level(&table.fit(&params(1.0, 0.125)).trees[0]);
    assert!(by_node[3].len() > 2, "{by_node:?}");
    assert_ne!(table.fit(&params(0.5, 0.5)), table.fit(&params(1.0, 1.0)));
    assert_eq!(table.fit(&params(0.5, 0.5)), table.fit(&params(0.5, 0.5)));
}

#[test]
fn only_features_of_one_group_meet() {
    let table = Table::mixed(1500, Task::Regression);
    let params = BoostingParams {
        trees: 20,
        interactions: vec![vec![0, 1]],
        ..plain()
    };
    for tree in table.fit(&params).trees {
        // The category, in no group, is one of its own.
        let mut above: Vec<Vec<u32>> = vec![Vec::new(); tree.n_splits()];
        for split in 0..tree.n_splits() {
            above[split].push(tree.feature[split]);
            let mut path = above[split].clone();
            path.dedup();
            assert!(!(path.contains(&2) && path.len() > 1), "{path:?}");
            for child in [tree.left[split], tree.right[split]] {
                if child >= 0 {
                    above[child as usize] = path.clone();
                }
            }
        }
    }
}

#[test]
fn a_weight_is_a_number_of_rows() {
    let x: Vec<f64> = (0..60).map(|row| f64::from(row * 7 % 23)).collect();
    let target: Vec<f64> = x
        .iter()
        .enumerate()
        .map(|(row, x)| x * x + row as f64 % 5.0)
        .collect();
    let weights: Vec<f64> = (0..60).map(|row| f64::from(1 + row % 3)).collect();
    let repeat = |values: &[f64]| -> Vec<f64> {
        let rows = values.iter().zip(&weights);
        rows.flat_map(|(value, weight)| vec![*value; *weight as usize])
            .collect()
    };
    let repeated = Table::of(&repeat(&x), &repeat(&target));
    let once = Table::of(&x, &target);
    for objective in [
        ObjectiveChoice::Squared,
        ObjectiveChoice::Quantile { level: 0.35 },
        ObjectiveChoice::Huber { delta: 0.0 },
    ] {
        let params = BoostingParams {
            objective,
            trees: 8,
            learning_rate: 0.5,
            leaves: 5,
            ..plain()
        };
        let training = Training {
            weights: Some(&weights),
            ..once.training()
        };
        let weighted = fit_boosting(&params, &training, 5, None, &Silent).unwrap();
        let (weighted, repeated) = (
            weighted.ensemble.margins(&once.matrix),
            repeated.fit(&params).margins(&once.matrix),
        );
        for (a, b) in weighted.iter().zip(&repeated) {
            assert!((a - b).abs() < 1e-3, "{objective:?} {a} {b}");
        }
    }
}

#[test]
fn large_gradients_are_enough() {
    for task in [Task::Regression, binary()] {
        let table = Table::mixed(1500, task);
        let loss = |sampling| {
            let params = BoostingParams {
                sampling,
                trees: 60,
                features: 1.0,
                ..BoostingParams::default()
            };
            table.loss(&table.fit(&params))
        };
        let all = loss(Sampling::Uniform { share: 1.0 });
        let goss = loss(Sampling::Goss {
            top: 0.2,
            other: 0.1,
        });
        let as_many = loss(Sampling::Uniform { share: 0.3 });
        assert!(goss != all && goss < 2.0 * all, "{goss} {all}");
        assert!(goss < 1.1 * as_many, "{goss} {as_many}");
    }
}

#[test]
fn dropout_shares_out_what_trees_weigh() {
    let table = Table::of(&[1.0, 1.0, 2.0, 2.0], &[0.0, 0.0, 8.0, 8.0]);
    let params = BoostingParams {
        booster: Booster::Dart {
            drop: 1.0,
            skip: 0.0,
        },
        trees: 3,
        ..plain()
    };
    let fitted = table.fit(&params);
    // Each round drops all before it, so each new tree is the same, and they end as thirds of it.
    for tree in &fitted.trees {
        for (leaf, exact) in tree.leaf.iter().zip([-4.0 / 3.0, 4.0 / 3.0]) {
            assert!((leaf - exact).abs() < 1e-6, "{:?}", fitted.trees);
        }
    }
    assert_eq!(fitted.trees.len(), 3);
}

#[test]
fn dropout_learns_and_its_leaves_lie_on_the_grid() {
    for task in [Task::Regression, binary()] {
        let table = Table::mixed(900, task);
        let params = BoostingParams {
            booster: Booster::Dart {
                drop: 0.1,
                skip: 0.5,
            },
            trees: 40,
            ..BoostingParams::default()
        };
        let fitted = table.fit(&params);
        let unit = libm::ldexp(1.0, -fitted.grid_bits);
        let mut leaves = fitted.trees.iter().flat_map(|tree| &tree.leaf);
        assert!(leaves.all(|leaf| libm::floor(leaf / unit) == leaf / unit));
        assert_eq!(fitted, table.fit(&params));
        let usual = table.fit(&BoostingParams {
            booster: Booster::Gbt,
            ..params
        });
        assert_ne!(fitted, usual);
        let error = |fitted: &TreeEnsemble| table.loss(fitted);
        let none = TreeEnsemble {
            trees: Vec::new(),
            ..usual.clone()
        };
        // New trees are shrunk, so as many of them lag behind.
        assert!(
            error(&usual) < error(&fitted),
            "{} {}",
            error(&usual),
            error(&fitted)
        );
        assert!(
            error(&fitted) < 0.5 * error(&none),
            "{} {}",
            error(&fitted),
            error(&none)
        );
    }
}

#[test]
fn a_model_goes_on_where_it_was() {
    for task in [Task::Regression, binary()] {
        let table = Table::mixed(700, task);
        let params = |trees| BoostingParams {
            trees,
            ..BoostingParams::default()
        };
        let first = table.fit(&params(10));
        let more = fit_boosting(&params(15), &table.training(), 5, Some(&first), &Silent)
            .unwrap()
            .ensemble;
        let at_once = table.fit(&params(25));
        assert_eq!(more.trees.len(), at_once.trees.len());
        for (tree, of_first) in more.trees.iter().zip(&first.trees) {
            assert_eq!(tree.threshold, of_first.threshold);
        }
        // The first model's leaves were rounded before the second began, which may turn a choice between equals.
        let apart = tabwright_metrics::rmse(
            &more.margins(&table.matrix),
            &at_once.margins(&table.matrix),
        );
        let gained = tabwright_metrics::rmse(
            &first.margins(&table.matrix),
            &at_once.margins(&table.matrix),
        );
        assert!(apart < 0.1 * gained, "{apart} {gained}");
    }
    let table = Table::mixed(200, binary());
    let other = Table::mixed(200, Task::Regression).fit(&BoostingParams::default());
    let error = fit_boosting(&plain(), &table.training(), 5, Some(&other), &Silent).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("continue a model of the same features")
    );
}

#[test]
fn it_stops_where_rows_kept_aside_are_served_best() {
    for task in tasks() {
        let table = Table::mixed(500, task);
        let params = BoostingParams {
            trees: 400,
            learning_rate: 0.5,
            min_leaf_rows: 2,
            stopping: Some(Stopping {
                rounds: 8,
                share: 0.25,
            }),
            ..BoostingParams::default()
        };
        let boosted = fit_boosting(&params, &table.training(), 5, None, &Silent).unwrap();
        let curve = boosted.curve.unwrap();
        let best = curve.best_round as usize;
        let n_outputs = table.task.n_outputs();
        assert_eq!(boosted.ensemble.trees.len(), best * n_outputs);
        assert_eq!(curve.kept_aside.len(), best + 1 + 8);
        assert_eq!(curve.learnt.len(), curve.kept_aside.len());
        let least = curve.kept_aside.iter().copied().fold(f64::MAX, f64::min);
        assert_eq!(curve.kept_aside[best], least);
        assert!(curve.learnt.last() < curve.learnt.first());
        assert!(best > 0 && best < 390);
    }
}

#[test]
fn what_does_not_go_together_is_refused() {
    let table = Table::mixed(100, Task::Regression);
    let stopping = Some(Stopping {
        rounds: 5,
        share: 0.2,
    });
    let said = |params: BoostingParams| table.refused(&params);
    let dart = Booster::Dart {
        drop: 0.1,
        skip: 0.5,
    };
    assert!(
        said(BoostingParams {
            booster: dart,
            stopping,
            ..plain()
        })
        .contains("0 with dart")
    );
    let goss = Sampling::Goss {
        top: 0.6,
        other: 0.5,
    };
    assert!(
        said(BoostingParams {
            sampling: goss,
            ..plain()
        })
        .contains("at most 1 together with top_rate")
    );
    assert!(
        said(BoostingParams {
            monotone: vec![0, 0, 1],
            ..plain()
        })
        .contains("\"level\" is a category")
    );
    let several = Table::mixed(100, tasks()[2].clone());
    let params = BoostingParams {
        monotone: vec![1, 0, 0],
        ..plain()
    };
    assert!(several.refused(&params).contains("several classes"));
}

/// Three cells and a target.
type Seed = (u8, u8, Option<u8>, i8);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Along a constrained feature, all else held, no prediction ever turns back.
    #[test]
    fn predictions_are_monotone(
        rows in prop::collection::vec((0_u8..30, 0_u8..6, prop::option::of(0_u8..5), -20_i8..20), 40..160),
        signs in prop::sample::select(vec![[1, 0], [-1, 1], [1, -1], [0, -1]]),
        kind in 0_usize..4,
        leaves in 2_u32..20,
    ) {
        let numbers = |of: fn(&Seed) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
        let columns = vec![
            numbers(|row| f64::from(row.0)).into(),
            numbers(|row| f64::from(row.1)).into(),
            numbers(|row| row.2.map_or(f64::NAN, f64::from)).into(),
        ];
        let (objective, target, task) = match kind {
            0 => (ObjectiveChoice::Auto, numbers(|row| f64::from(row.3)), Task::Regression),
            1 => (ObjectiveChoice::Absolute, numbers(|row| f64::from(row.3)), Task::Regression),
            2 => (ObjectiveChoice::Poisson, numbers(|row| f64::from(row.3.unsigned_abs() + 1)), Task::Regression),
            _ => (ObjectiveChoice::Auto, numbers(|row| f64::from(u8::from(row.3 > 0))), binary()),
        };
        prop_assume!(target.iter().any(|y| *y != target[0]));
        let table = Table {
            features: vec![number("a"), number("b"), number("c")],
            matrix: Matrix { columns, n_rows: rows.len() },
            target,
            task,
        };
        let params = BoostingParams {
            objective,
            trees: 15,
            leaves,
            learning_rate: 0.4,
            min_leaf_rows: 2,
            monotone: vec![signs[0], signs[1], 0],
            ..BoostingParams::default()
        };
        let fitted = table.fit(&params);
        for (feature, sign) in signs.into_iter().enumerate().filter(|(_, sign)| *sign != 0) {
            for row in 0..10 {
                let grid: Vec<f64> = (-1..32).map(f64::from).collect();
                let columns = (0..3)
                    .map(|column| {
                        if column == feature { grid.clone().into() } else { vec![table.matrix.columns[column][row]; grid.len()].into() }
                    })
                    .collect();
                let margins = fitted.margins(&Matrix { columns, n_rows: grid.len() });
                let turns = margins.windows(2).any(|pair| (pair[1] - pair[0]) * f64::from(sign) < 0.0);
                prop_assert!(!turns, "{} {:?}", feature, margins);
            }
        }
    }

    /// With nothing to forbid, bounds change nothing.
    #[test]
    fn a_score_at_the_best_value_is_the_score(gradient in -1000_i64..1000, rows in 1_i64..50, l1 in 0.0..3.0_f64, l2 in 0.1..3.0_f64) {
        let mut sums = GradientSums::new(Penalty { l1, l2 });
        sums.set(&[Gradient { gradient: 1.0, hessian: 1.0 }]);
        let bin = [gradient << 20, (rows << 60 >> 32) + rows];
        let value = sums.value(&bin, 0.0);
        let (score, at) = (sums.score(&bin, 0.0), sums.score_at(&bin, 0.0, value));
        prop_assert!((score - at).abs() <= 1e-9 * (1.0 + score), "{} {}", score, at);
        prop_assert!(sums.score_at(&bin, 0.0, value + 0.01) <= score);
    }
}
