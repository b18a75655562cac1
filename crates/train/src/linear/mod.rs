//! Linear, logistic and Poisson regression: Newton's method on standardised columns, coefficients on the original scale.
//!
//! The solver is our own: linfa's take no weights and no L1 for classes, do not say whether they converged, and multiply by
//! kernels that differ between processors, so that their answers do too. They are the oracles of its tests.

mod centre;
mod design;
mod equation;
mod factor;
mod family;
mod inference;
mod kernels;
mod linfa_traits;
mod newton;
mod path;
mod problem;
mod quadratic;
mod says;
mod scale;
mod separation;

pub use linfa_traits::{LinearModel, ValidLinearModel};
use tabwright_model::{Linear, LinearOutput, Link, Task};

use crate::report::Convergence;
use crate::training::Training;
use crate::weights::balanced;
use crate::{Observer, TrainError};
use design::Design;
use factor::{Factor, Square};
use family::Family;
use newton::{Limits, Penalised, Penalty, Solved};
use problem::{Point, Problem};
use scale::Scale;

/// The last penalty of a path, as a share of the first.
const PATH_END: f64 = 1e-3;
/// Penalties on the way from the one at which all weights are 0 to the one that is asked for.
const WARM_STEPS: u32 = 8;

/// What a number target is distributed like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FamilyChoice {
    /// Least squares for numbers, logistic for classes.
    #[default]
    Auto,
    /// Counts, by the logarithm of their mean.
    Poisson,
}

/// What decides the fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LinearParams {
    /// Penalty ½ l2 Σ w² on the sum of losses over rows, weights on the standardised scale: scikit-learn's `alpha` of ridge, or
    /// `1 / C` of logistic regression.
    pub l2: f64,
    /// Penalty l1 Σ |w| on the sum of losses: rows times scikit-learn's `alpha` of the lasso, or `1 / C`.
    pub l1: f64,
    /// The distribution.
    pub family: FamilyChoice,
    /// Steps at most.
    pub max_iterations: u32,
    /// Largest slope of the mean loss, the target on its own scale, at which it may stop.
    pub tolerance: f64,
    /// Whether all classes count alike, however many rows each has.
    pub is_balanced: bool,
}

impl LinearParams {
    fn limits(&self) -> Limits {
        Limits {
            tolerance: self.tolerance,
            max_iterations: self.max_iterations,
        }
    }
}

/// One place on a path of penalties.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPoint {
    /// The L1 penalty, as the parameter has it.
    pub l1: f64,
    /// The L2 penalty.
    pub l2: f64,
    /// One an output, coefficients on the original scale.
    pub outputs: Vec<LinearOutput>,
}

/// Fits, and says how the solver ended. A row of weight 2 counts as two rows; without weights every row counts once.
///
/// # Errors
/// If the parameters do not fit the target, or no finite weights are found.
pub(crate) fn fit(
    training: &Training<'_>,
    weights: Option<&[f64]>,
    params: &LinearParams,
    observer: &dyn Observer,
) -> Result<(Linear, Convergence), TrainError> {
    let is_penalised = params.l1 > 0.0 || params.l2 > 0.0;
    with_start(training, weights, params, is_penalised, |start| {
        let penalised = start.penalised(start.scale.penalty(
            params.l1,
            params.l2,
            start.problem.total,
        ));
        let solved = solve(&penalised, start, params.limits(), observer)?;
        let Start {
            products, repeats, ..
        } = start;
        let convergence = says::convergence(&penalised, &solved, params.limits());
        let linear = Linear {
            outputs: start.outputs(&solved.unknowns)?,
            link: link(start.problem.family),
            convergence: convergence.to_string(),
            warnings: says::warnings(&penalised, &solved, repeats),
            uncertainty: inference::uncertainty(
                &penalised,
                &solved,
                start.scale.unit,
                params.is_balanced,
            ),
            vif: inference::inflation(start.problem.design, products, repeats),
        };
        Ok((linear, convergence))
    })
}

/// The coefficients along `n_penalties` falling penalties, from the one at which all weights are 0 to a thousandth of it, each
/// from the answer before. `l1_ratio`, above 0 and at most 1, is the share of L1 in both penalties. `params` say the rest; their own
/// penalties are not looked at.
///
/// # Errors
/// As [`fit`].
pub(crate) fn path(
    training: &Training<'_>,
    weights: Option<&[f64]>,
    params: &LinearParams,
    (l1_ratio, n_penalties): (f64, u32),
    observer: &dyn Observer,
) -> Result<Vec<PathPoint>, TrainError> {
    with_start(training, weights, params, true, |start| {
        let total = start.problem.total;
        let one = start.scale.penalty(1.0, 0.0, total).l1;
        let highest = path::largest_l1(start.problem.design, start.first) / one;
        let highest = highest.max(f64::MIN_POSITIVE / PATH_END);
        let l1s = path::falling(highest, PATH_END * highest, n_penalties);
        let l2 = |l1: f64| l1 * (1.0 - l1_ratio) / l1_ratio;
        let penalties: Vec<Penalty> = l1s
            .iter()
            .map(|&l1| start.scale.penalty(l1, l2(l1), total))
            .collect();
        let path = path::along(start, &penalties, params.limits(), observer)?;
        let point = |(&l1, unknowns): (&f64, &Vec<f64>)| {
            Ok(PathPoint {
                l1,
                l2: l2(l1),
                outputs: start.outputs(unknowns)?,
            })
        };
        l1s.iter().zip(&path).map(point).collect()
    })
}

