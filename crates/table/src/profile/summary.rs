//! Moments, order statistics and extremes of one numeric column.

use super::order::Ascending;
use super::{Extreme, NumberSummary, QUANTILES};

/// Sums are kept apart in so many lanes, always the same ones: fast, and the same bits everywhere.
const LANES: usize = 8;
/// Values that are looked through together for extremes.
const PIECE: usize = 256;
/// Values that are listed at each end, and as the most frequent ones.
const N_EXTREMES: usize = 5;

/// `values` in row order, `ascending` the finite ones of them; nothing if there are none. Values without limit are
/// counted and are in no other number.
pub(super) fn summarise(values: &[f64], ascending: &Ascending) -> Option<NumberSummary> {
    let (min, max) = ascending.range()?;
    let n = ascending.len() as f64;
    let mean = mean(values, n);
    let [squares, cubes, fourths] = powers(values, mean);
    let is_constant = min == max;
    let n_infinite = values.iter().filter(|value| value.is_infinite()).count();
    let n_zeros = ascending.n_below(f64::from_bits(1)) - ascending.n_below(0.0);
    let [smallest, largest] = ends(values, ascending);
    Some(NumberSummary {
        min,
        max,
        mean,
        std: if n > 1.0 && !is_constant {
            (squares / (n - 1.0)).sqrt()
        } else {
            0.0
        },
        skewness: skewness(n, is_constant, squares, cubes),
        kurtosis: kurtosis(n, is_constant, squares, fourths),
        n_zeros,
        n_negative: ascending.n_below(0.0),
        n_infinite,
        quantiles: QUANTILES.map(|probability| ascending.quantile(probability)),
        smallest,
        largest,
        most_frequent: most_frequent(ascending),
    })
}

/// Adds up in lanes; what is not finite adds nothing.
fn sum_of<const N: usize>(values: &[f64], terms: impl Fn(f64) -> [f64; N]) -> [f64; N] {
    let mut lanes = [[0.0; LANES]; N];
    let mut add = |lane: usize, value: f64| {
        for (sum, term) in lanes.iter_mut().zip(terms(value)) {
            sum[lane] += if value.is_finite() { term } else { 0.0 };
        }
    };
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &value) in chunk.iter().enumerate() {
            add(lane, value);
        }
    }
    for (lane, &value) in rest.iter().enumerate() {
        add(lane, value);
    }
    lanes.map(|lane| lane.iter().sum())
}

fn mean(values: &[f64], n: f64) -> f64 {
    let [sum] = sum_of(values, |value| [value]);
    if sum.is_finite() {
        return sum / n;
    }
    // The sum of huge values is beyond what an f64 holds, their mean is not.
    let [mean] = sum_of(values, |value| [value / n]);
    mean
}

/// Sums of the second to fourth powers of the distances to the mean.
fn powers(values: &[f64], mean: f64) -> [f64; 3] {
    sum_of(values, |value| {
        let distance = value - mean;
        let square = distance * distance;
        [square, square * distance, square * square]
    })
}

/// The adjusted Fisher–Pearson coefficient from the sums of squared and cubed distances to the mean.
fn skewness(n: f64, is_constant: bool, squares: f64, cubes: f64) -> f64 {
    if n < 3.0 || is_constant {
        return 0.0;
    }
    let variance = squares / n;
    let raw = (cubes / n) / (variance * variance.sqrt());
    let adjusted = raw * (n * (n - 1.0)).sqrt() / (n - 2.0);
    if adjusted.is_finite() { adjusted } else { 0.0 }
}

/// Excess kurtosis, bias-corrected: G₂ of Joanes and Gill (1998), as pandas has it.
fn kurtosis(n: f64, is_constant: bool, squares: f64, fourths: f64) -> f64 {
    if n < 4.0 || is_constant {
        return 0.0;
    }
    let bias = (n - 2.0) * (n - 3.0);
    let raw = n * (n + 1.0) * (n - 1.0) * (fourths / squares / squares) / bias;
    let adjusted = raw - 3.0 * (n - 1.0) * (n - 1.0) / bias;
    if adjusted.is_finite() { adjusted } else { 0.0 }
}

