//! A model as one SQL query.
//!
//! Queries over queries, each of which adds columns to the one before: raw columns made plain, the recipe's operations by how
//! deep they stand, margins, results.

mod dialect;
mod exponential;
mod layers;
pub(crate) mod margins;
mod operations;
mod outputs;

#[cfg(feature = "spark")]
pub(crate) use dialect::number;
#[cfg(feature = "spark")]
pub(crate) use layers::Layer;
pub(crate) use layers::{Features, Names, added, query};
pub(crate) use outputs::Outputs;

pub use dialect::Dialect;

use crate::{ExportError, Plan};

/// One `SELECT` that adds `prediction`, `score` and `p_<class>` to the columns of a table called `input`.
///
/// # Errors
/// If the model has too many splits for a query, or the recipe does what SQL has no words for.
pub fn sql(plan: &Plan, dialect: Dialect) -> Result<String, ExportError> {
    let names = Names::of(plan);
    let features = Features::of(plan, dialect, &names)?;
    let (margin_layers, margins) = margins::margins(plan, &names, &features.cells, dialect)?;
    let outputs = Outputs::of(plan, dialect, &names, &margins);
    let mut layers = features.layers;
    layers.extend(margin_layers);
    layers.extend(outputs.layers);
    let results: Vec<String> = outputs
        .columns
        .iter()
        .map(|(name, expression)| format!("  {expression} AS {name}"))
        .collect();
    let last = format!(
        "{},\n{}",
        dialect.all_but(&added(&layers)),
        results.join(",\n")
    );
    Ok(header(plan, dialect) + &query(&names, "input", &layers, &last))
}

fn header(plan: &Plan, dialect: Dialect) -> String {
    let plain = |text: &str| text.replace(char::is_control, " ");
    let columns: Vec<String> = plan
        .schema
        .columns
        .iter()
        .map(|column| format!("{} ({})", plain(&column.name), column.kind.name()))
        .collect();
    format!(
        "-- {}: predicts {}. {}.\n\
         -- Reads the table or view \"input\"; each of its rows comes back with prediction, score (the margin) and probabilities.\n\
         -- Columns: {}.\n",
        plain(plan.name),
        plain(&plan.model.target),
        dialect.title(),
        columns.join(", ")
    )
}
