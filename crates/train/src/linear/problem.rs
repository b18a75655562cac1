//! The mean loss of a design's rows, its slopes and its second derivatives, in one pass over the rows.

use super::design::{Block, Design};
use super::factor::Square;
use super::family::{Family, Rows, pairs};
use super::kernels::{add_scaled, dot, products};

/// Unknowns of all outputs together up to which the second derivatives between outputs are kept.
const MAX_JOINT: usize = 1200;

/// Rows and what is asked of them. Unknowns are an output's intercept and weights, then the next output's.
pub(super) struct Problem<'a> {
    pub design: &'a Design<'a>,
    pub family: Family,
    /// A class position or a number.
    pub target: &'a [f64],
    /// What each row counts; `None`: 1.
    pub weights: Option<&'a [f64]>,
    /// The sum of the weights.
    pub total: f64,
}

/// What is known at some values of the unknowns; all of the mean loss.
#[derive(Clone)]
pub(super) struct Point {
    pub loss: f64,
    /// By each unknown.
    pub slopes: Vec<f64>,
    /// If asked for: by two unknowns, of each pair of outputs that [`Problem::outputs`] lists.
    pub curvature: Vec<Square>,
}

impl<'a> Problem<'a> {
    pub fn new(
        design: &'a Design<'a>,
        family: Family,
        target: &'a [f64],
        weights: Option<&'a [f64]>,
    ) -> Self {
        let total = weights.map_or(target.len() as f64, |weights| weights.iter().sum());
        Self {
            design,
            family,
            target,
            weights,
            total,
        }
    }

    /// Unknowns of all outputs.
    pub fn n_unknowns(&self) -> usize {
        self.design.n_unknowns() * self.family.n_outputs()
    }

    /// Whether outputs are solved together. One by one, each output's own second derivatives are doubled: a matrix whose rows
    /// add up to 0, as those of a softmax do, is never more than twice its diagonal.
    pub fn is_joint(&self) -> bool {
        self.n_unknowns() <= MAX_JOINT || self.family.n_outputs() == 1
    }

    /// The pairs of outputs whose second derivatives are kept.
    pub fn outputs(&self) -> Vec<(usize, usize)> {
        let joint = self.is_joint();
        let all = pairs(self.family.n_outputs());
        all.filter(|(k, l)| joint || k == l).collect()
    }

    /// The mean of the target, or each class's share; of class 1 where there are two.
    pub fn means(&self) -> Vec<f64> {
        let weight = |row: usize| self.weights.map_or(1.0, |weights| weights[row]);
        let mut sums = vec![0.0; self.family.n_outputs()];
        for (row, &target) in self.target.iter().enumerate() {
            match self.family {
                Family::Multinomial { .. } => sums[target as usize] += weight(row),
                _ => sums[0] += weight(row) * target,
            }
        }
        sums.iter().map(|sum| sum / self.total).collect()
    }

    /// Intercepts that say the means, and weights 0; and how often each of [`Problem::outputs`] has the design's own products as
    /// second derivatives there.
    pub fn start(&self) -> (Vec<f64>, Vec<f64>) {
        let (margins, curvature) = self.family.start(&self.means());
        let mut unknowns = vec![0.0; self.n_unknowns()];
        for (output, margin) in margins.into_iter().enumerate() {
            unknowns[output * self.design.n_unknowns()] = margin;
        }
        (unknowns, curvature)
    }

    /// Loss and slopes; second derivatives if asked for.
    pub fn at(&self, unknowns: &[f64], with_curvature: bool) -> Point {
        let n = self.design.n_unknowns();
        let numbers = self.design.number_unknowns();
        let n_outputs = self.family.n_outputs();
        let n_pairs = if with_curvature {
            self.outputs().len()
        } else {
            0
        };
        let mut point = Point {
            loss: 0.0,
            slopes: vec![0.0; unknowns.len()],
            curvature: vec![Square::zeros(n); n_pairs],
        };
        let (mut margins, mut curves) = (Vec::new(), Vec::new());
        let mut scratch = Vec::new();
        self.design.for_each_block(|block| {
            let stride = block.n_padded;
            self.margins(block, &numbers, unknowns, &mut margins);
            curves.clear();
            curves.resize(n_pairs * stride, 0.0);
            let rows = self.rows(block);
            point.loss += self
                .family
                .differentiate(&rows, &mut margins, stride, &mut curves);
            for output in 0..n_outputs {
                let slopes = &mut point.slopes[output * n..(output + 1) * n];
                add_slopes(
                    block,
                    &numbers,
                    &margins[output * stride..][..stride],
                    slopes,
                );
            }
            for (curve, out) in curves.chunks_exact(stride).zip(&mut point.curvature) {
                add_products(block, &numbers, curve, &mut scratch, out);
            }
        });
        self.finish(&mut point);
        point
    }

