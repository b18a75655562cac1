use proptest::prelude::*;
use tabwright_recipe::{Feature, FeatureKind, Matrix};

use super::*;
use crate::predictor::scorer::tests::{N_LEVELS, ensembles, features};
use crate::{Linear, LinearOutput, Link, Task, Term, Tree, TreeEnsemble, Uncertainty};

const N_FEATURES: usize = 3;

fn model(predictor: Predictor, features: Vec<Feature>) -> Model {
    Model {
        task: Task::Regression,
        target: "y".into(),
        features,
        predictor,
        threshold: 0.5,
    }
}

fn cell() -> impl Strategy<Value = f64> {
    prop_oneof![6 => (-13_i8..13).prop_map(|x| f64::from(x) / 4.0), 1 => Just(f64::NAN)]
}

fn code() -> impl Strategy<Value = f64> {
    prop_oneof![6 => (0..N_LEVELS).prop_map(|code| code as f64), 1 => Just(-1.0), 1 => Just(f64::NAN)]
}

/// The margin where only the features of a set are known: both ways, in the shares of training rows, at every other split.
fn expected(tree: &Tree, child: i32, row: &[f64], known: usize, output: usize, n: usize) -> f64 {
    let Ok(split) = usize::try_from(child) else {
        let leaf = !child as usize;
        return match tree.output {
            Some(own) if own as usize == output => tree.leaf[leaf],
            Some(_) => 0.0,
            None => tree.leaf[leaf * n + output],
        };
    };
    let feature = tree.feature[split] as usize;
    let below = |child| expected(tree, child, row, known, output, n);
    let (left, right) = (tree.left[split], tree.right[split]);
    if known >> feature & 1 == 1 {
        let x = row[feature];
        let goes_left = if x.is_nan() {
            tree.missing_left[split]
        } else if tree.levels[split].is_empty() {
            x <= tree.threshold[split]
        } else {
            tree.levels[split]
                .iter()
                .any(|&level| f64::from(level) == x)
        };
        return below(if goes_left { left } else { right });
    }
    let (n_left, n_right) = (rows_below(tree, left), rows_below(tree, right));
    let share = if n_left + n_right > 0.0 {
        n_left / (n_left + n_right)
    } else {
        0.5
    };
    share * below(left) + (1.0 - share) * below(right)
}

fn rows_below(tree: &Tree, child: i32) -> f64 {
    match usize::try_from(child) {
        Ok(split) => rows_below(tree, tree.left[split]) + rows_below(tree, tree.right[split]),
        Err(_) => f64::from(tree.leaf_rows[!child as usize]),
    }
}

/// Shapley's formula: the mean of what a feature adds, over all orders in which features become known.
fn shapley(ensemble: &TreeEnsemble, row: &[f64], feature: usize, output: usize) -> f64 {
    let value = |known| -> f64 {
        let trees = ensemble.trees.iter();
        trees
            .map(|tree| expected(tree, tree.root(), row, known, output, ensemble.base.len()))
            .sum()
    };
    let weights = [1.0 / 3.0, 1.0 / 6.0, 1.0 / 3.0];
    (0..1_usize << N_FEATURES)
        .filter(|known| known >> feature & 1 == 0)
        .map(|known| {
            let weight = weights[known.count_ones() as usize];
            weight * (value(known | 1 << feature) - value(known))
        })
        .sum()
}

proptest! {
    #[test]
    fn trees_agree_with_shapleys_formula_and_sum_exactly(
        mut ensemble in ensembles(),
        rows in prop::collection::vec((cell(), cell(), code()), 1..6),
        seen in prop::collection::vec(0..20_u32, 40),
    ) {
        // Uneven training rows, some leaves with none.
        let mut seen = seen.into_iter().cycle();
        for tree in &mut ensemble.trees {
            tree.leaf_rows.iter_mut().for_each(|rows| *rows = seen.next().unwrap());
        }
        let columns = vec![
            rows.iter().map(|row| row.0).collect(),
            rows.iter().map(|row| row.1).collect(),
            rows.iter().map(|row| row.2).collect(),
        ];
        let matrix = Matrix { columns, n_rows: rows.len() };
        let margins = ensemble.margins(&matrix);
        let n_outputs = ensemble.base.len();
        let explainer = Explainer::new(&model(Predictor::Trees(ensemble.clone()), features())).unwrap();
        let found = explainer.explain(&matrix, &margins);
        for (row, cells) in rows.iter().enumerate() {
            for output in 0..n_outputs {
                let at = row * n_outputs + output;
                let values = &found.values[at * N_FEATURES..][..N_FEATURES];
                for (feature, value) in values.iter().enumerate() {
                    let expected = shapley(&ensemble, &[cells.0, cells.1, cells.2], feature, output);
                    prop_assert!((value - expected).abs() < 1e-5, "{} is not {}", value, expected);
                }
                let forwards = values.iter().fold(found.base[output], |sum, value| sum + value);
                let backwards = values.iter().rev().sum::<f64>() + found.base[output];
                prop_assert_eq!(forwards.to_bits(), margins[at].to_bits());
                prop_assert_eq!(backwards.to_bits(), margins[at].to_bits());
            }
        }
    }
}

