//! Sums of gradients and hessians over the rows of a large leaf, four number features at a time.
//!
//! A row's gradient and hessian are one number, and so are a bin's sums: one addition a row and feature. Four histograms of 256
//! bins are 8 KiB and stay in the first-level cache while the rows go by; a bin is a byte, so no index is checked.

use super::binning::BinnedMatrix;

/// One feature's bins, each the sum of its rows' parts. Bins that a feature does not have stay 0.
pub(crate) type Sums = [i64; 256];

/// Features that are summed in one pass over the rows.
const AT_ONCE: usize = 4;

/// What packed sums are sums of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Packing {
    /// What a gradient of 1 stands for, a power of two.
    pub gradient_unit: f64,
    /// What a hessian of 1 stands for, a power of two.
    pub hessian_unit: f64,
    /// Added to a side's hessian.
    pub l2: f64,
    /// No row's hessian is less than this many units, at least 1.
    pub least_hessian: u32,
    /// Nor more than this.
    pub largest_hessian: u32,
}

/// Gradient in the upper half, hessian in the lower. Sums work the same while gradients stay within an `i32` and hessians below 2³¹.
#[inline]
pub(crate) fn pack(gradient: i32, hessian: u32) -> i64 {
    (i64::from(gradient) << 32) + i64::from(hessian)
}

/// The gradient of a packed sum.
#[inline]
pub(crate) fn gradient(sum: i64) -> i32 {
    (sum >> 32) as i32
}

/// The hessian of a packed sum.
#[inline]
pub(crate) fn hessian(sum: i64) -> u32 {
    sum as u32
}

/// Rows that are summed by all features before the next ones are: their parts and positions are 96 KiB and stay in the
/// second-level cache, where they are read once for every four features.
const TILE_ROWS: usize = 8192;

/// Rows whose parts are added.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'a> {
    /// Neighbours from this one on; parts in the same order.
    From(usize),
    /// These; parts in the same order.
    Some(&'a [u32]),
}

/// Sums the parts of rows by the bins of each of `features`, one `Sums` a feature.
pub(crate) fn fill(
    binned: &BinnedMatrix,
    features: &[usize],
    rows: Rows<'_>,
    parts: &[i64],
    out: &mut [Sums],
) {
    out.as_flattened_mut().fill(0);
    for (tile, parts) in parts.chunks(TILE_ROWS).enumerate() {
        let start = tile * TILE_ROWS;
        let rows = match rows {
            Rows::From(first) => Rows::From(first + start),
            Rows::Some(rows) => Rows::Some(&rows[start..start + parts.len()]),
        };
        for (features, out) in features.chunks(AT_ONCE).zip(out.chunks_mut(AT_ONCE)) {
            match (features, out) {
                ([a, b, c, d], [p, q, r, s]) => {
                    add([*a, *b, *c, *d], binned, rows, parts, [p, q, r, s]);
                }
                ([a, b, c], [p, q, r]) => add([*a, *b, *c], binned, rows, parts, [p, q, r]),
                ([a, b], [p, q]) => add([*a, *b], binned, rows, parts, [p, q]),
                ([a], [p]) => add([*a], binned, rows, parts, [p]),
                _ => {}
            }
        }
    }
}

fn add<const N: usize>(
    features: [usize; N],
    binned: &BinnedMatrix,
    rows: Rows<'_>,
    parts: &[i64],
    mut out: [&mut Sums; N],
) {
    match rows {
        Rows::From(first) => {
            let n = parts.len();
            let columns = features.map(|feature| &binned.columns[feature][first..first + n]);
            for row in 0..n {
                for (sums, column) in out.iter_mut().zip(columns) {
                    sums[usize::from(column[row])] += parts[row];
                }
            }
        }
        Rows::Some(rows) => {
            let n_rows = binned.n_rows;
            let columns = features.map(|feature| &binned.columns[feature][..n_rows]);
            for (&row, &part) in rows.iter().zip(parts) {
                let row = row as usize;
                // Said once for all columns.
                if row >= n_rows {
                    continue;
                }
                for (sums, column) in out.iter_mut().zip(columns) {
                    sums[usize::from(column[row])] += part;
                }
            }
        }
    }
}

/// Takes a child's sums from its parent's, which leaves the other child's.
pub(crate) fn subtract(parent: &mut [Sums], child: &[Sums]) {
    for (whole, part) in parent
        .as_flattened_mut()
        .iter_mut()
        .zip(child.as_flattened())
    {
        *whole -= part;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sums_of_packed_parts_are_packed_sums(parts in prop::collection::vec((-9_000_000..9_000_000_i32, 1..9_000_000_u32), 1..200)) {
            let sum: i64 = parts.iter().map(|&(g, h)| pack(g, h)).sum();
            prop_assert_eq!(gradient(sum), parts.iter().map(|part| part.0).sum::<i32>());
            prop_assert_eq!(hessian(sum), parts.iter().map(|part| part.1).sum::<u32>());
        }

        /// Four features at once, three, two and one against one row and feature after the other.
        #[test]
        fn every_row_is_in_its_bin(
            cells in prop::collection::vec(any::<[u8; 7]>(), 1..120),
            every in 1_usize..4,
            n_features in 1_usize..8,
        ) {
            let n_rows = cells.len();
            let columns = (0..7).map(|feature| cells.iter().map(|row| row[feature]).collect()).collect();
            let binned = BinnedMatrix { bins: Vec::new(), columns, n_rows };
            let features: Vec<usize> = (0..7).rev().take(n_features).collect();
            let rows: Vec<u32> = (0..n_rows as u32).step_by(every).collect();
            let parts: Vec<i64> = rows.iter().map(|&row| pack(row as i32 - 7, row + 1)).collect();
            let mut expected = vec![[0; 256]; n_features];
            for (sums, &feature) in expected.iter_mut().zip(&features) {
                for (&row, part) in rows.iter().zip(&parts) {
                    sums[usize::from(cells[row as usize][feature])] += part;
                }
            }
            // Stale sums are overwritten.
            let mut found = vec![[9; 256]; n_features];
            fill(&binned, &features, Rows::Some(&rows), &parts, &mut found);
            prop_assert_eq!(&found, &expected);
            if every == 1 {
                fill(&binned, &features, Rows::From(0), &parts, &mut found);
                prop_assert_eq!(&found, &expected);
            }
            subtract(&mut found, &expected);
            prop_assert!(found.iter().all(|sums| *sums == [0; 256]));
        }
    }
}
