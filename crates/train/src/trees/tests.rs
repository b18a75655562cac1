//! The engine against hand-made answers and against a kernel that does everything the slow way.

use proptest::prelude::*;
use tabwright_model::{ParamValue, Params, Predictor, Task, Tree};
use tabwright_recipe::{Feature, FeatureKind, Matrix};

use super::binning::{BinnedMatrix, Bins};
use super::frontier::Growth;
use super::grower::{FeatureDraw, Grower, GrowthLimits};
use super::histogram::{ClassSums, GradientSums, Penalty, Statistics};
use super::objective::Gradient;
use super::splitting::SplitLimits;
use super::*;
use crate::fit::fit;
use crate::params::resolve;
use crate::training::Training;
use crate::{Algorithm, Observer, Silent, TrainError};

pub(super) const NAN: f64 = f64::NAN;

pub(super) fn number(name: &str) -> Feature {
    Feature {
        name: name.into(),
        kind: FeatureKind::Number,
    }
}

pub(super) fn category(name: &str, levels: &[&str]) -> Feature {
    let levels = levels.iter().map(|level| (*level).to_owned()).collect();
    Feature {
        name: name.into(),
        kind: FeatureKind::Category { levels },
    }
}

pub(super) fn matrix(columns: &[&[f64]]) -> Matrix {
    Matrix {
        columns: columns
            .iter()
            .map(|column| column.to_vec().into())
            .collect(),
        n_rows: columns[0].len(),
    }
}

fn split_limits(min_leaf_rows: u32) -> SplitLimits {
    SplitLimits {
        min_leaf_rows,
        min_hessian: 0.0,
        min_gain: 0.0,
        level_smoothing: 0.0,
        level_l2: 0.0,
    }
}

fn single(depth: u32, min_leaf_rows: u32) -> SingleParams {
    SingleParams {
        depth,
        leaves: 0,
        min_leaf_rows,
        min_gain: 0.0,
        ccp_alpha: 0.0,
        bins: 255,
    }
}

pub(super) fn binary() -> Task {
    Task::Binary {
        classes: vec!["no".into(), "yes".into()],
    }
}

#[test]
fn a_regression_stump_parts_half_way_and_holds_means() {
    let matrix = matrix(&[&[4.0, 1.0, 2.0, 7.0]]);
    let features = [number("x")];
    let target = [10.0, 2.0, 3.0, 12.0];
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &target,
        task: &Task::Regression,
        weights: None,
    };
    let ensemble = fit_single(&single(1, 1), &training).0;
    let tree = &ensemble.trees[0];
    assert_eq!(tree.threshold, [3.0]);
    assert_eq!((tree.left[0], tree.right[0]), (!0, !1));
    assert_eq!(ensemble.base, [6.75]);
    assert_eq!(tree.leaf, [2.5 - 6.75, 11.0 - 6.75]);
    assert_eq!(tree.leaf_rows, [2, 2]);
    // 2 · 4.25² + 2 · 4.25².
    assert!((tree.gain[0] - 72.25).abs() < 1e-6, "{}", tree.gain[0]);
    assert_eq!(ensemble.margins(&matrix), [11.0, 2.5, 2.5, 11.0]);
}

#[test]
fn missing_goes_where_it_lowers_the_loss() {
    let features = [number("x")];
    let matrix = matrix(&[&[1.0, 2.0, 3.0, 4.0, NAN, NAN]]);
    for (target, left) in [
        ([0.0, 0.0, 9.0, 9.0, 0.0, 0.0], true),
        ([0.0, 0.0, 9.0, 9.0, 9.0, 9.0], false),
    ] {
        let training = Training {
            features: &features,
            matrix: &matrix,
            target: &target,
            task: &Task::Regression,
            weights: None,
        };
        let ensemble = fit_single(&single(1, 1), &training).0;
        assert_eq!(ensemble.trees[0].missing_left, [left]);
        assert_eq!(ensemble.trees[0].threshold, [2.5]);
        assert_eq!(ensemble.margins(&matrix), target);
    }
}

