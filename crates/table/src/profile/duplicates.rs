//! Rows that repeat.

use super::order::Workspace;
use crate::{Table, Values};

/// Rows that are hashed together: their hashes stay in the first-level cache while all columns pass.
const BLOCK: usize = 4096;

/// Rows that equal an earlier row in every column; missing equals missing.
pub(super) fn count(table: &Table, workspace: &mut Workspace) -> usize {
    let hashes = hashes(table);
    let sorted = workspace.sorted(hashes.iter().copied());
    if sorted.windows(2).all(|pair| pair[0] != pair[1]) {
        return 0;
    }
    let mut rows: Vec<(u64, u32)> = hashes.into_iter().zip(0..).collect();
    rows.sort_unstable();
    rows.chunk_by(|a, b| a.0 == b.0)
        .filter(|rows| rows.len() > 1)
        .map(|rows| repeats(table, rows))
        .sum()
}

/// Repeats among rows of one hash: equal hashes are rarely, but possibly, different rows.
fn repeats(table: &Table, rows: &[(u64, u32)]) -> usize {
    let mut different: Vec<usize> = Vec::new();
    for row in rows.iter().map(|&(_, row)| row as usize) {
        if !different.iter().any(|&other| are_equal(table, row, other)) {
            different.push(row);
        }
    }
    rows.len() - different.len()
}

fn are_equal(table: &Table, a: usize, b: usize) -> bool {
    table.columns().iter().all(|column| match &column.values {
        Values::Numbers(numbers) => {
            numbers[a] == numbers[b] || numbers[a].is_nan() && numbers[b].is_nan()
        }
        Values::Codes { codes, .. } => codes[a] == codes[b],
    })
}

fn hashes(table: &Table) -> Vec<u64> {
    let mut hashes = vec![0_u64; table.n_rows()];
    for (block, hashes) in hashes.chunks_mut(BLOCK).enumerate() {
        let rows = block * BLOCK..block * BLOCK + hashes.len();
        for column in table.columns() {
            match &column.values {
                Values::Numbers(numbers) => {
                    for (hash, number) in hashes.iter_mut().zip(&numbers[rows.clone()]) {
                        // Adding zero makes the two zeros one.
                        let bits = if number.is_nan() {
                            f64::NAN.to_bits()
                        } else {
                            (number + 0.0).to_bits()
                        };
                        *hash = mix(*hash, bits);
                    }
                }
                Values::Codes { codes, .. } => {
                    for (hash, &code) in hashes.iter_mut().zip(&codes[rows.clone()]) {
                        *hash = mix(*hash, u64::from(code));
                    }
                }
            }
        }
    }
    hashes
}

/// The hash so far and one more value: a multiplication carries low bits up, a shift brings high bits down. It need not be
/// strong, as rows of equal hash are compared.
fn mix(hash: u64, value: u64) -> u64 {
    let bits = (hash ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits ^ bits >> 32
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{Column, Kind};

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn hashes_count_what_a_set_counts(rows in vec((0..6_u32, 0..4_u32), 0..60)) {
            let numbers = rows.iter().map(|row| if row.0 == 5 { f64::NAN } else { f64::from(row.0) }).collect();
            let codes = rows.iter().map(|row| row.1).collect();
            let levels = Arc::new((0..4).map(|level| level.to_string()).collect());
            let column = |name: &str, kind, values| Arc::new(Column { name: name.into(), kind, values });
            let columns = vec![
                column("n", Kind::Decimal, Values::Numbers(numbers)),
                column("c", Kind::Category, Values::Codes { codes, levels }),
            ];
            let table = Table::new(columns, rows.len()).unwrap();
            let different: BTreeSet<_> = rows.iter().collect();
            prop_assert_eq!(count(&table, &mut Workspace::default()), rows.len() - different.len());
        }
    }
}
