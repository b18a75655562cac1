//! Columns that predict the target too well to be honest.

use tabwright_format::percent;

use super::{
    association::{Ranked, Side, count_cells, pearson},
    groups::MAX_GROUPS,
};
use crate::MISSING_CODE;

/// Fewer rows than this prove nothing.
const MIN_ROWS: usize = 20;
/// Of the rows that the most frequent class does not explain, the share that one column explains.
const MIN_SKILL: f64 = 0.97;
/// Of the target's variance, the share that the levels of one column explain.
const MIN_EXPLAINED: f64 = 0.95;
/// A straight line this close is arithmetic rather than nature, if ranks agree that it is no outlier's doing:
/// a taxi's fare and its total have r = 0.974, ρ = 0.947; a diamond's weight and its price 0.92, 0.96.
const MIN_LINEAR: (f64, f64) = (0.97, 0.9);
/// Any monotone curve this close.
const MIN_MONOTONE: f64 = 0.99;
/// Ranges that a number is cut into before classes are guessed from it.
const N_RANGES: usize = 64;

/// A column that gives the target away.
pub(super) struct Leak {
    /// The column's position.
    pub(super) column: usize,
    /// How strongly, 0 to 1.
    pub(super) strength: f64,
    /// What was found, to follow the column's name.
    pub(super) finding: String,
}

/// The target, prepared for comparison with every column.
pub(super) struct Goal {
    pub(super) side: Side,
    /// The class of each row, where there are few.
    classes: Option<Classes>,
}

struct Classes {
    codes: Vec<u32>,
    n_levels: usize,
}

impl Goal {
    pub(super) fn new(side: Side) -> Self {
        let classes = match &side {
            Side::Codes { codes, n_levels } => Some(Classes {
                codes: codes.clone(),
                n_levels: *n_levels,
            }),
            Side::Numbers(numbers) => classes_of(numbers, MAX_GROUPS),
        };
        Self { side, classes }
    }

    /// Whether the rows where this column is missing give the target away.
    pub(super) fn leak_of_gaps(
        &self,
        column: usize,
        is_missing: impl Iterator<Item = bool>,
    ) -> Option<Leak> {
        let side = Side::Codes {
            codes: is_missing.map(u32::from).collect(),
            n_levels: 2,
        };
        let mut leak = self.leak(column, &side, 0.0)?;
        leak.finding = format!("{}, by being missing or not", leak.finding);
        Some(leak)
    }

    /// Whether this column, whose association with the target is known, gives the target away.
    pub(super) fn leak(&self, column: usize, side: &Side, association: f64) -> Option<Leak> {
        let (is_leak, strength, finding) = match (&self.classes, &self.side, side) {
            (Some(classes), _, side) => {
                let skill = skill(&ranges_of(side), classes);
                let finding = format!(
                    "alone puts right {} of what guessing the most frequent class gets wrong",
                    percent(skill)
                );
                (skill >= MIN_SKILL, skill, finding)
            }
            (None, Side::Numbers(target), Side::Codes { codes, n_levels }) => {
                let explained = explained(&target.values, codes, *n_levels);
                let finding = format!(
                    "explains {} of the target's variance on its own",
                    percent(explained)
                );
                (explained >= MIN_EXPLAINED, explained, finding)
            }
            (None, Side::Numbers(target), Side::Numbers(numbers)) => {
                let n_pairs = numbers
                    .values
                    .iter()
                    .zip(&target.values)
                    .filter(|(a, b)| !(*a + *b).is_nan())
                    .count();
                let (linear, rank) = (
                    pearson(&numbers.values, &target.values).map_or(0.0, f64::abs),
                    association.abs(),
                );
                let is_leak =
                    rank >= MIN_MONOTONE || linear >= MIN_LINEAR.0 && rank >= MIN_LINEAR.1;
                let finding =
                    format!("follows the target closely (Pearson {linear:.3}, Spearman {rank:.3})");
                (is_leak && n_pairs >= MIN_ROWS, linear.max(rank), finding)
            }
            (None, Side::Codes { .. }, _) => return None,
        };
        is_leak.then_some(Leak {
            column,
            strength,
            finding,
        })
    }
}

/// One class a value, if there are at most `limit`.
fn classes_of(numbers: &Ranked, limit: usize) -> Option<Classes> {
    let mut codes = vec![MISSING_CODE; numbers.values.len()];
    let mut n_levels = 0;
    for tied in numbers.ties() {
        if n_levels == limit {
            return None;
        }
        for &row in tied {
            codes[row as usize] = n_levels as u32;
        }
        n_levels += 1;
    }
    Some(Classes { codes, n_levels })
}

