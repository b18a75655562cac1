//! What is summed over the rows of a leaf, bin by bin, in whole numbers: exact, so the order of rows, subtraction and the number
//! of workers cannot change the sums.

use super::objective::Gradient;
use super::packed::{Packing, gradient, hessian, pack};

/// What a tree sums over rows to judge a split. A bin is `width()` neighbouring `i64`s.
pub(crate) trait Statistics {
    /// One row's part, gathered in leaf order before it is added to the bins of every feature.
    type Row: Copy;
    /// Sums a bin.
    fn width(&self) -> usize;
    /// The parts of all rows.
    fn rows(&self) -> &[Self::Row];
    /// Adds a part to a bin.
    fn add(bin: &mut [i64], row: Self::Row);
    /// The sum of some parts, as a bin holds it.
    fn total(&self, parts: &[Self::Row]) -> Vec<i64>;
    /// Rows in the sums.
    fn n_rows(sums: &[i64]) -> u32;
    /// The sum that must not be too small on either side of a split.
    fn hessian(&self, sums: &[i64]) -> f64;
    /// How much a leaf of these rows lowers the loss, with `extra_l2` besides the tree's own; twice the gain of Chen and
    /// Guestrin (2016), equation 7.
    fn score(&self, sums: &[i64], extra_l2: f64) -> f64;
    /// The value of a leaf of these rows; 0 where leaves have several.
    fn value(&self, sums: &[i64], extra_l2: f64) -> f64;
    /// The score that it has at another value.
    fn score_at(&self, sums: &[i64], extra_l2: f64, value: f64) -> f64;
    /// Whether every row asks for the same leaf value, so that no split can lower the loss.
    fn are_alike(parts: &[Self::Row]) -> bool;
    /// Where a level stands in the order in which levels are split; few rows are drawn to `smoothing` rows of the leaf's mean.
    fn level_key(&self, sums: &[i64], total: &[i64], smoothing: f64) -> f64;
    /// What packed parts mean, where a split's score follows from packed sums: number features of large leaves are then summed so.
    fn packing(&self) -> Option<Packing>;
    /// The parts as packed numbers, where [`packing`](Self::packing) says that they are.
    fn packed(parts: &[Self::Row]) -> &[i64];
}

/// Gradients and hessians in units of a power of two: a row's part is both in one number, see [`packed`](super::packed).
///
/// The second sum of a bin holds hessians in its upper half and rows in its lower half: both stay below 2³¹, so neither
/// adding nor subtracting a part from its whole borrows from the other.
pub(crate) struct GradientSums {
    rows: Vec<i64>,
    packing: Packing,
    penalty: Penalty,
}

/// What draws leaf values to 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Penalty {
    /// Taken off the size of the sum of gradients.
    pub l1: f64,
    /// Added to the sum of hessians.
    pub l2: f64,
}

impl Penalty {
    /// The sum of gradients less L1, as far as 0.
    pub fn shrunk(self, gradient: f64) -> f64 {
        (gradient.abs() - self.l1).max(0.0).copysign(gradient)
    }

    /// The Newton step from these sums of gradients and hessians. Rows that are as sure as numbers can say have no hessian left,
    /// and no need to move.
    pub fn step(self, gradient: f64, hessian: f64) -> f64 {
        let weight = hessian + self.l2;
        if weight > 0.0 {
            -self.shrunk(gradient) / weight
        } else {
            0.0
        }
    }
}

/// Bits of a sum over all rows, of gradients by size and of hessians: each must fit one half of an `i64` with its sign.
const SUM_BITS: i32 = 31;

impl GradientSums {
    pub fn new(penalty: Penalty) -> Self {
        Self {
            rows: Vec::new(),
            packing: Packing {
                gradient_unit: 1.0,
                hessian_unit: 1.0,
                l2: penalty.l2,
                least_hessian: 1,
                largest_hessian: 1,
            },
            penalty,
        }
    }

    /// Takes the gradients of all rows.
    pub fn set(&mut self, gradients: &[Gradient]) {
        let (mut gradient, mut hessian) = (0.0, 0.0);
        let (mut least, mut largest) = (f64::INFINITY, 0.0_f64);
        for row in gradients {
            gradient += f64::from(row.gradient.abs());
            hessian += f64::from(row.hessian);
            least = least.min(f64::from(row.hessian));
            largest = largest.max(f64::from(row.hessian));
        }
        // Rounding may lift each row by a unit.
        let n = gradients.len() as f64;
        let (gradient_bits, hessian_bits) = (bits(gradient, n), bits(hessian, n));
        let (scale_g, scale_h) = (
            libm::ldexp(1.0, gradient_bits),
            libm::ldexp(1.0, hessian_bits),
        );
        self.packing = Packing {
            gradient_unit: libm::ldexp(1.0, -gradient_bits),
            hessian_unit: libm::ldexp(1.0, -hessian_bits),
            l2: self.penalty.l2,
            least_hessian: whole(least * scale_h).max(1) as u32,
            largest_hessian: whole(largest * scale_h).max(1) as u32,
        };
        self.rows.clear();
        // A row without a hessian counts for the least there is, so that a bin of no hessian is a bin of no rows.
        self.rows.extend(gradients.iter().map(|row| {
            pack(
                whole(f64::from(row.gradient) * scale_g),
                whole(f64::from(row.hessian) * scale_h).max(1) as u32,
            )
        }));
    }
}

