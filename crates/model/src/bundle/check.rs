//! What must hold of a bundle before anything is asked of it.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tabwright_recipe::steps::{EncodedColumn, Encoding};
use tabwright_recipe::{FittedRecipe, FittedStep};
use tabwright_table::{Schema, Table};

use super::{
    Bundle, Manifest,
    archive::Entries,
    entries::{EVALUATION, GATE, MANIFEST, MODEL, OWN, PROOF, RECIPE, REFERENCE, SCHEMA},
    names::check_names,
    proof,
};
use crate::{
    Evaluation, EvaluationDetail, Model, ModelError, Pipeline, Reference, Task, predictor,
};

/// Columns that a schema may have, and features that a model may have: far more than a browser trains on.
const MAX_COLUMNS: usize = 1 << 16;
/// Steps that a recipe may have.
const MAX_STEPS: usize = 1 << 12;
/// Bytes that the names of all one-hot columns may have: they are products of what is written.
const MAX_NAMES: usize = 16 << 20;

/// All that must hold of what was read.
pub(super) fn check_bundle(bundle: &Bundle) -> Result<(), ModelError> {
    check_pipeline(&bundle.pipeline)?;
    check_reference(&bundle.reference)?;
    let model = &bundle.pipeline.model;
    check_evaluation(&bundle.evaluation, &model.task)
        .map_err(|message| bad(EVALUATION, &message))?;
    bundle.gate.check().map_err(|message| bad(GATE, &message))?;
    let agrees = bundle.manifest.task == model.task.name()
        && bundle.manifest.target == model.target
        && bundle.manifest.algorithm == bundle.search.algorithm
        && bundle.manifest.seed == bundle.search.seed;
    if !agrees {
        return Err(bad(
            MANIFEST,
            "its task, target, algorithm or seed is not that of model.json and search.json",
        ));
    }
    let n_outputs = model.task.n_outputs();
    let is_bits = |text: &String| {
        text.len() == 16 && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
    };
    let rows = &bundle.proof.margins;
    if !rows
        .iter()
        .all(|row| row.len() == n_outputs && row.iter().all(is_bits))
    {
        return Err(bad(
            PROOF,
            &format!("expected {n_outputs} margins a row, each of 16 hex digits"),
        ));
    }
    proof::check(&bundle.pipeline, &bundle.proof)
}

/// What must hold before a pipeline scores rows: its parts are sound, and together they score a table without rows.
pub(super) fn check_pipeline(pipeline: &Pipeline) -> Result<(), ModelError> {
    check_schema(&pipeline.schema).map_err(|message| bad(SCHEMA, &message))?;
    check_recipe(&pipeline.recipe).map_err(|message| bad(RECIPE, &message))?;
    check_model(&pipeline.model).map_err(|message| bad(MODEL, &message))?;
    let fits = |error: &dyn std::fmt::Display| {
        bad(
            RECIPE,
            &format!("it does not make the model's features from the schema's columns: {error}"),
        )
    };
    let columns = pipeline
        .schema
        .columns
        .iter()
        .map(|column| Ok(std::sync::Arc::new(proof::empty(column))))
        .collect::<Result<Vec<_>, ModelError>>()?;
    let nothing = Table::new(columns, 0)?;
    pipeline.score(&nothing).map_err(|error| fits(&error))?;
    pipeline
        .recipe
        .program(&pipeline.schema, &pipeline.model.features)
        .map_err(|error| fits(&error))?;
    Ok(())
}

fn check_schema(schema: &Schema) -> Result<(), String> {
    if schema.columns.len() > MAX_COLUMNS {
        return Err(format!("it has more than {MAX_COLUMNS} columns"));
    }
    let mut names = BTreeSet::new();
    for column in &schema.columns {
        if !names.insert(&column.name) {
            return Err(format!("two columns are called \"{}\"", column.name));
        }
        let is_range = |(low, high): (f64, f64)| low.is_finite() && high.is_finite() && low <= high;
        if !column.range.is_none_or(is_range) {
            return Err(format!(
                "the range of the column \"{}\" is no range of finite numbers",
                column.name
            ));
        }
    }
    Ok(())
}

fn check_recipe(recipe: &FittedRecipe) -> Result<(), String> {
    if recipe.steps.len() > MAX_STEPS {
        return Err(format!("it has more than {MAX_STEPS} steps"));
    }
    for step in &recipe.steps {
        step.check()?;
    }
    let encoded = recipe.steps.iter().flat_map(|step| match step {
        FittedStep::Encode(encode) => encode.columns.as_slice(),
        _ => &[],
    });
    let n_bytes = |EncodedColumn { column, encoding }: &EncodedColumn| match encoding {
        Encoding::OneHot { levels } => levels
            .iter()
            .map(|level| column.len() + level.len() + 1)
            .sum(),
        Encoding::Ordinal { .. } | Encoding::Frequency { .. } => 0,
    };
    if encoded.map(n_bytes).sum::<usize>() > MAX_NAMES {
        return Err("the names of its one-hot columns are too long".into());
    }
    Ok(())
}

