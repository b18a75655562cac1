//! A column as codes into a dictionary: it reproduces any cell.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use std::hash::BuildHasher;

use super::{block::Cells, chunks::Chunks, missing::MissingTokens};
use crate::MISSING_CODE;

/// Codes, and the texts that they stand for in the order in which they were met.
pub(super) struct Texts {
    codes: Chunks<u32>,
    arena: Arena,
    counts: Vec<u32>,
    /// Hashes of texts and their codes, so that a table that grows need not look at the texts. The seed is fixed: only
    /// looked up in, and the same everywhere.
    known: HashTable<(u32, u32)>,
    hasher: FixedState,
}

/// Bytes that each different text takes besides its own: where it ends, its count, its place in the table of hashes,
/// and at last its string.
const LEVEL_BYTES: usize = size_of::<usize>() + 4 * size_of::<u32>() + size_of::<String>();

/// Texts end to end.
#[derive(Default)]
struct Arena {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Arena {
    #[inline]
    fn get(&self, code: u32) -> &[u8] {
        let code = code as usize;
        let start = code.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[code]]
    }
}

/// A column's different texts, sorted, and which one each row has.
pub(super) struct Dictionary {
    pub(super) codes: Vec<u32>,
    pub(super) levels: Vec<String>,
    /// Rows of each level.
    pub(super) counts: Vec<u32>,
}

impl Texts {
    /// A column that starts with `n_missing` missing cells.
    pub(super) fn new(expected_rows: usize, n_missing: usize) -> Self {
        let mut codes = Chunks::expecting(expected_rows);
        codes.fill(MISSING_CODE, n_missing);
        Self {
            codes,
            arena: Arena::default(),
            counts: Vec::new(),
            known: HashTable::new(),
            hasher: FixedState::with_seed(0),
        }
    }

    /// Makes room for so many rows in all.
    pub(super) fn expect(&mut self, n_rows: usize) {
        self.codes.expect(n_rows);
    }

    /// Bytes that the different texts take.
    pub(super) fn dictionary_bytes(&self) -> usize {
        self.arena.bytes.len() + self.counts.len() * LEVEL_BYTES
    }

    /// Takes the cells from row `from` of a block on.
    pub(super) fn append(
        &mut self,
        cells: &Cells,
        from: usize,
        missing: &MissingTokens,
        codes: &mut Vec<u32>,
    ) {
        codes.clear();
        let mut last: (&[u8], u32) = (&[], MISSING_CODE);
        for row in from..cells.n_rows {
            let cell = cells.get(row);
            if cell != last.0 {
                last = (
                    cell,
                    if missing.contains_bytes(cell) {
                        MISSING_CODE
                    } else {
                        self.code(cell)
                    },
                );
            }
            if let Some(count) = self.counts.get_mut(last.1 as usize) {
                *count += 1;
            }
            codes.push(last.1);
        }
        self.codes.extend(codes);
    }

    /// Takes one cell; `None` is missing.
    pub(super) fn push(&mut self, cell: Option<&[u8]>) {
        let code = cell.map_or(MISSING_CODE, |cell| self.code(cell));
        if let Some(count) = self.counts.get_mut(code as usize) {
            *count += 1;
        }
        self.codes.push(code);
    }

    fn code(&mut self, cell: &[u8]) -> u32 {
        let Self {
            arena,
            known,
            hasher,
            counts,
            ..
        } = self;
        let hash = hasher.hash_one(cell) as u32;
        let is_same = |&(other, code): &(u32, u32)| other == hash && arena.get(code) == cell;
        if let Some(&(_, code)) = known.find(spread(hash), is_same) {
            return code;
        }
        let code = counts.len() as u32;
        arena.bytes.extend_from_slice(cell);
        arena.ends.push(arena.bytes.len());
        counts.push(0);
        known.insert_unique(spread(hash), (hash, code), |&(hash, _)| spread(hash));
        code
    }

    /// The levels in the order of their code points, whatever the order of rows.
    pub(super) fn into_dictionary(self) -> Dictionary {
        let Self {
            codes,
            arena,
            counts,
            known,
            ..
        } = self;
        drop(known);
        // The order of UTF-8 bytes is the order of code points; most texts differ in their first eight.
        let mut order: Vec<(u64, u32)> = (0..counts.len() as u32)
            .map(|code| (prefix(arena.get(code)), code))
            .collect();
        order.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| arena.get(a.1).cmp(arena.get(b.1)))
        });
        let mut new_codes = vec![0; counts.len()];
        for (new, &(_, old)) in order.iter().enumerate() {
            new_codes[old as usize] = new as u32;
        }
        let mut codes = codes.into_vec();
        for code in &mut codes {
            if let Some(&new) = new_codes.get(*code as usize) {
                *code = new;
            }
        }
        let text = |&(_, old): &(u64, u32)| String::from_utf8_lossy(arena.get(old)).into_owned();
        Dictionary {
            codes,
            levels: order.iter().map(text).collect(),
            counts: order.iter().map(|&(_, old)| counts[old as usize]).collect(),
        }
    }
}

/// The hash that the table sees: it tells its entries apart by the upper bits and places them by the lower ones.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn prefix(text: &[u8]) -> u64 {
    let mut first = [0; 8];
    let n = text.len().min(8);
    first[..n].copy_from_slice(&text[..n]);
    u64::from_be_bytes(first)
}

impl Dictionary {
    /// Rows that are not missing.
    pub(super) fn n_present(&self) -> usize {
        self.counts.iter().map(|&count| count as usize).sum()
    }

    pub(super) fn n_missing(&self) -> usize {
        self.codes.len() - self.n_present()
    }
}
