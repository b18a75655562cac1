//! Typed columns, and the table that they make up.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a column's values mean.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Whole numbers.
    Integer,
    /// Numbers with a fraction.
    Decimal,
    /// Two levels that say yes and no; the level that says no comes first.
    Boolean,
    /// A few levels, each met many times.
    Category,
    /// Free text.
    Text,
    /// A calendar day, held as seconds since 1970-01-01 (no time zone).
    Date,
    /// A day and a time, held as seconds since 1970-01-01T00:00 (no time zone).
    Datetime,
    /// A name for a row: leading zeros, long digit strings, a value of its own in (nearly) every row.
    Identifier,
}

impl Kind {
    /// All kinds, in the order in which menus list them.
    pub const ALL: [Kind; 8] = [
        Kind::Integer,
        Kind::Decimal,
        Kind::Boolean,
        Kind::Category,
        Kind::Text,
        Kind::Date,
        Kind::Datetime,
        Kind::Identifier,
    ];

    /// Whether the values are held as [`Values::Numbers`].
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Kind::Integer | Kind::Decimal | Kind::Date | Kind::Datetime
        )
    }

    /// The kind's name as JSON, the command line and the screen write it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Integer => "integer",
            Kind::Decimal => "decimal",
            Kind::Boolean => "boolean",
            Kind::Category => "category",
            Kind::Text => "text",
            Kind::Date => "date",
            Kind::Datetime => "datetime",
            Kind::Identifier => "identifier",
        }
    }
}

/// The code of a missing value in [`Values::Codes`].
pub const MISSING_CODE: u32 = u32::MAX;

/// The different texts of a column, shared by all tables that have rows of it: taking rows copies none of them.
pub type Levels = Arc<Vec<String>>;

/// A column's values, one a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers, days and times; a missing value is NaN, and no other value is.
    Numbers(Vec<f64>),
    /// Positions in `levels`; a missing value is [`MISSING_CODE`].
    Codes {
        /// One code a row.
        codes: Vec<u32>,
        /// Each different text once. Sorted by code point, except for booleans, where the level that says no
        /// comes first; so the order of rows does not change it.
        levels: Levels,
    },
}

impl Values {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Values::Numbers(numbers) => numbers.len(),
            Values::Codes { codes, .. } => codes.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the value in `row` is missing.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Values::Numbers(numbers) => numbers[row].is_nan(),
            Values::Codes { codes, .. } => codes[row] == MISSING_CODE,
        }
    }
}

/// A named, typed column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name in the header; unique in its table.
    pub name: String,
    /// What the values mean; `kind.is_number()` exactly where `values` are numbers.
    pub kind: Kind,
    /// The values.
    pub values: Values,
}

/// Columns of equal length. Cheap to clone: columns are shared, never changed in place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    columns: Vec<Arc<Column>>,
    n_rows: usize,
}

impl Table {
    /// Puts columns together.
    ///
    /// # Errors
    /// If two columns have one name, or lengths differ.
    pub fn new(columns: Vec<Arc<Column>>, n_rows: usize) -> Result<Self, crate::TableError> {
        let mut names = std::collections::BTreeSet::new();
        for column in &columns {
            if column.values.len() != n_rows {
                return Err(crate::TableError::ColumnLength {
                    column: column.name.clone(),
                    expected: n_rows,
                    found: column.values.len(),
                });
            }
            if !names.insert(column.name.as_str()) {
                return Err(crate::TableError::DuplicateColumn {
                    column: column.name.clone(),
                });
            }
        }
        Ok(Self { columns, n_rows })
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[Arc<Column>] {
        &self.columns
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The rows at these positions, in this order; a position may come twice. Levels that no longer occur stay, so codes
    /// mean the same in both tables, which share them.
    ///
    /// # Panics
    /// If a position is not below [`n_rows`](Self::n_rows).
    pub fn take(&self, rows: &[u32]) -> Self {
        if rows.len() == self.n_rows && rows.iter().copied().eq(0..self.n_rows as u32) {
            return self.clone();
        }
        let columns = self.columns.iter().map(|column| {
            let values = match &column.values {
                Values::Numbers(numbers) => {
                    Values::Numbers(rows.iter().map(|&row| numbers[row as usize]).collect())
                }
                Values::Codes { codes, levels } => Values::Codes {
                    codes: rows.iter().map(|&row| codes[row as usize]).collect(),
                    levels: Arc::clone(levels),
                },
            };
            Arc::new(Column {
                name: column.name.clone(),
                kind: column.kind,
                values,
            })
        });
        Self {
            columns: columns.collect(),
            n_rows: rows.len(),
        }
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Arc<Column>> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_taken_share_their_levels() {
        let column = Column {
            name: "x".into(),
            kind: Kind::Category,
            values: Values::Codes {
                codes: vec![1, 0, MISSING_CODE],
                levels: vec!["a".into(), "b".into()].into(),
            },
        };
        let table = Table::new(vec![Arc::new(column)], 3).unwrap();
        let taken = table.take(&[2, 0]);
        let levels = |table: &Table| match &table.columns()[0].values {
            Values::Codes { levels, .. } => Arc::clone(levels),
            Values::Numbers(_) => unreachable!("a category"),
        };
        assert!(Arc::ptr_eq(&levels(&table), &levels(&taken)));
        assert!(matches!(&taken.columns()[0].values,
            Values::Codes { codes, .. } if *codes == [MISSING_CODE, 1]));
    }
}
