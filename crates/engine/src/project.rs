//! A project: everything that was decided, as JSON that the app saves and the command replays.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use tabwright_model::{Params, Tuned, Tuning, Validation};
use tabwright_recipe::Recipe;
use tabwright_table::ReadOptions;
use tabwright_train::{Algorithm, TaskChoice, Trial};

use crate::error::Area;
use crate::{Failure, Source, Unpacked};

/// The format that this build writes.
const FORMAT: u32 = 1;

/// Everything that was decided. `tabwright run` replays it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Project {
    /// Version of this form.
    pub format: u32,
    /// The project's name; by default the file's without its ending.
    pub name: String,
    /// The file that it was made on.
    pub source: Option<SourceInfo>,
    /// How the file is read.
    pub read: ReadOptions,
    /// The target column.
    pub target: Option<String>,
    /// The task.
    pub task: TaskChoice,
    /// The steps before training.
    pub recipe: Recipe,
    /// How models are tested.
    #[serde(alias = "folds", deserialize_with = "Validation::or_folds")]
    pub validation: Validation,
    /// The seed of folds and training.
    pub seed: u64,
    /// The column that says how much each row counts in training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// The algorithms to train, with the parameters that differ from the defaults.
    pub algorithms: BTreeMap<Algorithm, Params>,
    /// The model that was chosen, for export and replay.
    pub chosen: Option<ModelChoice>,
    /// Results, kept so that an opened project need not be trained again; the command ignores them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<SavedResult>,
}

/// The file behind a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceInfo {
    /// File name.
    pub file: String,
    /// Bytes.
    pub n_bytes: u64,
    /// The checksum of its bytes, where results are kept beside it: another file may have its name and length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// Which model goes into the bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelChoice {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// Parameters that differ from the defaults, before tuning.
    #[serde(default)]
    pub params: Params,
    /// The search that the parameters came from, if any.
    #[serde(
        default,
        alias = "tune_trials",
        deserialize_with = "Tuning::or_trials",
        skip_serializing_if = "Option::is_none"
    )]
    pub tuning: Option<Tuning>,
}

/// A result's parts, as the engine encoded them, in base64.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedResult {
    /// The app's name for the result.
    pub id: String,
    /// What was fitted.
    pub trial: Trial,
    /// The search behind it, if any.
    #[serde(default, alias = "trials", deserialize_with = "Tuned::or_trials")]
    pub tuned: Option<Tuned>,
    /// Its parts.
    pub parts: Vec<String>,
}

impl Default for Project {
    fn default() -> Self {
        Self {
            format: FORMAT,
            name: String::new(),
            source: None,
            read: ReadOptions::default(),
            target: None,
            task: TaskChoice::Auto,
            recipe: Recipe::default(),
            validation: Validation::default(),
            seed: 0,
            weight: None,
            algorithms: Algorithm::ALL
                .into_iter()
                .map(|algorithm| (algorithm, Params::new()))
                .collect(),
            chosen: None,
            results: Vec::new(),
        }
    }
}

impl Project {
    /// Reads a project file.
    ///
    /// # Errors
    /// A sentence with line and column where it is not one, or is of a newer format.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let project: Project = serde_json::from_str(text)
            .map_err(|error| format!("this is not a Tabwright project: {error}"))?;
        if project.format > FORMAT {
            return Err(format!(
                "the project has format {}; this version reads format {FORMAT}: update Tabwright",
                project.format
            ));
        }
        Ok(project)
    }

    /// The project as a file that [`Project::from_json`] reads. Its results get their parts from these: so many each, in their
    /// order, all made on the file of that checksum.
    pub(crate) fn pack(
        mut self,
        n_parts: &[usize],
        parts: &[Vec<u8>],
        sha256: Option<String>,
    ) -> Result<Vec<u8>, Failure> {
        if n_parts.len() != self.results.len() || n_parts.iter().sum::<usize>() != parts.len() {
            let message = "the project's results and their parts are not as many";
            return Err(Failure::new(Area::Engine, message));
        }
        let mut left = parts;
        for (result, &n) in self.results.iter_mut().zip(n_parts) {
            let (own, others) = left.split_at(n);
            result.parts = own.iter().map(|part| BASE64.encode(part)).collect();
            left = others;
        }
        if let Some(source) = &mut self.source {
            source.sha256 = sha256;
        }
        serde_json::to_vec_pretty(&self)
            .map_err(|error| Failure::new(Area::Engine, error.to_string()))
    }

    /// A project out of its file, and the bytes of all parts of its results, one behind the other.
    pub(crate) fn unpack(file: &dyn Source) -> Result<(Unpacked, Vec<u8>), Failure> {
        let failed = |why| Failure::new(Area::Data, format!("{}: {why}", file.name()));
        let text = file.read(0, file.len()).map_err(failed)?;
        let text = String::from_utf8(text)
            .map_err(|_| failed("this is not a Tabwright project: it is not text".to_owned()))?;
        let mut project = Project::from_json(&text).map_err(failed)?;
        let mut bytes = Vec::new();
        let lengths = project.results.iter_mut().map(|result| {
            let parts: Vec<_> = std::mem::take(&mut result.parts)
                .iter()
                .map(|part| BASE64.decode(part.as_bytes()).ok())
                .collect::<Option<_>>()?;
            bytes.extend(parts.iter().flatten());
            Some(parts.iter().map(Vec::len).collect())
        });
        let lengths = lengths.collect();
        Ok((Unpacked { project, lengths }, bytes))
    }

    /// The trial that this project stands for with one algorithm; `None` without a target.
    pub fn trial(&self, algorithm: Algorithm, params: Params) -> Option<Trial> {
        Some(Trial {
            task: self.task,
            recipe: self.recipe.clone(),
            params,
            validation: self.validation.clone(),
            seed: self.seed,
            weight: self.weight.clone(),
            ..Trial::new(self.target.clone()?, algorithm)
        })
    }
}
