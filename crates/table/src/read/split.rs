//! Text to the bounds of its cells, where that is plain: the way that nearly all bytes take.

use super::{
    block::Block,
    scan::{Marks, WIDTH, marks, places},
};

/// Bytes whose cells are found before their columns are read: text and bounds together stay in the nearest caches.
const RUN_BYTES: usize = 24 << 10;

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
    /// Places of the second mark of each pair within quotation marks.
    pairs: Vec<u32>,
    breaks: Vec<(usize, usize)>,
    /// The run's text with one mark for each pair.
    unescaped: Vec<u8>,
}

impl Splitter {
    pub(super) fn new(delimiter: u8, comment: Option<u8>) -> Self {
        Self {
            delimiter,
            comment,
            bounds: Vec::new(),
            pairs: Vec::new(),
            breaks: Vec::new(),
            unescaped: Vec::new(),
        }
    }

    /// The plain rows from `start`, where a row starts: each complete, of `n_columns` (at least 2) cells, no comment,
    /// quotation marks only around whole cells and in pairs within them, and a carriage return only before a line feed
    /// that ends a row (before all of them or none). Ends at the first row that is otherwise, or when the run is long
    /// enough; gives where. `text` is shorter than 4 GiB.
    pub(super) fn run<'a>(
        &'a mut self,
        text: &'a [u8],
        start: usize,
        n_columns: usize,
    ) -> (Block<'a>, usize) {
        if self.comment.is_some() && text.get(start) == self.comment.as_ref() {
            return (Block::default(), start);
        }
        self.pairs.clear();
        self.breaks.clear();
        let mut walk = Walk {
            bounds: &mut self.bounds,
            pairs: &mut self.pairs,
            breaks: &mut self.breaks,
            n_columns,
            n_found: 1,
            n_complete: 1,
            n_returns: 0,
            n_breaks: 0,
            delimiter: self.delimiter,
            last: Last::Plain,
            has_quotes: false,
        };
        walk.reserve();
        walk.bounds[0] = start as u32;
        let mut at = start;
        loop {
            if at >= text.len() || at - start >= RUN_BYTES && walk.n_rows() > 0 {
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
        let (n_rows, has_returns, has_quotes) =
            (walk.n_rows(), walk.n_returns > 0, walk.has_quotes);
        let end = self.bounds[n_rows * n_columns] as usize;
        let has_pairs = self
            .pairs
            .first()
            .is_some_and(|&pair| (pair as usize) < end);
        if has_pairs {
            self.unescape(&text[..end], start, n_rows * n_columns);
        }
        let block = Block {
            text: if has_pairs { &self.unescaped } else { text },
            bounds: &self.bounds,
            n_columns,
            n_rows,
            has_returns,
            has_quotes,
            breaks: &self.breaks,
        };
        (block, end)
    }

    /// Copies the run, from `start` to the end of `text`, without the second mark of each pair, and moves its bounds.
    fn unescape(&mut self, text: &[u8], start: usize, n_cells: usize) {
        self.unescaped.clear();
        let mut from = start;
        for &pair in &self.pairs {
            let pair = pair as usize;
            if pair >= text.len() {
                break;
            }
            self.unescaped.extend_from_slice(&text[from..pair]);
            from = pair + 1;
        }
        self.unescaped.extend_from_slice(&text[from..]);
        // A word may be read beyond the last cell.
        self.unescaped.extend_from_slice(&[0; 8]);
        let mut n_before = 0;
        for bound in &mut self.bounds[..=n_cells] {
            while self.pairs.get(n_before).is_some_and(|pair| pair < bound) {
                n_before += 1;
            }
            *bound -= (start + n_before) as u32;
        }
    }
}

/// What the last byte of a block asks of the next block.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    Plain,
    /// A carriage return: a line feed has to follow.
    Return,
    /// A closing quotation mark: the end of its cell has to follow, or another mark.
    Mark,
    /// It is within quotation marks.
    Inside,
}

/// What only some rows have.
struct Rare {
    /// The places behind carriage returns.
    returned: u64,
    /// Line feeds within quotation marks.
    breaks: u64,
    /// The second marks of pairs.
    pairs: u64,
    go_on: bool,
}

