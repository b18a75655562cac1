//! What the options of forests and single trees do, seen from outside.

use proptest::prelude::*;
use tabwright_model::{
    DEFAULT_THRESHOLD, Finish, ParamValue, Params, Predictor, Task, TreeEnsemble,
};
use tabwright_recipe::{Feature, Matrix};

use super::tests::{binary, category, matrix, mixed, mixed_target, number, tasks, walk};
use crate::fit::fit;
use crate::params::resolve;
use crate::report::Fitted;
use crate::training::Training;
use crate::{Algorithm, Silent};

fn given(settings: &[(&str, &str)]) -> Params {
    let value = |text: &str| {
        text.parse()
            .map_or_else(|_| ParamValue::Choice(text.into()), ParamValue::Number)
    };
    settings
        .iter()
        .map(|(name, text)| ((*name).to_owned(), value(text)))
        .collect()
}

fn fitted(algorithm: Algorithm, settings: &[(&str, &str)], training: &Training<'_>) -> Fitted {
    let params = resolve(algorithm, &given(settings)).unwrap();
    fit(algorithm, &params, training, 3, &Silent).unwrap()
}

fn trees(fitted: Fitted) -> TreeEnsemble {
    match fitted.predictor {
        Predictor::Trees(trees) => trees,
        _ => panic!("trees"),
    }
}

/// Each row a class or number of its own making.
fn training<'a>(
    features: &'a [Feature],
    matrix: &'a Matrix,
    target: &'a [f64],
    task: &'a Task,
) -> Training<'a> {
    Training {
        features,
        matrix,
        target,
        task,
        weights: None,
    }
}

#[test]
fn extra_trees_learn_every_task_from_all_rows() {
    let (features, matrix) = mixed(900);
    for task in &tasks() {
        let target = mixed_target(&matrix, task);
        let training = training(&features, &matrix, &target, task);
        let settings = [("trees", "30"), ("variant", "extra_trees")];
        let extra = trees(fitted(Algorithm::Forest, &settings, &training));
        let usual = trees(fitted(Algorithm::Forest, &[("trees", "30")], &training));
        assert_ne!(extra, usual);
        assert!(extra.trees.iter().all(|tree| tree.split_rows[0] == 900));
        let said = extra.margins(&matrix);
        let n = task.n_outputs();
        let right = target
            .iter()
            .zip(said.chunks(n))
            .filter(|(y, said)| match task {
                Task::Regression => (said[0] - **y).abs() < 1.0,
                Task::Binary { .. } => (said[0] >= 0.5) == (**y == 1.0),
                Task::Multiclass { .. } => said.iter().all(|p| *p <= said[**y as usize]),
            });
        assert!(right.count() > 720, "{}", task.name());
    }
}

#[test]
fn thresholds_of_extra_trees_are_spread_over_the_range() {
    let x: Vec<f64> = (0..200).map(f64::from).collect();
    let target: Vec<f64> = x.iter().map(|x| f64::from(u8::from(*x >= 100.0))).collect();
    let (features, matrix, task) = ([number("x")], matrix(&[&x]), Task::Regression);
    let training = training(&features, &matrix, &target, &task);
    let settings = [("trees", "200"), ("variant", "extra_trees"), ("depth", "1")];
    let roots: Vec<f64> = trees(fitted(Algorithm::Forest, &settings, &training))
        .trees
        .iter()
        // A place so near an end that a side has too few rows is none.
        .filter_map(|tree| tree.threshold.first().copied())
        .collect();
    for quarter in 0..4 {
        let within =
            |x: &&f64| **x >= 50.0 * f64::from(quarter) && **x < 50.0 * f64::from(quarter + 1);
        let n = roots.iter().filter(within).count();
        assert!((30..70).contains(&n), "{quarter}: {n}");
    }
    let usual = [("trees", "5"), ("depth", "1"), ("bootstrap", "no")];
    for tree in trees(fitted(Algorithm::Forest, &usual, &training)).trees {
        assert_eq!(tree.threshold, [99.5]);
    }
}

