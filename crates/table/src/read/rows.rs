//! What becomes of rows: the header names columns, rows of its width fill them, others are kept aside.

use std::collections::BTreeSet;

use super::{
    BadRow, ReadOptions, block::Block, column::ColumnBuilder, missing::MissingTokens,
    numbers::Scratch, parse::Row,
};
use crate::TableError;

/// Rows that a code of 32 bits can count, less the one that means "missing".
const MAX_ROWS: u64 = u32::MAX as u64 - 1;
/// Bad rows that the report shows.
const MAX_BAD_ROWS: usize = 100;
/// Characters of a bad row that the report shows.
const MAX_BAD_TEXT: usize = 200;
/// Bytes of parsed rows that are gathered before they go to their columns.
const BATCH_BYTES: usize = 24 << 10;

/// All rows of the file so far.
pub(super) struct TableBuilder {
    /// Unique names, once the header has been seen or is known to be absent.
    pub(super) names: Vec<String>,
    pub(super) columns: Vec<ColumnBuilder>,
    pub(super) n_rows: usize,
    pub(super) n_bad_rows: usize,
    pub(super) bad_rows: Vec<BadRow>,
    pub(super) notes: Vec<String>,
    lines: Lines,
    expects_header: bool,
    delimiter: char,
    options: ReadOptions,
    missing: MissingTokens,
    /// Columns whose kind nobody chose are passed over.
    skips_others: bool,
    batch: Batch,
    scratch: Scratch,
    /// Rows for which columns make room at once.
    expected_rows: usize,
    /// Of so many fitting rows one is kept.
    pub(super) every: u32,
    /// Rows that fit, kept or not.
    pub(super) n_fitting: u64,
    /// Bytes of the header's text.
    pub(super) n_header_bytes: u64,
}

/// Parsed rows on their way to the columns: each cell and a byte behind it.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    bounds: Vec<u32>,
    n_rows: usize,
}

/// Which line each row starts on.
struct Lines {
    /// (row, line) wherever a row does not start where it would if each row were one line.
    jumps: Vec<(usize, u64)>,
    next: u64,
    /// Lines from a kept row to the next one: 1, or more in a sample.
    stride: u64,
}

impl Lines {
    /// Notes that `n_rows` rows start on one line each, from `line` on; there were `row` rows before.
    fn push(&mut self, row: usize, line: u64, n_rows: usize) {
        if n_rows == 0 {
            return;
        }
        if line != self.next {
            self.jumps.push((row, line));
        }
        self.next = line + n_rows as u64 * self.stride;
    }

    fn of(&self, row: usize) -> u64 {
        let jump = self
            .jumps
            .partition_point(|&(from, _)| from <= row)
            .checked_sub(1);
        jump.map_or(0, |jump| {
            let (from, line) = self.jumps[jump];
            line + (row - from) as u64 * self.stride
        })
    }
}

impl TableBuilder {
    /// `n_columns` is what rows must have where there is no header to say so.
    pub(super) fn new(
        expects_header: bool,
        n_columns: usize,
        delimiter: char,
        options: &ReadOptions,
        missing: &MissingTokens,
        skips_others: bool,
    ) -> Self {
        let every = options.sample_every.unwrap_or(1).max(1);
        let mut rows = Self {
            names: Vec::new(),
            columns: Vec::new(),
            n_rows: 0,
            n_bad_rows: 0,
            bad_rows: Vec::new(),
            notes: Vec::new(),
            lines: Lines {
                jumps: Vec::new(),
                next: 0,
                stride: u64::from(every),
            },
            expects_header,
            delimiter,
            options: options.clone(),
            missing: missing.clone(),
            skips_others,
            batch: Batch::default(),
            scratch: Scratch::default(),
            expected_rows: 0,
            every,
            n_fitting: 0,
            n_header_bytes: 0,
        };
        if !expects_header {
            let names = (1..=n_columns).map(|number| format!("column_{number}"));
            rows.start(names.collect());
        }
        rows
    }

