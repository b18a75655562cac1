//! A column whose format was chosen: what does not fit is missing, and counted.

use super::{
    ColumnFormat, DateOrder, NumberFormat,
    chunks::Chunks,
    missing::MissingTokens,
    number::{mark_word, read_short},
    numbers::{Scratch, read_marked},
    split::Cells,
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
        let (values, _) = scratch.numbers(cells.n_rows - from);
        let word = match self.reading {
            Reading::Marked(mark) => Some(mark_word(mark)),
            _ => None,
        };
        let wants_whole = self.kind == Some(Kind::Integer);
        for (at, value) in values.iter_mut().enumerate() {
            let (start, end) = cells.bounds(from + at);
            if let Some(word) = word
                && let Some((short, places)) = read_short(cells.text, start, end, word)
                && !(wants_whole && places > 0)
                && !missing.may_be(short)
            {
                *value = short;
                self.is_whole &= places == 0;
                continue;
            }
            *value = self.read_or_miss(self.n_rows + at, cells.get(from + at), missing);
        }
        self.values.extend(values);
        self.n_rows += values.len();
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

    fn read(&mut self, cell: &[u8]) -> Option<f64> {
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
