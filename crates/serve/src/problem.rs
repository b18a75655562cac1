//! What was wrong with a request, as RFC 9457 has it.

use axum::response::{IntoResponse, Response};
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;

/// The media type of problems.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";
/// Faults that are listed; all are counted.
const MAX_FAULTS: usize = 20;

/// An answer that says what is wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// A name that programs can rely on.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The same for people.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What was expected, what was found, and where.
    pub detail: String,
    /// Each value that is wrong, the first twenty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

/// One value that is wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fault {
    /// One-based, without the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// One-based line of a CSV, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What was expected and what was found.
    pub message: String,
}

/// Faults as they are met.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    first: Vec<Fault>,
    count: usize,
}

impl Faults {
    /// Notes one more.
    pub(crate) fn push(&mut self, fault: Fault) {
        self.count += 1;
        if self.first.len() < MAX_FAULTS {
            self.first.push(fault);
        }
    }

    /// Nothing, or the problem that they are.
    pub(crate) fn check(self) -> Result<(), Problem> {
        let Some(first) = self.first.first() else {
            return Ok(());
        };
        let more = match self.count - 1 {
            0 => String::new(),
            1 => " (and 1 more)".into(),
            n => format!(" (and {n} more)"),
        };
        Err(Problem {
            detail: format!("{}{more}", first.told()),
            errors: self.first,
            ..Problem::new(422, "bad-value", "A value does not fit its column", "")
        })
    }
}

impl Fault {
    fn told(&self) -> String {
        let row = self.row.map(|row| format!("row {row}"));
        let line = self.line.map(|line| format!("line {line}"));
        let column = self.column.as_ref();
        let column = column.map(|column| format!("column \"{column}\""));
        let place: Vec<String> = [row, line, column].into_iter().flatten().collect();
        format!("{}: {}", place.join(", "), self.message)
    }
}

impl Problem {
    /// A problem of that status.
    pub(crate) fn new(
        status: u16,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            title,
            status,
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// A body that is not what its media type says.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(400, "malformed-body", "The body cannot be read", detail)
    }

    /// More rows than the server takes at once.
    pub(crate) fn too_many_rows(limit: usize) -> Self {
        Self::new(
            413,
            "too-many-rows",
            "There are too many rows",
            format!("a request may have {limit} rows; send them in several requests"),
        )
    }

    /// Columns that no row has.
    pub(crate) fn absent_columns(names: &[&str]) -> Self {
        let (noun, them) = if names.len() == 1 {
            ("column", "it")
        } else {
            ("columns", "them")
        };
        let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let detail = format!(
            "no row has the {noun} {}, which the model needs; where values are not known, send {them} as null",
            quoted.join(", ")
        );
        let fault = |name: &&str| Fault {
            row: None,
            line: None,
            column: Some((*name).to_owned()),
            message: "no row has this column".into(),
        };
        Self {
            errors: names.iter().take(MAX_FAULTS).map(fault).collect(),
            ..Self::new(422, "absent-column", "A column is absent", detail)
        }
    }

    /// A mistake of the server's own.
    pub(crate) fn internal() -> Self {
        let detail = "the server could not answer; its log says why";
        Self::new(500, "internal", "The server made a mistake", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Texts and numbers can always be written.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        match self.status {
            401 => headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
            503 => headers.insert(RETRY_AFTER, HeaderValue::from_static("1")),
            _ => None,
        };
        response
    }
}
