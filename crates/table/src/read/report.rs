//! What reading decided and met, to be shown.

use serde::{Deserialize, Serialize};

use super::{ColumnFormat, Encoding, Sentinel};
use crate::Kind;

/// A decision and its reason, one sentence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// How its cells are written, where that is not the plain way (`-1234.5`, `2024-12-31`).
    #[serde(default)]
    pub format: Option<ColumnFormat>,
    /// What only the user can say, before which the column stays text.
    #[serde(default)]
    pub question: Option<Question>,
    /// Numbers that probably stand for "missing"; none was taken for it.
    #[serde(default)]
    pub sentinels: Vec<Sentinel>,
}

/// Cells that can be read in more than one way; an answer goes into [`ReadOptions::formats`](super::ReadOptions).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// What is not clear, one sentence.
    pub text: String,
    /// The ways that fit all values, at least two.
    pub choices: Vec<ColumnFormat>,
}

impl Question {
    /// The question that several fitting formats are, and what becomes of the values without an answer.
    pub(super) fn between(
        choices: Vec<ColumnFormat>,
        example: &str,
        otherwise: &str,
    ) -> Option<Self> {
        let labels: Vec<_> = choices.iter().map(ColumnFormat::label).collect();
        (choices.len() > 1).then(|| Self {
            text: format!(
                "Values such as {example} can be read with {}; say which, or {otherwise}.",
                labels.join(" or with ")
            ),
            choices,
        })
    }
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
    /// What lines that were skipped start with, and why.
    #[serde(default)]
    pub comment: Decision<Option<char>>,
    /// Lines that were skipped as comments.
    #[serde(default)]
    pub n_comments: usize,
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