/// All that is known before the first step.
struct Start<'a> {
    problem: &'a Problem<'a>,
    scale: &'a Scale,
    /// Intercepts that say the means, and weights 0.
    unknowns: &'a [f64],
    first: &'a Point,
    /// The products of each two columns, mean over the rows as they are weighted.
    products: &'a Square,
    repeats: &'a Factor,
    /// Where nothing is penalised, a column that repeats others has no weight of its own.
    held: &'a [bool],
}

impl Start<'_> {
    fn penalised(&self, penalty: Penalty) -> Penalised<'_> {
        Penalised {
            problem: self.problem,
            penalty,
            held: self.held,
        }
    }

    /// The equations on the original scale.
    fn outputs(&self, unknowns: &[f64]) -> Result<Vec<LinearOutput>, TrainError> {
        let n = self.problem.design.n_unknowns();
        let unknowns = self.scale.unknowns(unknowns, n);
        let outputs: Vec<_> = unknowns
            .chunks_exact(n)
            .map(|unknowns| equation::original_scale(self.problem.design, unknowns))
            .collect();
        if outputs.iter().all(equation::is_finite) {
            return Ok(outputs);
        }
        Err(TrainError::Solver {
            algorithm: "linear regression",
            message: "a weight is not finite; raise l2, or bring very large values down to a common scale".into(),
        })
    }
}

/// Prepares, and hands over what was prepared.
fn with_start<T>(
    training: &Training<'_>,
    weights: Option<&[f64]>,
    params: &LinearParams,
    is_penalised: bool,
    then: impl FnOnce(&Start<'_>) -> Result<T, TrainError>,
) -> Result<T, TrainError> {
    let family = family_of(training, params)?;
    let balanced = params.is_balanced.then(|| balanced(training, weights));
    let balanced = balanced.flatten();
    let row_weights = balanced.as_deref().or(weights);
    let scale = Scale::of(family, training.target, row_weights)?;
    let target = scale.target(training.target);
    let (features, matrix) = (training.features, training.matrix);
    let design = Design::new(features, matrix, weights, family.n_outputs(), is_penalised)?;
    let problem = Problem::new(&design, family, &target, row_weights);
    let (unknowns, curvature) = problem.start();
    let first = problem.at(&unknowns, true);
    let products = products(&problem, &first, curvature[0]);
    let repeats = Factor::new(products.clone(), &vec![false; products.n]);
    let held: Vec<bool> = repeats
        .free
        .iter()
        .map(|free| !free && !is_penalised)
        .collect();
    then(&Start {
        problem: &problem,
        scale: &scale,
        unknowns: &unknowns,
        first: &first,
        products: &products,
        repeats: &repeats,
        held: &held,
    })
}

fn link(family: Family) -> Link {
    match family {
        Family::Gaussian => Link::Identity,
        Family::Poisson => Link::Log,
        Family::Binomial => Link::Sigmoid,
        Family::Multinomial { .. } => Link::Softmax,
    }
}

/// Along a path of falling penalties where that costs no further pass over the rows.
fn solve(
    penalised: &Penalised<'_>,
    start: &Start<'_>,
    limits: Limits,
    observer: &dyn Observer,
) -> Result<Solved, TrainError> {
    let Penalty { l1, l2 } = penalised.penalty;
    if l1 == 0.0 || start.problem.family != Family::Gaussian {
        let from = start.unknowns.to_vec();
        return penalised.solve(from, start.first.clone(), limits, observer);
    }
    let highest = path::largest_l1(start.problem.design, start.first).max(l1);
    let penalties: Vec<Penalty> = path::falling(highest, l1, WARM_STEPS)
        .into_iter()
        .map(|own| Penalty {
            l1: own,
            l2: l2 * own / l1,
        })
        .collect();
    let path = path::along(start, &penalties, limits, observer)?;
    let warm = path.into_iter().next_back().unwrap_or_default();
    // The products stay as they are; slopes belong to the new place.
    let point = Point {
        curvature: start.first.curvature.clone(),
        ..start.problem.at(&warm, false)
    };
    let mut solved = penalised.solve(warm, point, limits, observer)?;
    solved.iterations += WARM_STEPS;
    Ok(solved)
}

/// The products of each two columns, mean over the rows as they are weighted.
fn products(problem: &Problem<'_>, first: &Point, curvature: f64) -> Square {
    let factor = if problem.is_joint() {
        curvature
    } else {
        2.0 * curvature
    };
    let mut products = first.curvature[0].clone();
    products.cells.iter_mut().for_each(|cell| *cell /= factor);
    products
}

fn family_of(training: &Training<'_>, params: &LinearParams) -> Result<Family, TrainError> {
    let wrong = |name: &str, message: String| TrainError::Parameter {
        name: name.into(),
        message,
    };
    let is_number = *training.task == Task::Regression;
    if params.is_balanced && is_number {
        let message = "expected \"none\" where the target is a number, found \"balanced\"";
        return Err(wrong("class_weight", message.into()));
    }
    match (training.task, params.family) {
        (Task::Regression, FamilyChoice::Auto) => Ok(Family::Gaussian),
        (Task::Regression, FamilyChoice::Poisson) => {
            match training.target.iter().find(|target| **target < 0.0) {
                Some(target) => Err(wrong(
                    "family",
                    format!(
                        "expected counts, 0 or more, for \"poisson\", found the target {target}"
                    ),
                )),
                None => Ok(Family::Poisson),
            }
        }
        (task, FamilyChoice::Poisson) => Err(wrong(
            "family",
            format!(
                "expected \"auto\" where the target is classes, found \"poisson\" for a {} task",
                task.name()
            ),
        )),
        (Task::Binary { .. }, FamilyChoice::Auto) => Ok(Family::Binomial),
        (Task::Multiclass { classes }, FamilyChoice::Auto) => Ok(Family::Multinomial {
            n_classes: classes.len(),
        }),
    }
}

#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod tests;
