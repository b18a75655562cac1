//! The rows of a file of any length, a table of some of them at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{
    ColumnReport, ReadOptions, ReadReport, Reader,
    chosen::MAX_MISFITS,
    column::{ColumnBuilder, Store},
    finish::finish,
    reader::finish_column,
};
use crate::{Kind, Levels, Schema, Table, TableError, Values};

/// A push parser for rows whose columns are known: slices of the file in, tables of the rows that are complete out. What it
/// holds does not grow with the file.
///
/// A row is read alike wherever the slices end and tables are taken: a column of the schema is of its kind and format, and its
/// yes and no are spelt as the schema has them. A column that is kept besides gives its cells' texts. All others are passed over.
pub struct Batches {
    reader: Reader,
    /// The levels of columns that say yes and no.
    booleans: BTreeMap<String, Levels>,
    /// Rows that were taken.
    n_rows: usize,
    /// Of all rows that were taken.
    reports: Vec<ColumnReport>,
    /// Of the file's end.
    notes: Vec<String>,
}

impl Batches {
    /// Batches of the schema's columns, and of those to be kept besides, which the schema need not have. Columns that the file
    /// lacks are in no table.
    pub fn new(schema: &Schema, keep: &[String]) -> Self {
        let mut options = ReadOptions::from_schema(schema);
        for name in keep {
            options.kinds.entry(name.clone()).or_insert(Kind::Text);
        }
        let is_boolean = |kind| kind == Kind::Boolean;
        let columns = schema.columns.iter();
        Self {
            reader: Reader::new(options).skip_others(),
            booleans: columns
                .filter(|column| is_boolean(column.kind) && column.levels.len() == 2)
                .map(|column| (column.name.clone(), column.levels.clone().into()))
                .collect(),
            n_rows: 0,
            reports: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// As [`Reader::with_sample`].
    #[doc(hidden)]
    pub fn with_sample(mut self, n_bytes: usize) -> Self {
        self.reader = self.reader.with_sample(n_bytes);
        self
    }

    /// Takes the next slice, of any length. Nothing is given out before 64 KiB are there or the file ends.
    ///
    /// # Errors
    /// As [`Reader::push`].
    pub fn push(&mut self, slice: &[u8]) -> Result<(), TableError> {
        self.reader.push(slice)
    }

    /// All columns of the file, once the header has been seen.
    pub fn names(&mut self) -> &[String] {
        self.reader.rows().map_or(&[], |rows| &rows.names)
    }

    /// The rows that are complete and were not taken yet, if there are any.
    ///
    /// # Errors
    /// None that input can cause: columns of one table are of one length and have different names.
    pub fn take(&mut self) -> Result<Option<Table>, TableError> {
        let Some(rows) = self.reader.rows().filter(|rows| rows.n_rows > 0) else {
            return Ok(None);
        };
        let (mut columns, mut reports) = (Vec::new(), Vec::new());
        let is_wanted = |column: &ColumnBuilder| !matches!(column.cells, Store::Skipped);
        for (name, builder) in rows.take() {
            if is_wanted(&builder) {
                let (mut column, report) = finish_column(name, finish(builder), rows);
                if let (Some(levels), Values::Codes { levels: found, .. }) =
                    (self.booleans.get(&column.name), &mut column.values)
                {
                    found.clone_from(levels);
                }
                columns.push(Arc::new(column));
                reports.push(report);
            }
        }
        let n_rows = rows.n_rows;
        rows.restart();
        self.n_rows += n_rows;
        self.report(reports);
        Table::new(columns, n_rows).map(Some)
    }

    /// Ends the file: the rows that are left, if there are any.
    ///
    /// # Errors
    /// As [`Reader::finish`].
    pub fn end(&mut self) -> Result<Option<Table>, TableError> {
        self.notes = self.reader.end()?;
        let rest = self.take()?;
        if let Some(rows) = self.reader.rows() {
            rows.check(self.n_rows)?;
        }
        Ok(rest)
    }

    /// What was decided and met, when the file has [ended](Self::end). Columns that were passed over have no report.
    ///
    /// # Errors
    /// If no byte was seen.
    pub fn into_report(self) -> Result<ReadReport, TableError> {
        let reader = self.reader;
        reader.into_report(self.notes, self.n_rows, self.reports)
    }

    /// Adds what was met in a batch to what was met before.
    fn report(&mut self, reports: Vec<ColumnReport>) {
        if self.reports.is_empty() {
            self.reports = reports;
            return;
        }
        for (all, batch) in self.reports.iter_mut().zip(reports) {
            all.n_missing += batch.n_missing;
            all.n_misfits += batch.n_misfits;
            let room = MAX_MISFITS.saturating_sub(all.misfits.len());
            all.misfits.extend(batch.misfits.into_iter().take(room));
        }
    }
}
