//! A column whose format was chosen: what does not fit is missing, and counted.

use super::{
    ColumnFormat, DateOrder, NumberFormat,
    block::Cells,
    chunks::Chunks,
    missing::MissingTokens,
    number::mark_word,
    numbers::{Scratch, read_marked, read_run},
    time::DAY,
};
use crate::Kind;

/// Misfits that the report shows.
pub(super) const MAX_MISFITS: usize = 10;

/// Values of a kind that is held as numbers.
pub(super) struct Chosen {
    pub(super) values: Chunks<f64>,
    reading: Reading,
    kind: Option<Kind>,
    n_rows: usize,
    pub(super) n_missing: usize,
    pub(super) misfits: Misfits,
    /// All values are whole numbers, or whole days.
    is_whole: bool,
}

/// Cells that did not fit.
#[derive(Default)]
pub(super) struct Misfits {
    pub(super) count: usize,
    /// The first of them as (row, text).
    pub(super) first: Vec<(usize, String)>,
}

impl Misfits {
    pub(super) fn push(&mut self, row: usize, cell: &[u8]) {
        self.count += 1;
        if self.first.len() < MAX_MISFITS {
            self.first
                .push((row, String::from_utf8_lossy(cell).into_owned()));
        }
    }
}

enum Reading {
    /// Digits and a decimal mark.
    Marked(u8),
    Number(NumberFormat),
    Date(DateOrder),
}

impl Chosen {
    /// A column of that kind, or of the kind that its values show. A format that is not of the kind is ignored.
    pub(super) fn new(kind: Option<Kind>, format: &ColumnFormat) -> Self {
        let wants_time = kind.map(|kind| matches!(kind, Kind::Date | Kind::Datetime));
        let reading = match (format, wants_time) {
            (ColumnFormat::Number(_), Some(true)) => Reading::Date(DateOrder::Ymd),
            (ColumnFormat::Date(_), Some(false)) => Reading::Marked(b'.'),
            (ColumnFormat::Date(order), _) => Reading::Date(*order),
            (ColumnFormat::Number(format), _) => match (&format.unit, format.thousands) {
                (None, None) => Reading::Marked(if format.decimal == ',' { b',' } else { b'.' }),
                _ => Reading::Number(format.clone()),
            },
        };
        Self {
            values: Chunks::expecting(0),
            reading,
            kind,
            n_rows: 0,
            n_missing: 0,
            misfits: Misfits::default(),
            is_whole: true,
        }
    }

    pub(super) fn expect(&mut self, n_rows: usize) {
        self.values.expect(n_rows);
    }

    /// Takes the cells from row `from` of a block on.
    pub(super) fn append(
        &mut self,
        cells: &Cells,
        from: usize,
        missing: &MissingTokens,
        scratch: &mut Scratch,
    ) {
        let (values, places) = scratch.numbers(cells.n_rows - from);
        let mut n_taken = 0;
        while n_taken < values.len() {
            if let Reading::Marked(mark) = self.reading {
                let (values, places) = (&mut values[n_taken..], &mut places[n_taken..]);
                let word = mark_word(mark);
                let run = read_run(cells, from + n_taken, word, missing, values, places);
                self.n_missing += run.n_missing;
                self.is_whole &= run.all_places == 0;
                if self.kind == Some(Kind::Integer) && run.all_places > 0 {
                    self.check_whole(&mut values[..run.n_cells], places, cells, from, n_taken);
                }
                n_taken += run.n_cells;
            }
            if let Some(value) = values.get_mut(n_taken) {
                let cell = cells.get(from + n_taken);
                *value = self.read_or_miss(self.n_rows + n_taken, cell, missing);
                n_taken += 1;
            }
        }
        self.values.extend(values);
        self.n_rows += values.len();
    }

    /// Makes those of a run missing that are not whole; the run starts `at` rows behind row `from` of the block.
    fn check_whole(
        &mut self,
        values: &mut [f64],
        places: &[u8],
        cells: &Cells,
        from: usize,
        at: usize,
    ) {
        for (place, (value, &n_places)) in values.iter_mut().zip(places).enumerate() {
            if n_places > 0 && !value.is_nan() && !fits(self.kind, *value) {
                let cell = cells.get(from + at + place);
                self.misfits.push(self.n_rows + at + place, cell);
                self.n_missing += 1;
                *value = f64::NAN;
            }
        }
    }

    fn read_or_miss(&mut self, row: usize, cell: &[u8], missing: &MissingTokens) -> f64 {
        let read = if missing.contains_bytes(cell) {
            None
        } else {
            let read = self.read(cell);
            if read.is_none() {
                self.misfits.push(row, cell);
            }
            read
        };
        self.n_missing += usize::from(read.is_none());
        read.unwrap_or(f64::NAN)
    }

    /// The value of a cell without blanks around it that is no missing token.
    pub(super) fn read(&mut self, cell: &[u8]) -> Option<f64> {
        let (value, is_whole) = match &self.reading {
            Reading::Marked(mark) => {
                let number = read_marked(cell, *mark)?;
                (number.value, number.is_whole)
            }
            Reading::Number(format) => {
                let number = format.read(std::str::from_utf8(cell).ok()?)?;
                (number.value, number.is_whole)
            }
            Reading::Date(order) => {
                let time = order.read(cell)?;
                (time.seconds, time.is_day)
            }
        };
        if !fits(self.kind, value) {
            return None;
        }
        self.is_whole &= is_whole;
        Some(value)
    }

    /// The kind that was chosen, or else the one that all values have.
    pub(super) fn kind(&self) -> Kind {
        let shown = match (&self.reading, self.is_whole) {
            (Reading::Date(_), true) => Kind::Date,
            (Reading::Date(_), false) => Kind::Datetime,
            (_, true) => Kind::Integer,
            (_, false) => Kind::Decimal,
        };
        self.kind.unwrap_or(shown)
    }

    /// The format in force.
    pub(super) fn format(&self) -> ColumnFormat {
        match &self.reading {
            Reading::Date(order) => ColumnFormat::Date(*order),
            Reading::Number(format) => ColumnFormat::Number(format.clone()),
            Reading::Marked(mark) => ColumnFormat::Number(NumberFormat {
                decimal: char::from(*mark),
                ..NumberFormat::default()
            }),
        }
    }
}

/// Whether a number can be of a kind that was chosen: integers are whole, dates are whole days.
pub(super) fn fits(kind: Option<Kind>, value: f64) -> bool {
    match kind {
        Some(Kind::Integer) => value % 1.0 == 0.0,
        Some(Kind::Date) => value % DAY == 0.0,
        _ => true,
    }
}
