//! `tabwright profile`: what a CSV holds.

use std::fmt::Write as _;

use tabwright_engine::table::Profile;
use tabwright_engine::table::profile::{Alert, Distribution};
use tabwright_engine::{Command, Headless, Input, Reply};

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
    let mut report = None;
    if args.json || args.html.is_some() {
        let target = args.target.clone();
        let (_, mut attachments) = engine
            .call(Command::Report { target }, Input::default())
            .map_err(in_file)?;
        report = attachments.pop().zip(attachments.pop());
    }
    if let (Some(path), Some((_, html))) = (&args.html, &report) {
        files::write(path, html)?;
    }
    if let (true, Some((json, _))) = (args.json, &report) {
        drop(bar);
        return files::print(&[json.as_slice(), b"\n"].concat());
    }
    let target = args.target.clone();
    let (reply, _) = engine
        .call(Command::Profile { target }, Input::default())
        .map_err(in_file)?;
    let Reply::Profile(profile) = reply else {
        return Err(CliError::bad_input(
            "the engine answered something other than a profile",
        ));
    };
    drop(bar);
    files::print(describe(&profile).as_bytes())
}

/// For people. Writing to a string cannot fail.
fn describe(profile: &Profile) -> String {
    let mut text = format!(
        "{}\n{} rows × {} columns, {:.1} % of the cells missing, {} duplicate rows\n\n",
        profile.verdict(),
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