#[test]
fn rows_out_of_the_bag_are_scored_by_the_other_trees() {
    let (features, matrix) = mixed(600);
    for (task, metric) in tasks().iter().zip(["rmse", "auc", "log_loss"]) {
        let target = mixed_target(&matrix, task);
        let training = training(&features, &matrix, &target, task);
        let settings = [("trees", "40"), ("out_of_bag", "yes")];
        let fitted_with = fitted(Algorithm::Forest, &settings, &training);
        let out_of_bag = fitted_with.report.out_of_bag.clone();
        let without = fitted(Algorithm::Forest, &[("trees", "40")], &training);
        assert!(without.report.out_of_bag.is_empty());
        assert_eq!(
            trees(fitted_with),
            trees(without),
            "scoring changes nothing"
        );
        // Held-out rows of a forest on the others, three folds: nearly the same question.
        let mut held_out = Vec::new();
        for fold in 0..3 {
            let rows = |is_held: bool| -> Vec<u32> {
                (0..600)
                    .filter(|row| (row / 7 % 3 == fold) == is_held)
                    .collect()
            };
            let of = |rows: &[u32]| -> Vec<f64> {
                rows.iter().map(|&row| target[row as usize]).collect()
            };
            let (learn, hold) = (rows(false), rows(true));
            let (learn_matrix, learn_target) = (matrix.rows(&learn), of(&learn));
            let training = Training {
                matrix: &learn_matrix,
                target: &learn_target,
                ..training
            };
            let forest = trees(fitted(Algorithm::Forest, &[("trees", "40")], &training));
            let finish = Finish {
                task,
                link: forest.link,
                threshold: DEFAULT_THRESHOLD,
            };
            let margins = forest.margins(&matrix.rows(&hold));
            held_out.push(finish.metrics(margins, &of(&hold))[metric]);
        }
        let expected = held_out.iter().sum::<f64>() / 3.0;
        let found = out_of_bag[metric];
        assert!(
            (found - expected).abs() < 0.25 * expected,
            "{metric} {found} {expected}"
        );
    }
}

#[test]
fn no_row_is_out_of_the_bag_where_every_tree_sees_all() {
    let (features, matrix) = mixed(100);
    let task = binary();
    let target = mixed_target(&matrix, &task);
    let training = training(&features, &matrix, &target, &task);
    let settings = [("trees", "3"), ("bootstrap", "no"), ("out_of_bag", "yes")];
    let report = fitted(Algorithm::Forest, &settings, &training).report;
    assert!(report.out_of_bag.is_empty());
    let settings = [("trees", "3"), ("bootstrap", "no"), ("subsample", "0.4")];
    let forest = trees(fitted(Algorithm::Forest, &settings, &training));
    assert!(
        forest
            .trees
            .iter()
            .all(|tree| tree.leaf_rows.iter().sum::<u32>() == 40)
    );
}

#[test]
fn balanced_classes_weigh_alike() {
    // One of ten rows is of class 1.
    let x = [1.0; 20];
    let target: Vec<f64> = (0..20)
        .map(|row| f64::from(u8::from(row % 10 == 0)))
        .collect();
    let (features, matrix, task) = ([number("x")], matrix(&[&x]), binary());
    let training = training(&features, &matrix, &target, &task);
    for (algorithm, usual) in [(Algorithm::Tree, 0.1), (Algorithm::Gbt, -libm::log(9.0))] {
        let margin = |settings: &[(&str, &str)]| {
            trees(fitted(algorithm, settings, &training)).margins(&matrix)[0]
        };
        assert!((margin(&[]) - usual).abs() < 1e-6);
        let even = if algorithm == Algorithm::Tree {
            0.5
        } else {
            0.0
        };
        let balanced = margin(&[("class_weight", "balanced")]);
        assert!((balanced - even).abs() < 1e-6, "{balanced}");
    }
}

