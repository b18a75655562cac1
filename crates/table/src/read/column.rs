//! A column while the file is read: the narrowest form that can still write each of its cells.

use super::{
    ColumnFormat,
    block::Cells,
    chosen::Chosen,
    missing::MissingTokens,
    numbers::{Numbers, Scratch},
    texts::Texts,
    times::Times,
};
use crate::Kind;

/// The cells of one column so far.
pub(super) enum Store {
    /// Also a column without a value so far.
    Numbers(Numbers),
    Times(Times),
    Texts(Texts),
    /// The format was chosen: cells that do not fit are missing.
    Chosen(Chosen),
    /// Nobody wants the cells.
    Skipped,
}

/// Grows one column.
pub(super) struct ColumnBuilder {
    pub(super) cells: Store,
    /// The kind that was chosen.
    pub(super) kind: Option<Kind>,
    n_rows: usize,
}

impl ColumnBuilder {
    pub(super) fn new(kind: Option<Kind>, format: Option<&ColumnFormat>) -> Self {
        let cells = match (kind, format) {
            (Some(kind), _) if !kind.is_number() => Store::Texts(Texts::new(0, 0)),
            (_, Some(format)) => Store::Chosen(Chosen::new(kind, format)),
            _ => Store::Numbers(Numbers::new(0, 0)),
        };
        Self {
            cells,
            kind,
            n_rows: 0,
        }
    }

    /// A column that nobody wants.
    pub(super) fn skipped() -> Self {
        Self {
            cells: Store::Skipped,
            kind: None,
            n_rows: 0,
        }
    }

    /// Takes a block's cells. `expected` is the number of rows that the file may have, 0 if that is not known.
    pub(super) fn append(
        &mut self,
        cells: &Cells,
        missing: &MissingTokens,
        expected: usize,
        scratch: &mut Scratch,
    ) {
        let mut from = 0;
        while from < cells.n_rows {
            let n_taken = match &mut self.cells {
                Store::Numbers(numbers) => numbers.append(cells, from, missing, scratch),
                Store::Times(times) => times.append(cells, from, missing, scratch),
                Store::Texts(texts) => {
                    texts.append(cells, from, missing, &mut scratch.codes);
                    cells.n_rows
                }
                Store::Chosen(chosen) => {
                    chosen.append(cells, from, missing, scratch);
                    cells.n_rows
                }
                Store::Skipped => cells.n_rows,
            };
            self.n_rows += n_taken - from;
            from = n_taken;
            if from < cells.n_rows {
                self.widen(expected);
            }
        }
    }

    /// Makes room for so many rows in all.
    pub(super) fn expect(&mut self, n_rows: usize) {
        match &mut self.cells {
            Store::Numbers(numbers) => numbers.values.expect(n_rows),
            Store::Times(times) => times.seconds.expect(n_rows),
            Store::Texts(texts) => texts.expect(n_rows),
            Store::Chosen(chosen) => chosen.expect(n_rows),
            Store::Skipped => {}
        }
    }

    /// Bytes that its rows and its different texts take.
    pub(super) fn held_bytes(&self) -> u64 {
        let (a_row, texts) = match &self.cells {
            Store::Numbers(numbers) => (size_of::<f64>(), numbers.exceptions.held_bytes()),
            Store::Times(_) | Store::Chosen(_) => (size_of::<f64>(), 0),
            Store::Texts(texts) => (size_of::<u32>(), texts.dictionary_bytes()),
            Store::Skipped => (0, 0),
        };
        (self.n_rows * a_row + texts) as u64
    }

    /// Makes the column one that can take its next cell, too.
    fn widen(&mut self, expected: usize) {
        let nothing = Store::Texts(Texts::new(0, 0));
        self.cells = match std::mem::replace(&mut self.cells, nothing) {
            Store::Numbers(numbers) if numbers.n_missing == self.n_rows => {
                Store::Times(Times::new(expected, self.n_rows))
            }
            Store::Times(times) if times.n_missing == self.n_rows => {
                Store::Texts(Texts::new(expected, self.n_rows))
            }
            Store::Numbers(numbers) => Store::Texts(numbers.into_texts(expected)),
            Store::Times(times) => Store::Texts(times.into_texts(expected)),
            other => other,
        };
    }
}
