//! Sums over the rows of a leaf, bin by bin, in whole numbers: exact, so the order of rows, subtraction and the number of
//! workers cannot change them.

use super::objective::Gradient;

/// What a tree sums over rows to judge a split. A bin is `width()` neighbouring `i64`s.
pub(crate) trait Statistics {
    /// One row's part, gathered in leaf order before it is added to the bins of every feature.
    type Row: Copy;
    /// Sums a bin.
    fn width(&self) -> usize;
    /// A row's part.
    fn row(&self, row: u32) -> Self::Row;
    /// Adds it to a bin.
    fn add(bin: &mut [i64], row: Self::Row);
    /// Rows in the sums.
    fn n_rows(sums: &[i64]) -> u32;
    /// The sum that must not be too small on either side of a split.
    fn hessian(&self, sums: &[i64]) -> f64;
    /// How much a leaf of these rows lowers the loss, with `extra_l2` besides the tree's own; twice the gain of Chen and
    /// Guestrin (2016), equation 7.
    fn score(&self, sums: &[i64], extra_l2: f64) -> f64;
    /// Whether every row asks for the same leaf value, so that no split can lower the loss.
    fn are_alike(parts: &[Self::Row]) -> bool;
    /// Where a level stands in the order in which levels are split; few rows are drawn to `smoothing` rows of the leaf's mean.
    fn level_key(&self, sums: &[i64], total: &[i64], smoothing: f64) -> f64;
}

/// Gradients and hessians in units of a power of two.
///
/// The second sum of a bin holds hessians in its upper half and rows in its lower half: both stay below 2³¹, so neither
/// adding nor subtracting a part from its whole borrows from the other.
pub(crate) struct GradientSums {
    rows: Vec<QuantisedGradient>,
    gradient_unit: f64,
    hessian_unit: f64,
    l2: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct QuantisedGradient {
    gradient: i32,
    hessian: u32,
}

/// Bits of the largest gradient: below an `i32`, and the sum over 2³² rows is below an `i64`.
const GRADIENT_BITS: i32 = 30;
/// Bits of the sum of all hessians: it must fit the upper half of an `i64`, sign kept free.
const HESSIAN_SUM_BITS: i32 = 31;

impl GradientSums {
    pub fn new(l2: f64) -> Self {
        Self {
            rows: Vec::new(),
            gradient_unit: 1.0,
            hessian_unit: 1.0,
            l2,
        }
    }

    /// Takes the gradients of all rows.
    pub fn set(&mut self, gradients: &[Gradient]) {
        let largest = |of: fn(&Gradient) -> f64| gradients.iter().map(of).fold(0.0, f64::max);
        let gradient_bits = GRADIENT_BITS - exponent(largest(|g| g.gradient.abs()));
        let hessian_bits =
            HESSIAN_SUM_BITS - exponent(largest(|g| g.hessian) * (gradients.len() + 1) as f64);
        let (scale_g, scale_h) = (
            libm::ldexp(1.0, gradient_bits),
            libm::ldexp(1.0, hessian_bits),
        );
        self.gradient_unit = libm::ldexp(1.0, -gradient_bits);
        self.hessian_unit = libm::ldexp(1.0, -hessian_bits);
        self.rows.clear();
        self.rows
            .extend(gradients.iter().map(|g| QuantisedGradient {
                gradient: round(g.gradient * scale_g) as i32,
                hessian: (g.hessian * scale_h) as u32,
            }));
    }
}

/// The least `e` with `x < 2^e`; 0 for 0.
fn exponent(x: f64) -> i32 {
    if x > 0.0 { libm::frexp(x).1 } else { 0 }
}

/// Half to even, for |x| < 2⁵¹, without the library call that targets short of SSE4.1 make of `round`.
pub(crate) fn round(x: f64) -> f64 {
    const SHIFT: f64 = 6_755_399_441_055_744.0; // 1.5 · 2⁵²
    (x + SHIFT) - SHIFT
}

impl Statistics for GradientSums {
    type Row = QuantisedGradient;

    fn width(&self) -> usize {
        2
    }

    #[inline]
    fn row(&self, row: u32) -> QuantisedGradient {
        self.rows[row as usize]
    }

