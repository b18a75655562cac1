//! The bundle: one deterministic zip that holds a model and the proof of its answers.

mod archive;
mod card;
mod check;
mod entries;
mod json;
mod names;
mod proof;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_recipe::Recipe;

use crate::{
    Evaluation, Gate, ModelError, Nested, Params, Pipeline, Reference, TrialRecord, Tuning,
    Validation,
};

/// The format that this build writes: 2 since there are `gate.json` and intervals in `evaluation.json`.
pub const FORMAT: u32 = 2;
/// The oldest format that this build reads.
pub const FIRST_FORMAT: u32 = 1;

/// `manifest.json`: what this is, and the checksum of all the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`], also of a bundle that was read from an older one.
    pub format: u32,
    /// The project's name.
    pub name: String,
    /// `binary`, `multiclass` or `regression`.
    pub task: String,
    /// The target column.
    pub target: String,
    /// `baseline`, `linear`, `tree`, `forest` or `gbt`.
    pub algorithm: String,
    /// Version of the engine that trained it.
    pub engine: String,
    /// The seed.
    pub seed: u64,
    /// The training file.
    pub data: DataFingerprint,
    /// Lower-case hex SHA-256 by entry name; every entry but this one. As in the zip that was read.
    pub sha256: BTreeMap<String, String>,
}

/// What was trained on, recognisable, not readable.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DataFingerprint {
    /// File name.
    pub file: String,
    /// Rows read.
    pub rows: usize,
    /// Columns read.
    pub columns: usize,
    /// Lower-case hex SHA-256 of the file's bytes.
    pub sha256: String,
}

/// `search.json`: how the model was found, enough to retrain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchRecord {
    /// The algorithm.
    pub algorithm: String,
    /// Its parameters, defaults written out.
    pub params: Params,
    /// The steps as specified (the fitted ones are in `recipe.json`).
    pub recipe: Recipe,
    /// How models were tested.
    #[serde(alias = "folds", deserialize_with = "Validation::or_folds")]
    pub validation: Validation,
    /// The seed of folds and training.
    pub seed: u64,
    /// The trials, in order; one where there was no tuning.
    pub trials: Vec<TrialRecord>,
    /// The search; none where there was no tuning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuning: Option<Tuning>,
    /// Parameters that the search held, defaults left out.
    #[serde(default, skip_serializing_if = "Params::is_empty")]
    pub fixed: Params,
    /// How good the search itself is, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nested: Option<Nested>,
}

impl SearchRecord {
    /// Without metrics that are not finite numbers.
    fn without_undefined(mut self) -> SearchRecord {
        self.trials.iter_mut().for_each(TrialRecord::drop_undefined);
        let outer = self.nested.iter_mut().flat_map(|nested| &mut nested.folds);
        for fold in outer {
            fold.inner.retain(|_, value| value.is_finite());
            fold.metrics.retain(|_, value| value.is_finite());
        }
        self
    }
}

/// `proof.csv` and `proof.json`: rows, and the exact bits that they must score.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// CSV with a header: the schema's columns.
    pub rows: Vec<u8>,
    /// Bits of the margins as 16 hex digits, one row a proof row, `n_outputs` each.
    pub margins: Vec<Vec<String>>,
}

/// What replaying the proof gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofReport {
    /// Rows replayed.
    pub n_rows: usize,
    /// Margins compared.
    pub n_margins: usize,
    /// Margins that differ in any bit.
    pub n_differing: usize,
}

/// All that the zip holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// What this is.
    pub manifest: Manifest,
    /// Raw columns to scores.
    pub pipeline: Pipeline,
    /// How it was found.
    pub search: SearchRecord,
    /// How good it is.
    pub evaluation: Evaluation,
    /// What training data looked like.
    pub reference: Reference,
    /// What a challenger must meet.
    pub gate: Gate,
    /// Its own answers.
    pub proof: Proof,
    /// Model card, Markdown.
    pub card: String,
    /// Entries beyond these, by name (`model.onnx`, `MLmodel`, `code/…`, `report.html`): kept and checked against their checksums,
    /// not read.
    pub extras: BTreeMap<String, Vec<u8>>,
}

/// What is needed to make a bundle.
pub struct BundleParts {
    /// The project's name.
    pub name: String,
    /// The training file.
    pub data: DataFingerprint,
    /// Version of the engine.
    pub engine: String,
    /// Raw columns to scores.
    pub pipeline: Pipeline,
    /// How it was found.
    pub search: SearchRecord,
    /// How good it is.
    pub evaluation: Evaluation,
    /// What training data looked like.
    pub reference: Reference,
    /// Entries to go along that nothing here reads, by name; `/` between a folder and what is in it.
    pub extras: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// Makes the proof rows, their scores, the gate and the card. Metrics that are undefined are left out.
    ///
    /// # Errors
    /// If the pipeline is not sound or cannot score its own proof rows, or if an extra has an unsafe name or that of an entry
    /// that is made here.
    pub fn assemble(parts: BundleParts) -> Result<Bundle, ModelError> {
        check::check_extras(&parts.extras)?;
        check::check_pipeline(&parts.pipeline)?;
        let proof = proof::make(&parts.pipeline)?;
        let parts = BundleParts {
            evaluation: (parts.evaluation.without_undefined())
                .with_intervals(&parts.search.validation),
            search: parts.search.without_undefined(),
            ..parts
        };
        let card = card::card(&parts);
        let gate = Gate::of(&parts.evaluation);
        let model = &parts.pipeline.model;
        let mut bundle = Bundle {
            manifest: Manifest {
                format: FORMAT,
                name: parts.name,
                task: model.task.name().into(),
                target: model.target.clone(),
                algorithm: parts.search.algorithm.clone(),
                engine: parts.engine,
                seed: parts.search.seed,
                data: parts.data,
                sha256: BTreeMap::new(),
            },
            pipeline: parts.pipeline,
            search: parts.search,
            evaluation: parts.evaluation,
            reference: parts.reference,
            gate,
            proof,
            card,
            extras: parts.extras,
        };
        check::check_bundle(&bundle)?;
        bundle.manifest.sha256 = bundle.sums()?;
        Ok(bundle)
    }

    /// Scores the proof rows again and compares bits.
    ///
    /// # Errors
    /// If the proof rows cannot be read or scored.
    pub fn replay_proof(&self) -> Result<ProofReport, ModelError> {
        proof::replay(&self.pipeline, &self.proof)
    }
}

#[cfg(test)]
mod tests;
