//! Keep the rows that meet a condition.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tabwright_table::Table;

use super::{FieldInfo, FieldKind, Learn, StepInfo, Transform, counted};
use crate::{error::Problem, formula::Formula, program::Columns};

/// The condition that rows must meet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Filter {
    /// As `age >= 18 and sex = 'male'`.
    pub formula: String,
}

impl Learn for Filter {
    const INFO: StepInfo = StepInfo {
        tag: "filter",
        title: "Filter rows",
        help: "Trains on the rows where a condition is true; rows where it is false or missing are left out. When the model \
               scores new rows, every row is kept.",
        fields: &[FieldInfo {
            name: "formula",
            label: "Keep rows where",
            help: "A condition, as age >= 18 and sex = 'male'.",
            kind: FieldKind::Formula,
        }],
    };

    #[cfg(test)]
    const EXAMPLES: &'static [&'static str] = &[r#"{"step": "filter", "formula": "fare > 0"}"#];

    type Fitted = Filter;

    fn learn(&self, _table: &Table, _train: &[u32]) -> Result<Self::Fitted, Problem> {
        Formula::parse(&self.formula)?;
        Ok(self.clone())
    }
}

impl Transform for Filter {
    fn apply(&self, table: &Table) -> Result<Table, Problem> {
        Ok(table.clone())
    }

    fn compile(&self, _columns: &mut Columns) -> Result<(), Problem> {
        // Whoever scores gets every row back.
        Ok(())
    }

    fn keep(&self, table: &Table) -> Result<Option<Vec<u32>>, Problem> {
        let met = Formula::parse(&self.formula)?.condition(table)?;
        Ok(Some(
            (0_u32..)
                .zip(met)
                .filter(|(_, met)| *met == Some(true))
                .map(|(row, _)| row)
                .collect(),
        ))
    }

    fn summary(&self, before: &Table, after: &Table) -> String {
        format!(
            "kept {} of {}",
            after.n_rows(),
            counted(before.n_rows(), "row")
        )
    }

    fn pruned(&self, _needed: &BTreeSet<String>) -> Option<Self> {
        Some(self.clone())
    }
}