fn check_model(model: &Model) -> Result<(), String> {
    if model.features.len() > MAX_COLUMNS {
        return Err(format!("it has more than {MAX_COLUMNS} features"));
    }
    let classes: BTreeSet<&String> = model.task.classes().iter().collect();
    let n_classes = model.task.classes().len();
    let is_count_right = match model.task {
        Task::Binary { .. } => n_classes == 2,
        Task::Multiclass { .. } => n_classes >= 2,
        Task::Regression => true,
    };
    if !is_count_right || classes.len() != n_classes {
        return Err(format!(
            "{n_classes} classes ({} different) do not make a {} task",
            classes.len(),
            model.task.name()
        ));
    }
    if !(0.0..=1.0).contains(&model.threshold) {
        return Err(format!(
            "the threshold is {}, expected a probability",
            model.threshold
        ));
    }
    predictor::check(model)
}

/// Its charts are of this task and its counts of these classes.
fn check_evaluation(evaluation: &Evaluation, task: &Task) -> Result<(), String> {
    let is_square = |counts: &[u64], n: usize| counts.len() == n * n;
    let fits = match (&evaluation.detail, task) {
        (EvaluationDetail::None, _) => true,
        (
            EvaluationDetail::Binary {
                classes, confusion, ..
            },
            Task::Binary { .. },
        ) => classes == task.classes() && (confusion.is_empty() || is_square(confusion, 2)),
        (
            EvaluationDetail::Multiclass {
                classes,
                confusion,
                curves,
                calibration,
            },
            Task::Multiclass { .. },
        ) => {
            let n = classes.len();
            classes == task.classes()
                && is_square(confusion, n)
                && curves.len() == n
                && calibration.len() == n
        }
        (
            EvaluationDetail::Regression {
                residual_edges,
                residual_counts,
                ..
            },
            Task::Regression,
        ) => {
            residual_edges.is_empty() && residual_counts.is_empty()
                || residual_edges.len() == residual_counts.len() + 1
        }
        _ => false,
    };
    if !fits {
        return Err(format!(
            "its curves and counts are not those of a {} task with the model's classes",
            task.name()
        ));
    }
    match evaluation
        .intervals
        .iter()
        .find(|(_, interval)| interval.low > interval.high || interval.standard_error < 0.0)
    {
        Some((name, _)) => Err(format!("the interval of {name} ends before it starts")),
        None => Ok(()),
    }
}

fn check_reference(reference: &Reference) -> Result<(), ModelError> {
    for column in reference.columns.iter().chain(&reference.score) {
        let named = |message| bad(REFERENCE, &format!("column \"{}\": {message}", column.name));
        column.bins.check().map_err(named)?;
    }
    Ok(())
}

/// Extras have safe names, and none of them is an entry of ours.
pub(super) fn check_extras(extras: &Entries) -> Result<(), ModelError> {
    if let Some(name) = extras.keys().find(|name| OWN.contains(&name.as_str())) {
        return Err(bad(name, "it is made by the bundle itself and is no extra"));
    }
    let own = OWN.map(String::from);
    check_names(own.iter().chain(extras.keys()))
}

pub(super) fn bad(entry: &str, message: &str) -> ModelError {
    ModelError::BadEntry {
        entry: entry.into(),
        message: message.into(),
    }
}

pub(super) fn checksums(entries: &Entries) -> BTreeMap<String, String> {
    entries
        .iter()
        .map(|(name, bytes)| (name.clone(), checksum(bytes)))
        .collect()
}

/// Lower-case hex SHA-256.
pub(super) fn checksum(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Every entry but the manifest has a checksum and matches it, and every checksum has an entry.
pub(super) fn check_sums(manifest: &Manifest, entries: &Entries) -> Result<(), ModelError> {
    if let Some(name) = manifest
        .sha256
        .keys()
        .find(|name| !entries.contains_key(*name))
    {
        return Err(bad(
            name,
            "the manifest has its checksum, the bundle has no such entry",
        ));
    }
    for (name, bytes) in entries.iter().filter(|(name, _)| *name != MANIFEST) {
        if manifest.sha256.get(name) != Some(&checksum(bytes)) {
            return Err(ModelError::Checksum {
                entry: name.clone(),
            });
        }
    }
    Ok(())
}
