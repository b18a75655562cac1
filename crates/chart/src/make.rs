//! Charts of the results that the workbench has.

use tabwright_format::percent;
use tabwright_metrics::{CalibrationBin, CurvePoint};
use tabwright_table::profile::{ColumnProfile, Correlations, Distribution, Profile};

use crate::{
    Axis, Bars, Chart, Guide, HeatMap, Histogram, LineStyle, Lines, Ranking, Scatter, Series, Split,
};

/// Features that a ranking shows at most.
pub const MAX_FEATURES: usize = 25;
/// Pixels of a ranking's bar, and of the axis below all.
const RANKING_BAR: u32 = 24;
const RANKING_AXIS: u32 = 36;

/// The distribution of a profiled column, split by the profile's target unless the column is the target itself.
pub fn distribution(profile: &Profile, column: &ColumnProfile) -> Chart {
    let split =
        |by_target: &[Vec<u64>], missing: &[u64]| split(profile, column, by_target, missing);
    match &column.distribution {
        Distribution::Histogram {
            edges,
            counts,
            by_target,
            missing_by_target,
        } => Chart::Histogram(Histogram {
            label: column.name.clone(),
            kind: column.kind,
            edges: edges.clone(),
            counts: counts.clone(),
            n_missing: column.n_missing as u64,
            split: split(by_target, missing_by_target),
        }),
        Distribution::Levels {
            top,
            n_other,
            by_target,
            missing_by_target,
        } => Chart::Bars(Bars {
            label: column.name.clone(),
            levels: top.clone(),
            n_other: *n_other,
            n_missing: column.n_missing as u64,
            split: split(by_target, missing_by_target),
        }),
    }
}

fn split(
    profile: &Profile,
    column: &ColumnProfile,
    by_target: &[Vec<u64>],
    missing: &[u64],
) -> Option<Split> {
    let target = profile
        .target
        .as_ref()
        .filter(|&name| *name != column.name)?;
    if by_target.is_empty() {
        return None;
    }
    Some(Split {
        label: target.clone(),
        groups: profile.target_groups.clone(),
        ordered: profile.has_ordered_groups(),
        counts: by_target.to_vec(),
        missing: missing.to_vec(),
    })
}

/// How much worse a model gets when a feature is shuffled (name, mean over folds, standard deviation), largest first: of so many
/// as can be read, and the pixels that they need; `None` of no feature. `loss` says what gets worse: "loss of AUC".
pub fn importance(
    features: impl Iterator<Item = (String, f64, f64)>,
    loss: &str,
) -> Option<(Chart, u32)> {
    let rows: Vec<_> = features.take(MAX_FEATURES).collect();
    if rows.is_empty() {
        return None;
    }
    let height = RANKING_AXIS + RANKING_BAR * rows.len() as u32;
    let chart = Chart::Ranking(Ranking {
        title: "Permutation importance".to_owned(),
        label: format!("{loss} when the feature is shuffled"),
        rows,
    });
    Some((chart, height))
}

/// The matrix of associations; pairs weaker than `threshold` are left empty.
pub fn heat_map(correlations: &Correlations, threshold: f64) -> Chart {
    Chart::HeatMap(HeatMap {
        names: correlations.names.clone(),
        values: correlations.values.clone(),
        threshold,
    })
}

/// ROC curves, one a name, with the diagonal; `at` marks a point of the first curve by its threshold.
pub fn roc(curves: &[(&str, &[CurvePoint])], at: Option<f64>) -> Chart {
    let position = |point: &CurvePoint| (point.roc().fpr, point.roc().tpr);
    let mut guides = vec![Guide::Diagonal {
        label: "chance".to_string(),
    }];
    guides.extend(mark(curves, at, position));
    Chart::Lines(Lines {
        title: "ROC curve".to_string(),
        x: Axis::unit("False positive rate"),
        y: Axis::unit("True positive rate (recall)"),
        series: curve_series(curves, position),
        guides,
    })
}

/// Precision-recall curves, one a name, with the base rate of the first; `at` marks a point of the first curve by its
/// threshold.
pub fn precision_recall(curves: &[(&str, &[CurvePoint])], at: Option<f64>) -> Chart {
    let position = |point: &CurvePoint| (point.pr().recall, point.pr().precision);
    let mut guides: Vec<Guide> = base_rate(curves).into_iter().collect();
    guides.extend(mark(curves, at, position));
    Chart::Lines(Lines {
        title: "Precision-recall curve".to_string(),
        x: Axis::unit("Recall"),
        y: Axis::unit("Precision"),
        series: curve_series(curves, position),
        guides,
    })
}

fn base_rate(curves: &[(&str, &[CurvePoint])]) -> Option<Guide> {
    let [(_, curve)] = curves else { return None };
    let point = curve.first()?;
    let positives = point.tp + point.fn_;
    let all = positives + point.fp + point.tn;
    let y = positives as f64 / all.max(1) as f64;
    Some(Guide::Level {
        y,
        label: format!("base rate {}", percent(y)),
    })
}

fn curve_series(
    curves: &[(&str, &[CurvePoint])],
    position: impl Fn(&CurvePoint) -> (f64, f64),
) -> Vec<Series> {
    curves
        .iter()
        .map(|(name, curve)| Series {
            name: (*name).to_string(),
            points: curve.iter().map(&position).collect(),
            style: LineStyle::Line,
        })
        .collect()
}

fn mark(
    curves: &[(&str, &[CurvePoint])],
    at: Option<f64>,
    position: impl Fn(&CurvePoint) -> (f64, f64),
) -> Option<Guide> {
    let threshold = at?;
    let (_, curve) = curves.first()?;
    let point = point_at(curve, threshold)?;
    let (x, y) = position(point);
    Some(Guide::Mark {
        x,
        y,
        label: format!("threshold {threshold:.2}"),
    })
}

/// The point of a curve whose counts hold at a threshold: the smallest listed threshold that is not below it.
pub fn point_at(curve: &[CurvePoint], threshold: f64) -> Option<&CurvePoint> {
    curve
        .iter()
        .filter(|point| point.threshold >= threshold)
        .min_by(|a, b| a.threshold.total_cmp(&b.threshold))
}

/// Reliability curves, one a name, with the diagonal.
pub fn calibration(curves: &[(&str, &[CalibrationBin])]) -> Chart {
    Chart::Lines(Lines {
        title: "Calibration".to_string(),
        x: Axis::unit("Predicted probability"),
        y: Axis::unit("Observed share"),
        series: curves
            .iter()
            .map(|(name, bins)| Series {
                name: (*name).to_string(),
                points: bins
                    .iter()
                    .filter(|bin| bin.n > 0)
                    .map(|bin| (bin.predicted, bin.observed))
                    .collect(),
                style: LineStyle::LineAndDots,
            })
            .collect(),
        guides: vec![Guide::Diagonal {
            label: "perfectly calibrated".to_string(),
        }],
    })
}

/// Predicted (horizontal) against actual values, with the diagonal; `n_rows` are all rows that the points stand for.
pub fn predicted_actual(points: &[(f64, f64)], n_rows: usize) -> Chart {
    Chart::Scatter(Scatter {
        title: "Predicted against actual".to_string(),
        x: Axis::fitted("Predicted"),
        y: Axis::fitted("Actual"),
        points: points.to_vec(),
        n_rows: n_rows as u64,
        diagonal: true,
        groups: None,
        line: None,
        group_lines: Vec::new(),
    })
}
