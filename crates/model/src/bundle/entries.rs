//! A bundle to entries and back, and what must hold of one.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Bundle, FIRST_FORMAT, FORMAT, Manifest, Proof,
    archive::{Entries, pack, unpack},
    check::{bad, check_bundle, check_sums, checksums},
    json::{from_json, to_json},
};
use crate::{Evaluation, Gate, ModelError, Pipeline, SearchRecord};

pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const SCHEMA: &str = "schema.json";
pub(super) const RECIPE: &str = "recipe.json";
pub(super) const MODEL: &str = "model.json";
pub(super) const SEARCH: &str = "search.json";
pub(super) const EVALUATION: &str = "evaluation.json";
/// What drift is measured against; the first format named it so.
pub(super) const REFERENCE: &str = "baseline.json";
pub(super) const GATE: &str = "gate.json";
pub(super) const PROOF_ROWS: &str = "proof.csv";
pub(super) const PROOF: &str = "proof.json";
pub(super) const CARD: &str = "card.md";
/// Every entry that this build reads and writes itself; all others are extras.
pub(super) const OWN: [&str; 11] = [
    MANIFEST, SCHEMA, RECIPE, MODEL, SEARCH, EVALUATION, REFERENCE, GATE, PROOF_ROWS, PROOF, CARD,
];
/// Those of them that came with format 2.
const SINCE_2: [&str; 1] = [GATE];

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
        pack(&self.files()?)
    }

    /// Every entry of the zip by name, unpacked.
    ///
    /// # Errors
    /// As [`to_zip`](Self::to_zip).
    pub fn files(&self) -> Result<BTreeMap<String, Vec<u8>>, ModelError> {
        let mut entries = self.entries()?;
        let manifest = Manifest {
            sha256: checksums(&entries),
            ..self.manifest.clone()
        };
        entries.insert(MANIFEST.into(), to_json(MANIFEST, &manifest)?);
        Ok(entries)
    }

    /// Reads and checks a zip: format, checksums, entries, tree shapes, finite numbers, sizes, and that the recipe makes the
    /// model's features. Entries that this build does not read itself are checked against their checksums and kept as extras.
    ///
    /// A bundle of an older format becomes one of the present format: what it lacks follows from what it has.
    ///
    /// # Errors
    /// Each malformed case by name; never a partial bundle.
    pub fn from_zip(bytes: &[u8]) -> Result<Bundle, ModelError> {
        let mut entries = unpack(bytes)?;
        let manifest = entry(&entries, MANIFEST)?;
        let FormatOnly { format } = from_json(MANIFEST, manifest)?;
        if !(FIRST_FORMAT..=FORMAT).contains(&format) {
            return Err(ModelError::FormatVersion {
                found: format,
                first: FIRST_FORMAT,
                last: FORMAT,
            });
        }
        let manifest: Manifest = from_json(MANIFEST, manifest)?;
        for name in OWN {
            if format > 1 || !SINCE_2.contains(&name) {
                entry(&entries, name)?;
            }
        }
        check_sums(&manifest, &entries)?;
        let extras = take_extras(&mut entries);
        let bundle = Bundle::of_entries(manifest, &entries, extras)?;
        check_bundle(&bundle)?;
        Ok(bundle)
    }

    fn of_entries(
        manifest: Manifest,
        entries: &Entries,
        extras: Entries,
    ) -> Result<Bundle, ModelError> {
        let search: SearchRecord = from_json(SEARCH, entry(entries, SEARCH)?)?;
        let mut evaluation: Evaluation = from_json(EVALUATION, entry(entries, EVALUATION)?)?;
        if manifest.format == 1 {
            evaluation = evaluation.with_intervals(&search.validation);
        }
        let gate = match entries.get(GATE) {
            Some(bytes) => from_json(GATE, bytes)?,
            None => Gate::of(&evaluation),
        };
        let proof: ProofFile = from_json(PROOF, entry(entries, PROOF)?)?;
        Ok(Bundle {
            pipeline: Pipeline {
                schema: from_json(SCHEMA, entry(entries, SCHEMA)?)?,
                recipe: from_json(RECIPE, entry(entries, RECIPE)?)?,
                model: Arc::new(from_json(MODEL, entry(entries, MODEL)?)?),
            },
            search,
            evaluation,
            reference: from_json(REFERENCE, entry(entries, REFERENCE)?)?,
            gate,
            proof: Proof {
                rows: entry(entries, PROOF_ROWS)?.to_vec(),
                margins: proof.margins,
            },
            card: String::from_utf8(entry(entries, CARD)?.to_vec())
                .map_err(|_| bad(CARD, "it is not UTF-8"))?,
            extras,
            manifest: Manifest {
                format: FORMAT,
                ..manifest
            },
        })
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
            (MODEL, to_json(MODEL, &*self.pipeline.model)?),
            (SEARCH, to_json(SEARCH, &self.search)?),
            (EVALUATION, to_json(EVALUATION, &self.evaluation)?),
            (REFERENCE, to_json(REFERENCE, &self.reference)?),
            (GATE, to_json(GATE, &self.gate)?),
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
}

/// Takes out what this build does not read itself.
fn take_extras(entries: &mut Entries) -> Entries {
    let all = std::mem::take(entries).into_iter();
    let (own, extras) = all.partition(|(name, _)| OWN.contains(&name.as_str()));
    *entries = own;
    extras
}

fn entry<'a>(entries: &'a Entries, name: &'static str) -> Result<&'a [u8], ModelError> {
    entries
        .get(name)
        .map(Vec::as_slice)
        .ok_or(ModelError::AbsentEntry(name))
}