#[test]
fn missing_alone_can_be_a_side() {
    let matrix = matrix(&[&[1.0, NAN, 3.0, NAN], &[0.0, NAN, 1.0, NAN]]);
    let target = [1.0, 5.0, 1.0, 5.0];
    for features in [
        [number("x"), number("y")],
        [
            category("x", &["a", "b", "c", "d"]),
            category("y", &["a", "b"]),
        ],
    ] {
        let training = Training {
            features: &features,
            matrix: &matrix,
            target: &target,
            task: &Task::Regression,
            weights: None,
        };
        let ensemble = fit_single(&single(1, 1), &training).0;
        assert_eq!(ensemble.trees[0].missing_left, [false]);
        assert_eq!(ensemble.margins(&matrix), target);
        let is_category = features[0].kind != FeatureKind::Number;
        assert_eq!(
            ensemble.trees[0].levels[0],
            if is_category { vec![1, 3] } else { vec![] }
        );
        assert_eq!(
            ensemble.trees[0].threshold[0],
            if is_category { 0.0 } else { f64::MAX }
        );
    }
}

#[test]
fn levels_are_split_by_subset_and_unseen_ones_follow_the_majority() {
    // Means: a 9, b 1, c 8, d 2, and d has most rows.
    let codes = [0.0, 0.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0];
    let target = [9.0, 9.0, 1.0, 8.0, 8.0, 2.0, 2.0, 2.0];
    let matrix = matrix(&[&codes]);
    let features = [category("c", &["a", "b", "c", "d"])];
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &target,
        task: &Task::Regression,
        weights: None,
    };
    let ensemble = fit_single(&single(1, 1), &training).0;
    // 4 rows of {a, c} against 4 of {b, d}: either may be left, the first found is.
    assert_eq!(ensemble.trees[0].levels, [vec![0, 2]]);
    let unseen = Matrix {
        columns: vec![vec![-1.0].into()],
        n_rows: 1,
    };
    assert_eq!(ensemble.margins(&unseen), [1.75]);
    let mut more = target.to_vec();
    more.push(9.0);
    let codes: Vec<f64> = codes.iter().copied().chain([0.0]).collect();
    let wider = Matrix {
        columns: vec![codes.into()],
        n_rows: 9,
    };
    let training = Training {
        features: &features,
        matrix: &wider,
        target: &more,
        task: &Task::Regression,
        weights: None,
    };
    // Now {a, c} has 5 of 9 rows, so it is the right side.
    assert_eq!(
        fit_single(&single(1, 1), &training).0.trees[0].levels,
        [vec![1, 3]]
    );
}

#[test]
fn leaves_of_classes_hold_shares_drawn_a_little_to_the_prior() {
    let features = [number("x")];
    let matrix = matrix(&[&[1.0, 2.0, 3.0, 4.0]]);
    let target = [0.0, 0.0, 1.0, 1.0];
    let task = binary();
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &target,
        task: &task,
        weights: None,
    };
    let ensemble = fit_single(&single(3, 1), &training).0;
    // (0 + ½) / (2 + 1) and (2 + ½) / (2 + 1), on the grid.
    for (leaf, exact) in ensemble.trees[0].leaf.iter().zip([1.0 / 6.0, 5.0 / 6.0]) {
        assert!((leaf - exact).abs() < 1e-7);
    }
    let task = Task::Multiclass {
        classes: vec!["a".into(), "b".into(), "c".into()],
    };
    let target = [0.0, 1.0, 2.0, 2.0];
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &target,
        task: &task,
        weights: None,
    };
    let ensemble = fit_single(&single(1, 1), &training).0;
    let tree = &ensemble.trees[0];
    assert_eq!((tree.output, &tree.threshold), (None, &vec![2.5]));
    for (leaf, exact) in tree.leaf.iter().zip([1.25, 1.25, 0.5, 0.25, 0.25, 2.5]) {
        assert!((leaf - exact / 3.0).abs() < 1e-7, "{:?}", tree.leaf);
    }
}

