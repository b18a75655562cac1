//! What the model is, how it was found, and what it reads.

use tabwright_model::bundle::BundleParts;
use tabwright_model::{Link, Method, ParamValue, Params, Predictor, Task, Tree};
use tabwright_table::format_number;

use crate::text::{count, escaped, table};

/// Levels and classes that are listed.
const MAX_LISTED: usize = 12;
/// Trials that are listed.
const MAX_TRIALS: usize = 50;

/// What it predicts, by what, from what.
pub(super) fn overview(parts: &BundleParts) -> String {
    let model = &parts.pipeline.model;
    let what = match &model.task {
        Task::Regression => format!(
            "Predicts the number <code>{}</code>.",
            escaped(&model.target)
        ),
        Task::Binary { classes } | Task::Multiclass { classes } => format!(
            "Predicts <code>{}</code>, one of {} classes: {}.",
            escaped(&model.target),
            classes.len(),
            listed(classes)
        ),
    };
    let data = &parts.data;
    let threshold = match &model.task {
        Task::Binary { classes } => format!(
            "<p><code>{}</code> is called from a probability of {} on.</p>\n",
            escaped(classes.last().map_or("", String::as_str)),
            model.threshold
        ),
        _ => String::new(),
    };
    format!(
        "<header>\n<h1>{}</h1>\n<p class=\"verdict\">{what}</p>\n<dl class=\"stats\"><div><dt>Algorithm</dt><dd>{}</dd></div>\
         <div><dt>Features</dt><dd>{}</dd></div><div><dt>Training rows × columns</dt><dd>{} × {}</dd></div></dl>\n{threshold}\
         <p class=\"muted\">{}. Trained by Tabwright {} on <code>{}</code>, SHA-256 <code>{}</code>, seed {}.</p>\n</header>\n",
        escaped(&parts.name),
        escaped(&parts.search.algorithm),
        count(model.features.len()),
        count(data.rows),
        count(data.columns),
        structure(&model.predictor),
        escaped(&parts.engine),
        escaped(&data.file),
        escaped(&data.sha256),
        parts.search.seed
    )
}

fn structure(predictor: &Predictor) -> String {
    match predictor {
        Predictor::Constant(_) => "The same answer for every row".to_owned(),
        Predictor::Linear(linear) => {
            let kind = match linear.link {
                Link::Identity => "Linear regression",
                Link::Log => "Log-linear regression",
                _ => "Logistic regression",
            };
            format!("{kind}; {}", escaped(&linear.convergence))
        }
        Predictor::Trees(ensemble) => {
            let n_leaves: usize = ensemble.trees.iter().map(Tree::n_leaves).sum();
            format!(
                "{} trees with {} leaves in all",
                count(ensemble.trees.len()),
                count(n_leaves)
            )
        }
    }
}

/// Preparation, parameters and trials.
pub(super) fn search(parts: &BundleParts) -> String {
    let search = &parts.search;
    let steps: Vec<String> = search
        .recipe
        .steps
        .iter()
        .filter(|step| step.enabled)
        .map(|step| format!("<li>{}</li>", escaped(step.step.info().title)))
        .collect();
    let steps = if steps.is_empty() {
        "<p>No preparation.</p>".to_owned()
    } else {
        format!(
            "<p>Preparation, settings and what was learnt are in <code>recipe.json</code>:</p>\n<ol>{}</ol>",
            steps.concat()
        )
    };
    let params = table(
        "Parameters",
        &["Parameter", "Value"],
        search
            .params
            .iter()
            .map(|(name, value)| vec![escaped(name), written(value)]),
    );
    let params = format!("<details><summary>Parameters</summary>{params}</details>");
    format!(
        "<section>\n<h2>How it was found</h2>\n<p>{}</p>\n{steps}\n{params}\n{}</section>\n",
        way(parts),
        trials(parts)
    )
}