/// The most bits behind the point with which numbers of this sum of sizes, `n` of them (below 2³⁰), stay below 2³¹ when rounded.
fn bits(sum: f64, n: f64) -> i32 {
    let bits = SUM_BITS - exponent(sum);
    let fits = sum * libm::ldexp(1.0, bits) + n < libm::ldexp(1.0, SUM_BITS);
    bits - i32::from(!fits)
}

const SHIFT: f64 = 6_755_399_441_055_744.0; // 1.5 · 2⁵²

/// The least `e` with `x < 2^e`; 0 for 0.
fn exponent(x: f64) -> i32 {
    if x > 0.0 { libm::frexp(x).1 } else { 0 }
}

/// Half to even, for |x| < 2⁵¹, without the library call that targets short of SSE4.1 make of `round`.
pub(crate) fn round(x: f64) -> f64 {
    (x + SHIFT) - SHIFT
}

/// The same as a number, for |x| < 2³¹: it stands in the last bits of the sum.
fn whole(x: f64) -> i32 {
    (x + SHIFT).to_bits() as i32
}

impl Statistics for GradientSums {
    type Row = i64;

    fn width(&self) -> usize {
        2
    }

    fn rows(&self) -> &[i64] {
        &self.rows
    }

    #[inline]
    fn add(bin: &mut [i64], row: i64) {
        bin[0] += i64::from(gradient(row));
        bin[1] += (i64::from(hessian(row)) << 32) + 1;
    }

    fn total(&self, parts: &[i64]) -> Vec<i64> {
        let sum: i64 = parts.iter().sum();
        let (gradient, hessian) = (i64::from(gradient(sum)), i64::from(hessian(sum)));
        vec![gradient, (hessian << 32) + parts.len() as i64]
    }

    #[inline]
    fn n_rows(sums: &[i64]) -> u32 {
        sums[1] as u32
    }

    #[inline]
    fn hessian(&self, sums: &[i64]) -> f64 {
        (sums[1] >> 32) as f64 * self.packing.hessian_unit
    }

    #[inline]
    fn score(&self, sums: &[i64], extra_l2: f64) -> f64 {
        let gradient = self
            .penalty
            .shrunk(sums[0] as f64 * self.packing.gradient_unit);
        let weight = self.hessian(sums) + self.penalty.l2 + extra_l2;
        if weight > 0.0 {
            gradient * gradient / weight
        } else {
            0.0
        }
    }

    fn value(&self, sums: &[i64], extra_l2: f64) -> f64 {
        let gradient = sums[0] as f64 * self.packing.gradient_unit;
        self.penalty.step(gradient, self.hessian(sums) + extra_l2)
    }

    fn score_at(&self, sums: &[i64], extra_l2: f64, value: f64) -> f64 {
        let gradient = sums[0] as f64 * self.packing.gradient_unit;
        let weight = self.hessian(sums) + self.penalty.l2 + extra_l2;
        -(2.0 * (gradient * value + self.penalty.l1 * value.abs()) + weight * value * value)
    }

    /// Equal ratios of gradient to hessian, up to rounding by one unit.
    fn are_alike(parts: &[i64]) -> bool {
        let Some((&first, others)) = parts.split_first() else {
            return true;
        };
        let unpacked = |part| (i64::from(gradient(part)), i64::from(hessian(part)));
        let (g, h) = unpacked(first);
        others.iter().all(|&other| {
            let (other_g, other_h) = unpacked(other);
            (g * other_h - other_g * h).abs() <= h + other_h
        })
    }

    fn level_key(&self, sums: &[i64], total: &[i64], smoothing: f64) -> f64 {
        let mean = |sums: &[i64]| {
            let rows = f64::from(Self::n_rows(sums));
            (
                sums[0] as f64 * self.packing.gradient_unit,
                self.hessian(sums),
                rows,
            )
        };
        let (gradient, hessian, _) = mean(sums);
        let (all_gradient, all_hessian, all_rows) = mean(total);
        let prior = smoothing / all_rows;
        let weight = hessian + prior * all_hessian;
        if weight > 0.0 {
            (gradient + prior * all_gradient) / weight
        } else {
            0.0
        }
    }

