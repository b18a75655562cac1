//! The model card: what a stranger must know of a model, in Markdown.

use std::fmt::{self, Write};

use tabwright_metrics::Metric;
use tabwright_table::{ColumnSchema, format_number};

use super::BundleParts;
use crate::{EvaluationDetail, Link, ParamValue, Predictor, Task, text::short};

/// Features that the card lists.
const MAX_FEATURES: usize = 10;
/// Levels that the card lists.
const MAX_LEVELS: usize = 8;

/// The card's text.
pub(super) fn card(parts: &BundleParts) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_card(&mut out, parts);
    out
}

fn write_card(out: &mut String, parts: &BundleParts) -> fmt::Result {
    let model = &parts.pipeline.model;
    writeln!(out, "# {}\n", plain(&parts.name))?;
    match &model.task {
        Task::Regression => writeln!(out, "Predicts the number {}.\n", code(&model.target))?,
        Task::Binary { classes } | Task::Multiclass { classes } => {
            let list = listed(classes, MAX_LEVELS);
            writeln!(
                out,
                "Predicts {}, one of {} classes: {list}.\n",
                code(&model.target),
                classes.len()
            )?;
        }
    }
    if let Task::Binary { classes } = &model.task {
        let positive = classes.last().map_or_else(String::new, |class| code(class));
        writeln!(
            out,
            "{positive} is called from a probability of {} on.\n",
            short(model.threshold)
        )?;
    }
    write_origin(out, parts)?;
    write_quality(out, parts)?;
    write_inputs(out, &parts.pipeline.schema.columns)?;
    write_importance(out, parts)?;
    write_use(out, parts)
}

fn write_origin(out: &mut String, parts: &BundleParts) -> fmt::Result {
    let data = &parts.data;
    writeln!(out, "## Origin\n")?;
    writeln!(
        out,
        "- Data: {}, {} rows, {} columns, SHA-256 `{}`",
        code(&data.file),
        data.rows,
        data.columns,
        data.sha256
    )?;
    writeln!(
        out,
        "- Algorithm: `{}`, {}, seed {}",
        parts.search.algorithm,
        structure(&parts.pipeline.model.predictor),
        parts.search.seed
    )?;
    let parameters: Vec<String> = parts
        .search
        .params
        .iter()
        .map(|(name, value)| match value {
            ParamValue::Number(number) => format!("`{name}` {number}"),
            ParamValue::Choice(choice) => format!("`{name}` {choice}"),
        })
        .collect();
    if !parameters.is_empty() {
        writeln!(out, "- Parameters: {}", parameters.join(", "))?;
    }
    writeln!(
        out,
        "- Preparation: {} steps, see `recipe.json`",
        parts.pipeline.recipe.steps.len()
    )?;
    writeln!(out, "- Trained by Tabwright {}\n", parts.engine)
}

fn structure(predictor: &Predictor) -> String {
    match predictor {
        Predictor::Constant(_) => "the same answer for every row".into(),
        Predictor::Linear(linear) => match linear.link {
            Link::Identity => format!("linear regression; {}", plain(&linear.convergence)),
            Link::Log => format!("log-linear regression; {}", plain(&linear.convergence)),
            _ => format!("logistic regression; {}", plain(&linear.convergence)),
        },
        Predictor::Trees(trees) => {
            let n_leaves: usize = trees.trees.iter().map(crate::Tree::n_leaves).sum();
            format!("{} trees with {n_leaves} leaves in all", trees.trees.len())
        }
    }
}

fn write_quality(out: &mut String, parts: &BundleParts) -> fmt::Result {
    let evaluation = &parts.evaluation;
    writeln!(out, "## Quality\n")?;
    if evaluation.metrics.is_empty() || evaluation.detail == EvaluationDetail::None {
        return writeln!(
            out,
            "Not validated: nothing is known of its quality on new rows.\n"
        );
    }
    writeln!(
        out,
        "On {} held-out rows, each scored by a model that was not trained on it ({}):\n",
        evaluation.n_rows, parts.search.validation
    )?;
    writeln!(
        out,
        "| metric | mean | standard deviation over folds |\n|---|---:|---:|"
    )?;
    for (name, estimate) in &evaluation.metrics {
        writeln!(
            out,
            "| {} | {} | {} |",
            Metric::title_of(name),
            short(estimate.mean),
            short(estimate.std)
        )?;
    }
    writeln!(out)
}

fn write_inputs(out: &mut String, columns: &[ColumnSchema]) -> fmt::Result {
    writeln!(
        out,
        "## Inputs\n\n| column | kind | values in training |\n|---|---|---|"
    )?;
    for column in columns {
        let values = match column.range {
            Some((low, high)) => format!(
                "{} to {}",
                format_number(column.kind, low),
                format_number(column.kind, high)
            ),
            None => listed(&column.levels, MAX_LEVELS),
        };
        writeln!(
            out,
            "| {} | {} | {values} |",
            code(&column.name),
            column.kind.name()
        )?;
    }
    writeln!(out)
}

fn write_importance(out: &mut String, parts: &BundleParts) -> fmt::Result {
    let importance = &parts.evaluation.importance;
    if importance.is_empty() {
        return Ok(());
    }
    writeln!(out, "## What it relies on\n")?;
    writeln!(
        out,
        "Loss of the main metric when a column's held-out values are shuffled:\n"
    )?;
    writeln!(
        out,
        "| column | loss | standard deviation over folds |\n|---|---:|---:|"
    )?;
    for feature in importance.iter().take(MAX_FEATURES) {
        writeln!(
            out,
            "| {} | {} | {} |",
            code(&feature.feature),
            short(feature.mean),
            short(feature.std)
        )?;
    }
    writeln!(out)
}

fn write_use(out: &mut String, parts: &BundleParts) -> fmt::Result {
    writeln!(out, "## How to score\n")?;
    writeln!(
        out,
        "    tabwright verify BUNDLE.zip\n    tabwright score BUNDLE.zip ROWS.csv --out scores.csv\n"
    )?;
    writeln!(
        out,
        "`verify` replays `proof.csv` and asks for the same bits as when the model was exported.\n"
    )?;
    writeln!(out, "## Limits\n")?;
    if let Predictor::Linear(linear) = &parts.pipeline.model.predictor {
        for warning in &linear.warnings {
            writeln!(out, "- {}", plain(warning))?;
        }
    }
    writeln!(
        out,
        "- It knows the {} rows above. Outside their ranges and levels it extrapolates.",
        parts.data.rows
    )?;
    writeln!(
        out,
        "- Missing values and levels that training did not see are scored, by rules learnt from the training rows."
    )?;
    writeln!(
        out,
        "- Relations between columns and target are correlations, not causes."
    )?;
    writeln!(
        out,
        "- Data move: compare new rows with `baseline.json` (Monitor) and retrain when they drift."
    )
}

/// A name or value in a code span that no content can leave.
fn code(text: &str) -> String {
    format!("`{}`", plain(text).replace('`', "'"))
}

/// One line that does not end a table's cell.
fn plain(text: &str) -> String {
    text.replace('|', "\\|").replace(char::is_control, " ")
}

fn listed(texts: &[String], limit: usize) -> String {
    let mut list: Vec<String> = texts.iter().take(limit).map(|text| code(text)).collect();
    if texts.len() > limit {
        list.push(format!("{} more", texts.len() - limit));
    }
    list.join(", ")
}
