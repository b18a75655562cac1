//! All pairs of columns at once.
//!
//! Pairs of complete numeric columns, which are most, are multiplied block by block of rows, so that a block of all
//! columns stays in the cache while every pair passes over it; the others are compared one by one.

use super::association::{MIN_PAIRS, Side, associate, cosine_of, pearson, spearman_of_places};

/// Rows of a block: sixty columns of it are a megabyte.
const BLOCK: usize = 1024;
/// Sums are kept apart in so many lanes, always the same ones.
const LANES: usize = 4;
/// Columns that one column is multiplied with while its values are in registers.
const TILE: usize = 4;

/// Association of each pair, row-major; see [`super::Correlations`].
pub(super) struct Matrices {
    pub(super) values: Vec<f64>,
    pub(super) pearson: Vec<Option<f64>>,
}

/// A numeric column without a missing value.
struct Complete<'a> {
    side: usize,
    ranks: &'a [i32],
    /// Less their mean.
    centred: Vec<f64>,
}

impl Matrices {
    pub(super) fn of(sides: &[Side]) -> Self {
        let n = sides.len();
        let mut found = Self {
            values: vec![1.0; n * n],
            pearson: vec![None; n * n],
        };
        let complete: Vec<Complete> = (0..n)
            .filter_map(|side| Complete::of(side, &sides[side]))
            .collect();
        let mut is_complete = vec![false; n];
        for column in &complete {
            is_complete[column.side] = true;
        }
        found.compare(sides, &is_complete);
        found.multiply(n, &complete);
        found
    }

    /// Fills in the pairs of which one column is not complete, and the diagonal of Pearson's r of those.
    fn compare(&mut self, sides: &[Side], is_complete: &[bool]) {
        let n = sides.len();
        let has_gaps = sides
            .iter()
            .zip(is_complete)
            .any(|(side, is_complete)| matches!(side, Side::Numbers(_)) && !is_complete);
        let places: Vec<Vec<u32>> = sides
            .iter()
            .map(|side| match side {
                Side::Numbers(numbers) if has_gaps => numbers.places(),
                _ => Vec::new(),
            })
            .collect();
        let mut scratch = [Vec::new(), Vec::new()];
        for row in 0..n {
            for column in row..n {
                if is_complete[row] && is_complete[column] {
                    continue;
                }
                let (place, pair) = ((row, column), (&sides[row], &sides[column]));
                if let (Side::Numbers(a), Side::Numbers(b)) = pair {
                    self.set_pearson(n, place, pearson(&a.values, &b.values));
                    if row != column {
                        let rho = spearman_of_places(&places[row], &places[column], &mut scratch);
                        self.set(n, place, rho);
                    }
                } else if row != column {
                    self.set(n, place, associate(pair.0, pair.1));
                }
            }
        }
    }

    fn set(&mut self, n: usize, (row, column): (usize, usize), value: f64) {
        self.values[row * n + column] = value;
        self.values[column * n + row] = value;
    }

    fn set_pearson(&mut self, n: usize, (row, column): (usize, usize), r: Option<f64>) {
        self.pearson[row * n + column] = r;
        self.pearson[column * n + row] = r;
    }

    /// Fills in the pairs of complete columns.
    fn multiply(&mut self, n: usize, complete: &[Complete]) {
        let m = complete.len();
        let n_rows = complete.first().map_or(0, |column| column.ranks.len());
        let is_enough = n_rows >= MIN_PAIRS;
        let mut ranks = vec![0.0; m * m];
        let mut values = vec![0.0; m * m];
        for start in (0..n_rows).step_by(BLOCK) {
            let rows = start..(start + BLOCK).min(n_rows);
            let block: Vec<Vec<f64>> = complete
                .iter()
                .map(|column| {
                    column.ranks[rows.clone()]
                        .iter()
                        .copied()
                        .map(f64::from)
                        .collect()
                })
                .collect();
            let centred: Vec<&[f64]> = complete
                .iter()
                .map(|column| &column.centred[rows.clone()])
                .collect();
            let block: Vec<&[f64]> = block.iter().map(Vec::as_slice).collect();
            add_products(&block, &mut ranks);
            add_products(&centred, &mut values);
        }
        for a in 0..m {
            for b in a..m {
                let place = (complete[a].side, complete[b].side);
                let cosine =
                    |sums: &[f64]| cosine_of(sums[a * m + b], sums[a * m + a], sums[b * m + b]);
                if a != b {
                    self.set(n, place, if is_enough { cosine(&ranks) } else { 0.0 });
                }
                let is_defined = values[a * m + a] > 0.0 && values[b * m + b] > 0.0;
                let r = Some(cosine(&values)).filter(|r| is_defined && r.is_finite());
                self.set_pearson(n, place, r);
            }
        }
    }
}

