//! The push parser: sniff the start, then stream the rest.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    ColumnReport, Decision, Dialect, Encoding, MissingTokens, ReadOptions, ReadReport,
    build::{Typed, build},
    cells::{Cells, TextColumn},
    encoding::{Decoder, detect},
    infer::infer,
    parse::Parser,
    sniff::{Sniffed, ascii, sniff},
};
use crate::{Column, Table, TableError};

/// Bytes that are looked at before anything is decided.
const SAMPLE_BYTES: usize = 64 << 10;

/// A push parser: slices of the file in, the table out.
pub struct Reader {
    options: ReadOptions,
    missing: Decision<MissingTokens>,
    /// The first bytes, until there are enough to decide.
    sample: Vec<u8>,
    stream: Option<Stream>,
}

/// What happens to the bytes once dialect and encoding are decided.
struct Stream {
    decoder: Decoder,
    text: TextStream,
    encoding: Decision<Encoding>,
    delimiter: Decision<char>,
    has_header: Decision<bool>,
}

struct TextStream {
    parser: Parser,
    cells: Cells,
}

impl Reader {
    /// A reader that has seen no byte.
    pub fn new(options: ReadOptions) -> Self {
        let missing = MissingTokens::of(&options);
        Self {
            options,
            missing,
            sample: Vec::new(),
            stream: None,
        }
    }

    /// Takes the next slice, of any length.
    ///
    /// # Errors
    /// At the first NUL byte in a file that is not UTF-16, at a row of more than 16 MiB, where there are too
    /// many rows, and where the options name a delimiter that cannot be one.
    pub fn push(&mut self, slice: &[u8]) -> Result<(), TableError> {
        if let Some(stream) = &mut self.stream {
            return stream.push(slice, false);
        }
        let (start, rest) = slice.split_at(slice.len().min(SAMPLE_BYTES - self.sample.len()));
        self.sample.extend_from_slice(start);
        if self.sample.len() < SAMPLE_BYTES {
            return Ok(());
        }
        let stream = self.start(false)?;
        stream.push(rest, false)
    }

    /// How the text is read, once enough of it has been seen to decide.
    pub fn dialect(&self) -> Option<Dialect> {
        self.stream.as_ref().map(|stream| Dialect {
            delimiter: stream.delimiter.value,
            has_header: stream.has_header.value,
            encoding: stream.encoding.value,
        })
    }

    /// Ends the file.
    ///
    /// # Errors
    /// If there is no row, or none with as many cells as the header, and as [`Reader::push`].
    pub fn finish(mut self) -> Result<(Table, ReadReport), TableError> {
        if self.stream.is_none() {
            self.start(true)?;
        }
        let Some(mut stream) = self.stream else {
            return Err(TableError::Empty);
        };
        stream.push(&[], true)?;
        let mut notes = Vec::new();
        if let Some(line) = stream.text.finish()? {
            notes.push(format!(
                "The file ends inside a quoted cell of the row on line {line}: a quotation mark is not closed."
            ));
        }
        check_rows(&stream.text.cells)?;
        if stream.decoder.n_replaced() > 0 {
            notes.push(format!(
                "{} bytes are not valid {} and were replaced by U+FFFD; if letters look wrong, read the file again \
                 with the encoding set to Windows-1252.",
                stream.decoder.n_replaced(),
                stream.encoding.value.label(),
            ));
        }
        build_table(&self.options, self.missing, stream, notes)
    }

    /// Decides encoding, delimiter and header from the sample, and parses it.
    fn start(&mut self, complete: bool) -> Result<&mut Stream, TableError> {
        let sample = std::mem::take(&mut self.sample);
        let (encoding, mark) = detect(&sample, complete, self.options.encoding);
        let mut decoder = Decoder::new(encoding.value);
        let mut text = Vec::with_capacity(sample.len());
        decoder.decode(&sample[mark..], false, &mut |part| {
            text.extend_from_slice(part);
            Ok(())
        })?;
        if complete && text.trim_ascii().is_empty() {
            return Err(TableError::Empty);
        }
        let Sniffed {
            delimiter,
            has_header,
            width,
        } = sniff(&text, complete, &self.options, &self.missing.value)?;
        let mut parts = TextStream {
            parser: Parser::new(ascii(delimiter.value)?),
            cells: Cells::new(has_header.value, width, delimiter.value),
        };
        parts.feed(&text)?;
        Ok(self.stream.insert(Stream {
            decoder,
            text: parts,
            encoding,
            delimiter,
            has_header,
        }))
    }
}

impl Stream {
    fn push(&mut self, slice: &[u8], last: bool) -> Result<(), TableError> {
        let text = &mut self.text;
        self.decoder
            .decode(slice, last, &mut |part| text.feed(part))
    }
}