#[test]
fn the_example_of_one_split() {
    // 30 rows at −1, 10 at 3: the mean is 0; a row on the right is 3 above it.
    let tree = Tree {
        output: Some(0),
        feature: vec![0],
        threshold: vec![0.5],
        levels: vec![vec![]],
        missing_left: vec![true],
        left: vec![-1],
        right: vec![-2],
        gain: vec![1.0],
        split_rows: vec![40],
        leaf: vec![-1.0, 3.0],
        leaf_rows: vec![30, 10],
    };
    let trees = TreeEnsemble {
        base: vec![0.5],
        trees: vec![tree],
        link: Link::Identity,
        grid_bits: 1,
    };
    let explainer = Explainer::new(&model(Predictor::Trees(trees), features())).unwrap();
    let cells = |x: f64| vec![x, f64::NAN].into();
    let matrix = Matrix {
        columns: vec![cells(1.0), cells(7.0), cells(0.0)],
        n_rows: 2,
    };
    let found = explainer.explain(&matrix, &[3.5, -0.5]);
    assert_eq!(found.base, [0.5]);
    assert_eq!(found.values, [3.0, 0.0, 0.0, -1.0, 0.0, 0.0]);
}

#[test]
fn a_chain_of_splits_that_would_fill_the_stack_is_refused() {
    let n = 200_000;
    let tree = Tree {
        output: Some(0),
        feature: vec![0; n],
        threshold: (0..n).map(|split| split as f64).collect(),
        levels: vec![vec![]; n],
        missing_left: vec![true; n],
        left: (0..n).map(|split| !(split as i32)).collect(),
        right: (1..n as i32).chain([!(n as i32)]).collect(),
        gain: vec![0.0; n],
        split_rows: vec![1; n],
        leaf: vec![0.0; n + 1],
        leaf_rows: vec![1; n + 1],
    };
    let trees = TreeEnsemble {
        base: vec![0.0],
        trees: vec![tree],
        link: Link::Identity,
        grid_bits: 1,
    };
    let error = Explainer::new(&model(Predictor::Trees(trees), features()));
    assert!(matches!(error, Err(ModelError::TooDeep { limit: 128 })));
}

#[test]
fn linear_terms_count_from_the_mean() {
    let terms = vec![
        Term::Number {
            feature: 0,
            coefficient: 2.0,
            fill: 10.0,
        },
        Term::Levels {
            feature: 1,
            coefficients: vec![0.25, 0.5],
            missing: -1.0,
            unseen: -2.0,
        },
    ];
    let linear = Linear {
        outputs: vec![LinearOutput {
            intercept: 1.0,
            terms,
        }],
        link: Link::Identity,
        convergence: String::new(),
        warnings: Vec::new(),
        uncertainty: Uncertainty::default(),
        vif: Vec::new(),
    };
    let columns = vec![
        vec![3.0, f64::NAN, 0.0].into(),
        vec![1.0, f64::NAN, -1.0].into(),
    ];
    let matrix = Matrix { columns, n_rows: 3 };
    let margins = linear.margins(&matrix);
    let kind = FeatureKind::Category {
        levels: vec![String::new(); N_LEVELS],
    };
    let feature = |kind| Feature {
        name: String::new(),
        kind,
    };
    let features = vec![feature(FeatureKind::Number), feature(kind)];
    let explainer = Explainer::new(&model(Predictor::Linear(linear), features)).unwrap();
    let found = explainer.explain(&matrix, &margins);
    assert_eq!(found.base, [21.0]);
    assert_eq!(found.values, [-14.0, 0.5, 0.0, -1.0, -20.0, -2.0]);
    for (row, margin) in found.values.chunks(2).zip(margins) {
        assert_eq!(21.0 + row[0] + row[1], margin);
    }
}
