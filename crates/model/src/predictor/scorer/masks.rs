//! Rows through trees of few leaves, without walking down any of them.
//!
//! Every leaf of a tree is a bit. A split that sends a row right rules out all leaves on its left; of the leaves that no split rules
//! out, the first is the row's (`QuickScorer`: Lucchese and others, 2015). So the splits of all trees are one list, ordered by what
//! they read, and are asked of [`ROWS`] rows at once: comparisons and ands of vectors, and nothing to wait for. Ranks are bytes, and
//! so are eight leaves: most splits have no more than that on their left, and a vector holds sixteen rows or more
//! (`RapidScorer`: Ye and others, 2018).

use std::array::from_fn;
use std::ops::Range;

use tabwright_recipe::Matrix;

use super::super::{Tree, TreeEnsemble};
use super::cells::{Cells, Reading, Set, code};
use super::leaves::{add_values, add_values_at, from_left};
use super::thresholds::{LANES, Thresholds};

/// Rows that are scored together.
pub(super) const ROWS: usize = 64;
/// Rows whose ranks are looked up before trees are asked: columns are read by runs, and the ranks stay in the first cache.
const BLOCK_ROWS: usize = 8 * ROWS;
/// Leaves that a tree may have.
const MAX_LEAVES: usize = u64::BITS as usize;
/// Thresholds that ranks of one byte tell apart.
const SPAN: i32 = 254;
/// A missing cell where missing goes right: above every threshold.
const MISSING_RIGHT: i8 = i8::MAX;

/// A rank for each row, from −128 on: comparisons with a sign are what all processors have.
type Ranks = [i8; ROWS];
/// Eight leaves of a tree for each row.
type Leaves = [u8; ROWS];

/// A split, for eight of its tree's leaves.
#[derive(Clone, Copy)]
struct Test {
    /// Ranks above this go right. Unused of a set.
    rank: i8,
    /// The leaves that are ruled out where a row goes right.
    left: u8,
    /// Which eight leaves, of all trees.
    eight: u32,
}

impl Test {
    #[inline]
    fn of_ranks(self, ranks: &Ranks, open: &mut Leaves) {
        for (open, &rank) in open.iter_mut().zip(ranks) {
            let ruled_out = if rank > self.rank { self.left } else { 0 };
            *open &= !ruled_out;
        }
    }
}

/// Splits that compare a feature's ranks with up to [`SPAN`] thresholds.
struct Numbers {
    missing_left: bool,
    /// The first of the thresholds.
    first: i32,
    tests: Vec<Test>,
}

impl Numbers {
    #[inline]
    fn read(&self, ranks: &[u32; LANES], numbers: &[f64; LANES], cells: &mut [i8]) {
        for (cell, &rank) in cells.iter_mut().zip(ranks) {
            let rank = (rank as i32 - self.first).clamp(0, SPAN);
            *cell = (rank + i32::from(i8::MIN)) as i8;
        }
        // A sum without conditions, which is NaN if one of the numbers is.
        let may_miss = numbers.iter().sum::<f64>().is_nan();
        if may_miss && !self.missing_left {
            for (cell, x) in cells.iter_mut().zip(numbers) {
                *cell = if x.is_nan() { MISSING_RIGHT } else { *cell };
            }
        }
    }
}

/// A feature of numbers.
struct Feature {
    position: usize,
    numbers: Vec<Numbers>,
}

/// Splits that look for a feature's code in a set.
struct Codes {
    position: usize,
    tests: Vec<(Test, Set)>,
}

struct LeavesOf {
    /// The outputs that its leaves have values for.
    outputs: Range<usize>,
    /// Where their values start: eight a number of [`n_eights`](Self::n_eights) for each output.
    first_value: usize,
    /// The first of its eights of leaves.
    first_eight: usize,
    /// How many there are: 1, 2, 4 or 8.
    n_eights: usize,
}

/// Trees as masks of their leaves.
pub(super) struct Masks {
    thresholds: Vec<Thresholds>,
    features: Vec<Feature>,
    codes: Vec<Codes>,
    trees: Vec<LeavesOf>,
    /// Output by output, leaf by leaf from left to right, up to as many leaves as the masks have.
    values: Vec<f64>,
    base: Vec<f64>,
    n_eights: usize,
    /// Bytes of ranks that a row has.
    width: usize,
}

/// Room to score in, whatever it holds.
#[derive(Default)]
struct Room {
    ranks: Vec<Ranks>,
    codes: Vec<[i32; ROWS]>,
    open: Vec<Leaves>,
    /// Margins by output.
    sums: Vec<[f64; ROWS]>,
}

