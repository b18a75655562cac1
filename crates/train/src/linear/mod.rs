//! Linear and logistic regression: linfa's solvers on standardised columns, coefficients on the original scale.

mod design;
mod logistic;
mod regression;

use tabwright_model::{Linear, Link, Task};

use crate::TrainError;
use crate::fit::Training;
use design::Design;

/// Weights of the design's columns, and a constant, for each output; and what the solver says.
pub(crate) struct Solution {
    /// One a column, on the design's scale.
    weights: Vec<Vec<f64>>,
    /// One an output.
    intercepts: Vec<f64>,
    /// Whether the solver reached its tolerance.
    convergence: String,
}

/// Fits. `l2` and `l1` are penalties on the sum of losses over rows, as scikit-learn's ridge (`alpha`) and logistic regression
/// (`1 / C`) have them; `l1` is for numbers only.
pub(crate) fn fit(training: &Training<'_>, l2: f64, l1: f64) -> Result<Linear, TrainError> {
    let design = Design::new(training.features, training.matrix)?;
    let solution = match training.task {
        Task::Regression => regression::solve(&design, training.target, l2, l1)?,
        _ if l1 > 0.0 => {
            return Err(TrainError::Parameter {
                name: "l1".into(),
                message: format!("expected 0 where the target is classes, found {l1}; use l2"),
            });
        }
        Task::Binary { .. } => logistic::solve_binary(&design, training.target, l2)?,
        Task::Multiclass { classes } => {
            logistic::solve_multiclass(&design, training.target, classes.len(), l2)?
        }
    };
    let outputs: Vec<_> = solution
        .weights
        .iter()
        .zip(&solution.intercepts)
        .map(|(weights, intercept)| design.original_scale(weights, *intercept))
        .collect();
    let link = match training.task {
        Task::Regression => Link::Identity,
        Task::Binary { .. } => Link::Sigmoid,
        Task::Multiclass { .. } => Link::Softmax,
    };
    let is_finite = outputs.iter().all(design::is_finite);
    if !is_finite {
        return Err(TrainError::Solver {
            algorithm: "linear regression",
            message: "a weight is not finite; raise l2, or bring very large values down to a common scale".into(),
        });
    }
    Ok(Linear {
        outputs,
        link,
        convergence: solution.convergence,
    })
}

#[cfg(test)]
mod tests {
    use tabwright_model::Term;
    use tabwright_recipe::{Feature, FeatureKind, Matrix};

    use super::*;

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

    fn fitted(
        features: &[Feature],
        columns: &[&[f64]],
        target: &[f64],
        task: &Task,
        l2: f64,
        l1: f64,
    ) -> Linear {
        let matrix = Matrix {
            columns: columns.iter().map(|column| column.to_vec()).collect(),
            n_rows: target.len(),
        };
        fit(
            &Training {
                features,
                matrix: &matrix,
                target,
                task,
            },
            l2,
            l1,
        )
        .unwrap()
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
        assert!((coefficient(&linear, 0) + coefficient(&linear, 1) - 4.0).abs() < 1e-4);
        assert!(
            linear.convergence.contains("tiny l2"),
            "{}",
            linear.convergence
        );
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
}
