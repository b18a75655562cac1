//! Lasso and elastic net along falling penalties, each from the answer before (Friedman, Hastie and Tibshirani, 2010).

use super::Start;
use super::design::Design;
use super::family::Family;
use super::newton::{Limits, Penalty};
use super::problem::Point;
use super::quadratic::Quadratic;
use crate::{Observer, TrainError};

/// The least L1 penalty at which every weight is 0, from the slopes at the best intercepts and weights of 0.
pub(super) fn largest_l1(design: &Design<'_>, first: &Point) -> f64 {
    let slopes = first.slopes.iter().enumerate();
    let weights = slopes.filter(|(position, _)| !position.is_multiple_of(design.n_unknowns()));
    weights.fold(0.0, |most: f64, (_, slope)| most.max(slope.abs()))
}

/// `n` values from `high` to `low` in equal factors, `low` itself the last.
pub(super) fn falling(high: f64, low: f64, n: u32) -> Vec<f64> {
    let step = libm::log(low / high) / f64::from(n.max(2) - 1);
    let value = |position: u32| high * libm::exp(step * f64::from(position));
    (0..n.saturating_sub(1)).map(value).chain([low]).collect()
}

/// The unknowns at each of these penalties, each from those before. Least squares never look at the rows again: the products of the
/// columns say everything.
///
/// # Errors
/// If the observer cancels.
pub(super) fn along(
    start: &Start<'_>,
    penalties: &[Penalty],
    limits: Limits,
    observer: &dyn Observer,
) -> Result<Vec<Vec<f64>>, TrainError> {
    let mut unknowns = start.unknowns.to_vec();
    let mut path = Vec::with_capacity(penalties.len());
    for &penalty in penalties {
        if start.problem.family == Family::Gaussian {
            least_squares(start, penalty, limits, &mut unknowns);
        } else {
            let point = start.problem.at(&unknowns, true);
            let penalised = start.penalised(penalty);
            unknowns = penalised.solve(unknowns, point, limits, observer)?.unknowns;
        }
        path.push(unknowns.clone());
    }
    Ok(path)
}

fn least_squares(start: &Start<'_>, penalty: Penalty, limits: Limits, unknowns: &mut [f64]) {
    let mut matrix = start.first.curvature[0].clone();
    let products = matrix.times(start.unknowns);
    let pairs = start.first.slopes.iter().zip(products);
    let linear: Vec<f64> = pairs.map(|(slope, product)| slope - product).collect();
    for unknown in 1..matrix.n {
        matrix.row_mut(unknown)[unknown] += penalty.l2;
    }
    let is_penalised: Vec<bool> = (0..matrix.n).map(|unknown| unknown > 0).collect();
    let quadratic = Quadratic {
        matrix: &matrix,
        linear: &linear,
        l1: penalty.l1,
        is_penalised: &is_penalised,
        held: start.held,
    };
    quadratic.minimise(unknowns, limits.tolerance);
}