struct Walk<'a> {
    bounds: &'a mut Vec<u32>,
    pairs: &'a mut Vec<u32>,
    breaks: &'a mut Vec<(usize, usize)>,
    n_columns: usize,
    /// Bounds that are known.
    n_found: usize,
    /// Of them, those of complete rows.
    n_complete: usize,
    /// Rows that end with a carriage return and a line feed.
    n_returns: usize,
    /// Line breaks in the row that is not complete.
    n_breaks: usize,
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

    /// Rows that are complete.
    fn n_rows(&self) -> usize {
        (self.n_complete - 1) / self.n_columns
    }

    /// Takes 64 bytes of `text` from `at`; `false` if the run ends in them.
    #[inline]
    fn block(&mut self, text: &[u8], bytes: &[u8; WIDTH], at: usize, comment: Option<u8>) -> bool {
        let mut marks = marks(bytes, self.delimiter);
        let mut rare = Rare {
            returned: 0,
            breaks: 0,
            pairs: 0,
            go_on: true,
        };
        if marks.has_rare || self.last != Last::Plain {
            let before = at.checked_sub(1).map_or(b'\n', |before| text[before]);
            rare = self.keep_plain(bytes, &mut marks, before);
            self.note_pairs(rare.pairs, at);
        }
        self.reserve();
        let first = self.n_found;
        self.n_found += self.note_ends(marks.ends, at);
        let mut feeds = marks.feeds;
        while feeds != 0 {
            let bit = feeds & feeds.wrapping_neg();
            let n_cells = first + (marks.ends & (bit | (bit - 1))).count_ones() as usize;
            let breaks = rare.breaks & (bit - 1);
            self.n_breaks += breaks.count_ones() as usize;
            rare.breaks ^= breaks;
            if !self.row(text, n_cells, rare.returned & bit != 0, comment) {
                return false;
            }
            feeds ^= bit;
        }
        self.n_breaks += rare.breaks.count_ones() as usize;
        rare.go_on
    }

    fn note_pairs(&mut self, mut pairs: u64, at: usize) {
        while pairs != 0 {
            self.pairs.push(at as u32 + pairs.trailing_zeros());
            pairs &= pairs - 1;
        }
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
    /// byte that is not plain, at which the run ends.
    #[inline(never)]
    fn keep_plain(&mut self, bytes: &[u8; WIDTH], marks: &mut Marks, before: u8) -> Rare {
        let (returns, quotes) = (places(bytes, b'\r'), places(bytes, b'"'));
        let inside = inside(quotes, self.last == Last::Inside);
        let ends = marks.ends & !inside;
        let returned = returns << 1 | u64::from(self.last == Last::Return);
        let closed = (quotes & !inside) << 1 | u64::from(self.last == Last::Mark);
        let starts = ends << 1 | u64::from(before == b'\n' || before == self.delimiter);
        let opens = quotes & inside;
        let pairs = opens & closed;
        // A carriage return inside quotation marks, which may be half of a line break; a mark that opens within a cell;
        // one that closes before its end; a carriage return that ends a row alone.
        let wrong = inside & returns
            | opens & !starts & !pairs
            | closed & !(ends | returns | pairs)
            | returned & !marks.feeds;
        let plain = if wrong == 0 {
            u64::MAX
        } else {
            (wrong & wrong.wrapping_neg()) - 1
        };
        let breaks = marks.feeds & inside & plain;
        marks.ends = ends & plain;
        marks.feeds &= !inside & plain;
        self.has_quotes |= quotes != 0;
        self.last = match [inside, quotes, returns].map(|places| places >> 63 != 0) {
            [true, ..] => Last::Inside,
            [_, true, _] => Last::Mark,
            [.., true] => Last::Return,
            _ => Last::Plain,
        };
        Rare {
            returned,
            breaks,
            pairs: pairs & plain,
            go_on: wrong == 0,
        }
    }

    /// Takes the row that ends with bound number `n_cells`.
    #[inline]
    fn row(&mut self, text: &[u8], n_cells: usize, returned: bool, comment: Option<u8>) -> bool {
        let is_alike = self.n_complete == 1 || returned == (self.n_returns > 0);
        if n_cells != self.n_complete + self.n_columns || !is_alike {
            return false;
        }
        if self.n_breaks > 0 {
            self.breaks.push((self.n_rows(), self.n_breaks));
            self.n_breaks = 0;
        }
        self.n_complete = n_cells;
        self.n_returns += usize::from(returned);
        comment.is_none() || text.get(self.bounds[n_cells - 1] as usize) != comment.as_ref()
    }
}
