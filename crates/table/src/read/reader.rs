//! The push parser: sniff the start, then stream the rest.

use std::sync::Arc;

use super::{
    ColumnReport, Decision, Dialect, ReadOptions, ReadReport,
    encoding::{Decoder, Text, detect, refuse_other_formats},
    finish::{Typed, finish},
    missing::MissingTokens,
    parse::Parser,
    rows::TableBuilder,
    sniff::{Sniffed, ascii, sniff},
    split::Splitter,
    stream::{Stream, TextStream},
};
use crate::{Column, Table, TableError};

/// Bytes that are looked at before anything is decided.
const SAMPLE_BYTES: usize = 64 << 10;
/// Rows that tell how many there are in all: of fewer, the one that is cut off counts too much.
const ESTIMATE_ROWS: u64 = 16;
/// Bytes that are checked, split and read before the next ones: they stay in the second cache, however long the slice,
/// and positions in them fit 32 bits.
const PART_BYTES: usize = 256 << 10;

/// A push parser: slices of the file in, the table out.
pub struct Reader {
    pub(super) options: ReadOptions,
    missing: Decision<MissingTokens>,
    /// The first bytes, until there are enough to decide.
    sample: Vec<u8>,
    sample_bytes: usize,
    stream: Option<Stream>,
    /// Bytes of the whole file, 0 if that is not known.
    n_bytes: u64,
    /// Bytes that the columns may take.
    limit: Option<u64>,
    /// Bytes that were pushed.
    n_pushed: u64,
    /// Whether the rows that the file may have were told from its first ones.
    is_estimated: bool,
    /// Columns whose kind nobody chose are passed over.
    skips_others: bool,
}

impl Reader {
    /// A reader that has seen no byte.
    pub fn new(options: ReadOptions) -> Self {
        let missing = MissingTokens::of(&options);
        Self {
            options,
            missing,
            sample: Vec::new(),
            sample_bytes: SAMPLE_BYTES,
            stream: None,
            n_bytes: 0,
            limit: None,
            n_pushed: 0,
            is_estimated: false,
            skips_others: false,
        }
    }

    /// The same without the columns whose kind the options do not choose.
    pub(super) fn skip_others(mut self) -> Self {
        self.skips_others = true;
        self
    }

    /// The same with another number of bytes that are looked at before anything is decided, so that tests can cut small
    /// files behind them.
    #[doc(hidden)]
    pub fn with_sample(mut self, n_bytes: usize) -> Self {
        self.sample_bytes = n_bytes.max(1);
        self
    }

    /// Refuses a file whose columns would take more than so many bytes: once its first rows are seen if the file's
    /// length is known, else when they do.
    pub fn at_most(mut self, limit: Option<u64>) -> Self {
        self.limit = limit;
        self
    }

    /// The same for a file of so many bytes: columns are then allocated once, at about their final size. The
    /// number is a hint, nothing else depends on it.
    pub fn of_length(mut self, n_bytes: u64) -> Self {
        self.n_bytes = n_bytes;
        self
    }

    /// Takes the next slice, of any length.
    ///
    /// # Errors
    /// At the first NUL byte in a file that is not UTF-16, at a row of more than 16 MiB, where there are too
    /// many rows, where the options name a delimiter that cannot be one, and where the table would be larger than
    /// [`Reader::at_most`] allows.
    pub fn push(&mut self, slice: &[u8]) -> Result<(), TableError> {
        let mut rest = slice;
        if self.stream.is_none() {
            let n_start = slice.len().min(self.sample_bytes - self.sample.len());
            let (start, behind) = slice.split_at(n_start);
            self.sample.extend_from_slice(start);
            if self.sample.len() < self.sample_bytes {
                return Ok(());
            }
            self.start(false)?;
            rest = behind;
        }
        for part in rest.chunks(PART_BYTES) {
            if let Some(stream) = &mut self.stream {
                stream.push(part)?;
            }
            self.n_pushed += part.len() as u64;
            self.check_size()?;
        }
        Ok(())
    }

