//! CSV bytes, pushed in slices, to a [`Table`](crate::Table) and a report of what was decided and why.
//!
//! The way of the bytes, none of which is kept longer than until its row is complete:
//!
//! - `encoding` makes UTF-8 of them, `sniff` decides comment, delimiter and header from the first 64 KiB;
//! - `split` (over `scan`) finds the cells of plain rows 64 bytes at a time; `parse` takes all other rows, a byte at a
//!   time where it must. Both read alike, which `tests/read_oracle.rs` and `tests/read_fuzz.rs` hold against the `csv` crate;
//! - `rows` hands blocks of rows to a builder (`column`) for each column. It holds the narrowest form that can still
//!   write every cell: `numbers` (with `exponent`), else `times`, else `texts` (codes into a dictionary). A cell that
//!   does not fit widens the column, so the kind is told from all cells although seldom a text is kept. A column whose
//!   format was chosen (`chosen`) is never widened: its misfits are missing, and counted;
//! - `finish` tells the kind, with `formats` (local numbers and days), `words` and `sentinels`, or takes the one that was
//!   chosen (`coerce`), and gives the values;
//! - `batches` does so again and again, for rows to be scored: their columns are known, and no row is kept for long.

use std::collections::BTreeMap;

mod batches;
mod block;
mod chosen;
mod chunks;
mod coerce;
mod column;
mod encoding;
mod exponent;
mod finish;
mod formats;
mod missing;
mod number;
mod numbers;
mod parse;
mod reader;
mod report;
mod rows;
mod scan;
mod sentinels;
mod sniff;
mod split;
mod stream;
mod texts;
mod time;
mod times;
mod typed;
mod words;

use serde::{Deserialize, Serialize};

use crate::{Kind, Schema};

pub use batches::Batches;
pub use formats::{ColumnFormat, DateOrder, NumberFormat};
pub use reader::Reader;
pub use report::{BadRow, ColumnReport, Decision, Question, ReadReport};
pub use sentinels::Sentinel;
pub use typed::{Cell, CellColumn, CellReader, Misfit};

pub(crate) use number::read_number;
pub(crate) use time::read_iso;

/// Cells that mean "missing" unless the options say otherwise.
pub const MISSING_TOKENS: [&str; 8] = ["?", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL"];

/// How bytes become characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
    /// Windows-1252, which includes Latin-1's letters.
    Windows1252,
}

impl Encoding {
    /// The encoding's name in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le => "UTF-16 (little-endian)",
            Encoding::Utf16Be => "UTF-16 (big-endian)",
            Encoding::Windows1252 => "Windows-1252",
        }
    }
}

/// How text becomes cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// Between cells: one of `,` `;` tab `|`.
    pub delimiter: char,
    /// Whether the first line names the columns.
    pub has_header: bool,
    /// How bytes become characters.
    pub encoding: Encoding,
    /// What lines to skip start with.
    #[serde(default)]
    pub comment: Option<char>,
}

/// What the user decided; all that is `None` or absent is detected.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadOptions {
    /// Between cells.
    pub delimiter: Option<char>,
    /// Whether the first line names the columns.
    pub has_header: Option<bool>,
    /// How bytes become characters.
    pub encoding: Option<Encoding>,
    /// Cells that mean "missing" besides the empty one; compared after trimming blanks.
    pub missing_tokens: Option<Vec<String>>,
    /// Kinds by column name. A cell that does not fit its kind becomes missing and counts as a misfit.
    pub kinds: BTreeMap<String, Kind>,
    /// Formats by column name, for columns of numbers, days and times: an answer to a [`Question`], or what an
    /// earlier reading found. A cell that is written otherwise becomes missing and counts as a misfit.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub formats: BTreeMap<String, ColumnFormat>,
    /// What lines to skip start with; the blank says that there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<char>,
    /// Keeps the first of each so many rows that fit: a sample of a file that is too large. All rows if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_every: Option<u32>,
}

impl ReadOptions {
    /// Options under which a file is read as the one that gave this schema: with a header, the same missing
    /// tokens, and each column of its kind and format; where it held whole numbers, fractions are taken too. No line is skipped as a comment: whoever scores a file wants
    /// an answer for each of its rows. Columns that the file lacks are noted in the report.
    pub fn from_schema(schema: &Schema) -> Self {
        Self {
            has_header: Some(true),
            comment: Some(' '),
            missing_tokens: Some(schema.missing_tokens.clone()),
            kinds: schema
                .columns
                .iter()
                .map(|column| (column.name.clone(), column.kind_to_score()))
                .collect(),
            formats: schema
                .columns
                .iter()
                .filter(|column| column.kind.is_number())
                .map(|column| (column.name.clone(), column.format_or_plain()))
                .collect(),
            ..Self::default()
        }
    }
}
