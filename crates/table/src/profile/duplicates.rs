//! Rows that repeat.

use crate::{Table, Values};

/// Rows that equal an earlier row in every column; missing equals missing.
pub(super) fn count(table: &Table) -> usize {
    let mut rows: Vec<(u64, u32)> = hashes(table).into_iter().zip(0..).collect();
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
    for column in table.columns() {
        match &column.values {
            Values::Numbers(numbers) => {
                for (hash, number) in hashes.iter_mut().zip(numbers) {
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
                for (hash, &code) in hashes.iter_mut().zip(codes) {
                    *hash = mix(*hash, u64::from(code));
                }
            }
        }
    }
    hashes
}

/// One round of `SplitMix64` (Steele, Lea and Flood, 2014) over the hash so far.
fn mix(hash: u64, value: u64) -> u64 {
    let mut bits = hash.rotate_left(23).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ value;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
