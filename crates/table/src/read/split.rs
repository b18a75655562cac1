//! Text to the bounds of its cells, where that is plain: the way that nearly all bytes take.

use super::scan::{Marks, WIDTH, marks, places};

/// Bytes whose cells are found before their columns are read: text and bounds together stay in the nearest caches.
const RUN_BYTES: usize = 24 << 10;

/// Rows of equal width, as bounds of cells in a text.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) text: &'a [u8],
    /// Where each cell starts, row after row, and at last one past the end of the last row. A cell ends one byte
    /// before the next one starts.
    pub(super) bounds: &'a [u32],
    pub(super) n_columns: usize,
    pub(super) n_rows: usize,
    /// Rows end with a carriage return before their line feed.
    pub(super) has_returns: bool,
    /// Cells may stand in quotation marks, each in two and with none within.
    pub(super) has_quotes: bool,
}

/// One column of a block.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    pub(super) text: &'a [u8],
    bounds: &'a [u32],
    n_columns: usize,
    column: usize,
    /// Bytes between a cell and the next one.
    gap: usize,
    has_quotes: bool,
    pub(super) n_rows: usize,
}

impl<'a> Block<'a> {
    pub(super) fn column(&self, column: usize) -> Cells<'a> {
        let ends_row = column + 1 == self.n_columns;
        Cells {
            text: self.text,
            bounds: &self.bounds[..=self.n_rows * self.n_columns],
            n_columns: self.n_columns,
            column,
            gap: if ends_row && self.has_returns { 2 } else { 1 },
            has_quotes: self.has_quotes,
            n_rows: self.n_rows,
        }
    }
}

impl<'a> Cells<'a> {
    /// Where the cells start and end, from a row on, without their quotation marks.
    #[inline]
    pub(super) fn bounds(&self, from: usize) -> impl Iterator<Item = (usize, usize)> + use<'a> {
        let mut rest = &self.bounds[from * self.n_columns + self.column..];
        let (text, stride, gap, has_quotes) =
            (self.text, self.n_columns, self.gap, self.has_quotes);
        std::iter::from_fn(move || {
            let [start, next, ..] = *rest else {
                return None;
            };
            rest = rest.get(stride..).unwrap_or_default();
            let (start, end) = (start as usize, next as usize - gap);
            let is_quoted = has_quotes && text[start] == b'"';
            Some((start + usize::from(is_quoted), end - usize::from(is_quoted)))
        })
    }

    /// The cell of a row without the blanks around it.
    #[inline]
    pub(super) fn get(&self, row: usize) -> &'a [u8] {
        let place = row * self.n_columns + self.column;
        let (start, next) = (self.bounds[place] as usize, self.bounds[place + 1] as usize);
        match &self.text[start..next - self.gap] {
            [b'"', cell @ .., b'"'] if self.has_quotes => trim(cell),
            cell => trim(cell),
        }
    }
}

/// Without blanks at both ends.
#[inline]
pub(super) fn trim(mut cell: &[u8]) -> &[u8] {
    while let [rest @ .., last] = cell
        && is_blank(*last)
    {
        cell = rest;
    }
    while let [first, rest @ ..] = cell
        && is_blank(*first)
    {
        cell = rest;
    }
    cell
}

#[inline]
pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// The bytes within quotation marks, the opening one included: those behind an odd number of marks.
#[inline]
fn inside(quotes: u64, from_start: bool) -> u64 {
    let mut odd = quotes;
    for shift in [1, 2, 4, 8, 16, 32] {
        odd ^= odd << shift;
    }
    odd ^ if from_start { u64::MAX } else { 0 }
}

/// Finds the cells of plain rows.
pub(super) struct Splitter {
    delimiter: u8,
    comment: Option<u8>,
    bounds: Vec<u32>,
}

impl Splitter {
    pub(super) fn new(delimiter: u8, comment: Option<u8>) -> Self {
        Self {
            delimiter,
            comment,
            bounds: Vec::new(),
        }
    }

    /// The plain rows from `start`, where a row starts: each complete, of `n_columns` (at least 2) cells, no comment,
    /// quotation marks only around whole cells, and a carriage return only before a line feed (before all of them or
    /// none). Ends at the first row that is otherwise, or when the run is long enough. `text` is shorter than 4 GiB.
    pub(super) fn run<'a>(
        &'a mut self,
        text: &'a [u8],
        start: usize,
        n_columns: usize,
    ) -> (Block<'a>, usize) {
        let mut walk = Walk {
            bounds: &mut self.bounds,
            n_columns,
            n_found: 1,
            n_complete: 1,
            n_returns: 0,
            delimiter: self.delimiter,
            last: Last::Plain,
            has_quotes: false,
        };
        walk.reserve();
        walk.bounds[0] = start as u32;
        let mut at = start;
        loop {
            let n_rows = (walk.n_complete - 1) / n_columns;
            if at >= text.len() || at - start >= RUN_BYTES && n_rows > 0 {
                break;
            }
            let go_on = if let Some(bytes) = text[at..].first_chunk() {
                walk.block(text, bytes, at, self.comment)
            } else {
                let mut bytes = [0; WIDTH];
                bytes[..text.len() - at].copy_from_slice(&text[at..]);
                walk.block(text, &bytes, at, self.comment)
            };
            if !go_on {
                break;
            }
            at += WIDTH;
        }
        let n_rows = (walk.n_complete - 1) / n_columns;
        let (has_returns, has_quotes) = (walk.n_returns > 0, walk.has_quotes);
        let end = self.bounds[n_rows * n_columns] as usize;
        let is_comment = self.comment.is_some() && text.get(start) == self.comment.as_ref();
        let block = Block {
            text,
            bounds: &self.bounds,
            n_columns,
            n_rows: if is_comment { 0 } else { n_rows },
            has_returns,
            has_quotes,
        };
        (block, if is_comment { start } else { end })
    }
}

