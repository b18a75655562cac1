//! CSV bytes, pushed in slices, to a [`Table`](crate::Table) and a report of what was decided and why.

use std::collections::BTreeMap;

mod build;
mod cells;
mod encoding;
mod infer;
mod parse;
mod reader;
mod sniff;
mod value;

use serde::{Deserialize, Serialize};

use crate::{Kind, Schema};

pub use reader::Reader;

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
}

impl ReadOptions {
    /// Options under which a file is read as the one that gave this schema: with a header, the same missing
    /// tokens, and each column of its kind. Columns that the file lacks are noted in the report.
    pub fn from_schema(schema: &Schema) -> Self {
        Self {
            has_header: Some(true),
            missing_tokens: Some(schema.missing_tokens.clone()),
            kinds: schema
                .columns
                .iter()
                .map(|column| (column.name.clone(), column.kind))
                .collect(),
            ..Self::default()
        }
    }
}

/// A decision and its reason, one sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision<T> {
    /// What was decided.
    pub value: T,
    /// Why; or "chosen by you".
    pub reason: String,
}

/// A line whose cells do not match the header's count: kept aside, in no column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BadRow {
    /// One-based line of the file where the row starts.
    pub line: u64,
    /// Cells that the header has.
    pub expected: usize,
    /// Cells that the row has.
    pub found: usize,
    /// The start of the line, at most 200 characters.
    pub text: String,
}

/// What was decided for one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnReport {
    /// The column's name.
    pub name: String,
    /// Its kind, and why.
    pub kind: Decision<Kind>,
    /// Missing cells, misfits included.
    pub n_missing: usize,
    /// Cells that did not fit the kind and became missing.
    pub n_misfits: usize,
    /// The first misfits as (one-based line, text), at most ten.
    pub misfits: Vec<(u64, String)>,
}

/// What reading decided and met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadReport {
    /// Between cells, and why.
    pub delimiter: Decision<char>,
    /// Whether there is a header, and why.
    pub has_header: Decision<bool>,
    /// The encoding, and why.
    pub encoding: Decision<Encoding>,
    /// The missing tokens in force, and why.
    pub missing_tokens: Decision<Vec<String>>,
    /// Rows of the table.
    pub n_rows: usize,
    /// Rows kept aside.
    pub n_bad_rows: usize,
    /// The first of them, at most a hundred.
    pub bad_rows: Vec<BadRow>,
    /// One report a column, in order.
    pub columns: Vec<ColumnReport>,
    /// Bytes that were not valid in the encoding and were replaced by U+FFFD.
    pub n_replaced: usize,
    /// Anything else worth a sentence: empty column names that were given one, duplicates renamed.
    pub notes: Vec<String>,
}

/// The tokens in force, with a quick way past cells that cannot be one.
#[derive(Clone, Debug)]
struct MissingTokens {
    tokens: Vec<String>,
    first_bytes: [bool; 256],
}

impl MissingTokens {
    fn of(options: &ReadOptions) -> Decision<Self> {
        match &options.missing_tokens {
            Some(tokens) => Decision {
                value: Self::new(tokens.clone()),
                reason: "chosen by you".into(),
            },
            None => Decision {
                value: Self::new(MISSING_TOKENS.map(String::from).to_vec()),
                reason: "the usual ones, besides the empty cell".into(),
            },
        }
    }

    fn new(tokens: Vec<String>) -> Self {
        let mut first_bytes = [false; 256];
        for byte in tokens
            .iter()
            .filter_map(|token| token.trim().bytes().next())
        {
            first_bytes[usize::from(byte)] = true;
        }
        Self {
            tokens,
            first_bytes,
        }
    }

    fn contains(&self, cell: &str) -> bool {
        self.contains_bytes(cell.as_bytes())
    }

    fn contains_bytes(&self, cell: &[u8]) -> bool {
        match cell.first() {
            None => true,
            Some(&first) => {
                self.first_bytes[usize::from(first)]
                    && self
                        .tokens
                        .iter()
                        .any(|token| token.trim().as_bytes() == cell)
            }
        }
    }

    fn into_tokens(self) -> Vec<String> {
        self.tokens
    }
}
