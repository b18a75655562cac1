//! Feature values to bins of one byte: as many as a histogram needs, and no more.

use std::collections::BTreeMap;

use tabwright_recipe::{Feature, FeatureKind, Matrix};

/// Bins of values that a feature may have; one more is kept for missing, so that a bin is a byte.
pub(crate) const MAX_BINS: usize = 255;

/// Category levels with a bin of their own: one bin is kept for the rarer ones, which act as unseen.
const MAX_LEVELS: usize = MAX_BINS - 1;

/// What the bins of one feature stand for. Bin `n_values` holds missing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bins {
    /// Bin `i` holds the numbers between the smallest and largest value seen in it; bins ascend.
    Number {
        /// Smallest value of each bin.
        low: Vec<f64>,
        /// Largest value of each bin.
        high: Vec<f64>,
    },
    /// Bin `i` holds the level of code `codes[i]`.
    Category {
        /// One code a bin, ascending.
        codes: Vec<u32>,
        /// Whether there is one more bin, before missing, for levels too rare for one of their own.
        others: bool,
    },
}

/// A matrix as bins, column-major.
#[derive(Clone, Debug)]
pub(crate) struct BinnedMatrix {
    /// One a feature.
    pub bins: Vec<Bins>,
    /// One byte a row, one vector a feature.
    pub columns: Vec<Vec<u8>>,
    /// Number of rows.
    pub n_rows: usize,
}

impl Bins {
    /// Bins of values: the position of the missing bin.
    pub fn n_values(&self) -> usize {
        match self {
            Bins::Number { low, .. } => low.len(),
            Bins::Category { codes, others } => codes.len() + usize::from(*others),
        }
    }

    /// All bins, missing included.
    pub fn n_bins(&self) -> usize {
        self.n_values() + 1
    }

    /// The bin whose rows are always routed as unseen levels are.
    pub fn others_bin(&self) -> Option<usize> {
        match self {
            Bins::Category {
                codes,
                others: true,
            } => Some(codes.len()),
            _ => None,
        }
    }

    /// The number that separates two bins: half way between their nearest values, `high[left] <= t < low[right]`.
    pub fn threshold(&self, left: usize, right: usize) -> f64 {
        match self {
            Bins::Number { low, high } => midpoint(high[left], low[right]),
            Bins::Category { .. } => 0.0,
        }
    }

    fn of_numbers(column: &[f64], max_bins: usize) -> Self {
        let mut sorted: Vec<f64> = column.iter().copied().filter(|x| !x.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut distinct: Vec<(f64, usize)> = Vec::new();
        for &x in &sorted {
            match distinct.last_mut() {
                // Not by bits: −0 and 0 are one value to a comparison with a threshold.
                Some((value, n)) if *value == x => *n += 1,
                _ => distinct.push((x, 1)),
            }
        }
        let (mut low, mut high) = (Vec::new(), Vec::new());
        let mut start = 0;
        for end in bin_ends(&distinct, max_bins.min(MAX_BINS)) {
            low.push(distinct[start].0);
            high.push(distinct[end - 1].0);
            start = end;
        }
        Bins::Number { low, high }
    }

    fn of_codes(column: &[f64]) -> Self {
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for &code in column.iter().filter(|code| **code >= 0.0) {
            *counts.entry(code as u32).or_default() += 1;
        }
        let mut by_count: Vec<(u32, usize)> = counts.into_iter().collect();
        by_count.sort_by_key(|&(code, n)| (std::cmp::Reverse(n), code));
        let others = by_count.len() > MAX_LEVELS;
        let mut codes: Vec<u32> = by_count
            .iter()
            .take(MAX_LEVELS)
            .map(|&(code, _)| code)
            .collect();
        codes.sort_unstable();
        Bins::Category { codes, others }
    }

    fn assign(&self, column: &[f64]) -> Vec<u8> {
        let missing = self.n_values() as u8;
        match self {
            Bins::Number { high, .. } => column
                .iter()
                .map(|&x| {
                    if x.is_nan() {
                        missing
                    } else {
                        high.partition_point(|&h| h < x) as u8
                    }
                })
                .collect(),
            Bins::Category { codes, others } => {
                // Without a bin for others every code has its own: training rows hold no unseen level.
                let rest = if *others { codes.len() as u8 } else { missing };
                column
                    .iter()
                    .map(|&code| {
                        if code.is_nan() {
                            missing
                        } else {
                            position(codes, code).unwrap_or(rest)
                        }
                    })
                    .collect()
            }
        }
    }
}

fn position(codes: &[u32], code: f64) -> Option<u8> {
    if code < 0.0 {
        return None;
    }
    codes
        .binary_search(&(code as u32))
        .ok()
        .map(|bin| bin as u8)
}

/// Where each bin ends among the distinct values: each value alone if there is room; else about equal row counts, where a
/// value that fills a bin by itself stays alone.
fn bin_ends(distinct: &[(f64, usize)], max_bins: usize) -> Vec<usize> {
    if distinct.len() <= max_bins {
        return (1..=distinct.len()).collect();
    }
    let mut rows_left: usize = distinct.iter().map(|d| d.1).sum();
    let mut bins_left = max_bins;
    let mut ends = Vec::with_capacity(max_bins);
    let mut in_bin = 0;
    for (position, &(_, n)) in distinct.iter().enumerate() {
        in_bin += n;
        let fills = |n: usize| n * bins_left >= rows_left;
        let next_fills = distinct.get(position + 1).is_some_and(|next| fills(next.1));
        if bins_left > 1 && (fills(in_bin) || next_fills) {
            ends.push(position + 1);
            rows_left -= in_bin;
            bins_left -= 1;
            in_bin = 0;
        }
    }
    if ends.last() != Some(&distinct.len()) {
        ends.push(distinct.len());
    }
    ends
}

/// Half way between, or `a` where rounding would leave `a <= t < b`.
fn midpoint(a: f64, b: f64) -> f64 {
    let t = a / 2.0 + b / 2.0;
    if a <= t && t < b { t } else { a }
}

impl BinnedMatrix {
    /// Bins every feature of training rows; numbers in at most `max_bins` bins of values.
    pub fn new(matrix: &Matrix, features: &[Feature], max_bins: usize) -> Self {
        let bins: Vec<Bins> = matrix
            .columns
            .iter()
            .zip(features)
            .map(|(column, feature)| match feature.kind {
                FeatureKind::Number => Bins::of_numbers(column, max_bins),
                FeatureKind::Category { .. } => Bins::of_codes(column),
            })
            .collect();
        let columns = bins
            .iter()
            .zip(&matrix.columns)
            .map(|(bins, column)| bins.assign(column))
            .collect();
        Self {
            bins,
            columns,
            n_rows: matrix.n_rows,
        }
    }
}
