//! Newton's method for a mean loss with L1 and L2 penalties (Lee, Sun and Saunders, 2014): a quadratic model of the loss, its
//! penalised least value, and as much of the way there as lowers the objective.

use super::factor::{Factor, Square};
use super::family::Family;
use super::problem::{Point, Problem};
use super::quadratic::{Quadratic, violation};
use super::{centre, separation};
use crate::{Observer, TrainError};

/// Share of the promised gain that a step must bring (Armijo).
const SUFFICIENT: f64 = 1e-4;
/// What two sums over all rows may differ by for rounding, as a share.
const ROUNDING: f64 = 1e-13;
/// Halvings of a step.
const MAX_HALVINGS: u32 = 40;
/// The second derivatives are kept for another step if this one left so little of the slope.
const GOOD_STEP: f64 = 0.1;
/// Steps without a smaller slope or objective, after which it will not get better.
const MAX_IDLE: u32 = 3;
/// The inner problem is solved to this share of the slope that is asked for.
const INNER: f64 = 0.1;
/// A step that moves a standardised weight so far while the slopes are all but 0 is on its way to infinity.
const FAR: f64 = 1e-2;
/// Steps from which on a direction without a floor is looked for.
const EARLIEST_SEPARATION: u32 = 4;

/// Penalties on the weights, as shares of the mean loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Penalty {
    pub l1: f64,
    pub l2: f64,
}

impl Penalty {
    pub fn is_none(self) -> bool {
        self.l1 == 0.0 && self.l2 == 0.0
    }
}

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    /// Largest slope of the penalised mean loss.
    pub tolerance: f64,
    pub max_iterations: u32,
}

/// Why it stopped.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Converged,
    /// Out of steps, or no step lowers the objective further.
    Unfinished,
    /// The loss falls for ever in a direction, mostly along these unknowns.
    Separated(Vec<usize>),
}

/// Where it stopped.
pub(super) struct Solved {
    pub unknowns: Vec<f64>,
    pub outcome: Outcome,
    pub iterations: u32,
    /// Largest slope of the penalised mean loss.
    pub slope: f64,
}

/// A problem with its penalties.
pub(super) struct Penalised<'a> {
    pub problem: &'a Problem<'a>,
    pub penalty: Penalty,
    /// Which unknowns of an output stay 0.
    pub held: &'a [bool],
}

/// What a step needs of the second derivatives, of all outputs together or of one output after the other.
enum Model {
    /// Factors of the matrices, L2 added: without L1 a step is their solution.
    Factors(Vec<Factor>),
    /// The matrices, L2 added.
    Matrices(Vec<Square>),
}

/// Values of the unknowns, and what is known there.
struct State {
    unknowns: Vec<f64>,
    point: Point,
    /// Mean loss and penalties.
    objective: f64,
    /// Largest slope.
    slope: f64,
}

