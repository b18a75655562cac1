//! Values that come one by one and have types of their own, as JSON and Arrow have them: the columns that a file of the same cells
//! would give.

use std::fmt;

use super::{
    ColumnFormat,
    block::trim,
    chosen::{Chosen, fits},
    missing::MissingTokens,
    texts::Texts,
    words::read_truth,
};
use crate::{Column, ColumnSchema, Kind, MISSING_CODE, Schema, Values, format_number};

/// Characters of a text that a message repeats.
const MAX_SHOWN: usize = 60;

/// One value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// None.
    Missing,
    /// A number; NaN is missing.
    Number(f64),
    /// A day or a time: seconds since 1970-01-01T00:00.
    Time(f64),
    /// Yes or no.
    Truth(bool),
    /// A text: it means what the same cell of a file would mean.
    Text(&'a str),
}

/// A value that its column cannot hold.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct Misfit {
    /// What the column holds.
    pub expected: String,
    /// What came.
    pub found: String,
}

/// A schema's columns, ready to be filled again and again.
#[derive(Clone, Debug)]
pub struct CellReader {
    columns: Vec<Wanted>,
    missing: MissingTokens,
}

/// What is known of a column.
#[derive(Clone, Debug)]
struct Wanted {
    name: String,
    kind: Kind,
    format: ColumnFormat,
    levels: Vec<String>,
    /// Values of the levels that are numbers.
    numbers: Vec<(f64, usize)>,
    /// The levels `false` and `true` in any case, where there are any.
    truths: [Option<usize>; 2],
}

/// A column that grows.
pub struct CellColumn<'a> {
    wanted: &'a Wanted,
    missing: &'a MissingTokens,
    store: Store,
    n_rows: usize,
}

enum Store {
    Numbers(Vec<f64>, Chosen),
    Truths(Vec<u32>),
    Texts(Texts),
}

impl CellReader {
    /// The columns of a schema.
    pub fn new(schema: &Schema) -> Self {
        Self {
            columns: schema.columns.iter().map(Wanted::new).collect(),
            missing: MissingTokens::new(schema.missing_tokens.clone()),
        }
    }

    /// The schema's columns, in order, each without a row.
    pub fn columns(&self) -> Vec<CellColumn<'_>> {
        let columns = self.columns.iter();
        columns
            .map(|wanted| CellColumn {
                wanted,
                missing: &self.missing,
                store: Store::new(wanted),
                n_rows: 0,
            })
            .collect()
    }
}

impl Wanted {
    fn new(column: &ColumnSchema) -> Self {
        let levels = &column.levels;
        let numbers = (levels.iter().enumerate())
            .filter_map(|(at, level)| Some((level.parse().ok()?, at)))
            .collect();
        let says = |word| {
            levels
                .iter()
                .position(|level| level.eq_ignore_ascii_case(word))
        };
        Self {
            name: column.name.clone(),
            kind: column.kind_to_score(),
            format: column.format_or_plain(),
            levels: levels.clone(),
            numbers,
            truths: [says("false"), says("true")],
        }
    }

    /// What its cells hold, in words.
    fn expected(&self) -> String {
        let what = match self.kind {
            Kind::Integer | Kind::Decimal => "a number",
            Kind::Boolean => "true or false",
            Kind::Date => "a day",
            Kind::Datetime => "a day and time",
            Kind::Category | Kind::Text | Kind::Identifier => "a text",
        };
        match (&self.format, self.kind.is_number()) {
            (ColumnFormat::Date(order), true) => format!("{what} as {}", order.label()),
            (format, true) if *format != self.kind.plain_format() => {
                format!("{what} with {}", format.label())
            }
            _ => what.into(),
        }
    }
}

impl Store {
    fn new(wanted: &Wanted) -> Self {
        match wanted.kind {
            kind if kind.is_number() => {
                Store::Numbers(Vec::new(), Chosen::new(Some(kind), &wanted.format))
            }
            Kind::Boolean => Store::Truths(Vec::new()),
            _ => Store::Texts(Texts::new(0, 0)),
        }
    }
}