impl TextStream {
    fn feed(&mut self, text: &[u8]) -> Result<(), TableError> {
        let nul = text
            .contains(&0)
            .then(|| text.iter().position(|&byte| byte == 0))
            .flatten();
        let cells = &mut self.cells;
        self.parser
            .feed(&text[..nul.unwrap_or(text.len())], &mut |row| {
                cells.push(row)
            })?;
        match nul {
            Some(_) => Err(TableError::NulByte {
                line: self.parser.line(),
            }),
            None => Ok(()),
        }
    }

    /// Takes the last row; gives its line if it ends inside quotation marks.
    fn finish(&mut self) -> Result<Option<u64>, TableError> {
        let open_quote = self.parser.open_quote();
        let cells = &mut self.cells;
        self.parser.finish(&mut |row| cells.push(row))?;
        Ok(open_quote)
    }
}

fn check_rows(cells: &Cells) -> Result<(), TableError> {
    match (cells.n_rows, cells.bad_rows.first(), &cells.header) {
        (1.., _, _) => Ok(()),
        (0, Some(bad), _) => Err(TableError::NoFittingRow {
            expected: bad.expected,
            found: bad.found,
            line: bad.line,
            rows: cells.n_bad_rows,
        }),
        (0, None, Some(header)) => Err(TableError::NoRows {
            columns: header.len(),
        }),
        (0, None, None) => Err(TableError::Empty),
    }
}

fn build_table(
    options: &ReadOptions,
    missing: Decision<MissingTokens>,
    stream: Stream,
    mut notes: Vec<String>,
) -> Result<(Table, ReadReport), TableError> {
    let mut cells = stream.text.cells;
    let names = column_names(cells.header.take(), cells.columns.len(), &mut notes);
    for name in options.kinds.keys().filter(|name| !names.contains(name)) {
        notes.push(format!(
            "A kind was chosen for \"{name}\", which is not a column of this file."
        ));
    }
    let mut columns = Vec::with_capacity(names.len());
    let mut reports = Vec::with_capacity(names.len());
    // Column by column, so that text and values of the whole file are never held together.
    for (name, text) in names.into_iter().zip(std::mem::take(&mut cells.columns)) {
        let (column, report) = build_column(name, &text, options, &missing.value, &cells);
        columns.push(Arc::new(column));
        reports.push(report);
    }
    let report = ReadReport {
        delimiter: stream.delimiter,
        has_header: stream.has_header,
        encoding: stream.encoding,
        missing_tokens: Decision {
            value: missing.value.into_tokens(),
            reason: missing.reason,
        },
        n_rows: cells.n_rows,
        n_bad_rows: cells.n_bad_rows,
        bad_rows: cells.bad_rows,
        columns: reports,
        n_replaced: stream.decoder.n_replaced(),
        notes,
    };
    Ok((Table::new(columns, report.n_rows)?, report))
}

fn build_column(
    name: String,
    text: &TextColumn,
    options: &ReadOptions,
    missing: &MissingTokens,
    cells: &Cells,
) -> (Column, ColumnReport) {
    let Typed {
        kind,
        values,
        n_misfits,
        misfits,
    } = match options.kinds.get(&name) {
        Some(&kind) => build(kind, text, missing),
        None => infer(text, missing),
    };
    let report = ColumnReport {
        name: name.clone(),
        n_missing: (0..values.len())
            .filter(|&row| values.is_missing(row))
            .count(),
        n_misfits,
        misfits: misfits
            .into_iter()
            .map(|(row, text)| (cells.line_of(row), text))
            .collect(),
        kind,
    };
    (
        Column {
            name,
            kind: report.kind.value,
            values,
        },
        report,
    )
}

/// Unique, non-empty names.
fn column_names(
    header: Option<Vec<String>>,
    n_columns: usize,
    notes: &mut Vec<String>,
) -> Vec<String> {
    let Some(header) = header else {
        return (1..=n_columns)
            .map(|number| format!("column_{number}"))
            .collect();
    };
    let mut taken: BTreeSet<String> = header.iter().cloned().collect();
    let mut seen = BTreeSet::new();
    let mut free = |base: &str, first: usize| {
        let mut names = (first..).map(|number| format!("{base}_{number}"));
        names
            .find(|name| taken.insert(name.clone()))
            .unwrap_or_default()
    };
    let mut names = Vec::with_capacity(header.len());
    for (number, name) in (1..).zip(header) {
        let given = if name.is_empty() {
            let given = free("column", number);
            notes.push(format!(
                "Column {number} has no name in the header; it is called \"{given}\" here."
            ));
            given
        } else if seen.insert(name.clone()) {
            name
        } else {
            let given = free(&name, 2);
            notes.push(format!(
                "Column {number} is called \"{name}\" as a column before it is; it is called \"{given}\" here."
            ));
            given
        };
        names.push(given);
    }
    names
}
