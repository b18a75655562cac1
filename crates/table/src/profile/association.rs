//! How strongly two columns go together, by their kinds.

use super::order::Workspace;
use crate::{MISSING_CODE, Values};

/// Largest contingency table that is counted in place rather than by sorting pairs.
const MAX_DENSE_CELLS: usize = 1 << 20;

/// A column's values on the rows that are compared, prepared for many comparisons.
pub(super) enum Side {
    Numbers(Ranked),
    Codes { codes: Vec<u32>, n_levels: usize },
}

/// Numbers with their order.
pub(super) struct Ranked {
    pub(super) values: Vec<f64>,
    /// The rows that are present, by ascending value.
    order: Vec<u32>,
    /// Twice the average ranks less their mean, which are whole numbers; [`NO_RANK`] where missing.
    ranks: Vec<i32>,
}

/// Fewer complete pairs than this go together by chance.
pub(super) const MIN_PAIRS: usize = 20;

/// Instead of the rank of a missing value.
pub(super) const NO_RANK: i32 = i32::MIN;

/// Instead of the place of a missing value.
const NO_PLACE: u32 = u32::MAX;

impl Side {
    pub(super) fn of(values: &Values, rows: &[u32], workspace: &mut Workspace) -> Self {
        match values {
            Values::Numbers(numbers) => Self::of_numbers(numbers, rows, workspace),
            Values::Codes { codes, levels } => Self::of_codes(codes, levels.len(), rows),
        }
    }

    pub(super) fn of_numbers(numbers: &[f64], rows: &[u32], workspace: &mut Workspace) -> Self {
        let values = rows.iter().map(|&row| numbers[row as usize]).collect();
        Side::Numbers(Ranked::of(values, workspace))
    }

    pub(super) fn of_codes(codes: &[u32], n_levels: usize, rows: &[u32]) -> Self {
        Side::Codes {
            codes: rows.iter().map(|&row| codes[row as usize]).collect(),
            n_levels,
        }
    }
}

impl Ranked {
    pub(super) fn of(values: Vec<f64>, workspace: &mut Workspace) -> Self {
        let order = workspace.order_of(&values);
        let ranks = centred_ranks(&values, &order);
        Self {
            values,
            order,
            ranks,
        }
    }

    /// The present rows by ascending value, those of equal value together.
    pub(super) fn ties(&self) -> impl Iterator<Item = &[u32]> {
        self.order
            .chunk_by(|&a, &b| self.values[a as usize] == self.values[b as usize])
    }

    /// The place of the first equal value in ascending order, which tells values apart and orders as they do; [`NO_PLACE`]
    /// where missing.
    pub(super) fn places(&self) -> Vec<u32> {
        let mut places = vec![NO_PLACE; self.values.len()];
        let mut start = 0;
        for tied in self.ties() {
            for &row in tied {
                places[row as usize] = start;
            }
            start += tied.len() as u32;
        }
        places
    }

    /// The ranks, if no value is missing.
    pub(super) fn complete_ranks(&self) -> Option<&[i32]> {
        (self.order.len() == self.values.len()).then_some(&self.ranks)
    }
}

/// Twice the average ranks of the rows in `order` (ascending by value) less twice their mean; [`NO_RANK`] for other rows.
fn centred_ranks(values: &[f64], order: &[u32]) -> Vec<i32> {
    let mut ranks = vec![NO_RANK; values.len()];
    let (mut start, last) = (0, order.len() as i32 - 1);
    for tied in order.chunk_by(|&a, &b| values[a as usize] == values[b as usize]) {
        let end = start + tied.len() as i32 - 1;
        for &row in tied {
            ranks[row as usize] = start + end - last;
        }
        start = end + 1;
    }
    ranks
}

/// Spearman's ρ (signed), bias-corrected Cramér's V, or the bias-corrected correlation ratio; 0 where undefined, and below
/// [`MIN_PAIRS`] complete pairs.
pub(super) fn associate(a: &Side, b: &Side) -> f64 {
    match (a, b) {
        (Side::Numbers(a), Side::Numbers(b)) => spearman(a, b),
        (Side::Numbers(numbers), Side::Codes { codes, n_levels })
        | (Side::Codes { codes, n_levels }, Side::Numbers(numbers)) => {
            correlation_ratio(&numbers.values, codes, *n_levels)
        }
        (
            Side::Codes {
                codes: a,
                n_levels: n_a,
            },
            Side::Codes {
                codes: b,
                n_levels: n_b,
            },
        ) => cramers_v(a, *n_a, b, *n_b),
    }
}

