//! Cholesky's factor of a symmetric matrix whose columns may be combinations of earlier ones.

use super::kernels::dot;

/// Share of a column's own variance that must be left after the columns before it. Sums of standardised columns are exact to
/// about 1e-15 of it, so what is left of a repeated column is noise below 1e-13.
pub(super) const ALIAS_TOLERANCE: f64 = 1e-11;

/// A square matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Square {
    pub n: usize,
    pub cells: Vec<f64>,
}

impl Square {
    pub fn zeros(n: usize) -> Self {
        Self {
            n,
            cells: vec![0.0; n * n],
        }
    }

    pub fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.n..(row + 1) * self.n]
    }

    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.n..(row + 1) * self.n]
    }

    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.n + column]
    }

    /// Rows and columns at these positions.
    pub fn part(&self, positions: &[usize]) -> Self {
        let cells = positions
            .iter()
            .flat_map(|&row| positions.iter().map(move |&column| self.at(row, column)))
            .collect();
        Self {
            n: positions.len(),
            cells,
        }
    }

    /// The product with a vector.
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.n).map(|row| dot(self.row(row), vector)).collect()
    }
}

/// L with L Lᵀ = the matrix on its free rows and columns. The others are held: what they multiply is 0.
#[derive(Clone, Debug)]
pub(super) struct Factor {
    lower: Square,
    /// Whether a column was neither held by the caller nor a combination of free ones before it.
    pub free: Vec<bool>,
}

impl Factor {
    /// Of a positive semidefinite matrix, whose lower half is read; `held` columns are left out.
    pub fn new(mut matrix: Square, held: &[bool]) -> Self {
        let n = matrix.n;
        let mut free: Vec<bool> = held.iter().map(|held| !held).collect();
        for row in 0..n {
            let (above, rest) = matrix.cells.split_at_mut(row * n);
            let own = &mut rest[..n];
            for column in 0..row {
                let pivot = &above[column * n..=column * n + column];
                own[column] = if free[column] {
                    (own[column] - dot(&own[..column], &pivot[..column])) / pivot[column]
                } else {
                    0.0
                };
            }
            let diagonal = own[row];
            let left = diagonal - dot(&own[..row], &own[..row]);
            // A diagonal that is not above 0 (or is no number) has nothing to say.
            free[row] &= diagonal > 0.0 && left > ALIAS_TOLERANCE * diagonal;
            own[row] = if free[row] { left.sqrt() } else { 0.0 };
            own[row + 1..].fill(0.0);
        }
        Self {
            lower: matrix,
            free,
        }
    }

    /// The vector whose product with the matrix is `right`, on the free columns; 0 elsewhere.
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut out = self.forward(right);
        self.backward(&mut out);
        out
    }

    fn forward(&self, right: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; right.len()];
        for row in (0..out.len()).filter(|&row| self.free[row]) {
            let lower = self.lower.row(row);
            out[row] = (right[row] - dot(&lower[..row], &out[..row])) / lower[row];
        }
        out
    }

    fn backward(&self, out: &mut [f64]) {
        for row in (0..out.len()).rev() {
            if !self.free[row] {
                out[row] = 0.0;
                continue;
            }
            let lower = self.lower.row(row);
            out[row] /= lower[row];
            let (before, value) = (&lower[..row], out[row]);
            for (out, lower) in out[..row].iter_mut().zip(before) {
                *out -= lower * value;
            }
        }
    }

    /// What makes column `position`, which is not free, of the free columns before it.
    pub fn combination(&self, position: usize) -> Vec<f64> {
        let mut out = vec![0.0; self.lower.n];
        out[..position].copy_from_slice(&self.lower.row(position)[..position]);
        self.backward(&mut out);
        out
    }

    /// The inverse on the free rows and columns; 0 elsewhere.
    pub fn inverse(&self) -> Square {
        let n = self.lower.n;
        let mut inverse = Square::zeros(n);
        for column in (0..n).filter(|&column| self.free[column]) {
            let mut unit = vec![0.0; n];
            unit[column] = 1.0;
            inverse.row_mut(column).copy_from_slice(&self.solve(&unit));
        }
        inverse
    }

    /// The logarithm of the determinant on the free rows and columns.
    pub fn log_determinant(&self) -> f64 {
        let free = (0..self.lower.n).filter(|&row| self.free[row]);
        2.0 * free
            .map(|row| libm::log(self.lower.at(row, row)))
            .sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The products of each two columns.
    fn gram(columns: &[Vec<f64>]) -> Square {
        let mut out = Square::zeros(columns.len());
        for (i, a) in columns.iter().enumerate() {
            for (j, b) in columns.iter().enumerate() {
                out.row_mut(i)[j] = dot(a, b);
            }
        }
        out
    }

    #[test]
    fn a_combination_of_earlier_columns_is_held_and_named() {
        let a = vec![1.0, -2.0, 0.5, 3.0];
        let b = vec![0.0, 1.0, 1.0, -1.0];
        let both: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 2.0 * a - 3.0 * b).collect();
        let c = vec![1.0, 1.0, 0.0, 0.0];
        let matrix = gram(&[a, b, both, c]);
        let factor = Factor::new(matrix.clone(), &[false; 4]);
        assert_eq!(factor.free, [true, true, false, true]);
        let parts = factor.combination(2);
        assert!((parts[0] - 2.0).abs() < 1e-12 && (parts[1] + 3.0).abs() < 1e-12);
        // The right-hand side of a vector without the held column.
        let right = matrix.times(&[1.0, 2.0, 0.0, -1.0]);
        let solved = factor.solve(&right);
        for (found, expected) in solved.iter().zip([1.0, 2.0, 0.0, -1.0]) {
            assert!((found - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn a_column_can_be_held_from_outside_and_nothing_is_made_of_zeros() {
        let factor = Factor::new(
            gram(&[vec![1.0, 2.0], vec![0.0, 0.0], vec![2.0, 1.0]]),
            &[false, false, true],
        );
        assert_eq!(factor.free, [true, false, false]);
        assert_eq!(factor.solve(&[10.0, 5.0, 7.0]), [2.0, 0.0, 0.0]);
    }

    proptest! {
        #[test]
        fn the_inverse_undoes_the_matrix(cells in prop::collection::vec(-9.0..9.0_f64, 24)) {
            let mut columns: Vec<Vec<f64>> = cells.chunks(6).map(<[f64]>::to_vec).collect();
            // Away from singular.
            for (position, column) in columns.iter_mut().enumerate() {
                column[position] += 40.0;
            }
            let matrix = gram(&columns);
            let factor = Factor::new(matrix.clone(), &[false; 4]);
            let inverse = factor.inverse();
            for i in 0..4 {
                for j in 0..4 {
                    let product = dot(matrix.row(i), inverse.row(j));
                    prop_assert!((product - f64::from(u8::from(i == j))).abs() < 1e-10);
                }
            }
            // Cofactors of the last row and column: det(A) / det(A without them) = 1 / inverse.
            let smaller = Factor::new(matrix.part(&[0, 1, 2]), &[false; 3]);
            let ratio = libm::exp(smaller.log_determinant() - factor.log_determinant());
            prop_assert!((ratio - inverse.at(3, 3)).abs() < 1e-10);
        }
    }
}
