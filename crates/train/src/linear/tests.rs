//! The fit as a whole: equations on the original scale, and what is said of them.

use tabwright_model::{Term, Uncertainty};
use tabwright_recipe::{Feature, FeatureKind, Matrix};

use super::*;
use crate::Silent;

const NAN: f64 = f64::NAN;

fn number(name: &str) -> Feature {
    Feature {
        name: name.into(),
        kind: FeatureKind::Number,
    }
}

fn category(levels: &[&str]) -> Feature {
    let levels = levels.iter().map(|level| (*level).to_owned()).collect();
    Feature {
        name: "c".into(),
        kind: FeatureKind::Category { levels },
    }
}

pub(super) const PARAMS: LinearParams = LinearParams {
    l2: 0.0,
    l1: 0.0,
    family: FamilyChoice::Auto,
    max_iterations: 100,
    tolerance: 1e-9,
    is_balanced: false,
};

pub(super) fn try_fit(
    features: &[Feature],
    columns: &[&[f64]],
    target: &[f64],
    task: &Task,
    weights: Option<&[f64]>,
    params: &LinearParams,
) -> Result<Linear, TrainError> {
    let matrix = Matrix {
        columns: columns
            .iter()
            .map(|column| column.to_vec().into())
            .collect(),
        n_rows: target.len(),
    };
    let training = Training {
        features,
        matrix: &matrix,
        target,
        task,
        weights: None,
    };
    let (linear, convergence) = fit(&training, weights, params, &Silent)?;
    assert_eq!(linear.convergence, convergence.to_string());
    assert_eq!(
        linear.convergence.starts_with("converged"),
        convergence.is_reached()
    );
    Ok(linear)
}

fn fitted(
    features: &[Feature],
    columns: &[&[f64]],
    target: &[f64],
    task: &Task,
    l2: f64,
    l1: f64,
) -> Linear {
    let params = LinearParams { l2, l1, ..PARAMS };
    try_fit(features, columns, target, task, None, &params).unwrap()
}

fn coefficient(linear: &Linear, term: usize) -> f64 {
    match &linear.outputs[0].terms[term] {
        Term::Number { coefficient, .. } => *coefficient,
        Term::Levels { .. } => panic!("a number"),
    }
}

#[test]
fn least_squares_finds_the_line_on_the_original_scale() {
    let linear = fitted(
        &[number("x"), number("z")],
        &[&[1e6, 2e6, 3e6, 4e6, NAN], &[0.0, 1.0, 0.0, 1.0, 0.0]],
        &[5.0, 10.0, 9.0, 14.0, 8.0],
        &Task::Regression,
        0.0,
        0.0,
    );
    // y = 3 + 2·x/10⁶ + 3·z; the missing x counts as the mean of 2.5 million, where y is 8.
    assert!((coefficient(&linear, 0) - 2e-6).abs() < 1e-15);
    assert!((coefficient(&linear, 1) - 3.0).abs() < 1e-9);
    assert!((linear.outputs[0].intercept - 3.0).abs() < 1e-9);
    assert!(matches!(linear.outputs[0].terms[0], Term::Number { fill, .. } if fill == 2.5e6));
    assert!(
        linear.convergence.starts_with("converged"),
        "{}",
        linear.convergence
    );
}

#[test]
fn columns_that_repeat_each_other_do_not_fail() {
    let x: Vec<f64> = (0..20).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| 4.0 * x + 1.0).collect();
    let linear = fitted(
        &[number("a"), number("b")],
        &[&x, &x],
        &y,
        &Task::Regression,
        0.0,
        0.0,
    );
    assert!((coefficient(&linear, 0) - 4.0).abs() < 1e-9);
    assert_eq!(coefficient(&linear, 1), 0.0);
    assert_eq!(
        linear.warnings,
        ["Collinearity: \"b\" repeats \"a\"; its weight is held at 0."]
    );
    assert!(linear.convergence.starts_with("converged"));
}

#[test]
fn ridge_is_the_closed_form() {
    let x = [0.0, 1.0, 2.0, 3.0];
    let y = [1.0, 2.0, 4.0, 5.0];
    let linear = fitted(&[number("x")], &[&x], &y, &Task::Regression, 2.0, 0.0);
    // Standardised x has Σx² = 4; Σxy = 7 / std, so w = (7 / std) / (4 + 2), and std² = 1.25.
    assert!((coefficient(&linear, 0) - 7.0 / 1.25 / 6.0).abs() < 1e-12);
}