    /// How the text is read, once enough of it has been seen to decide.
    pub fn dialect(&self) -> Option<Dialect> {
        self.stream.as_ref().map(|stream| Dialect {
            delimiter: stream.delimiter.value,
            has_header: stream.has_header.value,
            encoding: stream.encoding.value,
            comment: stream.comment.value,
        })
    }

    /// Ends the file.
    ///
    /// # Errors
    /// If there is no row, or none with as many cells as the header, and as [`Reader::push`].
    pub fn finish(mut self) -> Result<(Table, ReadReport), TableError> {
        let notes = self.end()?;
        let Some(rows) = self.rows() else {
            return Err(TableError::Empty);
        };
        rows.check(rows.n_rows)?;
        let n_rows = rows.n_rows;
        let (mut columns, mut reports) = (Vec::new(), Vec::new());
        let names = std::mem::take(&mut rows.names);
        // Column by column, so that no more than one is held twice.
        for (name, builder) in names.into_iter().zip(std::mem::take(&mut rows.columns)) {
            let (column, report) = finish_column(name, finish(builder), rows);
            columns.push(Arc::new(column));
            reports.push(report);
        }
        let report = self.into_report(notes, n_rows, reports)?;
        Ok((Table::new(columns, n_rows)?, report))
    }

    /// The rows so far, once dialect and encoding are decided.
    pub(super) fn rows(&mut self) -> Option<&mut TableBuilder> {
        self.stream.as_mut().map(|stream| &mut stream.text.rows)
    }

    /// Takes the end of the file; gives what is to be noted about it.
    pub(super) fn end(&mut self) -> Result<Vec<String>, TableError> {
        if self.stream.is_none() {
            self.start(true)?;
        }
        let Some(stream) = &mut self.stream else {
            return Err(TableError::Empty);
        };
        stream.end()?;
        let mut notes = Vec::new();
        if let Some(line) = stream.text.finish()? {
            notes.push(format!(
                "The file ends inside a quoted cell of the row on line {line}: a quotation mark is not closed."
            ));
        }
        if stream.decoder.n_replaced() > 0 {
            notes.push(format!(
                "{} bytes are not valid {} and were replaced by U+FFFD; if letters look wrong, read the file again \
                 with the encoding set to Windows-1252.",
                stream.decoder.n_replaced(),
                stream.encoding.value.label(),
            ));
        }
        Ok(notes)
    }

    /// What was decided and met, when all is read.
    pub(super) fn into_report(
        self,
        mut notes: Vec<String>,
        n_rows: usize,
        columns: Vec<ColumnReport>,
    ) -> Result<ReadReport, TableError> {
        let Some(stream) = self.stream else {
            return Err(TableError::Empty);
        };
        let mut rows = stream.text.rows;
        notes.append(&mut rows.notes);
        notes.extend(rows.sample_note());
        Ok(ReadReport {
            delimiter: stream.delimiter,
            has_header: stream.has_header,
            encoding: stream.encoding,
            comment: stream.comment,
            n_comments: stream.text.parser.n_comments(),
            missing_tokens: Decision {
                value: self.missing.value.into_tokens(),
                reason: self.missing.reason,
            },
            n_rows,
            n_bad_rows: rows.n_bad_rows,
            bad_rows: rows.bad_rows,
            columns,
            n_replaced: stream.decoder.n_replaced(),
            notes,
        })
    }