/// Pearson's r of average ranks, over the rows where both are present.
fn spearman(a: &Ranked, b: &Ranked) -> f64 {
    if let (Some(a), Some(b)) = (a.complete_ranks(), b.complete_ranks()) {
        return rank_cosine(a, b);
    }
    // Ranks are those among the complete pairs, not among all rows.
    let among = |one: &Ranked, other: &Ranked| {
        let order: Vec<u32> = one
            .order
            .iter()
            .copied()
            .filter(|&row| other.ranks[row as usize] != NO_RANK)
            .collect();
        centred_ranks(&one.values, &order)
    };
    rank_cosine(&among(a, b), &among(b, a))
}

/// The same as [`spearman`] from [`Ranked::places`], by counting instead of walking both orders: for many pairs.
pub(super) fn spearman_of_places(a: &[u32], b: &[u32], ranks: &mut [Vec<i32>; 2]) -> f64 {
    let pairs = || {
        a.iter()
            .zip(b)
            .filter(|(a, b)| **a != NO_PLACE && **b != NO_PLACE)
    };
    for ranks in ranks.iter_mut() {
        ranks.clear();
        ranks.resize(a.len(), 0);
    }
    let [of_a, of_b] = ranks;
    let mut n = 0;
    for (&a, &b) in pairs() {
        of_a[a as usize] += 1;
        of_b[b as usize] += 1;
        n += 1;
    }
    if n < MIN_PAIRS as i32 {
        return 0.0;
    }
    for ranks in [&mut *of_a, &mut *of_b] {
        let mut start = 0;
        for rank in ranks {
            let count = std::mem::replace(rank, 2 * start + *rank - n);
            start += count;
        }
    }
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (&a, &b) in pairs() {
        let (a, b) = (f64::from(of_a[a as usize]), f64::from(of_b[b as usize]));
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    cosine_of(ab, aa, bb)
}

/// The cosine of two lists of ranks that are missing in the same rows. Every sum is a whole number below 2⁵³ for up to
/// 300,000 rows: exact, whatever the order.
fn rank_cosine(a: &[i32], b: &[i32]) -> f64 {
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    if a.iter().filter(|rank| **rank != NO_RANK).count() < MIN_PAIRS {
        return 0.0;
    }
    for (&a, &b) in a.iter().zip(b).filter(|(a, _)| **a != NO_RANK) {
        let (a, b) = (f64::from(a), f64::from(b));
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    cosine_of(ab, aa, bb)
}

/// Σab / √(Σa² Σb²), 0 where undefined.
pub(super) fn cosine_of(ab: f64, aa: f64, bb: f64) -> f64 {
    if aa > 0.0 && bb > 0.0 {
        (ab / (aa.sqrt() * bb.sqrt())).clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

/// Pearson's r over the rows where both are present; nothing where it is undefined.
pub(super) fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    let pairs = || a.iter().zip(b).filter(|(a, b)| !a.is_nan() && !b.is_nan());
    let (mut n, mut sum_a, mut sum_b) = (0.0, 0.0, 0.0);
    for (&a, &b) in pairs() {
        n += 1.0;
        sum_a += a;
        sum_b += b;
    }
    let (mean_a, mean_b) = (sum_a / n, sum_b / n);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (&a, &b) in pairs() {
        let (a, b) = (a - mean_a, b - mean_b);
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    let is_defined = aa > 0.0 && bb > 0.0;
    Some(cosine_of(ab, aa, bb)).filter(|r| is_defined && r.is_finite())
}

/// √ of the share of the variance that the levels explain less what as many levels of pure noise would: ε² =
/// 1 − (1 − η²)(n − 1)/(n − k), epsilon-squared (Kelley, 1935), not below 0; over the rows where both are present.
fn correlation_ratio(values: &[f64], codes: &[u32], n_levels: usize) -> f64 {
    let pairs = || {
        values
            .iter()
            .zip(codes)
            .filter(|(value, code)| !value.is_nan() && **code != MISSING_CODE)
    };
    let (n, sum) = pairs().fold((0.0, 0.0), |(n, sum), (value, _)| (n + 1.0, sum + value));
    if n < MIN_PAIRS as f64 {
        return 0.0;
    }
    let mean = sum / n;
    let mut groups = vec![(0.0, 0.0); n_levels];
    let mut total = 0.0;
    for (value, &code) in pairs() {
        let distance = value - mean;
        let (count, sum) = &mut groups[code as usize];
        *count += 1.0;
        *sum += distance;
        total += distance * distance;
    }
    let present = || groups.iter().filter(|(count, _)| *count > 0.0);
    let between: f64 = present().map(|(count, sum)| sum * sum / count).sum();
    let freedom = n - present().count() as f64;
    if total > 0.0 && freedom > 0.0 {
        let unexplained = (1.0 - between / total).max(0.0) * (n - 1.0) / freedom;
        (1.0 - unexplained).max(0.0).sqrt()
    } else {
        0.0
    }
}

/// Cramér's V with the bias correction of Bergsma (2013), over the rows where both are present.
fn cramers_v(a: &[u32], n_a: usize, b: &[u32], n_b: usize) -> f64 {
    let (mut sums_a, mut sums_b) = (vec![0_u64; n_a], vec![0_u64; n_b]);
    let pairs = || {
        a.iter()
            .zip(b)
            .filter(|(a, b)| **a != MISSING_CODE && **b != MISSING_CODE)
    };
    for (&a, &b) in pairs() {
        sums_a[a as usize] += 1;
        sums_b[b as usize] += 1;
    }
    let n = sums_a.iter().sum::<u64>() as f64;
    let present = |sums: &[u64]| sums.iter().filter(|&&sum| sum > 0).count() as f64;
    let (rows, columns) = (present(&sums_a), present(&sums_b));
    if rows < 2.0 || columns < 2.0 || n < MIN_PAIRS as f64 {
        return 0.0;
    }
    let keys: Vec<u64> = pairs()
        .map(|(&a, &b)| u64::from(a) * n_b as u64 + u64::from(b))
        .collect();
    let share: f64 = count_cells(keys, n_a.saturating_mul(n_b))
        .into_iter()
        .map(|(key, count)| {
            let (of_a, of_b) = levels_of(key, n_b);
            let expected = sums_a[of_a] as f64 * sums_b[of_b] as f64;
            count as f64 * count as f64 / expected
        })
        .sum();
    let phi2 = (share - 1.0 - (rows - 1.0) * (columns - 1.0) / (n - 1.0)).max(0.0);
    let corrected = |levels: f64| levels - (levels - 1.0) * (levels - 1.0) / (n - 1.0);
    let freedom = corrected(rows).min(corrected(columns)) - 1.0;
    if freedom > 0.0 {
        (phi2 / freedom).sqrt().min(1.0)
    } else {
        0.0
    }
}

/// The two levels of a cell. Its key may have more bits than an index of a 32-bit machine, so it is divided first.
fn levels_of(key: u64, n_b: usize) -> (usize, usize) {
    let n_b = n_b as u64;
    ((key / n_b) as usize, (key % n_b) as usize)
}

/// The cells of a contingency table that are not empty, as (key, count) by ascending key.
pub(super) fn count_cells(mut keys: Vec<u64>, n_cells: usize) -> Vec<(u64, u64)> {
    if n_cells > MAX_DENSE_CELLS {
        keys.sort_unstable();
        return keys
            .chunk_by(|a, b| a == b)
            .map(|run| (run[0], run.len() as u64))
            .collect();
    }
    let mut counts = vec![0; n_cells];
    for key in keys {
        counts[key as usize] += 1;
    }
    (0..).zip(counts).filter(|&(_, count)| count > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_beyond_32_bits_have_their_levels() {
        let n_b = 100_000;
        for levels in [(0, 0), (42_949, 67_296), (99_999, 99_999)] {
            let key = levels.0 as u64 * n_b as u64 + levels.1 as u64;
            assert_eq!(levels_of(key, n_b), levels);
        }
    }
}