#[test]
fn the_first_boosted_tree_is_a_newton_step() {
    let features = [number("x")];
    let matrix = matrix(&[&[1.0, 2.0, 3.0, 4.0]]);
    let target = [0.0, 0.0, 1.0, 0.0];
    let task = binary();
    let params = BoostingParams {
        trees: 1,
        leaves: 2,
        learning_rate: 0.5,
        min_leaf_rows: 1,
        l2: 1.0,
        sampling: Sampling::Uniform { share: 1.0 },
        features: 1.0,
        ..BoostingParams::default()
    };
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &target,
        task: &task,
        weights: None,
    };
    let ensemble = fit_boosting(&params, &training, 0, None, &Silent)
        .unwrap()
        .ensemble;
    assert!((ensemble.base[0] - libm::log(0.25 / 0.75)).abs() < 1e-6);
    let tree = &ensemble.trees[0];
    // Every row has p = ¼, so gradients ¼, ¼, −¾, ¼ and hessians 3/16.
    assert_eq!(tree.threshold, [2.5]);
    let step = |gradient: f64, rows: f64| -0.5 * gradient / (rows * 0.1875 + 1.0);
    for (leaf, exact) in tree.leaf.iter().zip([step(0.5, 2.0), step(-0.5, 2.0)]) {
        assert!((leaf - exact).abs() < 1e-6, "{leaf} {exact}");
    }
}

/// Rows that no two features order alike, with ties, missing values and levels.
pub(super) fn mixed(n_rows: usize) -> (Vec<Feature>, Matrix) {
    let cell = |row: usize, factor: usize, modulus: usize| ((row * factor) % modulus) as f64;
    let columns = vec![
        (0..n_rows).map(|row| cell(row, 7919, 1009) / 8.0).collect(),
        (0..n_rows)
            .map(|row| if row % 5 == 0 { NAN } else { cell(row, 31, 17) })
            .collect(),
        (0..n_rows)
            .map(|row| if row % 11 == 0 { NAN } else { cell(row, 13, 6) })
            .collect(),
    ];
    let features = vec![
        number("wide"),
        number("narrow"),
        category("level", &["a", "b", "c", "d", "e", "f"]),
    ];
    (features, Matrix { columns, n_rows })
}

pub(super) fn mixed_target(matrix: &Matrix, task: &Task) -> Vec<f64> {
    let signal = |row: usize| {
        let narrow = matrix.columns[1][row];
        matrix.columns[0][row] / 20.0
            + if narrow.is_nan() { 3.0 } else { narrow / 4.0 }
            + (row % 3) as f64
    };
    let signals = (0..matrix.n_rows).map(signal);
    match task {
        Task::Regression => signals.collect(),
        _ => signals
            .map(|x| f64::from(u8::from(x > 5.0) + u8::from(task.n_outputs() > 1 && x > 8.0)))
            .collect(),
    }
}

pub(super) fn tasks() -> [Task; 3] {
    [
        Task::Regression,
        binary(),
        Task::Multiclass {
            classes: vec!["a".into(), "b".into(), "c".into()],
        },
    ]
}

fn params(algorithm: Algorithm, given: &[(&str, f64)]) -> Params {
    let given = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), ParamValue::Number(*value)))
        .collect();
    resolve(algorithm, &given).unwrap()
}

fn ensemble(
    algorithm: Algorithm,
    given: &[(&str, f64)],
    training: &Training<'_>,
    seed: u64,
) -> tabwright_model::TreeEnsemble {
    match fit(
        algorithm,
        &params(algorithm, given),
        training,
        seed,
        &Silent,
    )
    .unwrap()
    .predictor
    {
        Predictor::Trees(trees) => trees,
        _ => panic!("trees"),
    }
}

/// The leaf that a row reaches, by the model's own rule.
pub(super) fn walk(tree: &Tree, matrix: &Matrix, row: usize) -> usize {
    let mut child = if tree.n_splits() == 0 { -1 } else { 0 };
    while child >= 0 {
        let split = child as usize;
        let x = matrix.columns[tree.feature[split] as usize][row];
        let left = if x.is_nan() {
            tree.missing_left[split]
        } else if tree.levels[split].is_empty() {
            x <= tree.threshold[split]
        } else {
            x >= 0.0 && tree.levels[split].contains(&(x as u32))
        };
        child = if left {
            tree.left[split]
        } else {
            tree.right[split]
        };
    }
    !child as usize
}