fn way(parts: &BundleParts) -> String {
    let search = &parts.search;
    let validation = escaped(&search.validation.to_string());
    let Some(tuning) = &search.tuning else {
        return format!("One set of parameters, tested by {validation}.");
    };
    let method = match tuning.method {
        Method::Grid { steps } => format!("a grid of {steps} values a range"),
        Method::Random => "random draws".to_owned(),
        Method::Halving { factor } => format!("successive halving by {factor}"),
        Method::Hyperband { factor } => format!("Hyperband by {factor}"),
        Method::Tpe => "a tree-structured Parzen estimator".to_owned(),
    };
    format!(
        "The best of {} trials by {method}, each tested by {validation}. The best of many looks better than it is.",
        count(search.trials.len())
    )
}

fn trials(parts: &BundleParts) -> String {
    let search = &parts.search;
    if search.trials.len() < 2 {
        return String::new();
    }
    let names: Vec<&str> = parts
        .evaluation
        .metrics
        .keys()
        .map(String::as_str)
        .collect();
    let headers: Vec<&str> = std::iter::once("Trial")
        .chain(
            names
                .iter()
                .copied()
                .map(tabwright_metrics::Metric::title_of),
        )
        .chain(["Parameters"])
        .collect();
    let differing: Vec<Params> = search
        .trials
        .iter()
        .map(|it| differing(parts, &it.params))
        .collect();
    let rows = search
        .trials
        .iter()
        .zip(&differing)
        .take(MAX_TRIALS)
        .enumerate();
    let rows = rows.map(|(position, (trial, params))| {
        let mean = |name: &&str| {
            let values: Vec<f64> = trial
                .folds
                .iter()
                .filter_map(|fold| fold.get(*name).copied())
                .collect();
            tabwright_metrics::mean_std(&values).map_or_else(
                || "–".to_owned(),
                |it| crate::text::value(tabwright_table::Kind::Decimal, it.mean),
            )
        };
        let params: Vec<String> = params
            .iter()
            .map(|(name, value)| format!("{} {}", escaped(name), written(value)))
            .collect();
        std::iter::once(count(position + 1))
            .chain(names.iter().map(mean))
            .chain([params.join(", ")])
            .collect()
    });
    format!(
        "<details><summary>Trials</summary>{}</details>\n",
        table(
            "Trials in order, parameters that differ from the model's",
            &headers,
            rows
        )
    )
}

/// The parameters of a trial that are not those of the model.
fn differing(parts: &BundleParts, params: &Params) -> Params {
    params
        .iter()
        .filter(|(name, value)| parts.search.params.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn written(value: &ParamValue) -> String {
    match value {
        ParamValue::Number(number) => number.to_string(),
        ParamValue::Choice(choice) => escaped(choice),
    }
}

/// The columns that it reads.
pub(super) fn inputs(parts: &BundleParts) -> String {
    let rows = parts.pipeline.schema.columns.iter().map(|column| {
        let values = match column.range {
            Some((low, high)) => format!(
                "{} to {}",
                format_number(column.kind, low),
                format_number(column.kind, high)
            ),
            None => listed(&column.levels),
        };
        vec![escaped(&column.name), column.kind.name().to_owned(), values]
    });
    let inputs = table("Inputs", &["Column", "Kind", "Values in training"], rows);
    format!(
        "<section>\n<h2>What it reads</h2>\n{inputs}\n<p class=\"muted\">It knows the training rows. Outside their ranges and levels it \
         extrapolates; missing values and levels that it did not see are scored by rules learnt from them. Relations are \
         correlations, not causes.</p>\n</section>\n"
    )
}

fn listed(texts: &[String]) -> String {
    let shown = texts.iter().take(MAX_LISTED);
    let mut list: Vec<String> = shown
        .map(|text| format!("<code>{}</code>", escaped(text)))
        .collect();
    if texts.len() > MAX_LISTED {
        list.push(format!("{} more", count(texts.len() - MAX_LISTED)));
    }
    list.join(", ")
}