#[test]
fn lasso_drops_a_feature_of_no_use() {
    let x: Vec<f64> = (0..40).map(|row| f64::from(row % 8)).collect();
    let idle: Vec<f64> = (0..40).map(|row| f64::from(row / 8 % 2)).collect();
    let y: Vec<f64> = x.iter().map(|x| 3.0 * x).collect();
    let linear = fitted(
        &[number("x"), number("idle")],
        &[&x, &idle],
        &y,
        &Task::Regression,
        0.0,
        4.0,
    );
    assert_eq!(coefficient(&linear, 1), 0.0);
    // Soft thresholding: w = (Σxy − l1) / Σx² on the standardised scale, Σx² = 40.
    let std = 5.25_f64.sqrt();
    assert!((coefficient(&linear, 0) - (3.0 - 4.0 / 40.0 / std)).abs() < 1e-6);
    assert!(
        linear.convergence.starts_with("converged"),
        "{}",
        linear.convergence
    );
}

#[test]
fn levels_and_missing_have_weights_and_unseen_has_none() {
    let linear = fitted(
        &[category(&["a", "b", "c"])],
        &[&[0.0, 0.0, 1.0, 1.0, 2.0, 2.0, NAN, NAN]],
        &[1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 9.0, 9.0],
        &Task::Regression,
        1e-9,
        0.0,
    );
    let Term::Levels {
        coefficients,
        missing,
        unseen,
        ..
    } = &linear.outputs[0].terms[0]
    else {
        panic!("levels")
    };
    let intercept = linear.outputs[0].intercept;
    for (value, weight) in [1.0, 2.0, 3.0, 9.0]
        .iter()
        .zip(coefficients.iter().chain([missing]))
    {
        assert!((intercept + weight - value).abs() < 1e-6);
    }
    assert_eq!(*unseen, 0.0);
    assert_eq!(linear.outputs[0].terms.len(), 1);
}

#[test]
fn constant_columns_are_left_out() {
    let linear = fitted(
        &[number("x"), category(&["a"])],
        &[&[2.0, 2.0], &[0.0, 0.0]],
        &[1.0, 2.0],
        &Task::Regression,
        0.0,
        0.0,
    );
    assert_eq!(
        (linear.outputs[0].terms.len(), linear.outputs[0].intercept),
        (0, 1.5)
    );
}

/// linfa's positive class is the more frequent one: the sign must not depend on which that is.
#[test]
fn class_1_is_positive_whichever_is_more_frequent() {
    let x: Vec<f64> = (0..30).map(f64::from).collect();
    let task = Task::Binary {
        classes: vec!["no".into(), "yes".into()],
    };
    for cut in [10.0, 20.0] {
        let y: Vec<f64> = x.iter().map(|x| f64::from(u8::from(*x >= cut))).collect();
        let linear = fitted(&[number("x")], &[&x], &y, &task, 1.0, 0.0);
        assert!(coefficient(&linear, 0) > 0.0);
        let boundary = -linear.outputs[0].intercept / coefficient(&linear, 0);
        assert!((boundary - (cut - 0.5)).abs() < 1.0, "{boundary}");
        assert!(
            linear.convergence.starts_with("converged"),
            "{}",
            linear.convergence
        );
    }
}

#[test]
fn several_classes_have_an_equation_each() {
    let x: Vec<f64> = (0..60).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| (x / 20.0).floor()).collect();
    let task = Task::Multiclass {
        classes: vec!["a".into(), "b".into(), "c".into()],
    };
    let linear = fitted(&[number("x")], &[&x], &y, &task, 0.01, 0.0);
    let margin = |output: usize, x: f64| match &linear.outputs[output].terms[0] {
        Term::Number { coefficient, .. } => linear.outputs[output].intercept + coefficient * x,
        Term::Levels { .. } => panic!("a number"),
    };
    for (x, class) in [(5.0, 0), (30.0, 1), (55.0, 2)] {
        let best = (0..3)
            .max_by(|a, b| margin(*a, x).total_cmp(&margin(*b, x)))
            .unwrap();
        assert_eq!(best, class);
    }
    assert!(
        linear.convergence.starts_with("converged"),
        "{}",
        linear.convergence
    );
}

fn line(n: usize) -> Vec<f64> {
    (0..n).map(|row| row as f64).collect()
}

fn binary() -> Task {
    Task::Binary {
        classes: vec!["no".into(), "yes".into()],
    }
}

