//! Moments and order statistics of one numeric column.

use super::{NumberSummary, QUANTILES};

/// The present values, ascending.
pub(super) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values
        .iter()
        .copied()
        .filter(|value| !value.is_nan())
        .collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// Different values among sorted ones.
pub(super) fn n_distinct(sorted: &[f64]) -> usize {
    sorted.chunk_by(|a, b| a == b).count()
}

/// Linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996), as `NumPy` does by default.
/// `sorted` is not empty.
pub(super) fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let position = (sorted.len() - 1) as f64 * probability;
    let below = position.floor();
    let (low, high) = (
        sorted[below as usize],
        sorted[(below as usize + 1).min(sorted.len() - 1)],
    );
    low + (high - low) * (position - below)
}

/// `values` in row order, `sorted` the present ones in ascending order; nothing if there are none.
pub(super) fn summarise(values: &[f64], sorted: &[f64]) -> Option<NumberSummary> {
    let (&min, &max) = (sorted.first()?, sorted.last()?);
    let n = sorted.len() as f64;
    let present = || values.iter().filter(|value| !value.is_nan());
    let mean = present().sum::<f64>() / n;
    let (squares, cubes) = present().fold((0.0, 0.0), |(squares, cubes), value| {
        let distance = value - mean;
        let square = distance * distance;
        (squares + square, cubes + square * distance)
    });
    Some(NumberSummary {
        min,
        max,
        mean,
        std: if n > 1.0 {
            (squares / (n - 1.0)).sqrt()
        } else {
            0.0
        },
        skewness: skewness(n, min == max, squares, cubes),
        n_zeros: sorted.partition_point(|&value| value <= 0.0)
            - sorted.partition_point(|&value| value < 0.0),
        quantiles: QUANTILES.map(|probability| quantile(sorted, probability)),
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
