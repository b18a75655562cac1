//! `tabwright score`: rows in, scores out. Needs only the model crate, as a server does.

use std::io::Read;
use std::path::Path;

use tabwright_engine::Source;
use tabwright_model::{Bundle, ModelError, write_scores};
use tabwright_table::{ReadOptions, ReadReport, Reader, Table, TableError};

use crate::args::ScoreArgs;
use crate::error::CliError;
use crate::files::{self, FileSource};

/// Bytes read at a time.
const SLICE_BYTES: u64 = 4 << 20;

/// Scores a file.
pub fn run(args: &ScoreArgs) -> Result<(), CliError> {
    let bytes = files::read(&args.bundle)?;
    let bundle =
        Bundle::from_zip(&bytes).map_err(|error| CliError::from(error).in_file(&args.bundle))?;
    let (table, report) = read(&args.file, bundle.pipeline.read_options())
        .map_err(|error| error.in_file(&args.file))?;
    warn(&report);
    let csv = bundle
        .pipeline
        .score(&table)
        .and_then(|scores| write_scores(&bundle.pipeline.model, &table, &scores, &args.keep))
        .map_err(|error| CliError::from(error).in_file(&args.file))?;
    match &args.out {
        Some(path) => files::write(path, &csv),
        None => files::print(&csv),
    }
}

fn read(path: &Path, options: ReadOptions) -> Result<(Table, ReadReport), CliError> {
    let bad = |error: TableError| CliError::from(ModelError::from(error));
    let mut reader = Reader::new(options);
    if path.as_os_str() == "-" {
        let mut input = std::io::stdin().lock();
        let mut slice = vec![0; SLICE_BYTES as usize];
        loop {
            let n_read = input
                .read(&mut slice)
                .map_err(|error| CliError::bad_input(error.to_string()))?;
            if n_read == 0 {
                break;
            }
            reader.push(&slice[..n_read]).map_err(bad)?;
        }
    } else {
        let file = FileSource::open(path)?;
        let mut start = 0;
        while start < file.len() {
            let end = (start + SLICE_BYTES).min(file.len());
            reader
                .push(&file.read(start, end).map_err(CliError::BadInput)?)
                .map_err(bad)?;
            start = end;
        }
    }
    reader.finish().map_err(bad)
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
