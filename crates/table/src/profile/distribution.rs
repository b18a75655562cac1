//! Histograms and level counts, split by the target's groups.

use super::{Distribution, groups::TargetGroups};
use crate::{Kind, MISSING_CODE};

/// Enough to see the shape, few enough to see each bar.
const N_BINS: usize = 24;
/// Whole numbers in a range no wider than this get a bin each.
const MAX_BINS: f64 = 30.0;
/// Levels that are listed.
const MAX_LEVELS: usize = 20;

/// Rows of each group.
struct Split {
    by_target: Vec<Vec<u64>>,
    missing_by_target: Vec<u64>,
}

/// Counts rows by place (`None`: missing; beyond `n_places`: not counted) and group.
fn split(
    n_places: usize,
    places: impl Iterator<Item = Option<usize>>,
    groups: Option<&TargetGroups>,
) -> Split {
    let Some(groups) = groups else {
        return Split {
            by_target: Vec::new(),
            missing_by_target: Vec::new(),
        };
    };
    let n_groups = groups.labels.len();
    let mut by_target = vec![vec![0; n_groups]; n_places];
    let mut missing_by_target = vec![0; n_groups];
    for (row, place) in places.enumerate() {
        let Some(group) = groups.of_row(row) else {
            continue;
        };
        match place {
            None => missing_by_target[group] += 1,
            Some(place) if place < n_places => by_target[place][group] += 1,
            Some(_) => {}
        }
    }
    Split {
        by_target,
        missing_by_target,
    }
}

/// Equal-width bins over the range; `sorted` are the present values, `n_distinct` of them different.
pub(super) fn histogram(
    kind: Kind,
    values: &[f64],
    sorted: &[f64],
    n_distinct: usize,
    groups: Option<&TargetGroups>,
) -> Distribution {
    let edges = match (sorted.first(), sorted.last()) {
        (Some(&min), Some(&max)) => bin_edges(kind, min, max, n_distinct),
        _ => Vec::new(),
    };
    let n_bins = edges.len().saturating_sub(1);
    let inner = edges.get(1..n_bins).unwrap_or_default();
    // Counted on sorted values, so that each count is a difference of two positions.
    let mut ends: Vec<usize> = inner
        .iter()
        .map(|edge| sorted.partition_point(|value| value < edge))
        .collect();
    if n_bins > 0 {
        ends.push(sorted.len());
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let counts = starts
        .zip(&ends)
        .map(|(start, &end)| (end - start) as u64)
        .collect();
    let place = |value: &f64| (!value.is_nan()).then(|| bin_of(inner, &edges, *value));
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

/// The number of inner edges at or below `value`, guessed from the width and then corrected.
fn bin_of(inner: &[f64], edges: &[f64], value: f64) -> usize {
    let width = (edges[edges.len() - 1] - edges[0]) / (edges.len() - 1) as f64;
    let mut bin = (((value - edges[0]) / width) as usize).min(inner.len());
    while bin > 0 && value < inner[bin - 1] {
        bin -= 1;
    }
    while bin < inner.len() && value >= inner[bin] {
        bin += 1;
    }
    bin
}

fn bin_edges(kind: Kind, min: f64, max: f64, n_distinct: usize) -> Vec<f64> {
    // Halves and ends of a range that reaches beyond what an f64 holds would overflow: scale first.
    let (low, high, n_bins) = if kind == Kind::Integer {
        let width = ((max - min + 1.0) / MAX_BINS).ceil().max(1.0);
        let n_bins = ((max - min + 1.0) / width).ceil();
        (min - 0.5, min - 0.5 + width * n_bins, n_bins as usize)
    } else if n_distinct <= 1 {
        let half = (min.abs() / f64::from(1 << 20)).max(0.5);
        (min - half, max + half, 1)
    } else {
        (min, max, N_BINS)
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
    let place = |&code: &u32| (code != MISSING_CODE).then(|| place_of_level[code as usize]);
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
