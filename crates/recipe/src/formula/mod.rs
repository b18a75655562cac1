//! Formulas over columns: numbers, text, conditions. Three-valued: an operation on a missing value is missing, and a
//! condition that is missing is not met. What is not a finite number (a division by zero, the root of a negative
//! number) is missing too.
//!
//! `+ - * / %`, comparisons (`=` or `==`, `!=` or `<>`, `<` `<=` `>` `>=`), `and or not`, `is missing`, `is not missing`,
//! `in ('a', 'b')`, `not in (…)`, `if(condition, then, else)`, `abs sqrt log exp round floor ceil min max length lower
//! upper contains year month day weekday hour` (`log` is natural, `round` takes halves away from zero, `weekday` of a
//! Monday is 1), `true false missing`. A column is written bare (`age`) or in backquotes (`` `body mass` ``), text in
//! single quotes; a quote within is doubled. A yes/no column is a condition in itself, and compares with its texts
//! (`alone = 'yes'`). A date compares with a day in quotes (`start >= '2024-01-31'`).

mod ast;
mod compare;
mod compile;
mod eval;
mod functions;
mod lexer;
mod nearest;
mod parser;
#[cfg(test)]
mod tests;
mod vector;

use std::collections::BTreeSet;

use tabwright_table::{Column, Table};

use crate::{
    RecipeError,
    program::{Columns, Held},
};

pub use crate::program::{Arithmetic, Comparison, Function};

/// A formula that has been read.
#[derive(Clone, Debug)]
pub struct Formula {
    expr: ast::Expr,
}

impl Formula {
    /// Reads a formula.
    ///
    /// # Errors
    /// [`RecipeError::Formula`] with what was expected, what was found, and where.
    pub fn parse(formula: &str) -> Result<Self, RecipeError> {
        Ok(Self {
            expr: parser::parse(formula)?,
        })
    }

    /// The names of the columns that it reads.
    pub fn columns(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut open = vec![&self.expr];
        while let Some(expr) = open.pop() {
            if let ast::Node::Column(name) = &expr.node {
                names.insert(name.clone());
            }
            open.extend(expr.parts());
        }
        names
    }

    /// Its values as a column: numbers as integers (where all are whole) or decimals, text as a category, a
    /// condition as a boolean with the levels `false` and `true`, dates as dates.
    ///
    /// # Errors
    /// [`RecipeError::Formula`] if a column is absent or types do not fit.
    pub fn column(&self, name: &str, table: &Table) -> Result<Column, RecipeError> {
        let (kind, values) = eval::evaluate(&self.expr, table)?.into_values(self.expr.at)?;
        Ok(Column {
            name: name.to_owned(),
            kind,
            values,
        })
    }

    /// The same as operations, whatever the rows.
    pub(crate) fn compile(&self, name: &str, columns: &mut Columns) -> Result<Held, RecipeError> {
        compile::column(name, &self.expr, columns)
    }

    /// Whether it is met in each row; `None` is missing.
    ///
    /// # Errors
    /// [`RecipeError::Formula`] if a column is absent, types do not fit, or it is not a condition.
    pub fn condition(&self, table: &Table) -> Result<Vec<Option<bool>>, RecipeError> {
        eval::evaluate(&self.expr, table)?.truth(self.expr.at)
    }
}