    fn start(&mut self, names: Vec<String>) {
        self.names = names;
        let options = &self.options;
        let known: BTreeSet<&String> = self.names.iter().collect();
        let chosen: BTreeSet<&String> =
            options.kinds.keys().chain(options.formats.keys()).collect();
        for name in chosen.difference(&known) {
            self.notes.push(format!(
                "A kind was chosen for \"{name}\", which is not a column of this file."
            ));
        }
        self.columns = self.names.iter().map(|name| self.column(name)).collect();
    }

    /// A column without a row.
    fn column(&self, name: &str) -> ColumnBuilder {
        let kind = self.options.kinds.get(name).copied();
        if self.skips_others && kind.is_none() {
            return ColumnBuilder::skipped();
        }
        ColumnBuilder::new(kind, self.options.formats.get(name))
    }

    /// The columns so far, which are without a row then. Lines of rows are known until [`Self::restart`].
    pub(super) fn take(&mut self) -> Vec<(String, ColumnBuilder)> {
        self.flush();
        let new = |name: &String| {
            let mut column = self.column(name);
            column.expect(self.n_rows);
            column
        };
        let new = self.names.iter().map(new).collect();
        let old = std::mem::replace(&mut self.columns, new);
        self.names.iter().cloned().zip(old).collect()
    }

    /// Counts rows from 0 again.
    pub(super) fn restart(&mut self) {
        self.n_rows = 0;
        self.lines.jumps.clear();
        // No line: the next row notes its own.
        self.lines.next = 0;
    }

    /// Whether the first row was a header.
    pub(super) fn has_header(&self) -> bool {
        self.expects_header && !self.names.is_empty()
    }

    /// Whether a file of `n_rows` rows has any.
    ///
    /// # Errors
    /// If there is none, with the reason.
    pub(super) fn check(&self, n_rows: usize) -> Result<(), TableError> {
        match (n_rows, self.bad_rows.first(), self.width()) {
            (1.., _, _) => Ok(()),
            (0, Some(bad), _) => Err(TableError::NoFittingRow {
                expected: bad.expected,
                found: bad.found,
                line: bad.line,
                rows: self.n_bad_rows,
            }),
            (0, None, columns) if self.has_header() => Err(TableError::NoRows { columns }),
            (0, None, _) => Err(TableError::Empty),
        }
    }

    /// Whether only some of the rows are kept, which blocks know nothing of.
    pub(super) fn is_sample(&self) -> bool {
        self.every > 1
    }

    /// What a sample leaves out, one sentence.
    pub(super) fn sample_note(&self) -> Option<String> {
        self.is_sample().then(|| {
            format!(
                "A sample was read: the first of each {} rows, {} of {}.",
                self.every, self.n_rows, self.n_fitting
            )
        })
    }

    /// Cells that a row must have; 0 until that is known.
    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    /// The one-based line of the file on which a row starts.
    pub(super) fn line_of(&self, row: usize) -> u64 {
        self.lines.of(row)
    }

    /// Makes room for so many rows in all.
    pub(super) fn expect(&mut self, n_rows: usize) {
        self.expected_rows = n_rows;
        // All of it in one request, given back at once for the columns to take: in a browser each request to grow the
        // memory costs milliseconds.
        let n_bytes = n_rows.saturating_mul(self.columns.len() * size_of::<f64>());
        let mut room: Vec<u8> = Vec::new();
        let _ = std::hint::black_box(room.try_reserve_exact(n_bytes));
        drop(room);
        for column in &mut self.columns {
            column.expect(n_rows);
        }
    }

    /// Bytes that the columns take.
    pub(super) fn held_bytes(&self) -> u64 {
        self.columns.iter().map(ColumnBuilder::held_bytes).sum()
    }