/// The smallest values, ascending, and the largest, descending, each with its rows.
fn ends(values: &[f64], ascending: &Ascending) -> [Vec<Extreme>; 2] {
    let listed = |(value, n_rows)| Extreme {
        value,
        n_rows,
        row: 0,
    };
    let mut ends: [Vec<Extreme>; 2] = [
        ascending.runs().take(N_EXTREMES).map(listed).collect(),
        ascending
            .runs()
            .rev()
            .take(N_EXTREMES)
            .map(listed)
            .collect(),
    ];
    let inner = [&ends[0], &ends[1]].map(|end| end.last().map_or(f64::NAN, |last| last.value));
    let mut n_left = ends.iter().map(Vec::len).sum::<usize>();
    let mut is_found = [[false; N_EXTREMES]; 2];
    let is_outer = |value: f64| value <= inner[0] || value >= inner[1];
    for (place, piece) in values.chunks(PIECE).enumerate() {
        if n_left == 0 {
            break;
        }
        // Most pieces have none, which is told without a branch for each value.
        let ends_in = |&value: &f64| u32::from(value <= inner[0]) + u32::from(value >= inner[1]);
        if piece.iter().map(ends_in).sum::<u32>() == 0 {
            continue;
        }
        for (row, &value) in piece.iter().enumerate() {
            if !is_outer(value) || value.is_infinite() {
                continue;
            }
            for (end, found) in ends.iter_mut().zip(&mut is_found) {
                for (extreme, found) in end.iter_mut().zip(found) {
                    if extreme.value == value && !*found {
                        *found = true;
                        extreme.row = place * PIECE + row;
                        n_left -= 1;
                    }
                }
            }
        }
    }
    ends
}

/// The values that occur most often, most frequent first, the smaller of equals first; none if all occur once.
fn most_frequent(ascending: &Ascending) -> Vec<(f64, u64)> {
    let mut top: Vec<(f64, u64)> = Vec::with_capacity(N_EXTREMES + 1);
    let (mut from, mut to_beat) = (0, 1);
    while let Some((value, positions)) = ascending.next_frequent(from, to_beat) {
        let count = positions.len() as u64;
        let place = top.partition_point(|(_, other)| *other >= count);
        top.insert(place, (value, count));
        top.truncate(N_EXTREMES);
        from = positions.end;
        if top.len() == N_EXTREMES {
            to_beat = top[N_EXTREMES - 1].1 as usize;
        }
    }
    top
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::order::Workspace;

    fn summary(values: &[f64]) -> NumberSummary {
        summarise(values, &Workspace::default().ascending(values)).unwrap()
    }

    #[test]
    fn values_without_limit_are_counted_and_nothing_else() {
        let with = summary(&[f64::INFINITY, 1.0, f64::NAN, 2.0, f64::NEG_INFINITY, 4.0]);
        let without = summary(&[1.0, 2.0, 4.0]);
        assert_eq!((with.n_infinite, with.mean, with.max), (2, 7.0 / 3.0, 4.0));
        assert_eq!(with.quantiles, without.quantiles);
        assert_eq!((with.std, with.skewness), (without.std, without.skewness));
    }

    #[test]
    fn extremes_have_their_first_row_and_count() {
        let found = summary(&[5.0, 1.0, 9.0, 1.0, 9.0, 9.0, f64::NAN, 4.0]);
        let extreme = |value, n_rows, row| Extreme { value, n_rows, row };
        assert_eq!(
            found.smallest,
            [
                extreme(1.0, 2, 1),
                extreme(4.0, 1, 7),
                extreme(5.0, 1, 0),
                extreme(9.0, 3, 2)
            ]
        );
        assert_eq!(found.largest[0], extreme(9.0, 3, 2));
        assert_eq!(found.most_frequent, [(9.0, 3), (1.0, 2)]);
        assert_eq!((found.n_zeros, found.n_negative), (0, 0));
    }

    #[test]
    fn zeros_of_both_signs_are_zeros() {
        let found = summary(&[0.0, -0.0, -1.0, f64::MIN_POSITIVE]);
        assert_eq!((found.n_zeros, found.n_negative), (2, 1));
    }

    #[test]
    fn huge_values_have_a_mean() {
        let found = summary(&[f64::MAX, f64::MAX]);
        assert!((found.mean / f64::MAX - 1.0).abs() < 1e-12);
        assert_eq!((found.std, found.skewness, found.kurtosis), (0.0, 0.0, 0.0));
    }
}
