//! The report for programs.

use serde::Serialize;
use tabwright_table::profile::{
    Alert, Correlations, Distribution, Missingness, NumberSummary, TextSummary,
};
use tabwright_table::{Kind, Profile, ReadReport};

use crate::{ReportError, Subject};

#[derive(Serialize)]
struct Report<'a> {
    file: &'a str,
    verdict: String,
    rows: usize,
    duplicate_rows: usize,
    missing_share: f64,
    target: Option<&'a str>,
    target_groups: &'a [String],
    columns: Vec<Column<'a>>,
    alerts: &'a [Alert],
    correlations: &'a Correlations,
    missing: &'a Missingness,
    read: &'a ReadReport,
}

#[derive(Serialize)]
struct Column<'a> {
    name: &'a str,
    kind: Kind,
    reason: &'a str,
    missing: usize,
    distinct: usize,
    #[serde(flatten)]
    numbers: Option<&'a NumberSummary>,
    texts: Option<&'a TextSummary>,
    imbalance: Option<f64>,
    distribution: &'a Distribution,
    target_association: Option<f64>,
}

/// One JSON object, without a line feed at its end.
///
/// # Errors
/// If a value cannot be written, which none of a profile does.
pub fn json(subject: &Subject) -> Result<Vec<u8>, ReportError> {
    let Profile {
        n_rows,
        n_duplicate_rows,
        missing_share,
        missing,
        columns,
        correlations,
        alerts,
        target,
        target_groups,
    } = subject.profile;
    let reason = |name: &str| {
        let column = subject
            .read
            .columns
            .iter()
            .find(|column| column.name == name);
        column.map_or("", |column| column.kind.reason.as_str())
    };
    let report = Report {
        file: subject.file,
        verdict: subject.profile.verdict(),
        rows: *n_rows,
        duplicate_rows: *n_duplicate_rows,
        missing_share: *missing_share,
        target: target.as_deref(),
        target_groups,
        columns: columns
            .iter()
            .map(|column| Column {
                name: &column.name,
                kind: column.kind,
                reason: reason(&column.name),
                missing: column.n_missing,
                distinct: column.n_distinct,
                numbers: column.numbers.as_ref(),
                texts: column.texts.as_ref(),
                imbalance: column.imbalance,
                distribution: &column.distribution,
                target_association: column.target_association,
            })
            .collect(),
        alerts,
        correlations,
        missing,
        read: subject.read,
    };
    Ok(serde_json::to_vec(&report)?)
}
