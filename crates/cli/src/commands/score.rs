//! `tabwright score`: rows in, scores out. Needs only the model crate, as a server does.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use tabwright_model::{Bundle, ScoreStream, Scorer};
use tabwright_table::ReadReport;

use crate::args::ScoreArgs;
use crate::error::CliError;
use crate::files;
use crate::output::Output;

/// Bytes read at a time: what a stream takes to score at once.
const SLICE_BYTES: usize = 256 << 10;

/// Scores a file as it is read, whatever its length.
pub fn run(args: &ScoreArgs) -> Result<(), CliError> {
    let bytes = files::read(&args.bundle)?;
    let bundle =
        Bundle::from_zip(&bytes).map_err(|error| CliError::from(error).in_file(&args.bundle))?;
    let scorer = Arc::new(Scorer::new(Arc::new(bundle.pipeline)));
    let mut input = open(&args.file)?;
    let mut stream = ScoreStream::new(scorer, &args.keep);
    let mut out = Output::create(args.out.as_deref())?;
    let mut slice = vec![0; SLICE_BYTES];
    let mut scores = Vec::new();
    loop {
        let n_read = match input.read(&mut slice) {
            Ok(0) => break,
            Ok(n_read) => n_read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(CliError::file(&args.file, &error)),
        };
        stream
            .push(&slice[..n_read], &mut scores)
            .map_err(|error| CliError::from(error).in_file(&args.file))?;
        out.write(&scores)?;
        scores.clear();
    }
    let report = stream
        .finish(&mut scores)
        .map_err(|error| CliError::from(error).in_file(&args.file))?;
    warn(&report);
    out.write(&scores)?;
    out.finish()
}

/// A file, or standard input.
fn open(path: &Path) -> Result<Box<dyn Read>, CliError> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| CliError::file(path, &error))?;
    if file.metadata().is_ok_and(|found| found.is_dir()) {
        return Err(CliError::bad_input(format!(
            "{}: expected a file, found a folder",
            path.display()
        )));
    }
    Ok(Box::new(file))
}

/// Says on standard error what could not be used; the scores themselves stay clean.
fn warn(report: &ReadReport) {
    if report.n_bad_rows > 0 {
        let lines: Vec<String> = report
            .bad_rows
            .iter()
            .take(5)
            .map(|row| row.line.to_string())
            .collect();
        eprintln!(
            "tabwright: warning: {} rows have another number of cells than the header and are not scored (lines {}{})",
            report.n_bad_rows,
            lines.join(", "),
            if report.n_bad_rows > lines.len() {
                ", …"
            } else {
                ""
            }
        );
    }
    for column in report.columns.iter().filter(|column| column.n_misfits > 0) {
        let example = column
            .misfits
            .first()
            .map_or(String::new(), |(line, text)| {
                format!(", such as \"{text}\" in line {line}")
            });
        eprintln!(
            "tabwright: warning: {}: {} cells are no {}{example}; they count as missing",
            column.name,
            column.n_misfits,
            column.kind.value.name()
        );
    }
}
