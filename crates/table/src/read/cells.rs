//! Cells as text, column by column, until the whole file has been seen.

use super::{BadRow, parse::Row};
use crate::TableError;

/// Rows that a code of 32 bits can count, less the one that means "missing".
const MAX_ROWS: u64 = u32::MAX as u64 - 1;
/// Bad rows that the report shows.
const MAX_BAD_ROWS: usize = 100;
/// Characters of a bad row that the report shows.
const MAX_BAD_TEXT: usize = 200;

/// One column's cells, end to end.
#[derive(Default)]
pub(super) struct TextColumn {
    bytes: Vec<u8>,
    lengths: Vec<u32>,
}

impl TextColumn {
    pub(super) fn push(&mut self, cell: &[u8]) {
        self.bytes.extend_from_slice(cell);
        self.lengths.push(cell.len() as u32);
    }

    pub(super) fn len(&self) -> usize {
        self.lengths.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.bytes.as_slice();
        self.lengths.iter().map(move |&length| {
            let (cell, after) = rest.split_at(length as usize);
            rest = after;
            cell
        })
    }
}

/// All cells of the file: the header, the rows that fit it, and the rows that do not.
pub(super) struct Cells {
    /// The header's cells, if the file has a header and it has been seen.
    pub(super) header: Option<Vec<String>>,
    pub(super) columns: Vec<TextColumn>,
    pub(super) n_rows: usize,
    pub(super) n_bad_rows: usize,
    pub(super) bad_rows: Vec<BadRow>,
    expects_header: bool,
    delimiter: char,
    /// (row, line) wherever a row does not start on the line after the row before it.
    line_jumps: Vec<(usize, u64)>,
    next_line: u64,
}

impl Cells {
    /// `n_columns` is what rows must have where there is no header to say so.
    pub(super) fn new(expects_header: bool, n_columns: usize, delimiter: char) -> Self {
        let n_columns = if expects_header { 0 } else { n_columns };
        Self {
            header: None,
            columns: std::iter::repeat_with(TextColumn::default)
                .take(n_columns)
                .collect(),
            n_rows: 0,
            n_bad_rows: 0,
            bad_rows: Vec::new(),
            expects_header,
            delimiter,
            line_jumps: Vec::new(),
            next_line: 0,
        }
    }

    pub(super) fn push(&mut self, row: &Row) -> Result<(), TableError> {
        if self.expects_header && self.header.is_none() {
            self.header = Some(row.cells().map(to_text).collect());
            self.columns.resize_with(row.len(), TextColumn::default);
            return Ok(());
        }
        if row.len() != self.columns.len() {
            self.set_aside(row);
            return Ok(());
        }
        if self.n_rows as u64 >= MAX_ROWS {
            return Err(TableError::TooManyRows { limit: MAX_ROWS });
        }
        if row.line != self.next_line {
            self.line_jumps.push((self.n_rows, row.line));
        }
        self.next_line = row.line + 1;
        self.n_rows += 1;
        for (column, cell) in self.columns.iter_mut().zip(row.cells()) {
            column.push(cell);
        }
        Ok(())
    }

    fn set_aside(&mut self, row: &Row) {
        self.n_bad_rows += 1;
        if self.bad_rows.len() < MAX_BAD_ROWS {
            let cells: Vec<_> = row
                .cells()
                .take(MAX_BAD_TEXT)
                .map(String::from_utf8_lossy)
                .collect();
            let text = cells.join(&self.delimiter.to_string());
            self.bad_rows.push(BadRow {
                line: row.line,
                expected: self.columns.len(),
                found: row.len(),
                text: text.chars().take(MAX_BAD_TEXT).collect(),
            });
        }
    }

    /// The one-based line of the file on which a row starts.
    pub(super) fn line_of(&self, row: usize) -> u64 {
        let jump = self
            .line_jumps
            .partition_point(|&(from, _)| from <= row)
            .checked_sub(1);
        jump.map_or(0, |jump| {
            let (from, line) = self.line_jumps[jump];
            line + (row - from) as u64
        })
    }
}

pub(super) fn to_text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}
