//! A bundle to entries and back, and what must hold of one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tabwright_recipe::FittedRecipe;
use tabwright_table::Schema;

use super::{
    Bundle, FORMAT, Manifest, Proof,
    archive::{Entries, pack, unpack},
    json::{from_json, to_json},
    names::check_names,
};
use crate::{Baseline, Model, ModelError, Pipeline, Task, predictor};

const MANIFEST: &str = "manifest.json";
const SCHEMA: &str = "schema.json";
const RECIPE: &str = "recipe.json";
const MODEL: &str = "model.json";
const SEARCH: &str = "search.json";
const EVALUATION: &str = "evaluation.json";
const BASELINE: &str = "baseline.json";
pub(super) const PROOF_ROWS: &str = "proof.csv";
pub(super) const PROOF: &str = "proof.json";
const CARD: &str = "card.md";
/// Every entry that this build reads and writes itself; all others are extras.
const OWN: [&str; 10] = [
    MANIFEST, SCHEMA, RECIPE, MODEL, SEARCH, EVALUATION, BASELINE, PROOF_ROWS, PROOF, CARD,
];

/// `proof.json`.
#[derive(PartialEq, Serialize, Deserialize)]
struct ProofFile {
    margins: Vec<Vec<String>>,
}

/// The one field of the manifest that every format has.
#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Bundle {
    /// The zip: sorted entries, fixed times, fixed compression, so that equal bundles are equal bytes. The checksums
    /// are those of the entries as written.
    ///
    /// # Errors
    /// If a value cannot be written as JSON.
    pub fn to_zip(&self) -> Result<Vec<u8>, ModelError> {
        let mut entries = self.entries()?;
        let manifest = Manifest {
            sha256: checksums(&entries),
            ..self.manifest.clone()
        };
        entries.insert(MANIFEST.into(), to_json(MANIFEST, &manifest)?);
        pack(&entries)
    }

    /// Reads and checks a zip: format, checksums, entries, tree shapes, finite numbers, sizes. Entries that this build
    /// does not read itself are checked against their checksums and kept as extras.
    ///
    /// # Errors
    /// Each malformed case by name; never a partial bundle.
    pub fn from_zip(bytes: &[u8]) -> Result<Bundle, ModelError> {
        let mut entries = unpack(bytes)?;
        let manifest = entry(&entries, MANIFEST)?;
        let FormatOnly { format } = from_json(MANIFEST, manifest)?;
        if format != FORMAT {
            return Err(ModelError::FormatVersion {
                found: format,
                known: FORMAT,
            });
        }
        let manifest: Manifest = from_json(MANIFEST, manifest)?;
        for name in OWN {
            entry(&entries, name)?;
        }
        check_sums(&manifest, &entries)?;
        let extras = take_extras(&mut entries);
        let proof: ProofFile = from_json(PROOF, entry(&entries, PROOF)?)?;
        let card = String::from_utf8(entry(&entries, CARD)?.to_vec())
            .map_err(|_| bad(CARD, "it is not UTF-8"))?;
        let bundle = Bundle {
            pipeline: Pipeline {
                schema: from_json(SCHEMA, entry(&entries, SCHEMA)?)?,
                recipe: from_json::<FittedRecipe>(RECIPE, entry(&entries, RECIPE)?)?,
                model: from_json(MODEL, entry(&entries, MODEL)?)?,
            },
            search: from_json(SEARCH, entry(&entries, SEARCH)?)?,
            evaluation: from_json(EVALUATION, entry(&entries, EVALUATION)?)?,
            baseline: from_json(BASELINE, entry(&entries, BASELINE)?)?,
            proof: Proof {
                rows: entry(&entries, PROOF_ROWS)?.to_vec(),
                margins: proof.margins,
            },
            card,
            extras,
            manifest,
        };
        bundle.check()?;
        Ok(bundle)
    }

    /// Name and size of each entry of a zip, sorted by name.
    ///
    /// # Errors
    /// If it cannot be unpacked.
    pub fn list(bytes: &[u8]) -> Result<Vec<(String, u64)>, ModelError> {
        let entries = unpack(bytes)?;
        Ok(entries
            .into_iter()
            .map(|(name, bytes)| (name, bytes.len() as u64))
            .collect())
    }

    /// Every entry but the manifest.
    fn entries(&self) -> Result<Entries, ModelError> {
        let proof = ProofFile {
            margins: self.proof.margins.clone(),
        };
        let entries = [
            (SCHEMA, to_json(SCHEMA, &self.pipeline.schema)?),
            (RECIPE, to_json(RECIPE, &self.pipeline.recipe)?),
            (MODEL, to_json(MODEL, &self.pipeline.model)?),
            (SEARCH, to_json(SEARCH, &self.search)?),
            (EVALUATION, to_json(EVALUATION, &self.evaluation)?),
            (BASELINE, to_json(BASELINE, &self.baseline)?),
            (PROOF_ROWS, self.proof.rows.clone()),
            (PROOF, to_json(PROOF, &proof)?),
            (CARD, self.card.clone().into_bytes()),
        ];
        let own = entries.map(|(name, bytes)| (name.to_string(), bytes));
        let extras = self.extras.clone().into_iter();
        Ok(extras.chain(own).collect())
    }

    /// The checksums that the zip of this bundle has.
    pub(super) fn sums(&self) -> Result<BTreeMap<String, String>, ModelError> {
        Ok(checksums(&self.entries()?))
    }

    fn check(&self) -> Result<(), ModelError> {
        check_pipeline(&self.pipeline)?;
        check_baseline(&self.baseline)?;
        let model = &self.pipeline.model;
        let agrees = self.manifest.task == model.task.name()
            && self.manifest.target == model.target
            && self.manifest.algorithm == self.search.algorithm;
        if !agrees {
            return Err(bad(
                MANIFEST,
                "its task, target or algorithm is not that of model.json and search.json",
            ));
        }
        let n_outputs = model.task.n_outputs();
        let is_bits = |text: &String| text.len() == 16 && u64::from_str_radix(text, 16).is_ok();
        if !self
            .proof
            .margins
            .iter()
            .all(|row| row.len() == n_outputs && row.iter().all(is_bits))
        {
            return Err(bad(
                PROOF,
                &format!("expected {n_outputs} margins a row, each of 16 hex digits"),
            ));
        }
        Ok(())
    }
}

