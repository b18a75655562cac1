//! What is answered of bundles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_metrics::Estimate;
use tabwright_model::{DriftReport, Manifest, ProofReport, Unmet};
use tabwright_table::Schema;

use super::RowWindow;

/// A bundle that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exported {
    /// A name to save it under.
    pub file: String,
    /// What it holds.
    pub entries: Vec<BundleEntry>,
    /// Its proof, replayed from the zip.
    pub proof: ProofReport,
    /// The model card, Markdown.
    pub card: String,
    /// What it lacks and why, in whole sentences.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// One file in a bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BundleEntry {
    /// Its name.
    pub name: String,
    /// Bytes before compression.
    pub n_bytes: u64,
}

/// A bundle that was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BundleInfo {
    /// What it is.
    pub manifest: Manifest,
    /// Its proof, replayed.
    pub proof: ProofReport,
    /// The columns that it needs.
    pub schema: Schema,
    /// Its held-out metrics at export.
    pub metrics: BTreeMap<String, Estimate>,
}

/// What became of new rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Monitored {
    /// File name.
    pub file: String,
    /// Rows scored.
    pub n_rows: usize,
    /// Drift of inputs and score.
    pub drift: DriftReport,
    /// Metrics on these rows, where they carry the target.
    pub metrics: BTreeMap<String, f64>,
    /// What of the bundle's gate they miss; empty where they meet it, or carry no target.
    pub unmet: Vec<Unmet>,
    /// How many metrics the gate has.
    pub n_hurdles: usize,
    /// The first scores, as text.
    pub head: RowWindow,
    /// Rows kept aside, cells that did not fit, and the like.
    pub notes: Vec<String>,
}
