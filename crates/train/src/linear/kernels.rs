//! Sums of products along columns, in an order that is the same on every machine.

/// Rows that are summed side by side: the lanes of a 128-bit register, which x86-64 and WebAssembly both have.
pub(super) const LANES: usize = 2;

/// The products of each left column with each right one. All have the same length, a multiple of [`LANES`].
#[inline]
pub(super) fn products<const A: usize, const B: usize>(
    left: [&[f64]; A],
    right: [&[f64]; B],
) -> [[f64; B]; A] {
    let left = left.map(|column| column.as_chunks::<LANES>().0);
    let right = right.map(|column| column.as_chunks::<LANES>().0);
    let n = left.first().map_or(0, |column| column.len());
    let (left, right) = (left.map(|column| &column[..n]), right.map(|c| &c[..n]));
    let mut sums = [[[0.0; LANES]; B]; A];
    for row in 0..n {
        let others: [[f64; LANES]; B] = std::array::from_fn(|j| right[j][row]);
        for (sums, column) in sums.iter_mut().zip(left) {
            let own = column[row];
            for (sums, other) in sums.iter_mut().zip(others) {
                for lane in 0..LANES {
                    sums[lane] += own[lane] * other[lane];
                }
            }
        }
    }
    sums.map(|row| row.map(|lanes| lanes[0] + lanes[1]))
}

/// Adds each column times its weight to `out`, all of the same length.
#[inline]
pub(super) fn add_scaled<const A: usize>(out: &mut [f64], columns: [&[f64]; A], weights: [f64; A]) {
    let columns = columns.map(|column| &column[..out.len()]);
    for (row, out) in out.iter_mut().enumerate() {
        let mut sum = *out;
        for (column, weight) in columns.iter().zip(weights) {
            sum += column[row] * weight;
        }
        *out = sum;
    }
}

/// Σ a·b over any length, eight sums side by side.
#[inline]
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    const WIDTH: usize = 8;
    let n = a.len().min(b.len());
    let ((a, a_rest), (b, b_rest)) = (a[..n].as_chunks::<WIDTH>(), b[..n].as_chunks::<WIDTH>());
    let mut sums = [0.0; WIDTH];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..WIDTH {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn naive(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    proptest! {
        /// Whole numbers: sums are exact in any order.
        #[test]
        fn sums_agree_with_the_naive_ones(
            columns in (1_usize..20).prop_flat_map(|n| prop::collection::vec(prop::collection::vec(-99_i32..99, 2 * n), 5)),
        ) {
            let columns: Vec<Vec<f64>> = columns.iter().map(|column| column.iter().map(|x| f64::from(*x)).collect()).collect();
            let [a, b, c, d, e] = std::array::from_fn(|i| columns[i].as_slice());
            let found = products([a, b, c], [d, e]);
            for (i, left) in [a, b, c].into_iter().enumerate() {
                for (j, right) in [d, e].into_iter().enumerate() {
                    prop_assert_eq!(found[i][j], naive(left, right));
                }
            }
            prop_assert_eq!(dot(&a[1..], &b[1..]), naive(&a[1..], &b[1..]));
            let mut sum = a.to_vec();
            add_scaled(&mut sum, [b, c], [3.0, -2.0]);
            let expected: Vec<f64> = (0..a.len()).map(|row| a[row] + 3.0 * b[row] - 2.0 * c[row]).collect();
            prop_assert_eq!(sum, expected);
        }
    }
}