#[test]
fn every_tree_is_well_formed_and_leaves_count_their_rows() {
    let (features, matrix) = mixed(1500);
    for task in &tasks() {
        let target = mixed_target(&matrix, task);
        let training = Training {
            features: &features,
            matrix: &matrix,
            target: &target,
            task,
            weights: None,
        };
        for (algorithm, given) in [
            (
                Algorithm::Tree,
                vec![("depth", 5.0), ("min_leaf_rows", 7.0)],
            ),
            (
                Algorithm::Gbt,
                vec![("trees", 5.0), ("subsample", 1.0), ("min_leaf_rows", 7.0)],
            ),
        ] {
            let fitted = ensemble(algorithm, &given, &training, 1);
            for tree in &fitted.trees {
                let mut reached = vec![0; tree.n_leaves()];
                (0..matrix.n_rows).for_each(|row| reached[walk(tree, &matrix, row)] += 1);
                assert_eq!(reached, tree.leaf_rows);
                assert!(tree.leaf_rows.iter().all(|&rows| rows >= 7));
                let forward = |(split, child): (usize, &i32)| *child < 0 || *child as usize > split;
                assert!(
                    tree.left.iter().enumerate().all(forward)
                        && tree.right.iter().enumerate().all(forward)
                );
                assert_eq!(tree.split_rows.first(), Some(&1500));
                assert!(tree.gain.iter().all(|&gain| gain > 0.0));
            }
        }
    }
}

#[test]
fn limits_on_leaves_and_depth_hold() {
    let (features, matrix) = mixed(1200);
    let task = Task::Regression;
    let target = mixed_target(&matrix, &task);
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &target,
        task: &task,
        weights: None,
    };
    let leaves = ensemble(
        Algorithm::Gbt,
        &[("trees", 3.0), ("leaves", 6.0), ("min_leaf_rows", 1.0)],
        &training,
        0,
    );
    assert!(leaves.trees.iter().all(|tree| tree.n_leaves() == 6));
    let shallow = ensemble(
        Algorithm::Forest,
        &[("trees", 3.0), ("depth", 2.0)],
        &training,
        0,
    );
    assert!(shallow.trees.iter().all(|tree| tree.n_leaves() == 4));
}

#[test]
fn margins_of_the_rows_drawn_or_not_are_what_the_model_says() {
    let (features, matrix) = mixed(900);
    let task = Task::Regression;
    let target = mixed_target(&matrix, &task);
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &target,
        task: &task,
        weights: None,
    };
    // If rows left out of a tree were walked wrongly, later trees would mend the wrong residuals and the fit would drift.
    let all = ensemble(
        Algorithm::Gbt,
        &[("trees", 60.0), ("subsample", 1.0)],
        &training,
        4,
    );
    let half = ensemble(
        Algorithm::Gbt,
        &[("trees", 60.0), ("subsample", 0.5)],
        &training,
        4,
    );
    let error = |fitted: &tabwright_model::TreeEnsemble| {
        tabwright_metrics::rmse(&fitted.margins(&matrix), &target)
    };
    assert!(
        error(&half) < 2.0 * error(&all),
        "{} {}",
        error(&half),
        error(&all)
    );
}

#[test]
fn equal_seeds_give_equal_models_and_others_do_not() {
    let (features, matrix) = mixed(700);
    for task in &tasks() {
        let target = mixed_target(&matrix, task);
        let training = Training {
            features: &features,
            matrix: &matrix,
            target: &target,
            task,
            weights: None,
        };
        for algorithm in [Algorithm::Forest, Algorithm::Gbt] {
            let fitted = |seed| ensemble(algorithm, &[("trees", 4.0)], &training, seed);
            assert_eq!(fitted(1), fitted(1));
            assert_ne!(fitted(1), fitted(2));
        }
    }
}