impl Masks {
    /// Whether no tree has too many leaves.
    pub fn fit(ensemble: &TreeEnsemble) -> bool {
        let trees = &ensemble.trees;
        trees.iter().all(|tree| tree.n_leaves() <= MAX_LEAVES)
    }

    /// Of trees that [`fit`](Self::fit).
    pub fn new(ensemble: &TreeEnsemble, cells: Cells) -> Self {
        let mut masks = Self {
            thresholds: Vec::new(),
            features: Vec::new(),
            codes: Vec::new(),
            trees: Vec::with_capacity(ensemble.trees.len()),
            values: Vec::new(),
            base: ensemble.base.clone(),
            n_eights: 0,
            width: 0,
        };
        for &(position, reading) in &cells.readings {
            masks.add_reading(position, reading, &cells);
        }
        for tree in &ensemble.trees {
            let first = masks.n_eights;
            for (split, left) in masks.push_tree(tree) {
                let eights = (0_u32..).zip(left.to_le_bytes());
                for (eight, left) in eights.filter(|&(_, left)| left != 0) {
                    masks.push_test(tree, split, &cells, left, first as u32 + eight);
                }
            }
        }
        masks.thresholds = cells.thresholds;
        for numbers in masks.features.iter_mut().flat_map(|it| &mut it.numbers) {
            // Neighbours are of other trees then, and need not wait for each other's leaves.
            numbers.tests.sort_by_key(|test: &Test| test.rank);
        }
        masks
    }

    fn add_reading(&mut self, position: usize, reading: Reading, cells: &Cells) {
        if reading == Reading::Code {
            self.codes.push(Codes {
                position,
                tests: Vec::new(),
            });
            return;
        }
        if self
            .features
            .last()
            .is_none_or(|it| it.position != position)
        {
            self.features.push(Feature {
                position,
                numbers: Vec::new(),
            });
        }
        let n_spans = cells.thresholds[position].len().div_ceil(SPAN as usize);
        let spans = (0..n_spans as i32).map(|span| Numbers {
            missing_left: reading == Reading::RankMissingLeft,
            first: span * SPAN,
            tests: Vec::new(),
        });
        if let Some(feature) = self.features.last_mut() {
            feature.numbers.extend(spans);
        }
        self.width += n_spans;
    }

    fn push_test(&mut self, tree: &Tree, split: usize, cells: &Cells, left: u8, eight: u32) {
        let position = tree.feature[split] as usize;
        let mut test = Test {
            rank: 0,
            left,
            eight,
        };
        if let Some(set) = Set::of(tree, split) {
            let codes = self.codes.iter_mut().find(|it| it.position == position);
            if let Some(codes) = codes {
                codes.tests.push((test, set));
            }
            return;
        }
        let (_, rank) = cells.of(tree, split);
        let numbers = self
            .features
            .iter_mut()
            .filter(|it| it.position == position);
        let numbers = numbers.flat_map(|it| &mut it.numbers).find(|it| {
            it.missing_left == tree.missing_left[split] && it.first == rank / SPAN * SPAN
        });
        if let Some(numbers) = numbers {
            test.rank = (rank - numbers.first + i32::from(i8::MIN)) as i8;
            numbers.tests.push(test);
        }
    }

    /// Takes a tree's leaves; gives each split and the leaves on its left.
    fn push_tree(&mut self, tree: &Tree) -> Vec<(usize, u64)> {
        let n_eights = tree.n_leaves().div_ceil(8).next_power_of_two();
        let outputs = match tree.output {
            Some(output) => output as usize..output as usize + 1,
            None => 0..self.base.len(),
        };
        let (leaves, lefts) = from_left(tree);
        let first_value = self.values.len();
        for output in 0..outputs.len() {
            let value = |leaf: &usize| tree.leaf[leaf * outputs.len() + output];
            self.values.extend(leaves.iter().map(value));
            let n_values = first_value + (output + 1) * n_eights * 8;
            self.values.resize(n_values, 0.0);
        }
        self.trees.push(LeavesOf {
            outputs,
            first_value,
            first_eight: self.n_eights,
            n_eights,
        });
        self.n_eights += n_eights;
        lefts
    }

