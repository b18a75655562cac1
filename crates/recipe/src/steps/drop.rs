//! Leave columns out.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tabwright_table::Table;

use super::{FieldInfo, FieldKind, Learn, StepInfo, Transform, listed};
use crate::{
    edit::{find, without},
    error::Problem,
    program::Columns,
};

/// The columns to leave out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DropColumns {
    /// Their names.
    pub columns: Vec<String>,
}

impl Learn for DropColumns {
    const INFO: StepInfo = StepInfo {
        tag: "drop",
        title: "Drop columns",
        help: "Leaves columns out: what repeats the target, names a row or is not known when the model is asked.",
        fields: &[FieldInfo {
            name: "columns",
            label: "Columns",
            help: "The columns to leave out.",
            kind: FieldKind::Columns,
        }],
    };

    #[cfg(test)]
    const EXAMPLES: &'static [&'static str] = &[r#"{"step": "drop", "columns": ["name", "sex"]}"#];

    type Fitted = DropColumns;

    fn learn(&self, table: &Table, _train: &[u32]) -> Result<Self::Fitted, Problem> {
        for name in &self.columns {
            find(table, name)?;
        }
        Ok(self.clone())
    }
}

impl Transform for DropColumns {
    fn apply(&self, table: &Table) -> Result<Table, Problem> {
        without(table, &self.columns)
    }

    fn compile(&self, columns: &mut Columns) -> Result<(), Problem> {
        for name in &self.columns {
            columns.remove(name);
        }
        Ok(())
    }

    fn summary(&self, _before: &Table, _after: &Table) -> String {
        format!("left out {}", listed(&self.columns, ", "))
    }

    fn pruned(&self, _needed: &BTreeSet<String>) -> Option<Self> {
        Some(self.clone())
    }
}