impl Penalised<'_> {
    /// From `start`, where the second derivatives are known.
    ///
    /// # Errors
    /// If the observer cancels.
    pub fn solve(
        &self,
        start: Vec<f64>,
        mut first: Point,
        limits: Limits,
        observer: &dyn Observer,
    ) -> Result<Solved, TrainError> {
        let mut model = self.model(std::mem::take(&mut first.curvature));
        let mut here = self.state(start, first);
        let mut best = (here.slope, here.objective);
        let (mut iterations, mut idle) = (0, 0);
        let mut outcome = Outcome::Converged;
        while here.slope > limits.tolerance {
            if observer.cancelled() {
                return Err(TrainError::Cancelled);
            }
            outcome = Outcome::Unfinished;
            if iterations == limits.max_iterations || idle == MAX_IDLE {
                break;
            }
            let target = self.target(&model, &here, INNER * limits.tolerance);
            let Some(next) = self.search(&here, &target) else {
                break;
            };
            iterations += 1;
            let is_done = next.slope <= limits.tolerance;
            let along = if is_done || iterations >= EARLIEST_SEPARATION {
                self.separation(&here, &next)
            } else {
                None
            };
            let is_better = next.slope < best.0 || next.objective < best.1;
            idle = if is_better { 0 } else { idle + 1 };
            best = (best.0.min(next.slope), best.1.min(next.objective));
            let was = here.slope;
            here = next;
            if let Some(along) = along {
                outcome = Outcome::Separated(along);
                break;
            }
            outcome = Outcome::Converged;
            if !is_done && here.slope > GOOD_STEP * was && self.problem.family.curves() {
                model = self.model(self.problem.at(&here.unknowns, true).curvature);
            }
        }
        Ok(Solved {
            unknowns: here.unknowns,
            outcome,
            iterations,
            slope: here.slope,
        })
    }

    fn state(&self, mut unknowns: Vec<f64>, point: Point) -> State {
        centre::centre(&mut unknowns, self.problem, self.penalty);
        State {
            objective: point.loss + self.penalty_of(&unknowns),
            slope: self.slope(&unknowns, &point),
            unknowns,
            point,
        }
    }

    /// Whether an unknown is a weight; the first of each output is its intercept.
    fn is_weight(&self, unknown: usize) -> bool {
        !unknown.is_multiple_of(self.problem.design.n_unknowns())
    }

    fn l2_of(&self, unknown: usize) -> f64 {
        if self.is_weight(unknown) {
            self.penalty.l2
        } else {
            0.0
        }
    }

    fn penalty_of(&self, unknowns: &[f64]) -> f64 {
        let Penalty { l1, l2 } = self.penalty;
        let weights = (0..unknowns.len()).filter(|&unknown| self.is_weight(unknown));
        weights
            .map(|unknown| unknowns[unknown])
            .map(|weight| l1 * weight.abs() + 0.5 * l2 * weight * weight)
            .sum()
    }

    /// The largest slope of the objective by an unknown that may move.
    fn slope(&self, unknowns: &[f64], point: &Point) -> f64 {
        let held = self.held.iter().cycle();
        let all = unknowns.iter().zip(&point.slopes).zip(held).enumerate();
        all.filter(|(_, (_, held))| !**held)
            .map(|(position, ((&unknown, slope), _))| {
                let l1 = if self.is_weight(position) {
                    self.penalty.l1
                } else {
                    0.0
                };
                violation(slope + self.l2_of(position) * unknown, unknown, l1)
            })
            .fold(0.0, |most: f64, slope| {
                if slope > most || slope.is_nan() {
                    slope
                } else {
                    most
                }
            })
    }

    /// Unknowns of each system that is solved by itself.
    fn system_len(&self) -> usize {
        if self.problem.is_joint() {
            self.problem.n_unknowns()
        } else {
            self.problem.design.n_unknowns()
        }
    }

    fn model(&self, curvature: Vec<Square>) -> Model {
        let mut matrices = if self.problem.is_joint() {
            vec![self.joint(curvature)]
        } else {
            curvature
        };
        for matrix in &mut matrices {
            for unknown in 0..matrix.n {
                matrix.row_mut(unknown)[unknown] += self.l2_of(unknown);
            }
        }
        if self.penalty.l1 > 0.0 {
            return Model::Matrices(matrices);
        }
        let held = self.held_of_system();
        let factors = matrices
            .into_iter()
            .map(|matrix| Factor::new(matrix, &held));
        Model::Factors(factors.collect())
    }

    fn held_of_system(&self) -> Vec<bool> {
        let held = self.held.iter().cycle().copied();
        held.take(self.system_len()).collect()
    }

    /// One matrix of the pairs of outputs.
    pub fn joint(&self, mut curvature: Vec<Square>) -> Square {
        if curvature.len() == 1 {
            return curvature.remove(0);
        }
        let n = self.problem.design.n_unknowns();
        let mut out = Square::zeros(self.problem.n_unknowns());
        for ((k, l), part) in self.problem.outputs().into_iter().zip(&curvature) {
            for i in 0..n {
                out.row_mut(k * n + i)[l * n..(l + 1) * n].copy_from_slice(part.row(i));
                out.row_mut(l * n + i)[k * n..(k + 1) * n].copy_from_slice(part.row(i));
            }
        }
        out
    }

    /// Where the quadratic model has its least value.
    fn target(&self, model: &Model, here: &State, tolerance: f64) -> Vec<f64> {
        let len = self.system_len();
        let starts = (0..here.unknowns.len()).step_by(len);
        let system = |start: usize| {
            let range = start..start + len;
            (&here.unknowns[range.clone()], &here.point.slopes[range])
        };
        match model {
            Model::Factors(factors) => {
                let solved = starts.zip(factors).flat_map(|(start, factor)| {
                    let (unknowns, slopes) = system(start);
                    let downhill: Vec<f64> = (0..len)
                        .map(|j| -(slopes[j] + self.l2_of(j) * unknowns[j]))
                        .collect();
                    let moves = factor.solve(&downhill);
                    unknowns
                        .iter()
                        .zip(moves)
                        .map(|(unknown, by)| unknown + by)
                        .collect::<Vec<_>>()
                });
                solved.collect()
            }
            Model::Matrices(matrices) => {
                let held = self.held_of_system();
                let is_penalised: Vec<bool> = (0..len).map(|j| self.is_weight(j)).collect();
                let solved = starts.zip(matrices).flat_map(|(start, matrix)| {
                    let (unknowns, slopes) = system(start);
                    let products = matrix.times(unknowns);
                    let linear: Vec<f64> = (0..len)
                        .map(|j| slopes[j] + self.l2_of(j) * unknowns[j] - products[j])
                        .collect();
                    let mut unknowns = unknowns.to_vec();
                    let quadratic = Quadratic {
                        matrix,
                        linear: &linear,
                        l1: self.penalty.l1,
                        is_penalised: &is_penalised,
                        held: &held,
                    };
                    quadratic.minimise(&mut unknowns, tolerance);
                    unknowns
                });
                solved.collect()
            }
        }
    }

    /// As much of the way to `target` as lowers the objective; `None` if no part of it does.
    fn search(&self, here: &State, target: &[f64]) -> Option<State> {
        let moves: Vec<f64> = target
            .iter()
            .zip(&here.unknowns)
            .map(|(t, h)| t - h)
            .collect();
        let along: f64 = here
            .point
            .slopes
            .iter()
            .zip(&moves)
            .map(|(s, m)| s * m)
            .sum();
        let promised = along + self.penalty_of(target) - self.penalty_of(&here.unknowns);
        let slack = ROUNDING * here.objective.abs().max(1.0);
        let mut share = 1.0;
        for _ in 0..MAX_HALVINGS {
            let unknowns: Vec<f64> = if share == 1.0 {
                target.to_vec()
            } else {
                let pairs = here.unknowns.iter().zip(&moves);
                pairs.map(|(unknown, by)| unknown + share * by).collect()
            };
            let point = self.problem.at(&unknowns, false);
            let next = self.state(unknowns, point);
            if next.objective <= here.objective + SUFFICIENT * share * promised + slack {
                return Some(next);
            }
            share /= 2.0;
        }
        None
    }

    /// Unknowns along which the loss falls for ever, if the last step shows any.
    fn separation(&self, here: &State, next: &State) -> Option<Vec<usize>> {
        if !self.penalty.is_none() || self.problem.family == Family::Gaussian {
            return None;
        }
        let pairs = next.unknowns.iter().zip(&here.unknowns);
        let moves: Vec<f64> = pairs.map(|(next, here)| next - here).collect();
        let is_far = (0..moves.len()).any(|j| self.is_weight(j) && moves[j].abs() > FAR);
        if is_far && separation::falls_for_ever(self.problem, &moves) {
            Some(separation::mostly_along(&moves, |j| self.is_weight(j)))
        } else {
            None
        }
    }
}
