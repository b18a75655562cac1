//! How good the model is, and how good another must be.

use tabwright_metrics::{Estimate, Metric};
use tabwright_model::bundle::BundleParts;
use tabwright_model::{Better, Gate};
use tabwright_table::Kind;

use crate::text::{count, escaped, table, value};

/// The metrics, with their intervals and folds.
pub(super) fn section(parts: &BundleParts) -> String {
    let evaluation = &parts.evaluation;
    if evaluation.metrics.is_empty() {
        return "<section>\n<h2>Quality</h2>\n<p>Not validated: nothing is known of its quality on new rows.</p>\n</section>\n"
            .to_owned();
    }
    let number = |x: f64| value(Kind::Decimal, x);
    let rows = evaluation.metrics.iter().map(|(name, estimate)| {
        let Estimate { mean, std } = estimate;
        let interval = match evaluation.intervals.get(name) {
            Some(interval) => format!("{} to {}", number(interval.low), number(interval.high)),
            None => "–".to_owned(),
        };
        vec![
            escaped(Metric::title_of(name)),
            number(*mean),
            interval,
            number(*std),
        ]
    });
    let metrics = table(
        "Metrics on held-out rows",
        &[
            "Metric",
            "Mean over folds",
            "95 % interval",
            "Standard deviation",
        ],
        rows,
    );
    let names: Vec<&str> = evaluation.metrics.keys().map(String::as_str).collect();
    let headers: Vec<&str> = std::iter::once("Fold")
        .chain(names.iter().copied().map(Metric::title_of))
        .collect();
    let folds = evaluation.folds.iter().enumerate().map(|(fold, metrics)| {
        let cells = names.iter().map(|&name| {
            metrics
                .get(name)
                .map_or_else(|| "–".to_owned(), |&x| number(x))
        });
        std::iter::once(count(fold + 1)).chain(cells).collect()
    });
    format!(
        "<section>\n<h2>Quality</h2>\n<p>On {} held-out rows, each scored by a model that was not trained on it ({}).</p>\n{metrics}\n\
         <p class=\"muted\">Intervals are Student's t over folds, widened because folds learn from largely the same rows (Nadeau and \
         Bengio, 2003).</p>\n<details><summary>Each fold</summary>{}</details>\n</section>\n",
        count(evaluation.n_rows),
        escaped(&parts.search.validation.to_string()),
        table("Metrics of each fold", &headers, folds)
    )
}

/// What a challenger must meet.
pub(super) fn gate(parts: &BundleParts) -> String {
    let gate = Gate::of(&parts.evaluation);
    if gate.metrics.is_empty() {
        return String::new();
    }
    let number = |x: f64| value(Kind::Decimal, x);
    let rows = gate.metrics.iter().map(|(name, hurdle)| {
        let bound = match hurdle.better {
            Better::Higher => "at least",
            Better::Lower => "at most",
        };
        vec![
            escaped(Metric::title_of(name)),
            format!("{bound} {}", number(hurdle.limit)),
            number(hurdle.tolerance),
        ]
    });
    let hurdles = table(
        "Hurdles",
        &[
            "Metric",
            "A challenger needs",
            "It may lose, on the same rows",
        ],
        rows,
    );
    format!(
        "<section>\n<h2>What may replace it</h2>\n<p>A challenger is let through if it is no worse than this model's mean less one standard \
         error.</p>\n{hurdles}\n</section>\n"
    )
}