#[test]
fn only_ratios_of_weights_matter() {
    let (features, matrix) = mixed(300);
    for task in &tasks() {
        let target = mixed_target(&matrix, task);
        let weights =
            |unit: f64| -> Vec<f64> { (0..300).map(|row| unit * f64::from(1 + row % 4)).collect() };
        for algorithm in [Algorithm::Tree, Algorithm::Forest, Algorithm::Gbt] {
            let model = |weights: Option<&[f64]>| {
                let training = Training {
                    weights,
                    ..training(&features, &matrix, &target, task)
                };
                let settings: &[(&str, &str)] = match algorithm {
                    Algorithm::Tree => &[],
                    _ => &[("trees", "5")],
                };
                trees(fitted(algorithm, settings, &training))
            };
            let weighted = model(Some(&weights(1.0)));
            assert_eq!(weighted, model(Some(&weights(1024.0))));
            assert_ne!(weighted, model(None));
            assert_eq!(model(Some(&[7.0; 300])), model(None));
        }
    }
}

#[test]
fn a_pruned_tree_is_a_step_of_its_path() {
    let (features, matrix) = mixed(700);
    for task in &tasks() {
        let target = mixed_target(&matrix, task);
        let training = training(&features, &matrix, &target, task);
        let whole = [("depth", "0"), ("min_leaf_rows", "4")];
        let grown = fitted(Algorithm::Tree, &whole, &training);
        let path = grown.report.pruning.clone().unwrap();
        let whole_tree = trees(grown).trees.remove(0);
        assert_eq!(path.leaves[0] as usize, whole_tree.n_leaves());
        assert_eq!(path.leaves.last(), Some(&1));
        assert!(path.alphas.is_sorted() && path.impurities.is_sorted());
        assert!(path.leaves.is_sorted_by(|a, b| a > b));
        for step in [1, path.alphas.len() / 2, path.alphas.len() - 1] {
            // Half way to the next step, so that rounding does not decide.
            let next = path
                .alphas
                .get(step + 1)
                .copied()
                .unwrap_or(2.0 * path.alphas[step]);
            let alpha = (path.alphas[step] / 2.0 + next / 2.0).to_string();
            let settings = [whole[0], whole[1], ("ccp_alpha", alpha.as_str())];
            let pruned = fitted(Algorithm::Tree, &settings, &training);
            assert_eq!(pruned.report.pruning.as_ref(), Some(&path));
            let tree = trees(pruned).trees.remove(0);
            let expected = path
                .alphas
                .iter()
                .rposition(|a| *a <= path.alphas[step])
                .unwrap();
            assert_eq!(tree.n_leaves(), path.leaves[expected] as usize);
            assert_eq!(tree.leaf_rows.iter().sum::<u32>(), 700);
            let mut reached = vec![0; tree.n_leaves()];
            (0..700).for_each(|row| reached[walk(&tree, &matrix, row)] += 1);
            assert_eq!(reached, tree.leaf_rows);
        }
    }
}

proptest! {
    /// A random split never breaks what every tree keeps.
    #[test]
    fn random_splits_route_training_rows_as_the_model_does(
        cells in prop::collection::vec((prop::option::of(0_u8..6), prop::option::of(0_u32..5), -9_i8..9), 8..120),
    ) {
        let number_cells: Vec<f64> = cells.iter().map(|cell| cell.0.map_or(f64::NAN, f64::from)).collect();
        let codes: Vec<f64> = cells.iter().map(|cell| cell.1.map_or(f64::NAN, f64::from)).collect();
        let target: Vec<f64> = cells.iter().map(|cell| f64::from(cell.2)).collect();
        let (features, matrix) = (
            [number("x"), category("c", &["a", "b", "c", "d", "e"])],
            matrix(&[&number_cells, &codes]),
        );
        let training = training(&features, &matrix, &target, &Task::Regression);
        let settings = [("trees", "4"), ("variant", "extra_trees"), ("min_leaf_rows", "1")];
        for tree in trees(fitted(Algorithm::Forest, &settings, &training)).trees {
            let mut reached = vec![0; tree.n_leaves()];
            (0..cells.len()).for_each(|row| reached[walk(&tree, &matrix, row)] += 1);
            prop_assert_eq!(&reached, &tree.leaf_rows);
            prop_assert!(tree.leaf_rows.iter().all(|&rows| rows > 0));
        }
    }
}