#[test]
fn a_row_of_weight_two_counts_as_two_rows() {
    let x = [1.0, 2.0, 4.0, 7.0, 5.0, 3.0, NAN, 2.5];
    let c = [0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 1.0, NAN];
    let y = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0];
    let weights = [1.0, 2.0, 0.0, 3.0, 1.0, 2.0, 1.0, 1.0];
    let repeat = |values: &[f64]| -> Vec<f64> {
        let rows = values.iter().zip(weights);
        rows.flat_map(|(x, weight)| vec![*x; weight as usize])
            .collect()
    };
    let features = [number("x"), category(&["a", "b", "c"])];
    let poisson = LinearParams {
        family: FamilyChoice::Poisson,
        ..PARAMS
    };
    for (task, params) in [
        (Task::Regression, PARAMS),
        (Task::Regression, poisson),
        (binary(), PARAMS),
    ] {
        let params = LinearParams { l2: 0.5, ..params };
        let balanced = LinearParams {
            is_balanced: task != Task::Regression,
            ..params
        };
        for params in [params, balanced] {
            let weighted =
                try_fit(&features, &[&x, &c], &y, &task, Some(&weights), &params).unwrap();
            let (x, c, y) = (repeat(&x), repeat(&c), repeat(&y));
            let repeated = try_fit(&features, &[&x, &c], &y, &task, None, &params).unwrap();
            assert!((weighted.outputs[0].intercept - repeated.outputs[0].intercept).abs() < 1e-9);
            assert!((coefficient(&weighted, 0) - coefficient(&repeated, 0)).abs() < 1e-9);
        }
    }
}

#[test]
fn separation_is_said_with_the_column_and_has_no_errors() {
    let x: Vec<f64> = (0..40).map(|row| f64::from(row % 7)).collect();
    let apart = [0.0, 1.0].map(|level| vec![level; 20]).concat();
    let mixed: Vec<f64> = (0..40)
        .map(|row| f64::from(u8::from(row % 3 == 0)))
        .collect();
    let features = [number("x"), category(&["left", "right"])];
    // Complete: the level is the class. Quasi-complete: one level has one class only.
    let quasi: Vec<f64> = apart.iter().zip(&mixed).map(|(a, b)| a * b).collect();
    for y in [&apart, &quasi] {
        let linear = fitted(&features, &[&x, &apart], y, &binary(), 0.0, 0.0);
        assert!(
            linear.convergence.starts_with("NOT converged"),
            "{}",
            linear.convergence
        );
        assert_eq!(linear.warnings.len(), 1);
        let said = &linear.warnings[0];
        assert!(said.starts_with("Separation: \"c = right\" tell"), "{said}");
        assert!(
            matches!(&linear.uncertainty, Uncertainty::Undefined { reason } if reason.contains("separated"))
        );
        let penalised = fitted(&features, &[&x, &apart], y, &binary(), 0.1, 0.0);
        assert!(penalised.warnings.is_empty() && penalised.convergence.starts_with("converged"));
    }
    let open = fitted(&features, &[&x, &apart], &mixed, &binary(), 0.0, 0.0);
    assert!(open.warnings.is_empty(), "{:?}", open.warnings);
    assert!(matches!(
        open.uncertainty,
        Uncertainty::Known { freedom: None, .. }
    ));
}

#[test]
fn counts_and_several_classes_can_be_separated_too() {
    let level = [0.0, 1.0, 2.0].map(|level| vec![level; 10]).concat();
    let features = [category(&["a", "b", "c"])];
    let counts: Vec<f64> = level
        .iter()
        .enumerate()
        .map(|(row, level)| if *level == 2.0 { 0.0 } else { (row % 4) as f64 })
        .collect();
    let poisson = LinearParams {
        family: FamilyChoice::Poisson,
        ..PARAMS
    };
    let linear = try_fit(
        &features,
        &[&level],
        &counts,
        &Task::Regression,
        None,
        &poisson,
    )
    .unwrap();
    assert!(
        linear.warnings[0].contains("\"c = c\""),
        "{:?}",
        linear.warnings
    );
    assert_eq!(linear.link, Link::Log);
    let task = Task::Multiclass {
        classes: ["p", "q", "r"].map(String::from).to_vec(),
    };
    let linear = fitted(&features, &[&level], &level, &task, 0.0, 0.0);
    assert!(
        linear.warnings[0].starts_with("Separation"),
        "{:?}",
        linear.warnings
    );
}