#[test]
fn a_forest_beats_its_trees() {
    let (features, matrix) = mixed(900);
    for task in &tasks()[1..] {
        let target = mixed_target(&matrix, task);
        let rows = |keep: fn(&u32) -> bool| -> Vec<u32> { (0..900).filter(keep).collect() };
        let (learn, hold) = (rows(|row| row / 3 % 3 > 0), rows(|row| row % 3 == 0));
        let of =
            |rows: &[u32]| -> Vec<f64> { rows.iter().map(|&row| target[row as usize]).collect() };
        let (training_matrix, training_target) = (matrix.rows(&learn), of(&learn));
        let training = Training {
            features: &features,
            matrix: &training_matrix,
            target: &training_target,
            task,
            weights: None,
        };
        let held_out = matrix.rows(&hold);
        let truth = of(&hold);
        let n = task.n_outputs();
        let is_right = |y: &f64, shares: &[f64]| match n {
            1 => (shares[0] >= 0.5) == (*y == 1.0),
            _ => shares.iter().all(|share| *share <= shares[*y as usize]),
        };
        let n_right = |n_trees: f64| {
            let settings = [("trees", n_trees), ("min_leaf_rows", 2.0)];
            let fitted = ensemble(Algorithm::Forest, &settings, &training, 3);
            let margins = fitted.margins(&held_out);
            assert!(margins.iter().all(|share| (0.0..=1.0).contains(share)));
            truth
                .iter()
                .zip(margins.chunks(n))
                .filter(|(y, shares)| is_right(y, shares))
                .count()
        };
        let (one, many) = (n_right(1.0), n_right(60.0));
        assert!(many > one && many > 270, "{one} {many}");
    }
}

#[test]
fn a_cancelled_fit_stops() {
    struct Cancelled;
    impl Observer for Cancelled {
        fn now_ms(&self) -> f64 {
            0.0
        }
        fn progress(&self, _done: u32, _total: u32, _what: &str) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    let (features, matrix) = mixed(100);
    let task = Task::Regression;
    let target = mixed_target(&matrix, &task);
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &target,
        task: &task,
        weights: None,
    };
    for algorithm in [Algorithm::Forest, Algorithm::Gbt] {
        let result = fit(algorithm, &params(algorithm, &[]), &training, 0, &Cancelled);
        assert_eq!(result.unwrap_err(), TrainError::Cancelled);
    }
}