    /// L1 is left to the wide sums.
    fn packing(&self) -> Option<Packing> {
        (self.penalty.l1 == 0.0).then_some(self.packing)
    }

    fn packed(parts: &[i64]) -> &[i64] {
        parts
    }
}

/// Rows by class, for trees whose leaves hold the shares of more than two classes. A bin is the rows, then each class's weight.
pub(crate) struct ClassSums {
    /// Class and weight of each row.
    rows: Vec<(u32, u32)>,
    /// What a whole number of a sum stands for, a power of two.
    unit: f64,
    n_classes: usize,
}

/// Bits of the largest weight of a row: below a `u32`, and the sum over 2³² rows is below an `i64`.
const WEIGHT_BITS: i32 = 30;

impl ClassSums {
    /// Rows of these classes, of no weight yet.
    pub fn new(target: &[f64], n_classes: usize) -> Self {
        Self {
            rows: target.iter().map(|&class| (class as u32, 0)).collect(),
            unit: 1.0,
            n_classes,
        }
    }

    /// Takes the weights of all rows.
    pub fn weigh(&mut self, weights: &[f64]) {
        let bits = WEIGHT_BITS - exponent(weights.iter().copied().fold(0.0, f64::max));
        let scale = libm::ldexp(1.0, bits);
        self.unit = libm::ldexp(1.0, -bits);
        for (row, weight) in self.rows.iter_mut().zip(weights) {
            row.1 = round(weight * scale) as u32;
        }
    }
}

impl Statistics for ClassSums {
    type Row = (u32, u32);

    fn width(&self) -> usize {
        self.n_classes + 1
    }

    fn rows(&self) -> &[(u32, u32)] {
        &self.rows
    }

    #[inline]
    fn add(bin: &mut [i64], (class, weight): (u32, u32)) {
        bin[0] += 1;
        bin[class as usize + 1] += i64::from(weight);
    }

    fn total(&self, parts: &[(u32, u32)]) -> Vec<i64> {
        let mut total = vec![0; self.width()];
        for &row in parts {
            Self::add(&mut total, row);
        }
        total
    }

    fn n_rows(sums: &[i64]) -> u32 {
        sums[0] as u32
    }

    fn hessian(&self, sums: &[i64]) -> f64 {
        sums[1..].iter().sum::<i64>() as f64 * self.unit
    }

    fn score(&self, sums: &[i64], extra_l2: f64) -> f64 {
        // Gini: rows · (1 − impurity) = Σ nₖ² / n.
        let weight = self.hessian(sums) + extra_l2;
        let weights = sums[1..].iter().map(|&n| n as f64 * self.unit);
        let squares: f64 = weights.map(|n| n * n).sum();
        if weight > 0.0 { squares / weight } else { 0.0 }
    }

    fn value(&self, _sums: &[i64], _extra_l2: f64) -> f64 {
        0.0
    }

    fn score_at(&self, sums: &[i64], extra_l2: f64, _value: f64) -> f64 {
        self.score(sums, extra_l2)
    }

    fn are_alike(parts: &[(u32, u32)]) -> bool {
        parts.windows(2).all(|pair| pair[0].0 == pair[1].0)
    }

    /// The share of the leaf's most frequent class.
    fn level_key(&self, sums: &[i64], total: &[i64], smoothing: f64) -> f64 {
        let leading = (1..total.len())
            .rev()
            .max_by_key(|&class| total[class])
            .unwrap_or(1);
        let prior = total[leading] as f64 * self.unit / self.hessian(total);
        (sums[leading] as f64 * self.unit + smoothing * prior) / (self.hessian(sums) + smoothing)
    }

    fn packing(&self) -> Option<Packing> {
        None
    }

    fn packed(_parts: &[(u32, u32)]) -> &[i64] {
        &[]
    }
}

/// The parts of some rows in their order.
pub(crate) fn gather<S: Statistics>(statistics: &S, rows: &[u32], out: &mut Vec<S::Row>) {
    let all = statistics.rows();
    out.clear();
    out.extend(rows.iter().map(|&row| all[row as usize]));
}

/// Adds gathered rows to the bins of one feature.
pub(crate) fn fill<S: Statistics>(
    statistics: &S,
    column: &[u8],
    rows: &[u32],
    parts: &[S::Row],
    histogram: &mut [i64],
) {
    let width = statistics.width();
    for (&row, &part) in rows.iter().zip(parts) {
        let start = column[row as usize] as usize * width;
        S::add(&mut histogram[start..start + width], part);
    }
}

/// Takes a child's histogram from its parent's, which leaves the other child's.
pub(crate) fn subtract(parent: &mut [i64], child: &[i64]) {
    for (whole, part) in parent.iter_mut().zip(child) {
        *whole -= part;
    }
}
