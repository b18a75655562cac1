//! A new column by formula.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tabwright_table::Table;

use super::{FieldInfo, FieldKind, Learn, StepInfo, Transform, counted};
use crate::{
    edit::{find, with},
    error::Problem,
    formula::Formula,
    program::Columns,
};

/// A column and what it is computed from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Derive {
    /// The new column's name; an existing column of that name is replaced.
    pub column: String,
    /// An expression, as `fare / (sibsp + parch + 1)`.
    pub formula: String,
}

impl Learn for Derive {
    const INFO: StepInfo = StepInfo {
        tag: "derive",
        title: "Derive column",
        help: "Computes a column from others, where a ratio, a difference or a condition says more than its parts.",
        fields: &[
            FieldInfo {
                name: "column",
                label: "New column",
                help: "Its name; an existing column of that name is replaced.",
                kind: FieldKind::NewColumn,
            },
            FieldInfo {
                name: "formula",
                label: "Formula",
                help: "An expression, as fare / (sibsp + parch + 1), if(age < 18, 'child', 'adult') or year(signup).",
                kind: FieldKind::Formula,
            },
        ],
    };

    #[cfg(test)]
    const EXAMPLES: &'static [&'static str] = &[
        r#"{"step": "derive", "column": "cheap", "formula": "fare < 10 and not alone"}"#,
        r#"{"step": "derive", "column": "fare", "formula": "fare / age"}"#,
    ];

    type Fitted = Derive;

    fn learn(&self, _table: &Table, _train: &[u32]) -> Result<Self::Fitted, Problem> {
        if self.column.trim().is_empty() {
            return Err(Problem::Message(
                "the new column has no name; give it one".into(),
            ));
        }
        Formula::parse(&self.formula)?;
        Ok(self.clone())
    }
}

impl Transform for Derive {
    fn apply(&self, table: &Table) -> Result<Table, Problem> {
        with(
            table,
            Formula::parse(&self.formula)?.column(&self.column, table)?,
        )
    }

    fn compile(&self, columns: &mut Columns) -> Result<(), Problem> {
        let column = Formula::parse(&self.formula)?.compile(&self.column, columns)?;
        columns.put(column);
        Ok(())
    }

    fn check_input(&self, table: &Table) -> Result<(), Problem> {
        for name in Formula::parse(&self.formula)?.columns() {
            find(table, &name)?;
        }
        Ok(())
    }

    fn summary(&self, before: &Table, after: &Table) -> String {
        let verb = if before.column(&self.column).is_some() {
            "replaced"
        } else {
            "added"
        };
        let Some(column) = after.column(&self.column) else {
            return String::new();
        };
        let n_missing = (0..after.n_rows())
            .filter(|&row| column.values.is_missing(row))
            .count();
        let missing = match n_missing {
            0 => String::new(),
            n => format!(", missing in {}", counted(n, "row")),
        };
        format!("{verb} {} ({}){missing}", self.column, column.kind.name())
    }

    fn trace(&self, needed: &mut BTreeSet<String>) {
        if needed.remove(&self.column) {
            // A formula that cannot be read has no columns; applying the step says so.
            needed.extend(
                Formula::parse(&self.formula)
                    .map(|formula| formula.columns())
                    .unwrap_or_default(),
            );
        }
    }

    fn pruned(&self, needed: &BTreeSet<String>) -> Option<Self> {
        needed.contains(&self.column).then(|| self.clone())
    }
}
