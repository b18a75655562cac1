//! Keep the first of each set of equal rows.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{BuildHasherDefault, DefaultHasher},
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tabwright_table::{Table, Values};

use super::{Learn, StepInfo, Transform, counted};
use crate::{error::Problem, program::Columns};

/// Nothing to set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deduplicate {}

impl Learn for Deduplicate {
    const INFO: StepInfo = StepInfo {
        tag: "deduplicate",
        title: "Remove duplicate rows",
        help: "Trains on the first of each set of rows that are equal in every column, so that a repeated row does not count \
               twice or sit on both sides of a split. When the model scores new rows, every row is kept.",
        fields: &[],
    };

    #[cfg(test)]
    const EXAMPLES: &'static [&'static str] = &[r#"{"step": "deduplicate"}"#];

    type Fitted = Deduplicate;

    fn learn(&self, _table: &Table, _train: &[u32]) -> Result<Self::Fitted, Problem> {
        Ok(self.clone())
    }
}

impl Transform for Deduplicate {
    fn apply(&self, table: &Table) -> Result<Table, Problem> {
        Ok(table.clone())
    }

    fn compile(&self, _columns: &mut Columns) -> Result<(), Problem> {
        // Whoever scores gets every row back.
        Ok(())
    }

    fn keep(&self, table: &Table) -> Result<Option<Vec<u32>>, Problem> {
        Ok(Some(first_rows(table)))
    }

    fn summary(&self, before: &Table, after: &Table) -> String {
        format!(
            "left out {}",
            counted(before.n_rows() - after.n_rows(), "repeated row")
        )
    }

    fn pruned(&self, _needed: &BTreeSet<String>) -> Option<Self> {
        Some(self.clone())
    }
}

/// The first of each set of rows that are equal in every column; two missing values are equal.
fn first_rows(table: &Table) -> Vec<u32> {
    // Only looked up in, with fixed keys.
    let mut met: HashMap<u64, Vec<u32>, BuildHasherDefault<DefaultHasher>> = HashMap::default();
    let mut first = Vec::new();
    for (row, hash) in (0_u32..).zip(row_hashes(table)) {
        let alike = met.entry(hash).or_default();
        if !alike
            .iter()
            .any(|&other| are_equal(table, row as usize, other as usize))
        {
            alike.push(row);
            first.push(row);
        }
    }
    first
}

/// Equal for equal rows. FNV-1a over the cells, eight bytes at a time.
fn row_hashes(table: &Table) -> Vec<u64> {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hashes = vec![0xcbf2_9ce4_8422_2325_u64; table.n_rows()];
    let mix =
        |hash: &mut u64, cell: u64| *hash = (*hash ^ cell).wrapping_mul(PRIME).rotate_left(29);
    for column in table.columns() {
        match &column.values {
            Values::Numbers(numbers) => {
                for (hash, &x) in hashes.iter_mut().zip(numbers) {
                    // One bit pattern for all missing values and for both zeros.
                    let bits = if x.is_nan() {
                        f64::NAN.to_bits()
                    } else {
                        (x + 0.0).to_bits()
                    };
                    mix(hash, bits);
                }
            }
            Values::Codes { codes, .. } => {
                for (hash, &code) in hashes.iter_mut().zip(codes) {
                    mix(hash, u64::from(code));
                }
            }
        }
    }
    hashes
}

fn are_equal(table: &Table, a: usize, b: usize) -> bool {
    table.columns().iter().all(|column| match &column.values {
        Values::Numbers(numbers) => {
            numbers[a] == numbers[b] || numbers[a].is_nan() && numbers[b].is_nan()
        }
        Values::Codes { codes, .. } => codes[a] == codes[b],
    })
}
