//! The least value of a quadratic function plus L1: coordinate descent finds which unknowns are 0, and Cholesky's factor solves for
//! the others (Friedman, Hastie and Tibshirani, 2010; the second half is an active-set step as in Osborne, Presnell and
//! Turlach, 2000).

use super::factor::{Factor, Square};

/// Rounds of descent and exact step.
const MAX_ROUNDS: u32 = 200;
/// Sweeps over the unknowns that are not 0, a round.
const MAX_SWEEPS: u32 = 30;
/// Unknowns that an exact step may set to 0 one after the other.
const MAX_DROPS: u32 = 50;
/// Share of the penalty that a trade between columns that repeat each other must gain; less is rounding.
const TRADE: f64 = 1e-6;

/// ½ uᵀAu + cᵀu + l1 · Σ |u|, the sum over the penalised unknowns.
pub(super) struct Quadratic<'a> {
    /// A, positive semidefinite.
    pub matrix: &'a Square,
    /// c.
    pub linear: &'a [f64],
    pub l1: f64,
    /// Which unknowns count in the sum.
    pub is_penalised: &'a [bool],
    /// Which unknowns stay as they are.
    pub held: &'a [bool],
}

/// How far the slope of a smooth loss by an unknown is from letting the unknown rest under an L1 penalty.
pub(super) fn violation(slope: f64, unknown: f64, l1: f64) -> f64 {
    if unknown == 0.0 {
        (slope.abs() - l1).max(0.0)
    } else {
        (slope + l1.copysign(unknown)).abs()
    }
}

impl Quadratic<'_> {
    /// Moves `unknowns` to the least value, until no slope is off by more than `tolerance`.
    pub fn minimise(&self, unknowns: &mut [f64], tolerance: f64) {
        for _ in 0..MAX_ROUNDS {
            let mut slopes = self.slopes(unknowns);
            self.sweep(unknowns, &mut slopes, |_| true);
            for _ in 0..MAX_SWEEPS {
                let zeros = count_zeros(unknowns);
                self.sweep(unknowns, &mut slopes, |unknown| unknown != 0.0);
                if count_zeros(unknowns) == zeros {
                    break;
                }
            }
            self.step(unknowns);
            if self.violation(unknowns) <= tolerance {
                return;
            }
        }
    }

    fn slopes(&self, unknowns: &[f64]) -> Vec<f64> {
        let products = self.matrix.times(unknowns);
        let pairs = products.iter().zip(self.linear);
        pairs.map(|(product, linear)| product + linear).collect()
    }

    fn l1_of(&self, position: usize) -> f64 {
        if self.is_penalised[position] {
            self.l1
        } else {
            0.0
        }
    }

    fn violation(&self, unknowns: &[f64]) -> f64 {
        let slopes = self.slopes(unknowns);
        (0..unknowns.len())
            .filter(|&j| !self.held[j])
            .map(|j| violation(slopes[j], unknowns[j], self.l1_of(j)))
            .fold(0.0, f64::max)
    }

    /// Minimises by one unknown after the other.
    fn sweep(&self, unknowns: &mut [f64], slopes: &mut [f64], wanted: impl Fn(f64) -> bool) {
        for j in 0..unknowns.len() {
            let curve = self.matrix.at(j, j);
            if self.held[j] || curve <= 0.0 || !wanted(unknowns[j]) {
                continue;
            }
            let target = curve * unknowns[j] - slopes[j];
            let shrunk = (target.abs() - self.l1_of(j)).max(0.0).copysign(target);
            let next = if shrunk == 0.0 { 0.0 } else { shrunk / curve };
            let moved = next - unknowns[j];
            if moved != 0.0 {
                unknowns[j] = next;
                for (slope, cell) in slopes.iter_mut().zip(self.matrix.row(j)) {
                    *slope += moved * cell;
                }
            }
        }
    }

    /// Solves for the unknowns that are not 0, as far as their signs stay.
    fn step(&self, unknowns: &mut [f64]) {
        for _ in 0..MAX_DROPS {
            let active: Vec<usize> = (0..unknowns.len())
                .filter(|&j| !self.held[j] && (unknowns[j] != 0.0 || !self.is_penalised[j]))
                .collect();
            let (direction, furthest) = self.direction(&active, unknowns);
            let (share, first) = self.nearest_zero(&active, &direction, unknowns, furthest);
            if share.is_infinite() {
                return;
            }
            for (&j, moved) in active.iter().zip(&direction) {
                unknowns[j] += share * moved;
            }
            let Some(first) = first else { return };
            unknowns[first] = 0.0;
        }
    }

    /// Where to go from here and how far: once to the least value with these signs; or, where unknowns can trade against each
    /// other at a gain, along such a trade until one of them is 0.
    fn direction(&self, active: &[usize], unknowns: &[f64]) -> (Vec<f64>, f64) {
        let slopes = self.slopes(unknowns);
        let downhill = |j: usize| {
            let sign = if unknowns[j] == 0.0 {
                0.0
            } else {
                self.l1_of(j).copysign(unknowns[j])
            };
            -(slopes[j] + sign)
        };
        let downhill: Vec<f64> = active.iter().map(|&j| downhill(j)).collect();
        let factor = Factor::new(self.matrix.part(active), &vec![false; active.len()]);
        for position in (0..active.len()).filter(|&position| !factor.free[position]) {
            let mut trade = factor.combination(position);
            for part in &mut trade {
                *part = -*part;
            }
            trade[position] = 1.0;
            let gain: f64 = trade.iter().zip(&downhill).map(|(t, d)| t * d).sum();
            let scale: f64 = trade.iter().map(|part| part.abs()).sum();
            if gain.abs() > TRADE * self.l1 * scale {
                for part in &mut trade {
                    *part *= gain.signum();
                }
                return (trade, f64::INFINITY);
            }
        }
        (factor.solve(&downhill), 1.0)
    }

    /// The share of the way at which the first penalised unknown becomes 0, and that unknown; or all of the way.
    fn nearest_zero(
        &self,
        active: &[usize],
        direction: &[f64],
        unknowns: &[f64],
        furthest: f64,
    ) -> (f64, Option<usize>) {
        let mut nearest = (furthest, None);
        for (&j, moved) in active.iter().zip(direction) {
            let share = -unknowns[j] / moved;
            if self.is_penalised[j] && moved * unknowns[j] < 0.0 && share < nearest.0 {
                nearest = (share, Some(j));
            }
        }
        nearest
    }
}

