//! Histograms and level counts, split by the target's groups.

use super::{Distribution, groups::TargetGroups, order::Ascending};
use crate::{Kind, MISSING_CODE};

/// Bins: enough to see the shape, few enough to see each bar; and how many whole numbers may have a bin each.
const BINS: (usize, f64) = (24, 30.0);
/// Levels that are listed.
const MAX_LEVELS: usize = 20;

/// Rows of each group.
struct Split {
    by_target: Vec<Vec<u64>>,
    missing_by_target: Vec<u64>,
}

/// A row's place when it has no value, and when it is not to be counted.
enum Place {
    At(usize),
    Missing,
    Nowhere,
}

/// Counts rows by place and group.
fn split(
    n_places: usize,
    places: impl Iterator<Item = Place>,
    groups: Option<&TargetGroups>,
) -> Split {
    let Some(groups) = groups else {
        return Split {
            by_target: Vec::new(),
            missing_by_target: Vec::new(),
        };
    };
    // One flat table, so that a row costs one addition: missing values and those not counted have places behind the
    // others, rows without a group a column behind the groups.
    let n_groups = groups.labels.len();
    let width = n_groups + 1;
    let mut counts = vec![0_u64; (n_places + 2) * width];
    for (place, &group) in places.zip(groups.of_rows()) {
        let place = match place {
            Place::At(place) => place,
            Place::Missing => n_places,
            Place::Nowhere => n_places + 1,
        };
        counts[place * width + usize::from(group)] += 1;
    }
    let row_of = |place: usize| counts[place * width..place * width + n_groups].to_vec();
    Split {
        by_target: (0..n_places).map(row_of).collect(),
        missing_by_target: row_of(n_places),
    }
}

/// Equal-width bins over the range; `ascending` are the finite values, `n_distinct` of them different.
pub(super) fn histogram(
    kind: Kind,
    values: &[f64],
    ascending: &Ascending,
    n_distinct: usize,
    groups: Option<&TargetGroups>,
) -> Distribution {
    let edges = match ascending.range() {
        Some((min, max)) => bin_edges(kind, min, max, n_distinct <= 1, BINS),
        _ => Vec::new(),
    };
    let n_bins = edges.len().saturating_sub(1);
    let inner = edges.get(1..n_bins).unwrap_or_default();
    // Counted on sorted values, so that each count is a difference of two positions.
    let mut ends: Vec<usize> = inner.iter().map(|&edge| ascending.n_below(edge)).collect();
    if n_bins > 0 {
        ends.push(ascending.len());
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let counts = starts
        .zip(&ends)
        .map(|(start, &end)| (end - start) as u64)
        .collect();
    let finder = BinFinder::new(&edges);
    let place = |&value: &f64| {
        if value.is_finite() {
            Place::At(finder.find(value))
        } else if value.is_nan() {
            Place::Missing
        } else {
            Place::Nowhere
        }
    };
    let Split {
        by_target,
        missing_by_target,
    } = split(n_bins, values.iter().map(place), groups);
    Distribution::Histogram {
        edges,
        counts,
        by_target,
        missing_by_target,
    }
}

/// Finds the bin of a value: guessed from the width, then corrected by the edges.
pub(super) struct BinFinder<'a> {
    edges: &'a [f64],
    n_bins: usize,
    low: f64,
    per_width: f64,
}

impl<'a> BinFinder<'a> {
    pub(super) fn new(edges: &'a [f64]) -> Self {
        let n_bins = edges.len().saturating_sub(1);
        let (low, high) = match edges {
            [low, .., high] => (*low, *high),
            _ => (0.0, 1.0),
        };
        Self {
            edges,
            n_bins,
            low,
            per_width: n_bins as f64 / (high - low),
        }
    }

    /// The bin whose lower edge is the last that is not above `value`; the first or last bin beyond the edges.
    pub(super) fn find(&self, value: f64) -> usize {
        let last = self.n_bins.saturating_sub(1);
        // 32 bits: one instruction in a browser.
        let mut bin = (((value - self.low) * self.per_width) as u32 as usize).min(last);
        while bin > 0 && value < self.edges[bin] {
            bin -= 1;
        }
        while bin < last && value >= self.edges[bin + 1] {
            bin += 1;
        }
        bin
    }
}

