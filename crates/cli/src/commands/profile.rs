//! `tabwright profile`: what a CSV holds.

use std::fmt::Write as _;

use serde::Deserialize;
use tabwright_engine::table::profile::{Alert, Distribution};
use tabwright_engine::table::{Kind, Profile};
use tabwright_engine::{Headless, Input, calls};
use tabwright_format::{count, counted, percent};

use crate::args::ProfileArgs;
use crate::error::CliError;
use crate::files::{self, FileSource};
use crate::progress::Bar;

/// Profiles a file.
pub fn run(args: &ProfileArgs) -> Result<(), CliError> {
    let bar = Bar::new();
    let mut engine = Headless::new(&bar);
    let in_file = |failure| CliError::from(failure).in_file(&args.file);
    engine
        .load(Box::new(FileSource::open(&args.file)?), <_>::default())
        .map_err(in_file)?;
    let target = args.target.clone();
    let summary = if args.json || args.html.is_some() {
        let (_, attachments) = engine
            .ask(calls::Report { target }, Input::default())
            .map_err(in_file)?;
        let (html, json) = (&attachments[0], &attachments[1]);
        if let Some(path) = &args.html {
            files::write(path, html)?;
        }
        if args.json {
            bar.clear();
            return files::print(&[json.as_slice(), b"\n"].concat());
        }
        // To profile the table again would take as long again.
        Summary::of_report(json)?
    } else {
        let (profile, _) = engine
            .ask(calls::Profile { target }, Input::default())
            .map_err(in_file)?;
        Summary::of_profile(profile)
    };
    bar.clear();
    files::print(describe(&summary).as_bytes())
}

/// What is printed, in the words of the report for programs.
#[derive(Deserialize)]
struct Summary {
    verdict: String,
    rows: usize,
    duplicate_rows: usize,
    missing_share: f64,
    columns: Vec<ColumnSummary>,
    alerts: Vec<Alert>,
}

#[derive(Deserialize)]
struct ColumnSummary {
    name: String,
    kind: Kind,
    missing: usize,
    distinct: usize,
    #[serde(flatten)]
    numbers: Option<Numbers>,
    distribution: Distribution,
}

#[derive(Deserialize)]
struct Numbers {
    min: f64,
    quantiles: [f64; 7],
    max: f64,
}

impl Summary {
    fn of_report(json: &[u8]) -> Result<Self, CliError> {
        serde_json::from_slice(json)
            .map_err(|why| CliError::bad_input(format!("the engine gave no such report: {why}")))
    }

    fn of_profile(profile: Profile) -> Self {
        Self {
            verdict: profile.verdict(),
            rows: profile.n_rows,
            duplicate_rows: profile.n_duplicate_rows,
            missing_share: profile.missing_share,
            columns: (profile.columns.into_iter())
                .map(|column| ColumnSummary {
                    name: column.name,
                    kind: column.kind,
                    missing: column.n_missing,
                    distinct: column.n_distinct,
                    numbers: column.numbers.map(|numbers| Numbers {
                        min: numbers.min,
                        quantiles: numbers.quantiles,
                        max: numbers.max,
                    }),
                    distribution: column.distribution,
                })
                .collect(),
            alerts: profile.alerts,
        }
    }
}

/// For people. Writing to a string cannot fail.
fn describe(summary: &Summary) -> String {
    let mut text = format!(
        "{}\n{} × {}, {} of the cells missing, {}\n\n",
        summary.verdict,
        counted(summary.rows, "row", "rows"),
        counted(summary.columns.len(), "column", "columns"),
        percent(summary.missing_share),
        counted(summary.duplicate_rows, "duplicate row", "duplicate rows")
    );
    let width = summary
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
    for column in &summary.columns {
        let values = match (&column.numbers, &column.distribution) {
            (Some(n), _) => format!("{} … {} … {}", n.min, n.quantiles[3], n.max),
            (None, Distribution::Levels { top, .. }) => top
                .iter()
                .take(3)
                .map(|(level, n)| format!("{level} ({})", count(*n)))
                .collect::<Vec<_>>()
                .join(", "),
            (None, Distribution::Histogram { .. }) => String::new(),
        };
        let _ = writeln!(
            text,
            "{:<width$}  {:<10} {:>9} {:>9}  {values}",
            column.name,
            column.kind.name(),
            count(column.missing),
            count(column.distinct)
        );
    }
    for alert in &summary.alerts {
        let _ = write!(
            text,
            "\n{}: {} {}",
            severity(alert),
            alert.message,
            alert.advice
        );
    }
    if !summary.alerts.is_empty() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_and_the_profile_are_described_alike() {
        let path = std::env::temp_dir().join(format!("profile-{}.csv", std::process::id()));
        let rows: Vec<_> = (0..60)
            .map(|row| format!("{},x{},k\n", f64::from(row) / 7.0, row % 3))
            .collect();
        std::fs::write(&path, format!("a,b,c\n{}", rows.concat())).unwrap();
        let bar = Bar::new();
        let mut engine = Headless::new(&bar);
        let file = FileSource::open(&path).unwrap();
        engine.load(Box::new(file), <_>::default()).unwrap();
        let report = calls::Report { target: None };
        let (_, attachments) = engine.ask(report, Input::default()).unwrap();
        let profile = calls::Profile { target: None };
        let (profile, _) = engine.ask(profile, Input::default()).unwrap();
        std::fs::remove_file(path).unwrap();
        let text = describe(&Summary::of_profile(profile));
        assert_eq!(
            describe(&Summary::of_report(&attachments[1]).unwrap()),
            text
        );
        assert!(text.contains(" … ") && text.contains("x0 (20)"), "{text}");
    }
}
