//! A table as models see it: one `f64` a cell, column by column.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tabwright_table::{Column, Kind, MISSING_CODE, Table, Values};

use crate::{
    RecipeError,
    edit::places,
    program::{Columns, Op, Operand, positions},
};

/// The code of a level that training did not see; missing is NaN.
pub const UNSEEN_CODE: f64 = -1.0;

/// One column of a [`Matrix`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// The column's name after the recipe.
    pub name: String,
    /// How its cells are to be read.
    #[serde(flatten)]
    pub kind: FeatureKind,
}

/// How a feature's cells are to be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FeatureKind {
    /// A number, day or time; NaN is missing.
    Number,
    /// A position in `levels`; NaN is missing, [`UNSEEN_CODE`] is a level that training did not see.
    Category {
        /// The levels met in training, sorted by code point (booleans: no first).
        levels: Vec<String>,
    },
}

/// A feature's cells, one a row: its own, or a table's column of numbers as it is.
#[derive(Clone, Debug)]
pub struct Cells(Held);

#[derive(Clone, Debug)]
enum Held {
    Own(Vec<f64>),
    /// A column of numbers.
    Shared(Arc<Column>),
}

impl Deref for Cells {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        match &self.0 {
            Held::Own(cells) => cells,
            Held::Shared(column) => match &column.values {
                Values::Numbers(numbers) => numbers,
                Values::Codes { .. } => &[],
            },
        }
    }
}

impl From<Vec<f64>> for Cells {
    fn from(cells: Vec<f64>) -> Self {
        Self(Held::Own(cells))
    }
}

impl FromIterator<f64> for Cells {
    fn from_iter<I: IntoIterator<Item = f64>>(cells: I) -> Self {
        Self(Held::Own(cells.into_iter().collect()))
    }
}

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

/// Features by rows, column-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// `n_rows` cells a feature.
    pub columns: Vec<Cells>,
    /// Number of rows.
    pub n_rows: usize,
}

impl Feature {
    /// The features of a table that a recipe has been through: all columns but `target`, free text,
    /// identifiers and columns with no value. Category levels are those that occur in the table.
    ///
    /// # Errors
    /// [`RecipeError::NoFeatures`] if none is left.
    pub fn all_of(table: &Table, target: &str) -> Result<Vec<Feature>, RecipeError> {
        Self::of_rows(table, &Rows::All(table.n_rows()), target)
    }

    /// As [`Feature::all_of`] has them of a table of these rows alone.
    ///
    /// # Errors
    /// As there.
    pub fn all_of_rows(
        table: &Table,
        rows: &[u32],
        target: &str,
    ) -> Result<Vec<Feature>, RecipeError> {
        Self::of_rows(table, &Rows::At(rows), target)
    }

    fn of_rows(table: &Table, rows: &Rows, target: &str) -> Result<Vec<Feature>, RecipeError> {
        let features: Vec<Feature> = table
            .columns()
            .iter()
            .filter(|column| column.name != target && exclusion(column, rows).is_none())
            .map(|column| Feature {
                name: column.name.clone(),
                kind: FeatureKind::of(&column.values, rows),
            })
            .collect();
        if features.is_empty() {
            return Err(RecipeError::NoFeatures);
        }
        Ok(features)
    }

    /// The columns, `target` aside, that [`Feature::all_of`] leaves out, each with the reason.
    pub fn excluded(table: &Table, target: &str) -> Vec<(String, &'static str)> {
        let rows = Rows::All(table.n_rows());
        let others = table
            .columns()
            .iter()
            .filter(|column| column.name != target);
        others
            .filter_map(|column| Some((column.name.clone(), exclusion(column, &rows)?)))
            .collect()
    }
}

/// Rows of a table: all, or those at some positions.
enum Rows<'a> {
    All(usize),
    At(&'a [u32]),
}

impl Rows<'_> {
    fn all(&self, is_so: impl Fn(usize) -> bool) -> bool {
        match self {
            Rows::All(n_rows) => (0..*n_rows).all(is_so),
            Rows::At(rows) => rows.iter().all(|&row| is_so(row as usize)),
        }
    }

    /// A cell of each row.
    fn map<T: Copy>(&self, values: &[T], cell: impl Fn(T) -> f64) -> Vec<f64> {
        match self {
            Rows::All(_) => values.iter().map(|&value| cell(value)).collect(),
            Rows::At(rows) => {
                let at = |&row: &u32| cell(values[row as usize]);
                rows.iter().map(at).collect()
            }
        }
    }
}

/// Why a column is no feature, if it is none.
fn exclusion(column: &Column, rows: &Rows) -> Option<&'static str> {
    match column.kind {
        Kind::Text => Some("free text: derive a column from it, or change its type to category"),
        Kind::Identifier => Some("an identifier: it names a row and says nothing of another one"),
        _ if rows.all(|row| column.values.is_missing(row)) => Some("no value in any row"),
        _ => None,
    }
}