fn count_zeros(unknowns: &[f64]) -> usize {
    unknowns.iter().filter(|unknown| **unknown == 0.0).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::linear::kernels::dot;

    fn matrix(columns: &[Vec<f64>]) -> Square {
        let cells = columns
            .iter()
            .flat_map(|a| columns.iter().map(|b| dot(a, b)))
            .collect();
        Square {
            n: columns.len(),
            cells,
        }
    }

    #[test]
    fn columns_that_repeat_each_other_trade_until_the_sum_of_weights_is_least() {
        // The second column is twice the first, so it carries the same with half the weight.
        let columns = [
            vec![1.0, 2.0, -1.0],
            vec![2.0, 4.0, -2.0],
            vec![1.0, 0.0, 1.0],
        ];
        let matrix = matrix(&columns);
        let quadratic = Quadratic {
            matrix: &matrix,
            linear: &[-7.0, -14.0, -1.0],
            l1: 0.001,
            is_penalised: &[true; 3],
            held: &[false; 3],
        };
        let mut unknowns = vec![5.0, -2.0, 0.0];
        quadratic.minimise(&mut unknowns, 1e-12);
        assert_eq!(unknowns[0], 0.0);
        assert!(
            (unknowns[1] - (14.0 - 0.001) / 24.0).abs() < 0.02,
            "{unknowns:?}"
        );
        assert!(quadratic.violation(&unknowns) < 1e-12);
    }

    proptest! {
        /// No step in any direction goes down: the function is convex, so this is its least value.
        #[test]
        fn every_neighbour_is_higher(
            cells in prop::collection::vec(-3.0..3.0_f64, 20),
            linear in prop::collection::vec(-9.0..9.0_f64, 5),
            l1 in 0.01..8.0_f64,
            moves in prop::collection::vec(prop::collection::vec(-0.01..0.01_f64, 5), 20),
        ) {
            let columns: Vec<Vec<f64>> = cells.chunks(4).map(<[f64]>::to_vec).collect();
            let matrix = matrix(&columns);
            // In the span of the columns, else there is no least value without a penalty.
            let linear = matrix.times(&linear);
            let is_penalised = [false, true, true, true, true];
            let held = [false, false, false, true, false];
            let quadratic = Quadratic { matrix: &matrix, linear: &linear, l1, is_penalised: &is_penalised, held: &held };
            let mut unknowns = vec![0.0; 5];
            quadratic.minimise(&mut unknowns, 1e-10);
            prop_assert_eq!(unknowns[3], 0.0);
            let value = |u: &[f64]| {
                let l1: f64 = (0..5).filter(|&j| is_penalised[j]).map(|j| l1 * u[j].abs()).sum();
                dot(&matrix.times(u), u) / 2.0 + dot(&linear, u) + l1
            };
            let least = value(&unknowns);
            for step in moves {
                let moved: Vec<f64> = (0..5).map(|j| unknowns[j] + if held[j] { 0.0 } else { step[j] }).collect();
                prop_assert!(value(&moved) >= least - 1e-9 * least.abs().max(1.0));
            }
        }
    }
}
