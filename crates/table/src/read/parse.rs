//! Text to rows of cells: RFC 4180, with blanks around cells dropped (also before a quotation mark).

use super::block::is_blank;
use crate::TableError;

/// A row longer than this is a quotation mark that nobody closed, or no table.
const MAX_ROW_BYTES: usize = 16 << 20;

/// The lowest bit of each byte of a word.
const LOW_BITS: u64 = u64::MAX / 255;
/// The highest bit of each byte of a word.
const HIGH_BITS: u64 = LOW_BITS << 7;

/// One row's cells.
#[derive(Default)]
pub(super) struct Row {
    text: Vec<u8>,
    /// Start and end of each cell in `text`.
    cells: Vec<(usize, usize)>,
    /// One-based line where the row starts.
    pub(super) line: u64,
}

impl Row {
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Bytes of its text; each cell counts as one more, its delimiter: a row of nothing else is long, too.
    pub(super) fn n_bytes(&self) -> usize {
        self.text.len() + self.cells.len()
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &[u8]> {
        self.cells
            .iter()
            .map(|&(start, end)| &self.text[start..end])
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Before the first byte of a row.
    RowStart,
    /// In a line that is skipped.
    Comment,
    /// Before the first character of a cell.
    CellStart,
    Unquoted,
    Quoted,
    /// After a quotation mark inside a quoted cell: its end, or half of a doubled mark.
    MarkInQuoted,
    /// After a carriage return, whose line feed belongs to it.
    AfterReturn,
}

/// A push parser: text in slices of any length, rows out.
pub(super) struct Parser {
    delimiter: u8,
    comment: Option<u8>,
    n_comments: usize,
    /// The bytes that end an unquoted cell, each in all eight places of a word.
    ends_cell: [u64; 3],
    state: State,
    row: Row,
    cell_start: usize,
    row_has_quote: bool,
    line: u64,
    /// The last byte was a carriage return inside quotation marks: a line feed ends no other line.
    is_after_return: bool,
}

impl Parser {
    pub(super) fn new(delimiter: u8, comment: Option<u8>) -> Self {
        Self {
            delimiter,
            comment,
            n_comments: 0,
            ends_cell: [delimiter, b'\n', b'\r'].map(|byte| LOW_BITS * u64::from(byte)),
            state: State::RowStart,
            row: Row {
                line: 1,
                ..Row::default()
            },
            cell_start: 0,
            row_has_quote: false,
            line: 1,
            is_after_return: false,
        }
    }

    /// One-based line that the next byte is on.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Lines that were skipped.
    pub(super) fn n_comments(&self) -> usize {
        self.n_comments
    }

    /// Whether the next byte is the first of a row.
    pub(super) fn is_between_rows(&self) -> bool {
        self.state == State::RowStart
    }

    /// Notes that so many rows, each of one line, were read by another.
    pub(super) fn skip_lines(&mut self, n_lines: usize) {
        self.line += n_lines as u64;
        self.row.line = self.line;
    }

    /// Whether the text so far ends inside a quoted cell, and the line where its row starts.
    pub(super) fn open_quote(&self) -> Option<u64> {
        (self.state == State::Quoted).then_some(self.row.line)
    }

    /// Takes text up to the first end of a row at or behind byte `enough`, or all of it, and hands each row that it
    /// completes to `sink`. Gives the number of bytes taken.
    pub(super) fn feed(
        &mut self,
        text: &[u8],
        enough: usize,
        sink: &mut impl FnMut(&Row) -> Result<(), TableError>,
    ) -> Result<usize, TableError> {
        let mut at = 0;
        while at < text.len() {
            at += match self.state {
                State::RowStart => self.row_start(text[at]),
                State::Comment => self.skip_comment(&text[at..]),
                State::CellStart => self.cell_start(text[at]),
                State::Unquoted => self.unquoted(&text[at..], sink)?,
                State::Quoted => self.quoted(&text[at..]),
                State::MarkInQuoted => self.mark_in_quoted(text[at]),
                State::AfterReturn => {
                    self.state = State::RowStart;
                    usize::from(text[at] == b'\n')
                }
            };
            if self.state == State::RowStart && at >= enough {
                break;
            }
        }
        self.check_length()?;
        Ok(at)
    }

    /// Ends the text: the last row need not end with a line break.
    pub(super) fn finish(
        &mut self,
        sink: &mut impl FnMut(&Row) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        if matches!(
            self.state,
            State::RowStart | State::AfterReturn | State::Comment
        ) {
            return Ok(());
        }
        self.end_cell();
        self.end_row(sink)
    }

    fn row_start(&mut self, byte: u8) -> usize {
        self.state = if self.comment == Some(byte) {
            self.n_comments += 1;
            State::Comment
        } else {
            State::CellStart
        };
        0
    }

    fn skip_comment(&mut self, text: &[u8]) -> usize {
        let is_end = |&byte: &u8| byte == b'\n' || byte == b'\r';
        let Some(length) = text.iter().position(is_end) else {
            return text.len();
        };
        self.line += 1;
        self.row.line = self.line;
        self.state = if text[length] == b'\r' {
            State::AfterReturn
        } else {
            State::RowStart
        };
        length + 1
    }

    fn cell_start(&mut self, byte: u8) -> usize {
        if byte != self.delimiter && is_blank(byte) {
            return 1;
        }
        if byte == b'"' {
            self.state = State::Quoted;
            self.row_has_quote = true;
            return 1;
        }
        self.state = State::Unquoted;
        0
    }

    fn unquoted(
        &mut self,
        text: &[u8],
        sink: &mut impl FnMut(&Row) -> Result<(), TableError>,
    ) -> Result<usize, TableError> {
        let Some(length) = self.find_end(text) else {
            self.row.text.extend_from_slice(text);
            return Ok(text.len());
        };
        self.row.text.extend_from_slice(&text[..length]);
        self.end_cell();
        let end = text[length];
        self.state = match end {
            b'\r' => State::AfterReturn,
            b'\n' => State::RowStart,
            _ => State::CellStart,
        };
        if end != self.delimiter {
            self.line += 1;
            self.end_row(sink)?;
        }
        Ok(length + 1)
    }

    /// Where the cell that `text` starts with ends, looked for in eight bytes at a time.
    #[inline]
    fn find_end(&self, text: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(&chunk) = text[at..].first_chunk::<8>() {
            let word = u64::from_le_bytes(chunk);
            // The lowest high bit that is set marks the first byte that equals one of the three
            // (Mycroft's zero-byte test; only bits above it can be wrong).
            let found = self.ends_cell.iter().fold(0, |found, end| {
                let differs = word ^ end;
                found | (differs.wrapping_sub(LOW_BITS) & !differs & HIGH_BITS)
            });
            if found != 0 {
                return Some(at + found.trailing_zeros() as usize / 8);
            }
            at += 8;
        }
        let is_end = |&byte: &u8| byte == self.delimiter || byte == b'\n' || byte == b'\r';
        text[at..].iter().position(is_end).map(|length| at + length)
    }

    fn quoted(&mut self, text: &[u8]) -> usize {
        let mark = text.iter().position(|&byte| byte == b'"');
        let inside = &text[..mark.unwrap_or(text.len())];
        self.line += self.line_ends(inside);
        self.is_after_return = mark.is_none() && inside.last() == Some(&b'\r');
        self.row.text.extend_from_slice(inside);
        if mark.is_some() {
            self.state = State::MarkInQuoted;
        }
        inside.len() + usize::from(mark.is_some())
    }

    /// Line feeds, and carriage returns that none follows. A return at the end counts: a feed behind it will not.
    fn line_ends(&self, text: &[u8]) -> u64 {
        let count =
            |wanted| -> usize { text.iter().map(|&byte| usize::from(byte == wanted)).sum() };
        let n_returns = count(b'\r');
        let mut n_pairs = usize::from(self.is_after_return && text.first() == Some(&b'\n'));
        if n_returns > 0 {
            n_pairs += text.windows(2).filter(|pair| pair == b"\r\n").count();
        }
        (n_returns + count(b'\n') - n_pairs) as u64
    }

    fn mark_in_quoted(&mut self, byte: u8) -> usize {
        if byte == b'"' {
            self.row.text.push(b'"');
            self.state = State::Quoted;
            return 1;
        }
        self.state = State::Unquoted;
        0
    }

    #[inline]
    fn end_cell(&mut self) {
        let (mut start, mut end) = (self.cell_start, self.row.text.len());
        while end > start && is_blank(self.row.text[end - 1]) {
            end -= 1;
        }
        while start < end && is_blank(self.row.text[start]) {
            start += 1;
        }
        self.row.cells.push((start, end));
        self.cell_start = self.row.text.len();
    }

    /// Hands the row over unless its line is blank.
    fn end_row(
        &mut self,
        sink: &mut impl FnMut(&Row) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        self.check_length()?;
        let is_blank =
            !self.row_has_quote && matches!(self.row.cells[..], [(start, end)] if start == end);
        if !is_blank {
            sink(&self.row)?;
        }
        self.row.text.clear();
        self.row.cells.clear();
        self.row.line = self.line;
        self.cell_start = 0;
        self.row_has_quote = false;
        Ok(())
    }

    fn check_length(&self) -> Result<(), TableError> {
        if self.row.n_bytes() > MAX_ROW_BYTES {
            return Err(TableError::RowTooLong {
                line: self.row.line,
                limit_mib: MAX_ROW_BYTES >> 20,
            });
        }
        Ok(())
    }
}