/// What the last byte of a block asks of the next block.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    Plain,
    /// A carriage return: a line feed has to follow.
    Return,
    /// A closing quotation mark: the end of its cell has to follow.
    Mark,
    /// It is within quotation marks.
    Inside,
}

struct Walk<'a> {
    bounds: &'a mut Vec<u32>,
    n_columns: usize,
    /// Bounds that are known.
    n_found: usize,
    /// Of them, those of complete rows.
    n_complete: usize,
    /// Rows that end with a carriage return and a line feed.
    n_returns: usize,
    delimiter: u8,
    last: Last,
    has_quotes: bool,
}

impl Walk<'_> {
    /// Makes room for the bounds of 64 bytes.
    fn reserve(&mut self) {
        if self.bounds.len() < self.n_found + WIDTH {
            self.bounds.resize((self.n_found + WIDTH) * 2, 0);
        }
    }

    /// Takes 64 bytes of `text` from `at`; `false` if the run ends in them.
    #[inline]
    fn block(&mut self, text: &[u8], bytes: &[u8; WIDTH], at: usize, comment: Option<u8>) -> bool {
        let mut marks = marks(bytes, self.delimiter);
        let mut go_on = true;
        let mut returned = 0;
        if marks.has_rare || self.last != Last::Plain {
            let before = at.checked_sub(1).map_or(b'\n', |before| text[before]);
            (returned, go_on) = self.keep_plain(bytes, &mut marks, before);
        }
        self.reserve();
        let first = self.n_found;
        self.n_found += self.note_ends(marks.ends, at);
        let mut feeds = marks.feeds;
        while feeds != 0 {
            let bit = feeds & feeds.wrapping_neg();
            let n_cells = first + (marks.ends & (bit | (bit - 1))).count_ones() as usize;
            if !self.row(text, n_cells, returned & bit != 0, comment) {
                return false;
            }
            feeds ^= bit;
        }
        go_on
    }

    /// Notes the bounds behind the marked bytes; gives how many.
    #[inline]
    fn note_ends(&mut self, mut ends: u64, at: usize) -> usize {
        let n_ends = ends.count_ones() as usize;
        // The room is there (`reserve`): eight bounds are written without asking whether there are so many.
        let room = &mut self.bounds[self.n_found..self.n_found + WIDTH];
        let (rooms, _) = room.as_chunks_mut::<8>();
        for room in &mut rooms[..n_ends.div_ceil(8)] {
            for bound in room {
                // The highest bit, so that there is one to find; it is over-written or never looked at.
                let place = (ends | 1 << 63).trailing_zeros();
                *bound = (at as u32).wrapping_add(place + 1);
                ends &= ends.wrapping_sub(1);
            }
        }
        n_ends
    }

    /// Where there may be quotation marks or carriage returns: keeps the marks outside quotation marks, up to the first
    /// byte that is not plain. Gives the places behind carriage returns, and whether the run goes on.
    #[inline(never)]
    fn keep_plain(&mut self, bytes: &[u8; WIDTH], marks: &mut Marks, before: u8) -> (u64, bool) {
        let (returns, quotes) = (places(bytes, b'\r'), places(bytes, b'"'));
        let inside = inside(quotes, self.last == Last::Inside);
        let ends = marks.ends & !inside;
        let returned = returns << 1 | u64::from(self.last == Last::Return);
        let closed = (quotes & !inside) << 1 | u64::from(self.last == Last::Mark);
        let starts = ends << 1 | u64::from(before == b'\n' || before == self.delimiter);
        // A line break inside quotation marks, which makes a row two lines long; a mark that opens within a cell; one
        // that closes before its end (or is half of a doubled one); a carriage return that ends a row alone.
        let wrong = inside & (marks.feeds | returns)
            | quotes & inside & !starts
            | closed & !(ends | returns)
            | returned & !marks.feeds;
        marks.ends = ends;
        marks.feeds &= !inside;
        self.has_quotes |= quotes != 0;
        self.last = match [inside, quotes, returns].map(|places| places >> 63 != 0) {
            [true, ..] => Last::Inside,
            [_, true, _] => Last::Mark,
            [.., true] => Last::Return,
            _ => Last::Plain,
        };
        if wrong != 0 {
            let before = (wrong & wrong.wrapping_neg()) - 1;
            marks.ends &= before;
            marks.feeds &= before;
        }
        (returned, wrong == 0)
    }

    /// Takes the row that ends with bound number `n_cells`.
    #[inline]
    fn row(&mut self, text: &[u8], n_cells: usize, returned: bool, comment: Option<u8>) -> bool {
        let is_alike = self.n_complete == 1 || returned == (self.n_returns > 0);
        if n_cells != self.n_complete + self.n_columns || !is_alike {
            return false;
        }
        self.n_complete = n_cells;
        self.n_returns += usize::from(returned);
        comment.is_none() || text.get(self.bounds[n_cells - 1] as usize) != comment.as_ref()
    }
}
