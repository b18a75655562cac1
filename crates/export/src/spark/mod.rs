//! A pipeline as Spark saves its own: a folder that `PipelineModel.load` reads, without a jar and without a user's function.
//!
//! The recipe is a `SQLTransformer`; a `VectorAssembler` and one `GBTRegressionModel` an output make the margins of trees; a last
//! `SQLTransformer` makes predictions and probabilities of them. Each leaf lies on a grid on which sums are exact in any order, so
//! that forests are sums here too.

mod files;
mod stages;
mod trees;

use std::collections::BTreeMap;

use tabwright_model::Predictor;

use self::stages::{Stage, folder};
use self::trees::Forests;
use crate::sql::{Features, Names, Outputs, added, margins, number, query};
use crate::{Dialect, ExportError, Plan};

/// The table that a `SQLTransformer` reads.
const THIS: &str = "__THIS__";

/// The folder's files, by their path in it. The same plan gives the same bytes. The model adds `prediction`, `score` and `p_<class>`
/// to a data frame of raw columns.
///
/// # Errors
/// If the recipe does what Spark SQL has no words for.
pub fn spark(plan: &Plan) -> Result<BTreeMap<String, Vec<u8>>, ExportError> {
    let dialect = Dialect::Spark;
    let names = Names::of(plan);
    let features = Features::of(plan, dialect, &names)?;
    let (mut before, mut stages) = (features.layers, Vec::new());
    let (mut after, margins, mut made) = (Vec::new(), margins_of(plan, &names), Vec::new());
    match &plan.model.predictor {
        Predictor::Trees(trees) => {
            let forests = Forests::of(plan, trees, &names, &features.cells);
            before.push(forests.columns.clone());
            made.extend(forests.stages(&names, &mut stages)?);
            let sums = forests.sums.iter().zip(&trees.base);
            let sums = sums.map(|(sum, base)| match sum {
                Some(sum) => format!("{sum} + {}", number(*base)),
                None => number(*base),
            });
            after.push(margins.iter().cloned().zip(sums).collect());
        }
        Predictor::Constant(_) | Predictor::Linear(_) => {
            after.extend(margins::margins(plan, &names, &features.cells, dialect)?.0);
        }
    }
    let outputs = Outputs::of(plan, dialect, &names, &margins);
    after.extend(outputs.layers);
    made.extend(added(&before));
    made.extend(added(&after));
    let results = outputs.columns.iter();
    let results: Vec<String> = results
        .map(|(name, expression)| format!("  {expression} AS {name}"))
        .collect();
    let last = format!("{},\n{}", dialect.all_but(&made), results.join(",\n"));
    if stages.is_empty() {
        // One query does.
        before.extend(after);
        stages.push(Stage::query(
            "tabwright_model",
            &query(&names, THIS, &before, &last),
        ));
    } else {
        let first = Stage::query("tabwright_recipe", &query(&names, THIS, &before, "*"));
        stages.insert(0, first);
        stages.push(Stage::query(
            "tabwright_outputs",
            &query(&names, THIS, &after, &last),
        ));
    }
    Ok(folder(&stages))
}

/// What margins are called.
fn margins_of(plan: &Plan, names: &Names) -> Vec<String> {
    let outputs = 0..plan.model.predictor.n_outputs();
    outputs.map(|at| names.numbered("margin", at)).collect()
}