impl<'a> Complete<'a> {
    fn of(side: usize, values: &'a Side) -> Option<Self> {
        let Side::Numbers(numbers) = values else {
            return None;
        };
        let ranks = numbers.complete_ranks()?;
        let mean = numbers.values.iter().sum::<f64>() / ranks.len() as f64;
        Some(Self {
            side,
            ranks,
            centred: numbers.values.iter().map(|value| value - mean).collect(),
        })
    }
}

/// Adds the products of each column of a block with itself and those behind it.
fn add_products(block: &[&[f64]], sums: &mut [f64]) {
    let m = block.len();
    for a in 0..m {
        let sums = &mut sums[a * m + a..(a + 1) * m];
        let tiles = block[a..].chunks(TILE);
        for (others, sums) in tiles.zip(sums.chunks_mut(TILE)) {
            // A tile with too few columns multiplies its first once more.
            let tile: [&[f64]; TILE] =
                std::array::from_fn(|place| *others.get(place).unwrap_or(&others[0]));
            for (sum, product) in sums.iter_mut().zip(dots(block[a], tile)) {
                *sum += product;
            }
        }
    }
}

/// The dot products of one column with others of its length. A function of its own: a browser runs a loop in slow code until it
/// is called anew, and all pairs in one function would never be.
#[inline(never)]
fn dots(a: &[f64], others: [&[f64]; TILE]) -> [f64; TILE] {
    let n = a.len() / LANES;
    let (left, rest) = a.as_chunks::<LANES>();
    let right = others.map(|other| &other.as_chunks::<LANES>().0[..n]);
    let mut lanes = [[0.0; LANES]; TILE];
    for (at, left) in left.iter().enumerate() {
        for (lanes, right) in lanes.iter_mut().zip(right) {
            for lane in 0..LANES {
                lanes[lane] += left[lane] * right[at][lane];
            }
        }
    }
    std::array::from_fn(|place| {
        let [one, two, three, four] = lanes[place];
        let behind = &others[place][n * LANES..];
        let rest: f64 = rest.iter().zip(behind).map(|(a, b)| a * b).sum();
        (one + two) + (three + four) + rest
    })
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::Values;
    use crate::profile::order::Workspace;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn blocks_give_what_pairs_give(
            columns in vec(vec(prop_oneof![9 => -50.0..50.0, 1 => Just(3.0)], 2500), 3),
            gaps in vec((0..3_usize, 0..2500_usize), 0..40),
        ) {
            let mut columns = columns;
            for (column, row) in gaps {
                columns[column][row] = f64::NAN;
            }
            let rows: Vec<u32> = (0..2500).collect();
            let mut workspace = Workspace::default();
            let sides: Vec<Side> =
                columns.into_iter().map(|column| Side::of(&Values::Numbers(column), &rows, &mut workspace)).collect();
            let found = Matrices::of(&sides);
            for a in 0..3 {
                for b in 0..3 {
                    let (Side::Numbers(one), Side::Numbers(other)) = (&sides[a], &sides[b]) else { panic!() };
                    prop_assert!((found.values[a * 3 + b] - associate(&sides[a], &sides[b])).abs() < 1e-12);
                    let r = pearson(&one.values, &other.values).unwrap();
                    prop_assert!((found.pearson[a * 3 + b].unwrap() - r).abs() < 1e-12);
                }
            }
        }
    }
}
