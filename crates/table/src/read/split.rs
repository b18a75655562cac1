//! Text without quotation marks to the bounds of its cells: the way that nearly all bytes take.

use super::scan::{Marks, WIDTH, marks, places};

/// Bytes whose cells are found before their columns are read: text and bounds together stay in the nearest caches.
const RUN_BYTES: usize = 24 << 10;
/// A row longer than this is left to the parser, which knows when to give up.
const LONG_ROW: usize = 1 << 20;

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
            n_rows: self.n_rows,
        }
    }
}

impl<'a> Cells<'a> {
    /// Where the cell of a row starts and ends.
    #[inline]
    pub(super) fn bounds(&self, row: usize) -> (usize, usize) {
        let place = row * self.n_columns + self.column;
        (
            self.bounds[place] as usize,
            self.bounds[place + 1] as usize - self.gap,
        )
    }

    /// Where the cells start and end, from a row on.
    #[inline]
    pub(super) fn all_bounds(&self, from: usize) -> impl Iterator<Item = (usize, usize)> + use<'a> {
        let mut rest = &self.bounds[from * self.n_columns + self.column..];
        let (stride, gap) = (self.n_columns, self.gap);
        std::iter::from_fn(move || {
            let [start, next, ..] = *rest else {
                return None;
            };
            rest = rest.get(stride..).unwrap_or_default();
            Some((start as usize, next as usize - gap))
        })
    }

    /// The cell of a row without the blanks around it.
    #[inline]
    pub(super) fn get(&self, row: usize) -> &'a [u8] {
        let (start, end) = self.bounds(row);
        trim(&self.text[start..end])
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

    /// The plain rows from `start`, where a row starts: each complete, of `n_columns` (at least 2) cells, without a
    /// quotation mark, a comment or a carriage return but before a line feed (before all of them or none). Ends at
    /// the first row that is otherwise, or when the run is long enough. `text` is shorter than 4 GiB.
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
            ended_in_return: false,
        };
        walk.reserve();
        walk.bounds[0] = start as u32;
        let mut at = start;
        loop {
            let n_rows = (walk.n_complete - 1) / n_columns;
            if at >= text.len() || at - start >= RUN_BYTES && n_rows > 0 || at - start >= LONG_ROW {
                break;
            }
            let go_on = if let Some(bytes) = text[at..].first_chunk() {
                walk.block(text, bytes, at, self.delimiter, self.comment)
            } else {
                let mut bytes = [0; WIDTH];
                bytes[..text.len() - at].copy_from_slice(&text[at..]);
                walk.block(text, &bytes, at, self.delimiter, self.comment)
            };
            if !go_on {
                break;
            }
            at += WIDTH;
        }
        let n_rows = (walk.n_complete - 1) / n_columns;
        let has_returns = walk.n_returns > 0;
        let end = self.bounds[n_rows * n_columns] as usize;
        let is_comment = self.comment.is_some() && text.get(start) == self.comment.as_ref();
        let block = Block {
            text,
            bounds: &self.bounds,
            n_columns,
            n_rows: if is_comment { 0 } else { n_rows },
            has_returns,
        };
        (block, if is_comment { start } else { end })
    }
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
    /// The last byte of the block before is a carriage return.
    ended_in_return: bool,
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
    fn block(
        &mut self,
        text: &[u8],
        bytes: &[u8; WIDTH],
        at: usize,
        delimiter: u8,
        comment: Option<u8>,
    ) -> bool {
        let mut marks = marks(bytes, delimiter);
        let mut go_on = true;
        let mut returned = 0;
        if marks.has_rare || self.ended_in_return {
            (returned, go_on) = self.keep_plain(bytes, &mut marks);
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

    /// Where there are quotation marks or carriage returns: keeps the marks before the first of them that is not
    /// plain. Gives the places behind carriage returns, and whether the run goes on.
    #[cold]
    fn keep_plain(&mut self, bytes: &[u8; WIDTH], marks: &mut Marks) -> (u64, bool) {
        let returns = places(bytes, b'\r');
        let returned = returns << 1 | u64::from(self.ended_in_return);
        self.ended_in_return = returns >> 63 != 0;
        // A carriage return alone ends a row, too, but not as the others.
        let first = places(bytes, b'"') | returned & !marks.feeds;
        if first != 0 {
            let before = (first & first.wrapping_neg()) - 1;
            marks.ends &= before;
            marks.feeds &= before;
        }
        (returned, first == 0)
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
