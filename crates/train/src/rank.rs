//! Which features say something about the target, one by one.

use serde::{Deserialize, Serialize};
use tabwright_model::Task;
use tabwright_recipe::{Feature, FeatureKind, Matrix};
use tabwright_table::Table;

use crate::{TaskChoice, TrainError, detect_task};

/// Quantile bins of a number feature: fine enough for a bump, coarse enough for a few hundred rows.
const FEATURE_BINS: usize = 32;
/// Quantile bins of a numeric target.
const TARGET_BINS: usize = 16;

/// One feature's score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeatureRank {
    /// The column after the recipe.
    pub feature: String,
    /// Mutual information with the target in nats: number features in 32 quantile bins, missing a bin of its own; a numeric
    /// target in 16 quantile bins; Miller–Madow corrected and floored at 0.
    pub mutual_information: f64,
    /// The same over the target's entropy, 0 to 1.
    pub relative: f64,
}

/// Scores every feature of a table that the recipe has been through, best first.
///
/// # Errors
/// If the target is absent or constant, or no feature is left.
pub fn rank_features(
    table: &Table,
    target: &str,
    task: TaskChoice,
) -> Result<Vec<FeatureRank>, TrainError> {
    let dataset = detect_task(table, target, task)?;
    let features = Feature::all_of(table, target)?;
    let matrix = Matrix::build(table, &features)?.rows(&dataset.rows);
    let (truth, n_truth) = match dataset.task {
        Task::Regression => quantile_bins(&dataset.target, TARGET_BINS),
        _ => codes(&dataset.target, dataset.task.classes().len()),
    };
    let of_truth = entropy(&counts(&truth, n_truth));
    let mut ranks: Vec<FeatureRank> = features
        .iter()
        .zip(&matrix.columns)
        .map(|(feature, column)| {
            let (bins, n_bins) = match &feature.kind {
                FeatureKind::Number => quantile_bins(column, FEATURE_BINS),
                FeatureKind::Category { levels } => codes(column, levels.len()),
            };
            let mutual_information = mutual_information(&bins, n_bins, &truth, n_truth);
            let relative = if of_truth > 0.0 {
                (mutual_information / of_truth).min(1.0)
            } else {
                0.0
            };
            FeatureRank {
                feature: feature.name.clone(),
                mutual_information,
                relative,
            }
        })
        .collect();
    ranks.sort_by(|a, b| b.mutual_information.total_cmp(&a.mutual_information));
    Ok(ranks)
}

/// The bin of each value, by ranks: equal values share one; missing has the last. And the number of bins.
fn quantile_bins(values: &[f64], n_bins: usize) -> (Vec<usize>, usize) {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut edges: Vec<f64> = (1..n_bins)
        .filter_map(|bin| sorted.get(bin * sorted.len() / n_bins))
        .copied()
        .collect();
    edges.dedup();
    let missing = edges.len() + 1;
    let bin = |x: &f64| {
        if x.is_nan() {
            missing
        } else {
            edges.partition_point(|edge| edge <= x)
        }
    };
    (values.iter().map(bin).collect(), missing + 1)
}

/// Category codes as bins; missing has the last.
fn codes(column: &[f64], n_levels: usize) -> (Vec<usize>, usize) {
    (
        column
            .iter()
            .map(|&code| if code >= 0.0 { code as usize } else { n_levels })
            .collect(),
        n_levels + 1,
    )
}

fn counts(bins: &[usize], n_bins: usize) -> Vec<u64> {
    let mut counts = vec![0; n_bins];
    for &bin in bins {
        counts[bin] += 1;
    }
    counts
}

/// In nats, with the bias of small counts taken out by (occupied bins − 1) / 2n (Miller, 1955).
fn entropy(counts: &[u64]) -> f64 {
    let n = counts.iter().sum::<u64>() as f64;
    let occupied = counts.iter().filter(|&&count| count > 0).count();
    let plain: f64 = counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| {
            let share = count as f64 / n;
            -share * libm::log(share)
        })
        .sum();
    plain + (occupied as f64 - 1.0) / (2.0 * n)
}

fn mutual_information(feature: &[usize], n_feature: usize, truth: &[usize], n_truth: usize) -> f64 {
    let pairs: Vec<usize> = feature
        .iter()
        .zip(truth)
        .map(|(f, t)| f * n_truth + t)
        .collect();
    let joint = entropy(&counts(&pairs, n_feature * n_truth));
    let (of_feature, of_truth) = (
        entropy(&counts(feature, n_feature)),
        entropy(&counts(truth, n_truth)),
    );
    (of_feature + of_truth - joint).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_the_target_tells_all_and_noise_nothing() {
        let truth: Vec<usize> = (0..400).map(|row| row % 2).collect();
        let entropy_of_truth = entropy(&counts(&truth, 2));
        // ln 2 + 1/800.
        assert!((entropy_of_truth - 0.694_397_180_559_945_3).abs() < 1e-12);
        // H(copy, truth) has two occupied cells, as each alone has.
        assert!((mutual_information(&truth, 2, &truth, 2) - entropy_of_truth).abs() < 1e-12);
        let unrelated: Vec<usize> = (0..400).map(|row| row / 2 % 2).collect();
        assert_eq!(mutual_information(&unrelated, 2, &truth, 2), 0.0);
    }

    #[test]
    fn numbers_fall_into_equal_groups_with_missing_apart() {
        let (bins, n_bins) = quantile_bins(&[4.0, 1.0, f64::NAN, 3.0, 2.0], 2);
        assert_eq!((bins, n_bins), (vec![1, 0, 2, 1, 0], 3));
        let (ties, n_bins) = quantile_bins(&[0.0, 0.0, 0.0, 5.0], 4);
        assert_eq!(ties[..3], [ties[0]; 3]);
        assert!(ties[3] > ties[0] && n_bins <= 5);
    }
}