    #[inline]
    fn add(bin: &mut [i64], row: QuantisedGradient) {
        bin[0] += i64::from(row.gradient);
        bin[1] += (i64::from(row.hessian) << 32) + 1;
    }

    #[inline]
    fn n_rows(sums: &[i64]) -> u32 {
        sums[1] as u32
    }

    #[inline]
    fn hessian(&self, sums: &[i64]) -> f64 {
        (sums[1] >> 32) as f64 * self.hessian_unit
    }

    #[inline]
    fn score(&self, sums: &[i64], extra_l2: f64) -> f64 {
        let gradient = sums[0] as f64 * self.gradient_unit;
        let weight = self.hessian(sums) + self.l2 + extra_l2;
        if weight > 0.0 {
            gradient * gradient / weight
        } else {
            0.0
        }
    }

    /// Equal ratios of gradient to hessian, up to rounding by one unit.
    fn are_alike(parts: &[QuantisedGradient]) -> bool {
        let Some((first, others)) = parts.split_first() else {
            return true;
        };
        let (gradient, hessian) = (i64::from(first.gradient), i64::from(first.hessian));
        others.iter().all(|other| {
            let difference =
                gradient * i64::from(other.hessian) - i64::from(other.gradient) * hessian;
            difference.abs() <= hessian + i64::from(other.hessian)
        })
    }

    fn level_key(&self, sums: &[i64], total: &[i64], smoothing: f64) -> f64 {
        let mean = |sums: &[i64]| {
            let rows = f64::from(Self::n_rows(sums));
            (
                sums[0] as f64 * self.gradient_unit,
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
}

/// Rows by class, for trees whose leaves hold the shares of more than two classes. A bin is the rows, then each class's weight.
pub(crate) struct ClassSums {
    classes: Vec<u32>,
    weights: Vec<u32>,
    n_classes: usize,
}

impl ClassSums {
    /// Rows of these classes, of no weight yet.
    pub fn new(target: &[f64], n_classes: usize) -> Self {
        Self {
            classes: target.iter().map(|&class| class as u32).collect(),
            weights: Vec::new(),
            n_classes,
        }
    }

    /// Takes the weights of all rows.
    pub fn weigh(&mut self, weights: &[u32]) {
        self.weights.clear();
        self.weights.extend_from_slice(weights);
    }
}

impl Statistics for ClassSums {
    type Row = (u32, u32);

    fn width(&self) -> usize {
        self.n_classes + 1
    }

    fn row(&self, row: u32) -> (u32, u32) {
        (self.classes[row as usize], self.weights[row as usize])
    }

    #[inline]
    fn add(bin: &mut [i64], (class, weight): (u32, u32)) {
        bin[0] += 1;
        bin[class as usize + 1] += i64::from(weight);
    }

    fn n_rows(sums: &[i64]) -> u32 {
        sums[0] as u32
    }

    fn hessian(&self, sums: &[i64]) -> f64 {
        sums[1..].iter().sum::<i64>() as f64
    }

    fn score(&self, sums: &[i64], extra_l2: f64) -> f64 {
        // Gini: rows · (1 − impurity) = Σ nₖ² / n.
        let weight = self.hessian(sums) + extra_l2;
        let squares: f64 = sums[1..].iter().map(|&n| n as f64 * n as f64).sum();
        if weight > 0.0 { squares / weight } else { 0.0 }
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
        let prior = total[leading] as f64 / self.hessian(total);
        (sums[leading] as f64 + smoothing * prior) / (self.hessian(sums) + smoothing)
    }
}

/// Where each feature's bins lie in a leaf's histogram, in `i64`s; the last entry is the length.
pub(crate) fn offsets(n_bins: impl Iterator<Item = usize>, width: usize) -> Vec<usize> {
    let mut offsets = vec![0];
    let mut end = 0;
    for n in n_bins {
        end += n * width;
        offsets.push(end);
    }
    offsets
}

/// The parts of some rows in their order, and their sum.
pub(crate) fn gather<S: Statistics>(
    statistics: &S,
    rows: &[u32],
    out: &mut Vec<S::Row>,
    total: &mut [i64],
) {
    out.clear();
    total.fill(0);
    for &row in rows {
        let part = statistics.row(row);
        S::add(total, part);
        out.push(part);
    }
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