#[test]
fn combinations_are_named_and_penalties_share_them() {
    let a = line(30);
    let b: Vec<f64> = a.iter().map(|x| (x * 7.0) % 11.0).collect();
    let c: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 2.0 * a - b).collect();
    let y: Vec<f64> = a
        .iter()
        .zip(&b)
        .map(|(a, b)| a + 3.0 * b + (a * a) % 5.0)
        .collect();
    let features = [number("a"), number("b"), number("c")];
    let free = fitted(&features, &[&a, &b, &c], &y, &Task::Regression, 0.0, 0.0);
    assert_eq!(
        free.warnings,
        ["Collinearity: \"c\" is a combination of \"a\", \"b\"; its weight is held at 0."]
    );
    assert_eq!(free.vif[2], None);
    let rows = free.coefficients(&features);
    assert!(rows[1].test.is_some() && rows[3].test.is_none());
    let shared = fitted(&features, &[&a, &b, &c], &y, &Task::Regression, 1.0, 0.0);
    assert!(
        shared.warnings[0].ends_with("the penalty shares their weight between them."),
        "{:?}",
        shared.warnings
    );
    assert!(coefficient(&shared, 2) != 0.0);
    assert!(
        matches!(&shared.uncertainty, Uncertainty::Undefined { reason } if reason.contains("set l2 and l1 to 0"))
    );
}

#[test]
fn stopping_early_is_not_silent() {
    let x = line(50);
    let y: Vec<f64> = x
        .iter()
        .map(|x| f64::from(u8::from((x * 13.0) % 50.0 < *x)))
        .collect();
    let params = LinearParams {
        max_iterations: 1,
        tolerance: 1e-12,
        ..PARAMS
    };
    let linear = try_fit(&[number("x")], &[&x], &y, &binary(), None, &params).unwrap();
    assert!(
        linear
            .convergence
            .starts_with("NOT converged: largest slope"),
        "{}",
        linear.convergence
    );
    assert!(linear.warnings[0].contains("raise max_iterations"));
}

#[test]
fn counts_below_zero_and_counts_that_are_all_zero_are_refused() {
    let poisson = LinearParams {
        family: FamilyChoice::Poisson,
        ..PARAMS
    };
    let said = |y: &[f64]| {
        let x = line(y.len());
        try_fit(&[number("x")], &[&x], y, &Task::Regression, None, &poisson)
            .unwrap_err()
            .to_string()
    };
    assert!(said(&[1.0, -1.0, 2.0]).contains("found the target -1"));
    assert!(said(&[0.0, 0.0]).contains("every count is 0"));
}

/// Units of the target and of the features change coefficients by their factor, and nothing else.
#[test]
fn units_do_not_matter() {
    let x = line(40);
    let z: Vec<f64> = x.iter().map(|x| (x * 17.0) % 23.0).collect();
    let y: Vec<f64> = x
        .iter()
        .zip(&z)
        .map(|(x, z)| 2.0 * x - z + (x * 5.0) % 7.0)
        .collect();
    let features = [number("x"), number("z")];
    let small: Vec<f64> = z.iter().map(|z| 1e-9 * z + 1.7e-3).collect();
    let large: Vec<f64> = y.iter().map(|y| 1e12 * y - 3e13).collect();
    let one = fitted(&features, &[&x, &z], &y, &Task::Regression, 2.0, 0.0);
    let other = fitted(
        &features,
        &[&x, &small],
        &large,
        &Task::Regression,
        2.0,
        0.0,
    );
    assert!((coefficient(&other, 0) / coefficient(&one, 0) / 1e12 - 1.0).abs() < 1e-6);
    assert!((coefficient(&other, 1) / coefficient(&one, 1) / 1e21 - 1.0).abs() < 1e-6);
}

/// Classes with too many unknowns to solve together are solved one after the other, to the same end.
#[test]
fn many_classes_and_levels_converge() {
    let n_levels = 60;
    let levels: Vec<String> = (0..n_levels).map(|level| level.to_string()).collect();
    let feature = Feature {
        name: "c".into(),
        kind: FeatureKind::Category { levels },
    };
    let n = 4000;
    let level: Vec<f64> = (0..n).map(|row| f64::from(row % n_levels as u32)).collect();
    let class = |row: u32| f64::from((row * 7 + row % n_levels as u32 * (row / 97 % 3)) % 25);
    let y: Vec<f64> = (0..n).map(class).collect();
    let task = Task::Multiclass {
        classes: (0..25).map(|class| class.to_string()).collect(),
    };
    for (l2, l1) in [(1.0, 0.0), (0.5, 2.0)] {
        let linear = fitted(std::slice::from_ref(&feature), &[&level], &y, &task, l2, l1);
        assert!(
            linear.convergence.starts_with("converged"),
            "{}",
            linear.convergence
        );
    }
}