/// A category's levels, or a number cut into ranges of about equally many rows, equal values together.
fn ranges_of(side: &Side) -> Classes {
    let numbers = match side {
        Side::Codes { codes, n_levels } => {
            return Classes {
                codes: codes.clone(),
                n_levels: *n_levels,
            };
        }
        Side::Numbers(numbers) => numbers,
    };
    if let Some(classes) = classes_of(numbers, N_RANGES) {
        return classes;
    }
    let mut codes = vec![MISSING_CODE; numbers.values.len()];
    let n_present = numbers.ties().map(<[u32]>::len).sum::<usize>().max(1);
    let mut n_before = 0;
    for tied in numbers.ties() {
        let range = n_before * N_RANGES / n_present;
        for &row in tied {
            codes[row as usize] = range as u32;
        }
        n_before += tied.len();
    }
    Classes {
        codes,
        n_levels: N_RANGES,
    }
}

/// How much better than the most frequent class the most frequent class of each level is, 0 to 1; each row is
/// guessed from the others of its level, so that levels of one row tell nothing.
fn skill(levels: &Classes, target: &Classes) -> f64 {
    let pairs = || {
        levels
            .codes
            .iter()
            .zip(&target.codes)
            .filter(|(_, class)| **class != MISSING_CODE)
    };
    // A missing value is a level of its own: that it is missing may be known only afterwards.
    let missing = levels.n_levels as u64;
    let keys = pairs().map(|(&level, &class)| {
        let level = if level == MISSING_CODE {
            missing
        } else {
            u64::from(level)
        };
        level * target.n_levels as u64 + u64::from(class)
    });
    let mut class_counts = vec![0_usize; target.n_levels];
    for (_, &class) in pairs() {
        class_counts[class as usize] += 1;
    }
    let n_pairs: usize = class_counts.iter().sum();
    if n_pairs < MIN_ROWS {
        return 0.0;
    }
    let n_by_class = class_counts.iter().copied().max().unwrap_or(0);
    let cells = count_cells(
        keys.collect(),
        levels
            .n_levels
            .saturating_add(1)
            .saturating_mul(target.n_levels),
    );
    let is_same_level = |a: &(u64, u64), b: &(u64, u64)| {
        a.0 / target.n_levels as u64 == b.0 / target.n_levels as u64
    };
    let n_by_level: usize = cells.chunk_by(is_same_level).map(n_guessed).sum();
    let n_wrong = n_pairs - n_by_class;
    if n_wrong == 0 {
        0.0
    } else {
        (n_by_level as f64 - n_by_class as f64).max(0.0) / n_wrong as f64
    }
}

/// Rows of one level, counted by class, that the level's other rows guess.
fn n_guessed(level: &[(u64, u64)]) -> usize {
    let (first, second) = level.iter().fold((0, 0), |(first, second), &(_, count)| {
        if count > first {
            (count, first)
        } else {
            (first, second.max(count))
        }
    });
    if first > second + 1 {
        first as usize
    } else {
        0
    }
}

/// Share of the variance that the mean of each level's other rows explains.
fn explained(values: &[f64], codes: &[u32], n_levels: usize) -> f64 {
    let pairs = || {
        values
            .iter()
            .zip(codes)
            .filter(|(value, code)| !value.is_nan() && **code != MISSING_CODE)
    };
    let (n, sum) = pairs().fold((0.0, 0.0), |(n, sum), (value, _)| (n + 1.0, sum + value));
    if n < MIN_ROWS as f64 {
        return 0.0;
    }
    let mean = sum / n;
    let mut groups = vec![(0.0, 0.0); n_levels];
    for (value, &code) in pairs() {
        let (count, sum) = &mut groups[code as usize];
        *count += 1.0;
        *sum += value - mean;
    }
    let (left, total) = pairs().fold((0.0, 0.0), |(left, total), (value, &code)| {
        let (count, sum) = groups[code as usize];
        let distance = value - mean;
        let guess = if count > 1.0 {
            (sum - distance) / (count - 1.0)
        } else {
            0.0
        };
        (
            left + (distance - guess) * (distance - guess),
            total + distance * distance,
        )
    });
    if total > 0.0 {
        (1.0 - left / total).max(0.0)
    } else {
        0.0
    }
}
