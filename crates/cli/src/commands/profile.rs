//! `tabwright profile`: what a CSV holds.

use std::fmt::Write as _;

use serde::Serialize;
use tabwright_engine::table::profile::{Alert, Correlations, Distribution, NumberSummary};
use tabwright_engine::table::{Kind, Profile, ReadReport};
use tabwright_engine::{Command, Headless, Input, Reply};

use crate::args::ProfileArgs;
use crate::error::CliError;
use crate::files::{self, FileSource};
use crate::progress::Bar;

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    rows: usize,
    duplicate_rows: usize,
    missing_share: f64,
    columns: Vec<Column<'a>>,
    alerts: &'a [Alert],
    correlations: &'a Correlations,
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
    distribution: &'a Distribution,
    target_association: Option<f64>,
}

/// Profiles a file.
pub fn run(args: &ProfileArgs) -> Result<(), CliError> {
    let bar = Bar::new();
    let mut engine = Headless::new(&bar);
    let in_file = |failure| CliError::from(failure).in_file(&args.file);
    let info = engine
        .load(Box::new(FileSource::open(&args.file)?), <_>::default())
        .map_err(in_file)?;
    let (reply, _) = engine
        .call(
            Command::Profile {
                target: args.target.clone(),
            },
            Input::default(),
        )
        .map_err(in_file)?;
    let Reply::Profile(profile) = reply else {
        return Err(CliError::bad_input(
            "the engine answered something other than a profile",
        ));
    };
    drop(bar);
    if args.json {
        files::print_json(&report(&profile, &info.report))
    } else {
        files::print(describe(&profile).as_bytes())
    }
}

fn report<'a>(profile: &'a Profile, read: &'a ReadReport) -> Report<'a> {
    let columns = profile.columns.iter().zip(&read.columns);
    Report {
        rows: profile.n_rows,
        duplicate_rows: profile.n_duplicate_rows,
        missing_share: profile.missing_share,
        columns: columns
            .map(|(column, read)| Column {
                name: &column.name,
                kind: column.kind,
                reason: &read.kind.reason,
                missing: column.n_missing,
                distinct: column.n_distinct,
                numbers: column.numbers.as_ref(),
                distribution: &column.distribution,
                target_association: column.target_association,
            })
            .collect(),
        alerts: &profile.alerts,
        correlations: &profile.correlations,
        read,
    }
}

/// The same for people. Writing to a string cannot fail.
fn describe(profile: &Profile) -> String {
    let mut text = format!(
        "{} rows × {} columns, {:.1} % of the cells missing, {} duplicate rows\n\n",
        profile.n_rows,
        profile.columns.len(),
        profile.missing_share * 100.0,
        profile.n_duplicate_rows
    );
    let width = profile
        .columns
        .iter()
        .map(|column| column.name.chars().count())
        .max()
        .unwrap_or(0)
        .clamp(6, 40);
    let _ = writeln!(
        text,
        "{:<width$}  {:<10} {:>9} {:>9}  values",
        "column", "kind", "missing", "distinct"
    );
    for column in &profile.columns {
        let values = match (&column.numbers, &column.distribution) {
            (Some(n), _) => format!("{} … {} … {}", n.min, n.quantiles[3], n.max),
            (None, Distribution::Levels { top, .. }) => top
                .iter()
                .take(3)
                .map(|(level, n)| format!("{level} ({n})"))
                .collect::<Vec<_>>()
                .join(", "),
            (None, Distribution::Histogram { .. }) => String::new(),
        };
        let _ = writeln!(
            text,
            "{:<width$}  {:<10} {:>9} {:>9}  {values}",
            column.name,
            column.kind.name(),
            column.n_missing,
            column.n_distinct
        );
    }
    for alert in &profile.alerts {
        let _ = write!(
            text,
            "\n{}: {} {}",
            severity(alert),
            alert.message,
            alert.advice
        );
    }
    if !profile.alerts.is_empty() {
        text.push('\n');
    }
    text
}

fn severity(alert: &Alert) -> &'static str {
    use tabwright_engine::table::profile::Severity;
    match alert.severity {
        Severity::Blocking => "blocking",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
