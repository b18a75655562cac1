//! Whether a probability of 0.7 comes true seven times in ten.

use serde::{Deserialize, Serialize};

/// Rows whose probability falls in one range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// Mean probability.
    pub predicted: f64,
    /// Share of positives.
    pub observed: f64,
    /// Rows.
    pub n: u64,
}

/// Reliability curve over `n_bins` bins of equal row count (scikit-learn's quantile strategy), lowest
/// probability first. Equal probabilities share a bin, so counts differ where they are many; empty bins are
/// left out. `truth` is as long as `probability`.
pub fn calibration(probability: &[f64], truth: &[bool], n_bins: usize) -> Vec<CalibrationBin> {
    let edges = inner_quantiles(probability, n_bins);
    let mut sums = vec![(0.0, 0_u64, 0_u64); edges.len() + 1];
    for (&p, &positive) in probability.iter().zip(truth) {
        let bin = &mut sums[edges.partition_point(|&edge| edge < p)];
        bin.0 += p;
        bin.1 += u64::from(positive);
        bin.2 += 1;
    }
    sums.into_iter()
        .filter(|&(_, _, n)| n > 0)
        .map(|(sum, positives, n)| CalibrationBin {
            predicted: sum / n as f64,
            observed: positives as f64 / n as f64,
            n,
        })
        .collect()
}

/// The quantiles 1/k … (k − 1)/k by linear interpolation; none for one bin or without rows. The position
/// k·(n − 1)/`n_bins` is split in integers, so that a quantile that is a value equals it exactly.
fn inner_quantiles(values: &[f64], n_bins: usize) -> Vec<f64> {
    let Some(last) = values.len().checked_sub(1) else {
        return Vec::new();
    };
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    (1..n_bins)
        .map(|k| {
            let (index, remainder) = (k * last / n_bins, k * last % n_bins);
            if remainder == 0 {
                return sorted[index];
            }
            let (low, high) = (sorted[index], sorted[index + 1]);
            low + (high - low) * (remainder as f64 / n_bins as f64)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_probabilities_share_a_bin_and_empty_bins_are_left_out() {
        let bins = calibration(
            &[0.2, 0.2, 0.2, 0.2, 0.9],
            &[false, true, false, false, true],
            4,
        );
        assert_eq!(
            bins,
            [
                CalibrationBin {
                    predicted: 0.2,
                    observed: 0.25,
                    n: 4
                },
                CalibrationBin {
                    predicted: 0.9,
                    observed: 1.0,
                    n: 1
                },
            ]
        );
    }

    #[test]
    fn no_row_gives_no_bin_and_zero_bins_count_as_one() {
        assert_eq!(calibration(&[], &[], 10), []);
        assert_eq!(calibration(&[0.5], &[true], 0).len(), 1);
    }
}