    /// Takes a parsed row.
    pub(super) fn push(&mut self, row: &Row) -> Result<(), TableError> {
        if self.expects_header && self.names.is_empty() {
            self.n_header_bytes = row.n_bytes() as u64;
            let header = row.cells().map(to_text).collect();
            let names = column_names(header, &mut self.notes);
            self.start(names);
            return Ok(());
        }
        if row.len() != self.width() {
            self.set_aside(row);
            return Ok(());
        }
        self.n_fitting += 1;
        if !(self.n_fitting - 1).is_multiple_of(u64::from(self.every)) {
            return Ok(());
        }
        self.count(row.line, 1)?;
        self.batch.push(row);
        if self.batch.text.len() >= BATCH_BYTES {
            self.flush();
        }
        Ok(())
    }

    /// Takes a block of rows, the first of which starts on `line`.
    pub(super) fn push_block(&mut self, block: &Block, line: u64) -> Result<(), TableError> {
        self.flush();
        self.n_fitting += block.n_rows as u64;
        let (mut line, mut from) = (line, 0);
        for &(row, n_breaks) in block.breaks {
            let n_rows = row + 1 - from;
            self.count(line, n_rows)?;
            line += (n_rows + n_breaks) as u64;
            from = row + 1;
        }
        self.count(line, block.n_rows - from)?;
        self.append(block);
        Ok(())
    }

    fn count(&mut self, line: u64, n_rows: usize) -> Result<(), TableError> {
        if self.n_rows as u64 + n_rows as u64 > MAX_ROWS {
            return Err(TableError::TooManyRows { limit: MAX_ROWS });
        }
        self.lines.push(self.n_rows, line, n_rows);
        self.n_rows += n_rows;
        Ok(())
    }

    /// Hands gathered rows to their columns.
    pub(super) fn flush(&mut self) {
        if self.batch.n_rows == 0 {
            return;
        }
        let mut batch = std::mem::take(&mut self.batch);
        // A word may be read beyond the last cell.
        batch.text.extend_from_slice(&[0; 8]);
        self.append(&Block {
            text: &batch.text,
            bounds: &batch.bounds,
            n_columns: self.columns.len(),
            n_rows: batch.n_rows,
            ..Block::default()
        });
        batch.text.clear();
        batch.bounds.clear();
        batch.n_rows = 0;
        self.batch = batch;
    }

    fn append(&mut self, block: &Block) {
        for (position, column) in self.columns.iter_mut().enumerate() {
            column.append(
                &block.column(position),
                &self.missing,
                self.expected_rows,
                &mut self.scratch,
            );
        }
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
}

impl Batch {
    fn push(&mut self, row: &Row) {
        if self.n_rows == 0 {
            self.bounds.push(0);
        }
        for cell in row.cells() {
            self.text.extend_from_slice(cell);
            self.text.push(0);
            self.bounds.push(self.text.len() as u32);
        }
        self.n_rows += 1;
    }
}

pub(super) fn to_text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).into_owned()
}

/// Unique, non-empty names.
fn column_names(header: Vec<String>, notes: &mut Vec<String>) -> Vec<String> {
    let mut taken: BTreeSet<String> = header.iter().cloned().collect();
    let mut seen = BTreeSet::new();
    let mut free = |base: &str, first: usize| {
        let mut names = (first..).map(|number| format!("{base}_{number}"));
        names
            .find(|name| taken.insert(name.clone()))
            .unwrap_or_default()
    };
    let mut names = Vec::with_capacity(header.len());
    for (number, name) in (1..).zip(header) {
        let given = if name.is_empty() {
            let given = free("column", number);
            notes.push(format!(
                "Column {number} has no name in the header; it is called \"{given}\" here."
            ));
            given
        } else if seen.insert(name.clone()) {
            name
        } else {
            let given = free(&name, 2);
            notes.push(format!(
                "Column {number} is called \"{name}\" as a column before it is; it is called \"{given}\" here."
            ));
            given
        };
        names.push(given);
    }
    names
}
