//! Whether two samples come from one distribution.

use serde::{Deserialize, Serialize};

use crate::tails::{chi_squared_tail, kolmogorov_tail};

/// A test's result.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestResult {
    /// Kolmogorov–Smirnov: the largest distance of the distribution functions, 0 to 1. Chi-squared: its value.
    pub statistic: f64,
    /// Degrees of freedom of chi-squared; 0 for Kolmogorov–Smirnov.
    pub freedom: u32,
    /// How often chance alone gives a statistic as large.
    pub p_value: f64,
}

/// The two-sample test of Kolmogorov and Smirnov, two-sided, with the limiting distribution of √(nm / (n + m)) D. `None`
/// where a sample has no value. Both samples are sorted ascending and hold no NaN.
pub fn kolmogorov_smirnov(a: &[f64], b: &[f64]) -> Option<TestResult> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (mut i, mut j, mut distance) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let value = a[i].min(b[j]);
        while i < a.len() && a[i] <= value {
            i += 1;
        }
        while j < b.len() && b[j] <= value {
            j += 1;
        }
        distance = distance.max((i as f64 / n - j as f64 / m).abs());
    }
    let effective = (n * m / (n + m)).sqrt();
    Some(TestResult {
        statistic: distance,
        freedom: 0,
        p_value: kolmogorov_tail(effective * distance),
    })
}

/// Pearson's chi-squared test of homogeneity on counts of matching levels, without a continuity correction; levels that
/// neither sample has are left out. `None` where fewer than two levels or a sample without a row remain.
pub fn chi_squared(a: &[u64], b: &[u64]) -> Option<TestResult> {
    let count = |counts: &[u64], level: usize| counts.get(level).copied().unwrap_or(0) as f64;
    let n_levels = a.len().max(b.len());
    let levels: Vec<(f64, f64)> = (0..n_levels)
        .map(|level| (count(a, level), count(b, level)))
        .filter(|(a, b)| a + b > 0.0)
        .collect();
    let (n, m) = levels
        .iter()
        .fold((0.0, 0.0), |(n, m), (a, b)| (n + a, m + b));
    if levels.len() < 2 || n == 0.0 || m == 0.0 {
        return None;
    }
    let distance = |found: f64, expected: f64| (found - expected) * (found - expected) / expected;
    let statistic = levels
        .iter()
        .map(|&(a, b)| {
            let share = (a + b) / (n + m);
            distance(a, share * n) + distance(b, share * m)
        })
        .sum();
    let freedom = levels.len() as u32 - 1;
    Some(TestResult {
        statistic,
        freedom,
        p_value: chi_squared_tail(f64::from(freedom), statistic),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_sample_differs_by_nothing() {
        let found = kolmogorov_smirnov(&[1.0, 2.0, 2.0], &[1.0, 2.0, 2.0]).unwrap();
        assert_eq!((found.statistic, found.p_value), (0.0, 1.0));
        let found = chi_squared(&[3, 6, 0], &[1, 2]).unwrap();
        assert_eq!(
            (found.statistic, found.freedom, found.p_value),
            (0.0, 1, 1.0)
        );
    }

    #[test]
    fn samples_apart_are_as_far_as_can_be() {
        assert_eq!(
            kolmogorov_smirnov(&[1.0], &[2.0, 3.0]).unwrap().statistic,
            1.0
        );
        assert_eq!(kolmogorov_smirnov(&[], &[2.0]), None);
        assert_eq!(chi_squared(&[3], &[5]), None);
        assert_eq!(chi_squared(&[3, 1], &[0, 0]), None);
    }
}
