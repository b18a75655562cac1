//! Least squares: exact by QR (linfa-linear), with L1 by coordinate descent (linfa-elasticnet).

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_elasticnet::ElasticNet;
use linfa_linear::LinearRegression;
use ndarray::{Array1, Array2, ShapeBuilder, s};

use super::Solution;
use super::design::Design;
use crate::TrainError;

/// Ridge that replaces ordinary least squares where that has no single answer, per row: the columns are standardised, so it
/// moves a weight by a millionth.
const FALLBACK_L2: f64 = 1e-6;

/// Share of the largest weight by which that ridge may move one where least squares has a single answer.
const MOVED_FAR: f64 = 0.1;

const TOLERANCE: f64 = 1e-6;
const MAX_ITERATIONS: u32 = 2000;

pub(super) fn solve(
    design: &Design,
    target: &[f64],
    l2: f64,
    l1: f64,
) -> Result<Solution, TrainError> {
    let n = target.len() as f64;
    // Columns have mean 0, so the best intercept is the target's mean whatever the weights are.
    let mean = target.iter().sum::<f64>() / n;
    let centred: Array1<f64> = target.iter().map(|y| y - mean).collect();
    if design.matrix.ncols() == 0 {
        return Ok(Solution {
            weights: vec![Vec::new()],
            intercepts: vec![mean],
            convergence: "converged: every feature is constant, so the mean is the answer".into(),
        });
    }
    let (weights, convergence) = if l1 > 0.0 {
        elastic_net(design, &centred, l2, l1)?
    } else if l2 > 0.0 {
        let weights = ridge(&design.matrix, &centred, l2)?;
        let says = verdict("exact by QR", &design.matrix, &centred, &weights, l2);
        (weights, says)
    } else {
        least_squares(design, &centred)?
    };
    Ok(Solution {
        weights: vec![weights],
        intercepts: vec![mean],
        convergence,
    })
}

/// Ordinary least squares, or nearly so where columns say the same: then QR either fails or gives one of many answers, and a
/// ridge that should hardly move the weights moves them far.
fn least_squares(design: &Design, target: &Array1<f64>) -> Result<(Vec<f64>, String), TrainError> {
    let l2 = FALLBACK_L2 * target.len() as f64;
    let anchored = ridge(&design.matrix, target, l2)?;
    if let Ok(weights) = qr(design.matrix.clone(), target.clone()) {
        let largest = anchored
            .iter()
            .fold(0.0, |most: f64, weight| most.max(weight.abs()));
        let moved = weights
            .iter()
            .zip(&anchored)
            .any(|(free, held)| (free - held).abs() > MOVED_FAR * largest);
        if !moved {
            let says = verdict("exact by QR", &design.matrix, target, &weights, 0.0);
            return Ok((weights, says));
        }
    }
    let how = format!(
        "some columns are combinations of others, so a tiny l2 of {l2:.1e} chose among equal answers; exact by QR"
    );
    let says = verdict(&how, &design.matrix, target, &anchored, l2);
    Ok((anchored, says))
}

/// Ridge is least squares with `√l2` times the identity below the columns and zeros below the target; those rows make it
/// solvable whatever the columns are.
fn ridge(matrix: &Array2<f64>, target: &Array1<f64>, l2: f64) -> Result<Vec<f64>, TrainError> {
    let (n_rows, n_columns) = matrix.dim();
    let mut tall = Array2::zeros((n_rows + n_columns, n_columns).f());
    tall.slice_mut(s![..n_rows, ..]).assign(matrix);
    tall.slice_mut(s![n_rows.., ..]).diag_mut().fill(l2.sqrt());
    let mut tall_target = Array1::zeros(n_rows + n_columns);
    tall_target.slice_mut(s![..n_rows]).assign(target);
    qr(tall, tall_target)
}

fn qr(matrix: Array2<f64>, target: Array1<f64>) -> Result<Vec<f64>, TrainError> {
    let failed = |message: String| TrainError::Solver {
        algorithm: "linear regression",
        message,
    };
    let fitted = LinearRegression::new()
        .with_intercept(false)
        .fit(&DatasetBase::new(matrix, target))
        .map_err(|error| failed(error.to_string()))?;
    let weights = fitted.params().to_vec();
    if weights.iter().all(|weight| weight.is_finite()) {
        Ok(weights)
    } else {
        Err(failed("a weight is not finite".into()))
    }
}

fn elastic_net(
    design: &Design,
    target: &Array1<f64>,
    l2: f64,
    l1: f64,
) -> Result<(Vec<f64>, String), TrainError> {
    let dataset = DatasetBase::new(design.matrix.clone(), target.clone());
    // linfa penalises the mean loss.
    let fitted = ElasticNet::params()
        .penalty((l1 + l2) / target.len() as f64)
        .l1_ratio(l1 / (l1 + l2))
        .with_intercept(false)
        .tolerance(TOLERANCE)
        .max_iterations(MAX_ITERATIONS)
        .fit(&dataset)
        .map_err(|error| TrainError::Solver {
            algorithm: "elastic net",
            message: error.to_string(),
        })?;
    let weights = fitted.hyperplane().to_vec();
    let gap = fitted.duality_gap() / target.dot(target).max(f64::MIN_POSITIVE);
    let word = if gap < TOLERANCE {
        "converged"
    } else {
        "NOT converged"
    };
    let kept = weights.iter().filter(|weight| **weight != 0.0).count();
    let says = format!(
        "{word}: duality gap {gap:.1e} of the target's sum of squares after {} rounds; {kept} of {} weights are not 0",
        fitted.n_steps(),
        weights.len()
    );
    Ok((weights, says))
}

/// The largest slope of the loss at the answer, against the target's own.
fn verdict(
    how: &str,
    matrix: &Array2<f64>,
    target: &Array1<f64>,
    weights: &[f64],
    l2: f64,
) -> String {
    let weights = Array1::from(weights.to_vec());
    let residual = target - &matrix.dot(&weights);
    let largest = |slopes: Array1<f64>| {
        slopes
            .iter()
            .fold(0.0, |most: f64, slope| most.max(slope.abs()))
    };
    let slope = largest(matrix.t().dot(&residual) - &weights * l2);
    let scale = (target.dot(target) * target.len() as f64)
        .sqrt()
        .max(f64::MIN_POSITIVE);
    let relative = slope / scale;
    let word = if relative < TOLERANCE {
        "converged"
    } else {
        "NOT converged"
    };
    format!("{word}: {how}, relative gradient {relative:.1e}")
}