/// The edges that a histogram from `min` to `max` has, for two columns to be counted on; see
/// [`Distribution::Histogram`]. Both are finite.
pub fn histogram_edges(kind: Kind, min: f64, max: f64) -> Vec<f64> {
    bin_edges(kind, min, max, min == max, BINS)
}

/// Counts of the finite values between these edges; what lies beyond them is in the first or last bin.
pub fn count_in_bins(edges: &[f64], values: &[f64]) -> Vec<u64> {
    let mut counts = vec![0; edges.len().saturating_sub(1)];
    let finder = BinFinder::new(edges);
    for value in values.iter().filter(|value| value.is_finite()) {
        if let Some(count) = counts.get_mut(finder.find(*value)) {
            *count += 1;
        }
    }
    counts
}

/// Equal-width bins from `min` to `max`: `n_bins` of them, or at most `most_whole` for whole numbers, on halves.
pub(super) fn bin_edges(
    kind: Kind,
    min: f64,
    max: f64,
    is_constant: bool,
    (n_bins, most_whole): (usize, f64),
) -> Vec<f64> {
    // Halves and ends of a range that reaches beyond what an f64 holds would overflow: scale first.
    let (low, high, n_bins) = if kind == Kind::Integer {
        let width = ((max - min + 1.0) / most_whole).ceil().max(1.0);
        let n_bins = ((max - min + 1.0) / width).ceil();
        (min - 0.5, min - 0.5 + width * n_bins, n_bins as usize)
    } else if is_constant {
        let half = (min.abs() / f64::from(1 << 20)).max(0.5);
        (min - half, max + half, 1)
    } else {
        (min, max, n_bins)
    };
    let part = |edge: usize| edge as f64 / n_bins as f64;
    let mut edges: Vec<f64> = (0..=n_bins)
        .map(|edge| low * (1.0 - part(edge)) + high * part(edge))
        .collect();
    if kind == Kind::Integer && high.abs().max(low.abs()) < 1e15 {
        let width = (high - low) / n_bins as f64;
        edges = (0..=n_bins).map(|edge| low + width * edge as f64).collect();
    }
    edges
}

/// Rows of each level.
pub(super) fn level_counts(codes: &[u32], n_levels: usize) -> Vec<u64> {
    let mut counts = vec![0; n_levels];
    for &code in codes.iter().filter(|&&code| code != MISSING_CODE) {
        counts[code as usize] += 1;
    }
    counts
}

/// 1 − H / log₂ k over the k values that occur; nothing for fewer than two.
pub(super) fn imbalance(counts: impl Iterator<Item = u64>) -> Option<f64> {
    let counts: Vec<f64> = counts
        .filter(|&count| count > 0)
        .map(|count| count as f64)
        .collect();
    let n: f64 = counts.iter().sum();
    let entropy: f64 = counts
        .iter()
        .map(|count| count / n)
        .map(|p| -p * libm::log2(p))
        .sum();
    (counts.len() > 1).then(|| (1.0 - entropy / libm::log2(counts.len() as f64)).max(0.0))
}

/// The most frequent levels; equally frequent ones in their own order.
pub(super) fn top_levels(
    codes: &[u32],
    levels: &[String],
    counts: &[u64],
    groups: Option<&TargetGroups>,
) -> Distribution {
    let mut order: Vec<usize> = (0..levels.len())
        .filter(|&level| counts[level] > 0)
        .collect();
    let by_count = |&level: &usize| (std::cmp::Reverse(counts[level]), level);
    if order.len() > MAX_LEVELS {
        order.select_nth_unstable_by_key(MAX_LEVELS, by_count);
        order.truncate(MAX_LEVELS);
    }
    order.sort_unstable_by_key(by_count);
    let mut place_of_level = vec![usize::MAX; levels.len()];
    for (place, &level) in order.iter().enumerate() {
        place_of_level[level] = place;
    }
    let place = |&code: &u32| match place_of_level.get(code as usize) {
        None => Place::Missing,
        Some(&usize::MAX) => Place::Nowhere,
        Some(&place) => Place::At(place),
    };
    let Split {
        by_target,
        missing_by_target,
    } = split(order.len(), codes.iter().map(place), groups);
    let top: Vec<_> = order
        .iter()
        .map(|&level| (levels[level].clone(), counts[level]))
        .collect();
    let n_listed: u64 = top.iter().map(|(_, count)| count).sum();
    Distribution::Levels {
        top,
        n_other: counts.iter().sum::<u64>() - n_listed,
        by_target,
        missing_by_target,
    }
}
