//! The cells of rows as trees ask for them.

use std::hint::select_unpredictable;

use tabwright_recipe::Matrix;

use super::super::{Tree, TreeEnsemble};
use super::thresholds::{LANES, Thresholds};

/// A whole number for each of them.
pub(super) type Lanes = [i32; LANES];

/// A missing cell where missing goes right: above every threshold.
const MISSING_RIGHT: i32 = i32::MAX - 1;
/// The code of a missing category.
const MISSING_CODE: i32 = -1;
/// The code of a level that training did not see.
const UNSEEN_CODE: i32 = -2;

/// How a split reads its feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reading {
    /// The number of thresholds below; missing is below all of them.
    RankMissingLeft,
    /// The same; missing is above all of them.
    RankMissingRight,
    /// The code of a category.
    Code,
}

/// What is read of each row.
///
/// A number is replaced by its rank among the thresholds that its feature is compared with anywhere in the ensemble: looked up once,
/// and every split is a comparison of whole numbers, in which missing needs no question of its own.
pub(super) struct Cells {
    /// Feature and reading, ascending.
    pub(super) readings: Vec<(usize, Reading)>,
    /// Each feature's thresholds.
    pub(super) thresholds: Vec<Thresholds>,
}

/// The levels that go left.
pub(super) struct Set {
    /// One bit a code.
    words: Vec<u64>,
    missing_left: bool,
}

impl Cells {
    /// All that an ensemble's splits read.
    pub fn new(ensemble: &TreeEnsemble) -> Self {
        let mut readings = Vec::new();
        let mut thresholds: Vec<Vec<f64>> = Vec::new();
        for tree in &ensemble.trees {
            for split in 0..tree.n_splits() {
                let (feature, reading) = (tree.feature[split] as usize, reading(tree, split));
                readings.push((feature, reading));
                if thresholds.len() <= feature {
                    thresholds.resize(feature + 1, Vec::new());
                }
                if reading != Reading::Code {
                    thresholds[feature].push(tree.threshold[split]);
                }
            }
        }
        readings.sort_unstable();
        readings.dedup();
        Cells {
            readings,
            thresholds: thresholds.into_iter().map(Thresholds::new).collect(),
        }
    }

    /// Cells of a row; at least one, so that a leaf has something to look at.
    pub fn width(&self) -> usize {
        self.readings.len().max(1)
    }

    /// The cell that a split reads, and the rank of its threshold: ranks up to it go left. 0 for a set.
    pub fn of(&self, tree: &Tree, split: usize) -> (usize, i32) {
        let key = (tree.feature[split] as usize, reading(tree, split));
        // Every reading of every split is in the list, and every threshold.
        let cell = self.readings.partition_point(|&other| other < key);
        let rank = match key.1 {
            Reading::Code => 0,
            _ => self.thresholds[key.0].ranks(&[tree.threshold[split]; LANES])[0] as i32,
        };
        (cell, rank)
    }

    /// Cells of a block: for each [`LANES`] rows one after the other, their cells by position.
    pub fn read(&self, matrix: &Matrix, start: usize, n_rows: usize, out: &mut Vec<Lanes>) {
        let width = self.width();
        out.clear();
        out.resize(n_rows.div_ceil(LANES) * width, [0; LANES]);
        for (position, &(feature, reading)) in self.readings.iter().enumerate() {
            let column = &matrix.columns[feature][start..start + n_rows];
            let thresholds = &self.thresholds[feature];
            let cells = out.iter_mut().skip(position).step_by(width);
            for (cells, numbers) in cells.zip(column.chunks(LANES)) {
                // Lanes without a row repeat the first.
                let numbers = std::array::from_fn(|lane| *numbers.get(lane).unwrap_or(&numbers[0]));
                *cells = match reading {
                    Reading::Code => numbers.map(code),
                    // No threshold is below a missing cell: comparisons with it are false.
                    Reading::RankMissingLeft => thresholds.ranks(&numbers).map(|rank| rank as i32),
                    Reading::RankMissingRight => {
                        let mut ranks = thresholds.ranks(&numbers).map(|rank| rank as i32);
                        for (rank, x) in ranks.iter_mut().zip(numbers) {
                            *rank = if x.is_nan() { MISSING_RIGHT } else { *rank };
                        }
                        ranks
                    }
                };
            }
        }
    }
}

impl Set {
    /// The set of a split, if it asks for one.
    pub fn of(tree: &Tree, split: usize) -> Option<Self> {
        let levels = &tree.levels[split];
        let largest = *levels.iter().max()?;
        let mut words = vec![0; largest as usize / 64 + 1];
        for &level in levels {
            words[level as usize / 64] |= 1 << (level % 64);
        }
        Some(Self {
            words,
            missing_left: tree.missing_left[split],
        })
    }

    /// Whether this code goes left.
    pub fn holds(&self, code: i32) -> bool {
        if code == MISSING_CODE {
            return self.missing_left;
        }
        // What is unseen is negative, which makes it larger than any code.
        let code = code as u32;
        let word = self.words.get(code as usize / 64);
        word.is_some_and(|word| word >> (code % 64) & 1 == 1)
    }
}

fn reading(tree: &Tree, split: usize) -> Reading {
    match (tree.levels[split].is_empty(), tree.missing_left[split]) {
        (false, _) => Reading::Code,
        (true, true) => Reading::RankMissingLeft,
        (true, false) => Reading::RankMissingRight,
    }
}

/// How many of ascending thresholds are below each number: at most the position of a threshold exactly where the number is at most
/// that threshold. None is below NaN.
pub fn ranks<const N: usize>(thresholds: &[f64], numbers: &[f64; N]) -> [i32; N] {
    let mut below = [0; N];
    let mut size = thresholds.len();
    if size == 0 {
        return below;
    }
    // Binary search, the lanes in step.
    while size > 1 {
        let half = size / 2;
        for (below, &x) in below.iter_mut().zip(numbers) {
            let is_below = thresholds[*below as usize + half - 1] < x;
            // Of all else the compiler makes a branch, which nobody can foresee.
            *below += select_unpredictable(is_below, half as i32, 0);
        }
        size -= half;
    }
    for (below, &x) in below.iter_mut().zip(numbers) {
        *below += i32::from(thresholds[*below as usize] < x);
    }
    below
}

/// The code of a category's cell.
pub(super) fn code(x: f64) -> i32 {
    if x.is_nan() {
        MISSING_CODE
    } else if x < 0.0 {
        UNSEEN_CODE
    } else {
        x as i32
    }
}
