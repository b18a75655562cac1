//! How strongly two columns go together, by their kinds.

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
    /// Average ranks less their mean; NaN where missing.
    ranks: Vec<f64>,
}

impl Side {
    pub(super) fn of(values: &Values, rows: &[u32]) -> Self {
        match values {
            Values::Numbers(numbers) => Side::Numbers(Ranked::of(
                rows.iter().map(|&row| numbers[row as usize]).collect(),
            )),
            Values::Codes { codes, levels } => Side::Codes {
                codes: rows.iter().map(|&row| codes[row as usize]).collect(),
                n_levels: levels.len(),
            },
        }
    }
}

impl Ranked {
    fn of(values: Vec<f64>) -> Self {
        let mut keyed: Vec<(f64, u32)> = (0..)
            .zip(&values)
            .filter(|(_, value)| !value.is_nan())
            .map(|(row, &value)| (value, row))
            .collect();
        keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let order: Vec<u32> = keyed.into_iter().map(|(_, row)| row).collect();
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

    fn has_missing(&self) -> bool {
        self.order.len() < self.values.len()
    }
}

/// Average ranks of the rows in `order` (ascending by value), less their mean; NaN for other rows.
fn centred_ranks(values: &[f64], order: &[u32]) -> Vec<f64> {
    let mut ranks = vec![f64::NAN; values.len()];
    let mean = (order.len() as f64 - 1.0) / 2.0;
    let mut start = 0;
    for tied in order.chunk_by(|&a, &b| values[a as usize] == values[b as usize]) {
        let rank = start as f64 + (tied.len() as f64 - 1.0) / 2.0 - mean;
        for &row in tied {
            ranks[row as usize] = rank;
        }
        start += tied.len();
    }
    ranks
}

/// Spearman's ρ (signed), bias-corrected Cramér's V, or the correlation ratio η; 0 where undefined.
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
    if !a.has_missing() && !b.has_missing() {
        return cosine(&a.ranks, &b.ranks);
    }
    // Ranks are those among the complete pairs, not among all rows.
    let among = |one: &Ranked, other: &Ranked| {
        let order: Vec<u32> = one
            .order
            .iter()
            .copied()
            .filter(|&row| !other.values[row as usize].is_nan())
            .collect();
        centred_ranks(&one.values, &order)
    };
    cosine(&among(a, b), &among(b, a))
}

/// Σab / √(Σa² Σb²) over rows where both are present.
fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (&a, &b) in a.iter().zip(b) {
        if !a.is_nan() && !b.is_nan() {
            ab += a * b;
            aa += a * a;
            bb += b * b;
        }
    }
    if aa > 0.0 && bb > 0.0 {
        (ab / (aa.sqrt() * bb.sqrt())).clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

/// Pearson's r over the rows where both are present.
pub(super) fn pearson(a: &[f64], b: &[f64]) -> f64 {
    let (mut n, mut sum_a, mut sum_b) = (0.0, 0.0, 0.0);
    for (&a, &b) in a.iter().zip(b).filter(|(a, b)| !a.is_nan() && !b.is_nan()) {
        n += 1.0;
        sum_a += a;
        sum_b += b;
    }
    let centred =
        |values: &[f64], mean: f64| values.iter().map(|value| value - mean).collect::<Vec<_>>();
    cosine(&centred(a, sum_a / n), &centred(b, sum_b / n))
}

/// √(between-group / total sum of squares), over the rows where both are present.
fn correlation_ratio(values: &[f64], codes: &[u32], n_levels: usize) -> f64 {
    let pairs = || {
        values
            .iter()
            .zip(codes)
            .filter(|(value, code)| !value.is_nan() && **code != MISSING_CODE)
    };
    let (n, sum) = pairs().fold((0.0, 0.0), |(n, sum), (value, _)| (n + 1.0, sum + value));
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
    let between: f64 = groups
        .iter()
        .filter(|(count, _)| *count > 0.0)
        .map(|(count, sum)| sum * sum / count)
        .sum();
    if total > 0.0 {
        (between / total).min(1.0).sqrt()
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
    if rows < 2.0 || columns < 2.0 {
        return 0.0;
    }
    let keys: Vec<u64> = pairs()
        .map(|(&a, &b)| u64::from(a) * n_b as u64 + u64::from(b))
        .collect();
    let share: f64 = count_cells(keys, n_a.saturating_mul(n_b))
        .into_iter()
        .map(|(key, count)| {
            let expected = sums_a[key as usize / n_b] as f64 * sums_b[key as usize % n_b] as f64;
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

/// The cells of a contingency table that are not empty, as (key, count) by ascending key.
fn count_cells(mut keys: Vec<u64>, n_cells: usize) -> Vec<(u64, u64)> {
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
