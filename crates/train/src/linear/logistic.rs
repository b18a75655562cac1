//! Logistic regression by linfa-logistic (L-BFGS), and our own look at the gradient where it stopped.

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::{LogisticRegression, MultiLogisticRegression};
use ndarray::{Array1, Array2};

use super::Solution;
use super::design::Design;
use crate::TrainError;
use crate::trees::sigmoid;

/// Length of the mean loss's gradient at which the solver may stop; scikit-learn stops at a largest slope of 1e-4.
const TOLERANCE: f64 = 3e-5;
/// What is still called converged: the line search may give up a little before the tolerance, at no cost that shows.
const GOOD_ENOUGH: f64 = 1e-4;
const MAX_ITERATIONS: u64 = 500;

pub(super) fn solve_binary(
    design: &Design,
    target: &[f64],
    l2: f64,
) -> Result<Solution, TrainError> {
    let classes: Array1<usize> = target.iter().map(|&class| class as usize).collect();
    let fitted = LogisticRegression::default()
        .alpha(l2)
        .max_iterations(MAX_ITERATIONS)
        .gradient_tolerance(TOLERANCE * target.len() as f64)
        .fit(&DatasetBase::new(design.matrix.view(), classes))
        .map_err(|error| failed(&error))?;
    // linfa's positive class is the more frequent one.
    let sign = if fitted.labels().pos.class == 1 {
        1.0
    } else {
        -1.0
    };
    let weights: Vec<f64> = fitted.params().iter().map(|weight| sign * weight).collect();
    let intercept = sign * fitted.intercept();
    let slope = slope_binary(&design.matrix, target, &weights, intercept, l2);
    Ok(Solution {
        weights: vec![weights],
        intercepts: vec![intercept],
        convergence: verdict(slope),
    })
}

pub(super) fn solve_multiclass(
    design: &Design,
    target: &[f64],
    n_classes: usize,
    l2: f64,
) -> Result<Solution, TrainError> {
    let classes: Array1<usize> = target.iter().map(|&class| class as usize).collect();
    let fitted = MultiLogisticRegression::default()
        .alpha(l2)
        .max_iterations(MAX_ITERATIONS)
        .gradient_tolerance(TOLERANCE * target.len() as f64)
        .fit(&DatasetBase::new(design.matrix.view(), classes))
        .map_err(|error| failed(&error))?;
    let mut weights = vec![vec![0.0; design.matrix.ncols()]; n_classes];
    let mut intercepts = vec![0.0; n_classes];
    for (position, &class) in fitted.classes().iter().enumerate() {
        weights[class] = fitted.params().column(position).to_vec();
        intercepts[class] = fitted.intercept()[position];
    }
    let slope = slope_multiclass(&design.matrix, target, &weights, &intercepts, l2);
    Ok(Solution {
        weights,
        intercepts,
        convergence: verdict(slope),
    })
}

fn failed(error: &linfa_logistic::error::Error) -> TrainError {
    TrainError::Solver {
        algorithm: "logistic regression",
        message: format!("{error}; raise l2, or leave out columns that repeat each other"),
    }
}

fn slope_binary(
    matrix: &Array2<f64>,
    target: &[f64],
    weights: &[f64],
    intercept: f64,
    l2: f64,
) -> f64 {
    let weights = Array1::from(weights.to_vec());
    let errors: Array1<f64> = matrix
        .dot(&weights)
        .iter()
        .zip(target)
        .map(|(margin, y)| sigmoid(margin + intercept) - y)
        .collect();
    slope(matrix, &errors, &weights, l2)
}

fn slope_multiclass(
    matrix: &Array2<f64>,
    target: &[f64],
    weights: &[Vec<f64>],
    intercepts: &[f64],
    l2: f64,
) -> f64 {
    let margins: Vec<Array1<f64>> = weights
        .iter()
        .zip(intercepts)
        .map(|(w, b)| matrix.dot(&Array1::from(w.clone())) + *b)
        .collect();
    let mut errors = vec![Array1::zeros(target.len()); weights.len()];
    for (row, &y) in target.iter().enumerate() {
        let largest = margins
            .iter()
            .map(|margin| margin[row])
            .fold(f64::MIN, f64::max);
        let parts: Vec<f64> = margins
            .iter()
            .map(|margin| libm::exp(margin[row] - largest))
            .collect();
        let sum: f64 = parts.iter().sum();
        for (class, part) in parts.iter().enumerate() {
            errors[class][row] = part / sum - f64::from(u8::from(y as usize == class));
        }
    }
    errors
        .iter()
        .zip(weights)
        .map(|(errors, w)| slope(matrix, errors, &Array1::from(w.clone()), l2))
        .fold(0.0, f64::max)
}

/// The largest slope of the penalised mean loss by a weight or the intercept.
fn slope(matrix: &Array2<f64>, errors: &Array1<f64>, weights: &Array1<f64>, l2: f64) -> f64 {
    let slopes = matrix.t().dot(errors) + weights * l2;
    let largest = slopes
        .iter()
        .fold(errors.sum().abs(), |most, slope| most.max(slope.abs()));
    largest / errors.len() as f64
}

fn verdict(slope: f64) -> String {
    if slope < GOOD_ENOUGH {
        format!("converged: gradient {slope:.1e} of the mean loss")
    } else {
        format!(
            "NOT converged: gradient {slope:.1e} of the mean loss, expected below {GOOD_ENOUGH:.0e}, within {MAX_ITERATIONS} \
             iterations; raise l2"
        )
    }
}