#[test]
fn more_levels_than_bins_keep_the_frequent_ones() {
    let codes: Vec<f64> = (0..3000)
        .map(|row| f64::from(if row < 1500 { row % 10 } else { 10 + row % 500 }))
        .collect();
    let names: Vec<String> = (0..510).map(|code| code.to_string()).collect();
    let feature = Feature {
        name: "many".into(),
        kind: FeatureKind::Category { levels: names },
    };
    let target: Vec<f64> = codes
        .iter()
        .map(|code| f64::from(u8::from(*code < 5.0)))
        .collect();
    let matrix = Matrix {
        columns: vec![codes.into()],
        n_rows: 3000,
    };
    let binned = BinnedMatrix::new(&matrix, std::slice::from_ref(&feature), 255);
    assert!(
        matches!(&binned.bins[0], Bins::Category { codes, others: true } if codes.len() == 254 && codes[..10] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    );
    let task = binary();
    let features = [feature];
    let training = Training {
        features: &features,
        matrix: &matrix,
        target: &target,
        task: &task,
        weights: None,
    };
    let fitted = fit_single(&single(1, 1), &training).0;
    assert_eq!(fitted.trees[0].levels, [vec![0, 1, 2, 3, 4]]);
}

/// A row's gradient and hessian in eighths, which quantising leaves exact.
fn gradients(seeds: &[(i8, u8)]) -> Vec<Gradient> {
    seeds
        .iter()
        .map(|&(gradient, hessian)| Gradient {
            gradient: f32::from(gradient) / 8.0,
            hessian: f32::from(hessian % 7 + 1) / 8.0,
        })
        .collect()
}

/// The best gain of any number split of any feature, straight from the values.
fn naive_gain(matrix: &Matrix, gradients: &[Gradient], min_rows: usize, l2: f64) -> f64 {
    let score = |rows: &[usize]| {
        let gradient: f64 = rows
            .iter()
            .map(|&row| f64::from(gradients[row].gradient))
            .sum();
        let hessian: f64 = rows
            .iter()
            .map(|&row| f64::from(gradients[row].hessian))
            .sum();
        gradient * gradient / (hessian + l2)
    };
    let all: Vec<usize> = (0..gradients.len()).collect();
    let mut best = 0.0_f64;
    for column in &matrix.columns {
        for &threshold in column.iter().filter(|x| !x.is_nan()) {
            for missing_left in [false, true] {
                let (left, right): (Vec<usize>, Vec<usize>) = all.iter().partition(|&&row| {
                    if column[row].is_nan() {
                        missing_left
                    } else {
                        column[row] <= threshold
                    }
                });
                if left.len() >= min_rows
                    && right.len() >= min_rows
                    && !left.is_empty()
                    && !right.is_empty()
                {
                    best = best.max(score(&left) + score(&right) - score(&all));
                }
            }
        }
    }
    best
}

/// More rows than bins are drawn from: bins hold about as many rows each, and all of them.
#[test]
fn bins_of_many_rows_are_even_and_reach_to_the_ends() {
    let n_rows = 150_000;
    let mut values: Vec<f64> = (0..n_rows)
        .map(|row| ((row * 7919) % n_rows) as f64)
        .collect();
    // Ends that a draw of two rows in three may miss.
    (values[0], values[1]) = (-1e9, 1e9);
    let matrix = Matrix {
        columns: vec![values.clone().into()],
        n_rows,
    };
    let binned = BinnedMatrix::new(&matrix, &[number("x")], 255);
    let Bins::Number { low, high } = &binned.bins[0] else {
        panic!("a number has bins of numbers")
    };
    assert_eq!(
        (low.len(), low[0], high[254]),
        (255, -1e9, 1e9),
        "all bins, to both ends"
    );
    let mut rows = [0_u32; 255];
    for (x, bin) in values.iter().zip(&binned.columns[0]) {
        let bin = usize::from(*bin);
        rows[bin] += 1;
        assert!(low[bin] <= *x && *x <= high[bin]);
    }
    let even = n_rows as f64 / 255.0;
    let widest = rows.iter().map(|&n| (f64::from(n) / even - 1.0).abs());
    assert!(widest.fold(0.0, f64::max) < 0.25, "{rows:?}");
}

proptest! {
    #[test]
    fn the_fast_kernel_finds_the_best_split(
        rows in prop::collection::vec(((any::<i8>(), any::<u8>()), 0_u8..9, prop::option::of(0_u8..30)), 2..80),
        min_rows in 1_u32..5,
    ) {
        let matrix = Matrix {
            columns: vec![
                rows.iter().map(|row| f64::from(row.1)).collect(),
                rows.iter().map(|row| row.2.map_or(NAN, |x| f64::from(x) / 3.0)).collect(),
            ],
            n_rows: rows.len(),
        };
        let gradients = gradients(&rows.iter().map(|row| row.0).collect::<Vec<_>>());
        let expected = naive_gain(&matrix, &gradients, min_rows as usize, 1.0);
        let binned = BinnedMatrix::new(&matrix, &[number("a"), number("b")], 255);
        let mut sums = GradientSums::new(Penalty { l1: 0.0, l2: 1.0 });
        sums.set(&gradients);
        let limits = GrowthLimits { max_leaves: 2, max_depth: 0, growth: Growth::LeafWise, split: split_limits(min_rows) };
        let grown = Grower::new(&binned, limits, sums.width()).grow(&sums, (0..rows.len() as u32).collect(), &[0, 1], None);
        let found = grown.tree.gain.first().copied().unwrap_or(0.0);
        prop_assert!((found - expected).abs() < 1e-6 * (1.0 + expected), "{found} {expected}");
        for (leaf, range) in grown.leaves.iter().enumerate() {
            for &row in &grown.rows[range.clone()] {
                prop_assert_eq!(walk(&grown.tree, &matrix, row as usize), leaf);
                prop_assert_eq!(grown.leaf_of(&binned, row), leaf);
            }
        }
    }

    /// Large leaves keep and subtract sums and count rows only where it matters, small ones sum and count all: both ways must agree.
    #[test]
    fn subtracted_sums_are_those_of_the_rows(seed in 0_u32..1000, hessians in 1_u32..8, min_rows in 1_u32..60) {
        let (features, matrix) = mixed(1600);
        let gradients: Vec<Gradient> = (0..1600_u32)
            .map(|row| Gradient {
                gradient: ((row * 37 + seed) % 101) as f32 - 50.0,
                hessian: (1 + (row * 13 + seed) % hessians) as f32 / 8.0,
            })
            .collect();
        let binned = BinnedMatrix::new(&matrix, &features, 255);
        let mut sums = GradientSums::new(Penalty { l1: 0.0, l2: 0.5 });
        sums.set(&gradients);
        let limits = GrowthLimits { max_leaves: 12, max_depth: 0, growth: Growth::LeafWise, split: split_limits(min_rows) };
        let mut grower = Grower::new(&binned, limits, sums.width());
        let rows: Vec<u32> = (0..1600).collect();
        let kept = grower.grow(&sums, rows.clone(), &[0, 1, 2], None);
        let mut rng = crate::stream::stream(0, "test", 0);
        // A draw of every feature looks at rows only; the order of features differs, and with it the choice among equals.
        let draw = FeatureDraw { count: 3, rng: &mut rng, at_random: false };
        let from_rows = grower.grow(&sums, rows, &[0, 1, 2], Some(draw));
        prop_assert_eq!(kept.tree.gain, from_rows.tree.gain);
    }

    #[test]
    fn bins_keep_the_order_and_thresholds_part_neighbours(
        values in prop::collection::vec(prop_oneof![(-50_i32..50).prop_map(f64::from), any::<f64>(), Just(NAN)], 1..400),
        max_bins in 2_usize..40,
    ) {
        let n_rows = values.len();
        let matrix = Matrix { columns: vec![values.clone().into()], n_rows };
        let binned = BinnedMatrix::new(&matrix, &[number("x")], max_bins);
        let bins = &binned.bins[0];
        prop_assert!(bins.n_values() <= max_bins);
        for (x, bin) in values.iter().zip(&binned.columns[0]) {
            let bin = usize::from(*bin);
            prop_assert_eq!(x.is_nan(), bin == bins.n_values());
            for right in 1..bins.n_values() {
                if !x.is_nan() {
                    prop_assert_eq!(bin < right, *x <= bins.threshold(right - 1, right));
                }
            }
        }
    }

    #[test]
    fn class_sums_are_counts(classes in prop::collection::vec((0_u8..4, 0_u32..3), 1..60)) {
        let target: Vec<f64> = classes.iter().map(|row| f64::from(row.0)).collect();
        let mut sums = ClassSums::new(&target, 4);
        sums.weigh(&classes.iter().map(|row| f64::from(row.1)).collect::<Vec<_>>());
        let bin = sums.total(sums.rows());
        // Weights of at most 2 are in units of 2^-28, or of 2^-29 where none is 2.
        let unit = classes.iter().map(|row| row.1).max().map_or(0, |most| [30, 29, 28][most as usize]);
        let weight = |class: u8| classes.iter().filter(|row| row.0 == class).map(|row| i64::from(row.1) << unit).sum::<i64>();
        prop_assert_eq!(&bin[1..], &[weight(0), weight(1), weight(2), weight(3)]);
        prop_assert_eq!(ClassSums::n_rows(&bin) as usize, classes.len());
        let n: i64 = bin[1..].iter().sum();
        let gini = 1.0 - bin[1..].iter().map(|&k| (k as f64 / n.max(1) as f64) * (k as f64 / n.max(1) as f64)).sum::<f64>();
        if n > 0 {
            let rows = n as f64 / f64::from(1 << unit);
            prop_assert!((sums.score(&bin, 0.0) - rows * (1.0 - gini)).abs() < 1e-9);
        }
    }
}