impl FeatureKind {
    /// How to read such values: numbers as they are, codes by the levels that occur.
    fn of(values: &Values, rows: &Rows) -> Self {
        let Values::Codes { codes, levels } = values else {
            return FeatureKind::Number;
        };
        let mut occurs = vec![false; levels.len()];
        let mut meet = |code: u32| {
            if let Some(occurs) = occurs.get_mut(code as usize) {
                *occurs = true;
            }
        };
        match rows {
            Rows::All(_) => codes.iter().copied().for_each(meet),
            Rows::At(rows) => rows.iter().for_each(|&row| meet(codes[row as usize])),
        }
        let occurring = levels.iter().zip(occurs).filter(|(_, occurs)| *occurs);
        FeatureKind::Category {
            levels: occurring.map(|(level, _)| level.clone()).collect(),
        }
    }
}

impl Matrix {
    /// Looks the features up in a table: by name, and levels by their text.
    ///
    /// # Errors
    /// If a feature's column is absent or of another kind of values.
    pub fn build(table: &Table, features: &[Feature]) -> Result<Matrix, RecipeError> {
        Self::of(table, features, &Rows::All(table.n_rows()), table.n_rows())
    }

    /// The same of the rows at these positions, in this order: no other column and no code of these rows is copied.
    ///
    /// # Errors
    /// As [`Matrix::build`].
    ///
    /// # Panics
    /// If a position is not below the table's rows.
    pub fn build_rows(
        table: &Table,
        features: &[Feature],
        rows: &[u32],
    ) -> Result<Matrix, RecipeError> {
        if rows.len() == table.n_rows() && rows.iter().copied().eq(0..table.n_rows() as u32) {
            return Self::build(table, features);
        }
        Self::of(table, features, &Rows::At(rows), rows.len())
    }

    fn of(
        table: &Table,
        features: &[Feature],
        rows: &Rows,
        n_rows: usize,
    ) -> Result<Matrix, RecipeError> {
        let columns: Result<_, _> = features
            .iter()
            .map(|feature| feature.cells(table, rows))
            .collect();
        Ok(Matrix {
            columns: columns?,
            n_rows,
        })
    }

    /// The rows at these positions, in this order.
    pub fn rows(&self, rows: &[u32]) -> Matrix {
        let take = |column: &Cells| rows.iter().map(|&row| column[row as usize]).collect();
        Matrix {
            columns: self.columns.iter().map(take).collect(),
            n_rows: rows.len(),
        }
    }
}

impl Feature {
    /// Where its number is, as [`cells`](Self::cells) has it.
    pub(crate) fn compile(&self, columns: &mut Columns) -> Result<Operand, RecipeError> {
        let column = columns
            .find(&self.name)
            .map_err(|problem| problem.in_scoring(0, ""))?
            .clone();
        let other_kind = |expected, found| RecipeError::InputKind {
            column: self.name.clone(),
            expected,
            found,
        };
        match (&self.kind, column.kind.is_number()) {
            (FeatureKind::Number, true) => Ok(column.value),
            (FeatureKind::Category { levels }, false) => Ok(columns.push(Op::Lookup {
                text: column.value,
                entries: positions(levels),
                missing: f64::NAN,
                other: UNSEEN_CODE,
            })),
            (FeatureKind::Number, false) => Err(other_kind("numbers", "texts")),
            (FeatureKind::Category { .. }, true) => Err(other_kind("texts", "numbers")),
        }
    }

    fn cells(&self, table: &Table, rows: &Rows) -> Result<Cells, RecipeError> {
        let name = || self.name.clone();
        let column = table
            .columns()
            .iter()
            .find(|column| column.name == self.name)
            .ok_or_else(|| RecipeError::MissingInput { column: name() })?;
        match (&self.kind, &column.values) {
            (FeatureKind::Number, Values::Numbers(numbers)) => Ok(Cells(match rows {
                Rows::All(_) => Held::Shared(column.clone()),
                Rows::At(_) => Held::Own(rows.map(numbers, |x| x)),
            })),
            (FeatureKind::Category { levels: known }, Values::Codes { codes, levels }) => {
                let cell = |place| {
                    if place == MISSING_CODE {
                        UNSEEN_CODE
                    } else {
                        f64::from(place)
                    }
                };
                let cells: Vec<f64> = places(levels, known).into_iter().map(cell).collect();
                let cell = |code: u32| cells.get(code as usize).copied().unwrap_or(f64::NAN);
                Ok(Cells::from(rows.map(codes, cell)))
            }
            (FeatureKind::Number, Values::Codes { .. }) => Err(RecipeError::InputKind {
                column: name(),
                expected: "numbers",
                found: "texts",
            }),
            (FeatureKind::Category { .. }, Values::Numbers(_)) => Err(RecipeError::InputKind {
                column: name(),
                expected: "texts",
                found: "numbers",
            }),
        }
    }
}

#[cfg(test)]
mod tests;
