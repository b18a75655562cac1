//! A project: everything that was decided, as JSON that the app saves and the command replays.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabwright_model::{Params, Tuned, Tuning, Validation};
use tabwright_recipe::Recipe;
use tabwright_table::ReadOptions;
use tabwright_train::{Algorithm, TaskChoice, Trial};

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
