//! The shape of a table without its rows: what a scorer must be given.

use serde::{Deserialize, Serialize};

use crate::{
    Kind, Table, Values,
    range::range_of,
    read::{ColumnFormat, ReadReport},
};

/// One column of a [`Schema`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnSchema {
    /// The name in the header.
    pub name: String,
    /// What the values mean.
    pub kind: Kind,
    /// The levels of a boolean or category, in their table's order; empty for other kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// Smallest and largest value of a numeric column; absent where all are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(f64, f64)>,
    /// How cells of numbers, days and times are written, where that is not the plain way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<ColumnFormat>,
}

impl ColumnSchema {
    /// The kind that cells are read as where rows are scored. A fraction in a column that held whole numbers is a number like them:
    /// to a model it says more than nothing.
    pub(crate) fn kind_to_score(&self) -> Kind {
        match self.kind {
            Kind::Integer => Kind::Decimal,
            kind => kind,
        }
    }

    /// The format, or the plain one of the kind.
    pub(crate) fn format_or_plain(&self) -> ColumnFormat {
        let plain = || self.kind.plain_format();
        self.format.clone().unwrap_or_else(plain)
    }
}

/// Names and kinds of columns, and the texts that mean "missing".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// The columns, in order.
    pub columns: Vec<ColumnSchema>,
    /// Cells that mean "missing" besides the empty one; compared after trimming blanks.
    pub missing_tokens: Vec<String>,
}

impl Schema {
    /// The schema of a table that was read with these missing tokens.
    pub fn of(table: &Table, missing_tokens: &[String]) -> Self {
        let columns = table
            .columns()
            .iter()
            .map(|column| ColumnSchema {
                name: column.name.clone(),
                kind: column.kind,
                levels: match (&column.values, column.kind) {
                    (Values::Codes { levels, .. }, Kind::Boolean | Kind::Category) => {
                        levels.to_vec()
                    }
                    _ => Vec::new(),
                },
                range: number_range(&column.values),
                format: None,
            })
            .collect();
        Self {
            columns,
            missing_tokens: missing_tokens.to_vec(),
        }
    }

    /// The schema of a table as it was read: with the formats of its cells, so that other files are read alike.
    pub fn of_read(table: &Table, report: &ReadReport) -> Self {
        let mut schema = Self::of(table, &report.missing_tokens.value);
        for (column, report) in schema.columns.iter_mut().zip(&report.columns) {
            column.format.clone_from(&report.format);
        }
        schema
    }
}

fn number_range(values: &Values) -> Option<(f64, f64)> {
    let Values::Numbers(numbers) = values else {
        return None;
    };
    range_of(numbers)
}
