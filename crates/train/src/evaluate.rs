//! Held-out margins to curves and tables.

use tabwright_metrics as metrics;
use tabwright_model::{EvaluationDetail, Finish, Scores, Task};

/// Points of a binary curve, and of each class's curve.
const CURVE_POINTS: usize = 400;
const CLASS_CURVE_POINTS: usize = 200;
/// Bins of a reliability curve.
const CALIBRATION_BINS: usize = 10;
/// Points of predicted against actual.
const SCATTER_POINTS: usize = 2000;
/// Bins of the residuals' histogram, and groups of rows by the actual value.
const RESIDUAL_BINS: usize = 40;
const DECILES: usize = 10;

/// The metric that importance is measured by, as a loss: less is better. NaN where it is not defined.
pub(crate) fn main_loss(finish: Finish<'_>, margins: Vec<f64>, target: &[f64]) -> f64 {
    let metric = finish.task.main_metric();
    let value = finish.metric(metric, margins, target);
    value.map_or(f64::NAN, |value| metric.shortfall(value))
}

/// What charts are drawn from.
pub(crate) fn detail(finish: Finish<'_>, margins: &[f64], target: &[f64]) -> EvaluationDetail {
    if target.is_empty() {
        return EvaluationDetail::None;
    }
    let scores = finish.scores(margins.to_vec());
    match finish.task {
        Task::Binary { classes } => binary(&scores, classes, target),
        Task::Multiclass { classes } => multiclass(&scores, classes, target),
        Task::Regression => regression(&scores.numbers, target),
    }
}

fn classes(target: &[f64]) -> Vec<u32> {
    target.iter().map(|&class| class as u32).collect()
}

/// The second of each row's two probabilities.
fn positives(probabilities: &[f64]) -> Vec<f64> {
    column(probabilities, 1, 2)
}

fn column(row_major: &[f64], column: usize, n_columns: usize) -> Vec<f64> {
    row_major
        .iter()
        .skip(column)
        .step_by(n_columns)
        .copied()
        .collect()
}

fn binary(scores: &Scores, names: &[String], target: &[f64]) -> EvaluationDetail {
    let positive = positives(&scores.probabilities);
    let truth: Vec<bool> = target.iter().map(|&class| class == 1.0).collect();
    EvaluationDetail::Binary {
        confusion: metrics::confusion_matrix(&scores.labels, &classes(target), names.len()),
        classes: names.to_vec(),
        curve: metrics::threshold_curve(&positive, &truth, CURVE_POINTS),
        calibration: metrics::calibration(&positive, &truth, CALIBRATION_BINS),
        average_precision: metrics::average_precision(&positive, &truth).unwrap_or(0.0),
    }
}

fn multiclass(scores: &Scores, names: &[String], target: &[f64]) -> EvaluationDetail {
    let truth = classes(target);
    let of_class = |class: usize| {
        let is_class: Vec<bool> = truth.iter().map(|&t| t as usize == class).collect();
        (column(&scores.probabilities, class, names.len()), is_class)
    };
    let pairs: Vec<_> = (0..names.len()).map(of_class).collect();
    EvaluationDetail::Multiclass {
        classes: names.to_vec(),
        confusion: metrics::confusion_matrix(&scores.labels, &truth, names.len()),
        curves: pairs
            .iter()
            .map(|(p, is)| metrics::threshold_curve(p, is, CLASS_CURVE_POINTS))
            .collect(),
        calibration: pairs
            .iter()
            .map(|(p, is)| metrics::calibration(p, is, CALIBRATION_BINS))
            .collect(),
    }
}

fn regression(predicted: &[f64], actual: &[f64]) -> EvaluationDetail {
    let stride = actual.len().div_ceil(SCATTER_POINTS);
    let pairs = predicted.iter().copied().zip(actual.iter().copied());
    let residuals: Vec<f64> = pairs
        .clone()
        .map(|(predicted, actual)| actual - predicted)
        .collect();
    let (residual_edges, residual_counts) = equal_width_bins(&residuals, RESIDUAL_BINS);
    EvaluationDetail::Regression {
        points: pairs.step_by(stride).collect(),
        residual_edges,
        residual_counts,
        error_by_decile: error_by_group(&residuals, actual, DECILES),
    }
}

/// Edges from the least to the greatest value, and the values between; a bin holds its lower edge, the last both.
fn equal_width_bins(values: &[f64], n_bins: usize) -> (Vec<f64>, Vec<u64>) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low == high {
        return (vec![low, high], vec![values.len() as u64]);
    }
    let width = (high - low) / n_bins as f64;
    let mut edges: Vec<f64> = (0..n_bins).map(|bin| low + width * bin as f64).collect();
    edges.push(high);
    let mut counts = vec![0; n_bins];
    for value in values {
        let bin = edges
            .partition_point(|edge| edge <= value)
            .saturating_sub(1);
        counts[bin.min(n_bins - 1)] += 1;
    }
    (edges, counts)
}

/// Mean absolute residual in groups of equal size by the actual value; fewer groups where there are fewer rows.
fn error_by_group(residuals: &[f64], actual: &[f64], n_groups: usize) -> Vec<f64> {
    let mut order: Vec<usize> = (0..actual.len()).collect();
    order.sort_by(|&a, &b| actual[a].total_cmp(&actual[b]));
    let n_groups = n_groups.min(order.len());
    (0..n_groups)
        .map(|group| {
            let rows = &order[group * order.len() / n_groups..(group + 1) * order.len() / n_groups];
            rows.iter().map(|&row| residuals[row].abs()).sum::<f64>() / rows.len() as f64
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residuals_fall_into_bins_of_equal_width() {
        let (edges, counts) = equal_width_bins(&[0.0, 1.0, 1.5, 4.0], 4);
        assert_eq!(edges, [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(counts, [1, 2, 0, 1]);
        assert_eq!(equal_width_bins(&[2.0, 2.0], 4), (vec![2.0, 2.0], vec![2]));
    }

    #[test]
    fn errors_are_grouped_by_the_actual_value() {
        assert_eq!(
            error_by_group(&[1.0, -3.0, 5.0, -7.0], &[4.0, 1.0, 3.0, 2.0], 2),
            [5.0, 3.0]
        );
        assert_eq!(error_by_group(&[1.0], &[4.0], 10), [1.0]);
    }

    #[test]
    fn the_points_of_a_chart_are_few() {
        let values: Vec<f64> = (0..4001).map(f64::from).collect();
        let EvaluationDetail::Regression { points, .. } = regression(&values, &values) else {
            panic!()
        };
        assert_eq!(points.len(), 1334);
        assert_eq!(points[1], (3.0, 3.0));
    }
}