/// Extras have safe names, and none of them is an entry of ours.
pub(super) fn check_extras(extras: &Entries) -> Result<(), ModelError> {
    if let Some(name) = extras.keys().find(|name| OWN.contains(&name.as_str())) {
        return Err(bad(name, "it is made by the bundle itself and is no extra"));
    }
    let own = OWN.map(String::from);
    check_names(own.iter().chain(extras.keys()))
}

/// Takes out what this build does not read itself.
fn take_extras(entries: &mut Entries) -> Entries {
    let all = std::mem::take(entries).into_iter();
    let (own, extras) = all.partition(|(name, _)| OWN.contains(&name.as_str()));
    *entries = own;
    extras
}

/// What must hold before a pipeline scores rows.
pub(super) fn check_pipeline(pipeline: &Pipeline) -> Result<(), ModelError> {
    check_schema(&pipeline.schema).map_err(|message| bad(SCHEMA, &message))?;
    check_model(&pipeline.model).map_err(|message| bad(MODEL, &message))
}

fn check_schema(schema: &Schema) -> Result<(), String> {
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

fn check_model(model: &Model) -> Result<(), String> {
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

fn check_baseline(baseline: &Baseline) -> Result<(), ModelError> {
    for column in baseline.columns.iter().chain(&baseline.score) {
        let named = |message| bad(BASELINE, &format!("column \"{}\": {message}", column.name));
        column.bins.check().map_err(named)?;
    }
    Ok(())
}

fn bad(entry: &str, message: &str) -> ModelError {
    ModelError::BadEntry {
        entry: entry.into(),
        message: message.into(),
    }
}

fn entry<'a>(entries: &'a Entries, name: &'static str) -> Result<&'a [u8], ModelError> {
    entries
        .get(name)
        .map(Vec::as_slice)
        .ok_or(ModelError::AbsentEntry(name))
}

fn checksums(entries: &Entries) -> BTreeMap<String, String> {
    entries
        .iter()
        .map(|(name, bytes)| (name.clone(), checksum(bytes)))
        .collect()
}

/// Lower-case hex SHA-256.
pub(super) fn checksum(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    Sha256::digest(bytes)
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Every entry but the manifest has a checksum and matches it, and every checksum has an entry.
fn check_sums(manifest: &Manifest, entries: &Entries) -> Result<(), ModelError> {
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