impl CellColumn<'_> {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.wanted.name
    }

    /// Rows so far.
    pub fn len(&self) -> usize {
        self.n_rows
    }

    /// Whether there is no row so far.
    pub fn is_empty(&self) -> bool {
        self.n_rows == 0
    }

    /// What its cells hold, in words.
    pub fn expected(&self) -> String {
        self.wanted.expected()
    }

    /// Takes the next row's value. One that the column cannot hold is missing.
    ///
    /// # Errors
    /// That it cannot be held; the row is there all the same.
    pub fn push(&mut self, cell: Cell) -> Result<(), Misfit> {
        self.n_rows += 1;
        let cell = self.plain(cell);
        let pushed = match &mut self.store {
            Store::Numbers(numbers, chosen) => {
                let number = read_number(cell, self.wanted.kind, chosen);
                numbers.push(number.unwrap_or(f64::NAN));
                number.is_some()
            }
            Store::Truths(codes) => {
                let side = read_side(cell);
                codes.push(side.unwrap_or(MISSING_CODE));
                side.is_some()
            }
            Store::Texts(texts) => {
                push_text(cell, self.wanted, texts);
                true
            }
        };
        if pushed || cell == Cell::Missing {
            return Ok(());
        }
        Err(Misfit {
            expected: self.expected(),
            found: shown(cell),
        })
    }

    /// The value without blanks around it, or missing where it is one of the missing tokens.
    fn plain<'a>(&self, cell: Cell<'a>) -> Cell<'a> {
        match cell {
            Cell::Text(text) => {
                let trimmed = trim(text.as_bytes());
                if self.missing.contains_bytes(trimmed) {
                    Cell::Missing
                } else {
                    // What is trimmed are whole characters.
                    Cell::Text(std::str::from_utf8(trimmed).unwrap_or(text))
                }
            }
            Cell::Number(x) | Cell::Time(x) if x.is_nan() => Cell::Missing,
            Cell::Number(x) if self.missing.may_be(x) => Cell::Missing,
            cell => cell,
        }
    }

    /// The column.
    pub fn finish(self) -> Column {
        let values = match self.store {
            Store::Numbers(numbers, _) => Values::Numbers(numbers),
            Store::Truths(codes) => Values::Codes {
                codes,
                levels: match &self.wanted.levels[..] {
                    levels @ [_, _] => levels.to_vec().into(),
                    _ => ["false", "true"].map(String::from).to_vec().into(),
                },
            },
            Store::Texts(texts) => {
                let dictionary = texts.into_dictionary();
                Values::Codes {
                    codes: dictionary.codes,
                    levels: dictionary.levels.into(),
                }
            }
        };
        Column {
            name: self.wanted.name.clone(),
            kind: self.wanted.kind,
            values,
        }
    }
}

impl fmt::Debug for CellColumn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CellColumn")
            .field("wanted", self.wanted)
            .field("n_rows", &self.n_rows)
            .finish_non_exhaustive()
    }
}

fn read_number(cell: Cell, kind: Kind, chosen: &mut Chosen) -> Option<f64> {
    let is_time = matches!(kind, Kind::Date | Kind::Datetime);
    match cell {
        Cell::Text(text) => chosen.read(text.as_bytes()),
        Cell::Number(x) if !is_time => Some(x),
        Cell::Time(x) if is_time => Some(x),
        _ => None,
    }
    .filter(|&x| x.is_finite() && fits(Some(kind), x))
}

/// 0 for no, 1 for yes.
fn read_side(cell: Cell) -> Option<u32> {
    match cell {
        Cell::Truth(truth) => Some(u32::from(truth)),
        Cell::Number(0.0) => Some(0),
        Cell::Number(1.0) => Some(1),
        Cell::Text(text) => read_truth(text).map(|(_, side)| side as u32),
        _ => None,
    }
}

/// A number is the level that is written as that number ("1.50" for 1.5), and a truth the level that is written so in any case
/// ("True"); else each is its own shortest text.
fn push_text(cell: Cell, wanted: &Wanted, texts: &mut Texts) {
    let (level, text) = match cell {
        Cell::Missing => return texts.push(None),
        Cell::Text(text) => return texts.push(Some(text.as_bytes())),
        Cell::Truth(truth) => (wanted.truths[usize::from(truth)], truth.to_string()),
        Cell::Time(x) => (None, format_number(Kind::Datetime, x)),
        Cell::Number(x) => {
            let known = wanted.numbers.iter().find(|(number, _)| *number == x);
            let level = known.map(|&(_, level)| level);
            (level, format_number(Kind::Decimal, x))
        }
    };
    let text = level.map_or(&text, |level| &wanted.levels[level]);
    texts.push(Some(text.as_bytes()));
}

fn shown(cell: Cell) -> String {
    match cell {
        Cell::Missing => "nothing".into(),
        Cell::Number(x) => format!("the number {x}"),
        Cell::Time(x) => format!("the time {}", format_number(Kind::Datetime, x)),
        Cell::Truth(truth) => truth.to_string(),
        Cell::Text(text) => match text.char_indices().nth(MAX_SHOWN) {
            Some((end, _)) => format!("{:?}…", &text[..end]),
            None => format!("{text:?}"),
        },
    }
}

#[cfg(test)]
mod tests;
