//! Where values are missing: patterns over columns, and a map over rows.

use serde::{Deserialize, Serialize};

use super::ColumnProfile;
use crate::{Table, Values};

/// Patterns that are listed.
const MAX_PATTERNS: usize = 20;
/// Stripes of the map: as many as a screen tells apart.
const MAX_STRIPES: usize = 100;
/// Columns that are compared with each other.
const MAX_COMPARED: usize = 60;

/// Missing values of a whole table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Missingness {
    /// The columns that lack a value, in the table's order.
    pub columns: Vec<String>,
    /// Which of them are missing together, most frequent first; at most twenty. Rows that lack nothing are a pattern
    /// without columns.
    pub patterns: Vec<MissingPattern>,
    /// Patterns in all.
    pub n_patterns: usize,
    /// Rows of patterns that are not listed.
    pub n_other: u64,
    /// Row-major `columns.len()²`: Pearson's r between being missing here and being missing there; 1 on the diagonal, 0
    /// for a column that is missing throughout. Empty if there are more than sixty columns.
    pub together: Vec<f64>,
    /// The table from top to bottom in at most a hundred stripes of nearly equally many rows.
    pub map: Vec<MissingStripe>,
}

/// Columns that are missing in the same rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissingPattern {
    /// Positions in [`Missingness::columns`] of those that are missing.
    pub columns: Vec<usize>,
    /// Rows in which exactly these are missing.
    pub n_rows: u64,
}

/// Some successive rows of the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissingStripe {
    /// First row, from zero.
    pub start: usize,
    /// Rows.
    pub n_rows: usize,
    /// Missing values, one number for each of [`Missingness::columns`].
    pub n_missing: Vec<u64>,
}

/// One bit a row, set where the value is missing.
struct Mask(Vec<u64>);

impl Mask {
    fn of(values: &Values) -> Self {
        let mut bits = vec![0_u64; values.len().div_ceil(64)];
        let mut set =
            |row: usize, is_missing: bool| bits[row / 64] |= u64::from(is_missing) << (row % 64);
        match values {
            Values::Numbers(numbers) => {
                for (row, number) in numbers.iter().enumerate() {
                    set(row, number.is_nan());
                }
            }
            Values::Codes { codes, .. } => {
                for (row, &code) in codes.iter().enumerate() {
                    set(row, code == crate::MISSING_CODE);
                }
            }
        }
        Self(bits)
    }

    fn has(&self, row: usize) -> bool {
        self.0[row / 64] >> (row % 64) & 1 == 1
    }

    fn n_common(&self, other: &Self) -> u64 {
        let common = self
            .0
            .iter()
            .zip(&other.0)
            .map(|(a, b)| (a & b).count_ones());
        common.map(u64::from).sum()
    }
}

/// Looks at the columns that lack a value.
pub(super) fn measure(table: &Table, profiles: &[ColumnProfile]) -> Missingness {
    let gappy: Vec<usize> = (0..profiles.len())
        .filter(|&index| profiles[index].n_missing > 0)
        .collect();
    if gappy.is_empty() {
        return Missingness::default();
    }
    let masks: Vec<Mask> = gappy
        .iter()
        .map(|&index| Mask::of(&table.columns()[index].values))
        .collect();
    let n_missing: Vec<u64> = gappy
        .iter()
        .map(|&index| profiles[index].n_missing as u64)
        .collect();
    let (patterns, n_patterns, n_other) = patterns(&masks, table.n_rows());
    Missingness {
        columns: gappy
            .iter()
            .map(|&index| profiles[index].name.clone())
            .collect(),
        patterns,
        n_patterns,
        n_other,
        together: if masks.len() <= MAX_COMPARED {
            together(&masks, &n_missing, table.n_rows())
        } else {
            Vec::new()
        },
        map: stripes(&masks, table.n_rows()),
    }
}

/// The most frequent patterns, the number of all, and the rows of those not listed.
fn patterns(masks: &[Mask], n_rows: usize) -> (Vec<MissingPattern>, usize, u64) {
    // Patterns are told apart column by column: each row has the number of its pattern among the columns so far.
    let mut of_row = vec![0_u32; n_rows];
    let mut first_rows = vec![0];
    for mask in masks {
        let mut next = vec![[u32::MAX; 2]; first_rows.len()];
        first_rows.clear();
        for (row, pattern) in of_row.iter_mut().enumerate() {
            let number = &mut next[*pattern as usize][usize::from(mask.has(row))];
            if *number == u32::MAX {
                *number = first_rows.len() as u32;
                first_rows.push(row);
            }
            *pattern = *number;
        }
    }
    let mut counts = vec![0_u64; first_rows.len()];
    for &pattern in &of_row {
        counts[pattern as usize] += 1;
    }
    let of_first = |(&row, n_rows): (&usize, u64)| MissingPattern {
        columns: (0..masks.len())
            .filter(|&index| masks[index].has(row))
            .collect(),
        n_rows,
    };
    let mut found: Vec<MissingPattern> = first_rows.iter().zip(counts).map(of_first).collect();
    let n_patterns = found.len();
    found.sort_by(|a, b| {
        b.n_rows
            .cmp(&a.n_rows)
            .then_with(|| a.columns.cmp(&b.columns))
    });
    let rest = found.split_off(found.len().min(MAX_PATTERNS));
    (
        found,
        n_patterns,
        rest.iter().map(|pattern| pattern.n_rows).sum(),
    )
}

fn together(masks: &[Mask], n_missing: &[u64], n_rows: usize) -> Vec<f64> {
    let n = masks.len();
    let mut values = vec![1.0; n * n];
    for a in 0..n {
        for b in a + 1..n {
            let both = masks[a].n_common(&masks[b]);
            let r = phi(both, n_missing[a], n_missing[b], n_rows as u64);
            values[a * n + b] = r;
            values[b * n + a] = r;
        }
    }
    values
}

/// Pearson's r of two 0/1 variables, from the rows that have both, each, and all.
fn phi(both: u64, a: u64, b: u64, n: u64) -> f64 {
    let [both, a, b, n] = [both, a, b, n].map(|count| count as f64);
    let scale = (a * (n - a)).sqrt() * (b * (n - b)).sqrt();
    if scale > 0.0 {
        ((n * both - a * b) / scale).clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

fn stripes(masks: &[Mask], n_rows: usize) -> Vec<MissingStripe> {
    let n_stripes = n_rows.min(MAX_STRIPES);
    let edge = |stripe: usize| stripe * n_rows / n_stripes;
    (0..n_stripes)
        .map(|stripe| {
            let rows = edge(stripe)..edge(stripe + 1);
            let count = |mask: &Mask| rows.clone().filter(|&row| mask.has(row)).count() as u64;
            MissingStripe {
                start: rows.start,
                n_rows: rows.len(),
                n_missing: masks.iter().map(count).collect(),
            }
        })
        .collect()
}