    /// Margins of all rows.
    pub fn margins(&self, matrix: &Matrix) -> Vec<f64> {
        let n_outputs = self.base.len();
        let mut room = Room::default();
        let mut margins = Vec::with_capacity(matrix.n_rows * n_outputs);
        for start in (0..matrix.n_rows).step_by(BLOCK_ROWS) {
            let n_rows = BLOCK_ROWS.min(matrix.n_rows - start);
            self.read(matrix, start, n_rows, &mut room);
            for first in (0..n_rows).step_by(ROWS) {
                self.rule_out(first / ROWS, &mut room);
                self.add_leaves(&mut room);
                let rows = 0..ROWS.min(n_rows - first);
                margins.extend(rows.flat_map(|row| room.sums.iter().map(move |sums| sums[row])));
            }
        }
        margins
    }

    /// Reads the ranks and codes of a block of rows.
    fn read(&self, matrix: &Matrix, start: usize, n_rows: usize, room: &mut Room) {
        let n_groups = n_rows.div_ceil(ROWS);
        room.ranks.resize(n_groups * self.width, [0; ROWS]);
        room.codes.resize(n_groups * self.codes.len(), [0; ROWS]);
        let mut cell = 0;
        for feature in &self.features {
            let column = &matrix.columns[feature.position][start..start + n_rows];
            let thresholds = &self.thresholds[feature.position];
            for (run, numbers) in column.chunks(LANES).enumerate() {
                // Lanes without a row repeat the first.
                let numbers = from_fn(|lane| *numbers.get(lane).unwrap_or(&numbers[0]));
                let ranks = thresholds.ranks(&numbers);
                let (group, lane) = (run * LANES / ROWS, run * LANES % ROWS);
                let cells = &mut room.ranks[group * self.width + cell..][..feature.numbers.len()];
                for (cells, span) in cells.iter_mut().zip(&feature.numbers) {
                    let cells: &mut [i8] = &mut cells[lane..lane + LANES];
                    span.read(&ranks, &numbers, cells);
                }
            }
            cell += feature.numbers.len();
        }
        for (cell, feature) in self.codes.iter().enumerate() {
            let column = &matrix.columns[feature.position][start..start + n_rows];
            for (group, numbers) in column.chunks(ROWS).enumerate() {
                let cells = &mut room.codes[group * self.codes.len() + cell];
                for (cell, &x) in cells.iter_mut().zip(numbers) {
                    *cell = code(x);
                }
            }
        }
    }

    /// Leaves open what no split rules out for a group of rows.
    fn rule_out(&self, group: usize, room: &mut Room) {
        let open = &mut room.open;
        open.clear();
        open.resize(self.n_eights, [u8::MAX; ROWS]);
        let ranks = room.ranks[group * self.width..].iter();
        let numbers = self.features.iter().flat_map(|it| &it.numbers);
        for (ranks, numbers) in ranks.zip(numbers) {
            for &test in &numbers.tests {
                test.of_ranks(ranks, &mut open[test.eight as usize]);
            }
        }
        let codes = room.codes[group * self.codes.len()..].iter();
        for (codes, feature) in codes.zip(&self.codes) {
            for (test, set) in &feature.tests {
                let open = &mut open[test.eight as usize];
                for (open, &code) in open.iter_mut().zip(codes) {
                    *open &= if set.holds(code) { u8::MAX } else { !test.left };
                }
            }
        }
    }

    /// The margins of a group of rows, whose leaves are open.
    fn add_leaves(&self, room: &mut Room) {
        let Room { open, sums, .. } = room;
        sums.clear();
        sums.extend(self.base.iter().map(|&base| [base; ROWS]));
        for tree in &self.trees {
            let open = &open[tree.first_eight..][..tree.n_eights];
            let values = &self.values[tree.first_value..];
            let sums = &mut sums[tree.outputs.clone()];
            match *open {
                [a] => add_values::<8>(&from_fn(|row| u32::from(a[row])), values, sums),
                [a, b] => {
                    let words = from_fn(|row| u32::from(u16::from_le_bytes([a[row], b[row]])));
                    add_values::<16>(&words, values, sums);
                }
                [a, b, c, d] => {
                    let word = |row| u32::from_le_bytes([a[row], b[row], c[row], d[row]]);
                    add_values::<32>(&from_fn(word), values, sums);
                }
                _ => {
                    let word = |row| u64::from_le_bytes(from_fn(|eight| open[eight][row]));
                    let leaves: [u32; ROWS] = from_fn(|row| word(row).trailing_zeros());
                    add_values_at::<64>(&leaves, values, sums);
                }
            }
        }
    }
}
