//! Curves, confusion, residuals and importance.

use std::fmt::Write;

use tabwright_chart::{
    Chart, Confusion, Histogram, calibration, precision_recall, predicted_actual, roc,
};
use tabwright_metrics::{CalibrationBin, CurvePoint};
use tabwright_model::bundle::BundleParts;
use tabwright_model::{Evaluation, EvaluationDetail};
use tabwright_table::Kind;

use crate::ReportError;
use crate::svg::Palette;

/// Pixels of a chart.
const SIZE: (u32, u32) = (500, 340);
/// Classes that have a curve each; more cannot be told apart.
const MAX_CURVES: usize = 8;
/// Classes that a matrix has room for.
const MAX_CLASSES: usize = 30;
/// Points of predicted against actual.
const MAX_POINTS: usize = 500;

/// All charts of the evaluation; nothing where there was none.
pub(super) fn section(parts: &BundleParts, palette: &mut Palette) -> Result<String, ReportError> {
    let evaluation = &parts.evaluation;
    let mut charts = detail(parts);
    charts.extend(importance(evaluation));
    if charts.is_empty() {
        return Ok(String::new());
    }
    let mut out = String::from("<section>\n<h2>On held-out rows</h2>\n<div class=\"plots\">\n");
    for (title, chart, size) in &charts {
        let drawn = palette.draw_and_tell(chart, *size)?;
        let _ = writeln!(
            out,
            "<figure><figcaption>{title}</figcaption>{drawn}</figure>"
        );
    }
    Ok(out + "</div>\n</section>\n")
}

type Titled = (String, Chart, (u32, u32));

fn detail(parts: &BundleParts) -> Vec<Titled> {
    match &parts.evaluation.detail {
        EvaluationDetail::None => Vec::new(),
        EvaluationDetail::Binary {
            classes,
            confusion,
            curve,
            calibration: bins,
            average_precision,
        } => {
            let positive = classes.last().map_or("positive", String::as_str);
            let at = Some(parts.pipeline.model.threshold);
            let mut charts = matrix(classes, confusion);
            charts.extend([
                titled("ROC curve", roc(&[(positive, curve)], at)),
                (
                    format!("Precision and recall · average precision {average_precision:.3}"),
                    precision_recall(&[(positive, curve)], at),
                    SIZE,
                ),
                titled("Calibration", calibration(&[(positive, bins)])),
            ]);
            charts
        }
        EvaluationDetail::Multiclass {
            classes,
            confusion,
            curves,
            calibration: bins,
        } => {
            let curves: Vec<(&str, &[CurvePoint])> = named(classes, curves);
            let bins: Vec<(&str, &[CalibrationBin])> = named(classes, bins);
            let mut charts = matrix(classes, confusion);
            charts.extend([
                titled(
                    "ROC curves, each class against the rest",
                    roc(&curves, None),
                ),
                titled("Calibration of each class", calibration(&bins)),
            ]);
            charts
        }
        EvaluationDetail::Regression {
            points,
            residual_edges,
            residual_counts,
            ..
        } => {
            let stride = points.len().div_ceil(MAX_POINTS).max(1);
            let points: Vec<(f64, f64)> = points.iter().step_by(stride).copied().collect();
            let residuals = Chart::Histogram(Histogram {
                label: "residual (actual − predicted)".to_owned(),
                kind: Kind::Decimal,
                edges: residual_edges.clone(),
                counts: residual_counts.clone(),
                n_missing: 0,
                split: None,
            });
            vec![
                titled(
                    "Predicted against actual",
                    predicted_actual(&points, parts.evaluation.n_rows),
                ),
                titled("Residuals", residuals),
            ]
        }
    }
}

fn titled(title: &str, chart: Chart) -> Titled {
    (title.to_owned(), chart, SIZE)
}

/// Truth against call.
fn matrix(classes: &[String], counts: &[u64]) -> Vec<Titled> {
    if counts.len() != classes.len() * classes.len() || classes.len() > MAX_CLASSES {
        return Vec::new();
    }
    let chart = Chart::Confusion(Confusion {
        classes: classes.to_vec(),
        counts: counts.to_vec(),
    });
    vec![titled("Confusion matrix", chart)]
}

/// The first classes with what is theirs.
fn named<'a, T>(classes: &'a [String], of_each: &'a [Vec<T>]) -> Vec<(&'a str, &'a [T])> {
    classes
        .iter()
        .map(String::as_str)
        .zip(of_each.iter().map(Vec::as_slice))
        .take(MAX_CURVES)
        .collect()
}

fn importance(evaluation: &Evaluation) -> Option<Titled> {
    let features = evaluation.importance.iter();
    let (chart, height) = tabwright_chart::importance(
        features.map(|one| (one.feature.clone(), one.mean, one.std)),
        &evaluation.detail.loss(),
    )?;
    Some(("Permutation importance".to_owned(), chart, (SIZE.0, height)))
}
