//! `tabwright tune`: better parameters by search, and the bundle of the best.

use std::fmt::Write as _;

use tabwright_engine::TrialSummary;
use tabwright_engine::best_trial;
use tabwright_engine::metrics::mean_std;
use tabwright_engine::model::{ParamValue, Params, Tuned};

use crate::args::TuneArgs;
use crate::commands::train::{finish, project};
use crate::error::CliError;

/// Searches.
pub fn run(args: &TuneArgs) -> Result<(), CliError> {
    let project = project(&args.model, Some(args.search.tuning()?))?;
    finish(&project, &args.model, &args.out, &args.jobs)
}

/// What the search found, for people. Writing to a string cannot fail.
pub fn search_text(tuned: &Tuned, summary: &TrialSummary) -> String {
    let metric = summary.task.main_metric();
    let mean = |folds: &[std::collections::BTreeMap<String, f64>]| {
        let values: Vec<f64> = folds
            .iter()
            .filter_map(|fold| fold.get(metric.key()).copied())
            .collect();
        mean_std(&values).map_or_else(|| "undefined".to_owned(), |found| metric.text(found.mean))
    };
    let n_stopped = tuned
        .trials
        .iter()
        .filter(|trial| trial.share.is_some())
        .count();
    let stopped = match n_stopped {
        0 => String::new(),
        n => format!(", {n} stopped early"),
    };
    let mut text = format!("  {} trials{stopped}", tuned.trials.len());
    if let Some(best) = best_trial(&tuned.trials, &summary.task) {
        let (first, best) = (&tuned.trials[0], &tuned.trials[best]);
        let _ = write!(
            text,
            "; {metric} of the defaults {}, of the best {} with {}",
            mean(&first.folds),
            mean(&best.folds),
            params_text(&best.params)
        );
    }
    text.push('\n');
    if let Some(nested) = &tuned.nested {
        let outer: Vec<_> = nested
            .folds
            .iter()
            .map(|fold| fold.metrics.clone())
            .collect();
        let inner: Vec<_> = nested.folds.iter().map(|fold| fold.inner.clone()).collect();
        let _ = writeln!(
            text,
            "  the search itself, in {}: {metric} {}; it thought {}",
            nested.validation,
            mean(&outer),
            mean(&inner)
        );
    }
    text
}

fn params_text(params: &Params) -> String {
    let pair = |(name, value): (&String, &ParamValue)| match value {
        ParamValue::Number(number) => format!("{name}={number}"),
        ParamValue::Choice(choice) => format!("{name}={choice}"),
    };
    let pairs: Vec<String> = params.iter().map(pair).collect();
    if pairs.is_empty() {
        "the defaults".to_owned()
    } else {
        pairs.join(" ")
    }
}
