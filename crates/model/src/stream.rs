//! A CSV of any length to scores, in pieces.

use std::sync::Arc;

use tabwright_table::{Batches, ReadReport, Table};

use crate::{
    ModelError, Scorer,
    output::{ScoreWriter, check_kept},
};

/// Bytes that are read before their rows are scored: numbers and scores of so many rows are still in the second cache.
const PART_BYTES: usize = 256 << 10;

/// Scores rows as they come: slices of a CSV in, CSV as [`write_scores`](crate::write_scores) writes it out. What it holds does
/// not grow with the file.
///
/// The scores are those of [`Pipeline::score`](crate::Pipeline::score) on the whole file, bit for bit, wherever the slices end. Columns to keep are written
/// as they would be there, but for two sorts: one that is not the schema's gives its cells' texts (missing tokens are empty), and
/// yes and no are spelt as in the schema. What kind a column is, or how most of its cells are spelt, only the whole file says.
pub struct ScoreStream {
    scorer: Arc<Scorer>,
    keep: Vec<String>,
    rows: Batches,
    /// Once there is a row.
    writer: Option<ScoreWriter>,
}

impl ScoreStream {
    /// A stream that has seen no byte.
    pub fn new(scorer: Arc<Scorer>, keep: &[String]) -> Self {
        Self {
            rows: Batches::new(&scorer.pipeline().schema, keep),
            scorer,
            keep: keep.to_vec(),
            writer: None,
        }
    }

    /// As [`Reader::with_sample`](tabwright_table::Reader::with_sample).
    #[doc(hidden)]
    pub fn with_sample(mut self, n_bytes: usize) -> Self {
        self.rows = self.rows.with_sample(n_bytes);
        self
    }

    /// Takes the next slice, of any length, and appends the scores of the rows that are complete with it. Nothing comes out before
    /// 64 KiB are there or the file ends.
    ///
    /// # Errors
    /// If the file cannot be read as CSV, lacks a column of the schema or one to keep, or has a row that the recipe refuses.
    pub fn push(&mut self, slice: &[u8], out: &mut Vec<u8>) -> Result<(), ModelError> {
        for part in slice.chunks(PART_BYTES) {
            self.rows.push(part)?;
            if let Some(table) = self.rows.take()? {
                self.score(&table, out)?;
            }
        }
        Ok(())
    }

    /// Ends the file: appends the scores of the last rows, and reports on the columns that were read.
    ///
    /// # Errors
    /// As [`push`](Self::push), and if the file has no row.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<ReadReport, ModelError> {
        if let Some(table) = self.rows.end()? {
            self.score(&table, out)?;
        }
        Ok(self.rows.into_report()?)
    }

    fn score(&mut self, table: &Table, out: &mut Vec<u8>) -> Result<(), ModelError> {
        let scores = self.scorer.score(table)?;
        let writer = if let Some(writer) = &mut self.writer {
            writer
        } else {
            let names: Vec<&str> = self.rows.names().iter().map(String::as_str).collect();
            check_kept(&self.keep, &names)?;
            let model = &self.scorer.pipeline().model;
            self.writer.insert(ScoreWriter::new(model, &self.keep, out))
        };
        writer.write(table, &scores, out);
        Ok(())
    }
}
