//! Rows in a request's body, in any of the forms that are taken, to a table of the schema's columns.
//!
//! The form does not matter to the answer: the same rows give the same bits as JSON, columns, CSV or Arrow, and as the same CSV
//! gives by `tabwright score`. Columns beyond the schema's are not looked at.

mod arrow;
mod csv;
mod json;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tabwright_model::Pipeline;
use tabwright_table::read::{CellColumn, CellReader};
use tabwright_table::{ReadOptions, Schema, Table};

use crate::problem::{Fault, Faults, Problem};

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `{"rows": [{…}]}` or `{"columns": {"name": […]}}`.
    Json,
    /// With a header, and this between cells.
    Csv(char),
    /// An Arrow IPC stream.
    Arrow,
}

impl Format {
    /// The form that a content type names; JSON if there is none.
    ///
    /// # Errors
    /// 415 for others, and for texts that are not UTF-8.
    pub fn of(content_type: Option<&str>) -> Result<Self, Problem> {
        let Some(content_type) = content_type else {
            return Ok(Format::Json);
        };
        let unsupported = |detail| {
            Problem::new(
                415,
                "unsupported-media-type",
                "This form of rows is not taken",
                detail,
            )
        };
        let mut parts = content_type.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let charset = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("charset")
                .then(|| value.trim().trim_matches('"').to_ascii_lowercase())
        });
        if let Some(charset) = charset.filter(|it| !["utf-8", "utf8", "us-ascii"].contains(&&**it))
        {
            return Err(unsupported(format!(
                "expected charset=utf-8, found {charset}"
            )));
        }
        match essence.as_str() {
            "application/json" => Ok(Format::Json),
            "text/csv" => Ok(Format::Csv(',')),
            "text/tab-separated-values" => Ok(Format::Csv('\t')),
            "application/vnd.apache.arrow.stream" => Ok(Format::Arrow),
            _ => Err(unsupported(format!(
                "expected application/json, text/csv, text/tab-separated-values or application/vnd.apache.arrow.stream, found {essence}"
            ))),
        }
    }
}

/// What a model's rows look like.
pub struct Shape {
    schema: Schema,
    cells: CellReader,
    positions: HashMap<String, usize>,
    options: ReadOptions,
}

impl Shape {
    /// The shape of the rows that a pipeline scores.
    pub fn new(pipeline: &Pipeline) -> Self {
        let schema = pipeline.schema.clone();
        let names = schema.columns.iter().map(|column| column.name.clone());
        Self {
            cells: CellReader::new(&schema),
            positions: names.zip(0..).collect(),
            options: pipeline.read_options(),
            schema,
        }
    }

    /// The columns that rows have.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Empty columns that take its cells.
    pub fn cells(&self) -> Vec<CellColumn<'_>> {
        self.cells.columns()
    }

    /// The table of the schema's columns, in its order.
    ///
    /// # Errors
    /// A body that cannot be read, columns that are absent, values that do not fit (with row and column), and more rows than
    /// `max_rows`.
    pub fn read(&self, format: Format, body: &Bytes, max_rows: usize) -> Result<Table, Problem> {
        match format {
            Format::Json => json::read(self, body, max_rows),
            Format::Csv(delimiter) => csv::read(self, body, delimiter, max_rows),
            Format::Arrow => arrow::read(self, body, max_rows),
        }
    }

    fn filling(&self, max_rows: usize) -> Filling<'_> {
        let columns = self.cells.columns();
        Filling {
            is_met: vec![false; columns.len()],
            columns,
            faults: Faults::default(),
            max_rows,
        }
    }
}

/// A table while it is filled.
struct Filling<'a> {
    columns: Vec<CellColumn<'a>>,
    /// Whether any row has the column.
    is_met: Vec<bool>,
    faults: Faults,
    max_rows: usize,
}

impl Filling<'_> {
    /// Notes that the last value of a column does not fit.
    fn misfit(&mut self, place: usize, message: String) {
        let column = &self.columns[place];
        self.faults.push(Fault {
            row: Some(column.len()),
            line: None,
            column: Some(column.name().to_owned()),
            message,
        });
    }

    /// The table, if all is well.
    fn finish(self, n_rows: usize) -> Result<Table, Problem> {
        let columns = self.columns.iter().zip(&self.is_met);
        let absent: Vec<&str> = columns
            .filter(|(_, is_met)| !**is_met && n_rows > 0)
            .map(|(column, _)| column.name())
            .collect();
        if !absent.is_empty() {
            return Err(Problem::absent_columns(&absent));
        }
        self.faults.check()?;
        let columns = self.columns.into_iter();
        let columns = columns.map(|column| Arc::new(column.finish())).collect();
        Table::new(columns, n_rows).map_err(|error| Problem::malformed(error.to_string()))
    }
}