    fn rows(&self, block: &Block) -> Rows<'_> {
        let rows = block.start..block.start + block.n_rows;
        Rows {
            target: &self.target[rows.clone()],
            weights: self.weights.map(|weights| &weights[rows]),
        }
    }

    /// Sums to means, upper halves to whole matrices.
    fn finish(&self, point: &mut Point) {
        point.loss /= self.total;
        point
            .slopes
            .iter_mut()
            .for_each(|slope| *slope /= self.total);
        let factor = if self.is_joint() { 1.0 } else { 2.0 };
        for matrix in &mut point.curvature {
            for i in 0..matrix.n {
                for j in i..matrix.n {
                    let value = matrix.at(i, j) * factor / self.total;
                    matrix.row_mut(i)[j] = value;
                    matrix.row_mut(j)[i] = value;
                }
            }
        }
    }

    /// The margins of a block's rows, a run of `n_padded` an output.
    fn margins(&self, block: &Block, numbers: &[usize], unknowns: &[f64], out: &mut Vec<f64>) {
        let n = self.design.n_unknowns();
        out.clear();
        out.resize(self.family.n_outputs() * block.n_padded, 0.0);
        let runs = out.chunks_exact_mut(block.n_padded);
        for (out, unknowns) in runs.zip(unknowns.chunks_exact(n)) {
            let (fours, rest) = numbers.as_chunks::<4>();
            for (four, positions) in fours.iter().enumerate() {
                let columns = std::array::from_fn(|i| block.number(4 * four + i));
                add_scaled(out, columns, positions.map(|unknown| unknowns[unknown]));
            }
            let done = numbers.len() - rest.len();
            for (i, &unknown) in rest.iter().enumerate() {
                add_scaled(out, [block.number(done + i)], [unknowns[unknown]]);
            }
            for category in 0..block.n_categories() {
                for (row, unknown) in block.levels(category) {
                    out[row] += unknowns[unknown];
                }
            }
        }
    }

    /// For each row, the margins that the unknowns give it, its target, in order.
    pub fn for_each_row(&self, unknowns: &[f64], mut each: impl FnMut(&[f64], f64)) {
        let numbers = self.design.number_unknowns();
        let mut margins = Vec::new();
        let mut own = vec![0.0; self.family.n_outputs()];
        self.design.for_each_block(|block| {
            self.margins(block, &numbers, unknowns, &mut margins);
            for row in 0..block.n_rows {
                for (output, own) in own.iter_mut().enumerate() {
                    *own = margins[output * block.n_padded + row];
                }
                each(&own, self.target[block.start + row]);
            }
        });
    }
}

/// Adds each column's product with the rows' slopes.
fn add_slopes(block: &Block, numbers: &[usize], rows: &[f64], out: &mut [f64]) {
    let (fours, rest) = numbers.as_chunks::<4>();
    for (four, unknowns) in fours.iter().enumerate() {
        let columns = std::array::from_fn(|i| block.number(4 * four + i));
        let sums = products::<4, 1>(columns, [rows]);
        for (unknown, [sum]) in unknowns.iter().zip(sums) {
            out[*unknown] += sum;
        }
    }
    let done = numbers.len() - rest.len();
    for (i, &unknown) in rest.iter().enumerate() {
        out[unknown] += dot(block.number(done + i), rows);
    }
    for category in 0..block.n_categories() {
        for (row, unknown) in block.levels(category) {
            out[unknown] += rows[row];
        }
    }
}

/// Adds the products of each two columns, times the rows' weights, to the upper half of `out`.
fn add_products(
    block: &Block,
    numbers: &[usize],
    weights: &[f64],
    scratch: &mut Vec<f64>,
    out: &mut Square,
) {
    let n = block.n_padded;
    scratch.clear();
    for position in 0..numbers.len() {
        let column = block.number(position);
        scratch.extend(column.iter().zip(weights).map(|(x, weight)| x * weight));
    }
    let weighted = |position: usize| &scratch[position * n..][..n];
    add_number_products(block, numbers, weighted, out);
    for category in 0..block.n_categories() {
        for (position, &number) in numbers.iter().enumerate() {
            let column = weighted(position);
            for (row, unknown) in block.levels(category) {
                let (first, second) = (number.min(unknown), number.max(unknown));
                out.cells[first * out.n + second] += column[row];
            }
        }
        for (row, unknown) in block.levels(category) {
            out.cells[unknown * out.n + unknown] += weights[row];
        }
        for other in category + 1..block.n_categories() {
            for (row, unknown, second) in block.both_levels(category, other) {
                out.cells[unknown * out.n + second] += weights[row];
            }
        }
    }
}

/// In tiles of four columns by two: as many sums as registers hold.
fn add_number_products<'b>(
    block: &'b Block,
    numbers: &[usize],
    weighted: impl Fn(usize) -> &'b [f64],
    out: &mut Square,
) {
    let last = numbers.len() - 1;
    for i in (0..numbers.len()).step_by(4) {
        let left = std::array::from_fn(|a| weighted((i + a).min(last)));
        for j in (i..numbers.len()).step_by(2) {
            let right = std::array::from_fn(|b| block.number((j + b).min(last)));
            let sums = products::<4, 2>(left, right);
            for (a, sums) in sums.iter().enumerate() {
                for (b, sum) in sums.iter().enumerate() {
                    if i + a <= j + b && j + b <= last {
                        out.cells[numbers[i + a] * out.n + numbers[j + b]] += sum;
                    }
                }
            }
        }
    }
}