    /// Decides encoding, delimiter and header from the sample, and parses it.
    fn start(&mut self, complete: bool) -> Result<(), TableError> {
        let sample = std::mem::take(&mut self.sample);
        refuse_other_formats(&sample)?;
        let (encoding, mark) = detect(&sample, complete, self.options.encoding);
        let mut decoder = Decoder::new(encoding.value);
        let mut text = Vec::with_capacity(sample.len());
        decoder.decode(&sample[mark..], false, &mut |part| {
            text.extend_from_slice(part.bytes);
            Ok(())
        })?;
        if complete && text.trim_ascii().is_empty() {
            return Err(TableError::Empty);
        }
        let Sniffed {
            comment,
            delimiter,
            has_header,
            width,
        } = sniff(&text, complete, &self.options, &self.missing.value)?;
        let (end, skip) = (
            ascii(delimiter.value)?,
            comment.value.map(ascii).transpose()?,
        );
        let mut parts = TextStream {
            parser: Parser::new(end, skip),
            splitter: Splitter::new(end, skip),
            rows: TableBuilder::new(
                has_header.value,
                width,
                delimiter.value,
                &self.options,
                &self.missing.value,
                self.skips_others,
            ),
        };
        parts.feed(Text::of(&text))?;
        self.stream = Some(Stream {
            decoder,
            text: parts,
            encoding,
            delimiter,
            has_header,
            comment,
        });
        self.n_pushed = sample.len() as u64;
        self.check_size()
    }

    /// Refuses what is too large, once by the first rows and always by what is held; makes room for the rest.
    fn check_size(&mut self) -> Result<(), TableError> {
        let Some(stream) = &mut self.stream else {
            return Ok(());
        };
        let rows = &mut stream.text.rows;
        let ratio = self.n_bytes as f64 / self.n_pushed.max(1) as f64;
        if !self.is_estimated && rows.n_fitting >= ESTIMATE_ROWS {
            self.is_estimated = true;
            // A header of very many names says nothing of the length of rows.
            let behind = |n_bytes: u64| n_bytes.saturating_sub(rows.n_header_bytes).max(1) as f64;
            let n_fitting = rows.n_fitting as f64 * behind(self.n_bytes) / behind(self.n_pushed);
            // A little more, so that one allocation does.
            let n_rows = n_fitting * 1.02 / f64::from(rows.every);
            if ratio > 1.0 && n_rows < 4e9 {
                // A number takes as much as a code and its share of the texts.
                let expected = (n_rows * (rows.width() * size_of::<f64>()) as f64) as u64;
                let too_large = too_large(expected, self.limit, |limit| {
                    let times = expected.div_ceil(limit).min(1 << 20) as u32;
                    rows.every.saturating_mul(times)
                });
                too_large.map_or(Ok(()), Err)?;
                rows.expect(n_rows as usize + 16);
            }
        }
        let Some(limit) = self.limit else {
            return Ok(());
        };
        // Different texts may take more than their share.
        let held = rows.held_bytes();
        if held <= limit {
            return Ok(());
        }
        let expected = (held as f64 * ratio.max(1.0)) as u64;
        let doubled = rows.every.saturating_mul(2);
        too_large(expected, Some(limit), |_| doubled).map_or(Ok(()), Err)
    }
}

/// The error for columns of so many bytes, if that is more than the limit.
fn too_large(
    n_bytes: u64,
    limit: Option<u64>,
    sample_every: impl FnOnce(u64) -> u32,
) -> Option<TableError> {
    let limit = limit.filter(|&limit| n_bytes > limit)?;
    Some(TableError::TooLarge {
        expected_mib: n_bytes >> 20,
        limit_mib: limit >> 20,
        sample_every: sample_every(limit.max(1)),
    })
}

/// A column of the rows so far, and what was decided for it and met in it.
pub(super) fn finish_column(
    name: String,
    typed: Typed,
    rows: &TableBuilder,
) -> (Column, ColumnReport) {
    let misfits = typed.misfits.first.into_iter();
    let report = ColumnReport {
        name: name.clone(),
        kind: typed.kind,
        n_missing: typed.n_missing,
        n_misfits: typed.misfits.count,
        misfits: misfits
            .map(|(row, text)| (rows.line_of(row), text))
            .collect(),
        format: typed.format,
        question: typed.question,
        sentinels: typed.sentinels,
    };
    let column = Column {
        name,
        kind: report.kind.value,
        values: typed.values,
    };
    (column, report)
}
