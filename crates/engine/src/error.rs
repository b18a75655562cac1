//! What went wrong, as the app and the command line show it.

use serde::{Deserialize, Serialize};

/// A failed job. The session is as it was before the job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Where it belongs on screen.
    pub area: Area,
    /// What was expected, what was found, where, and what to do.
    pub message: String,
    /// The user asked for it.
    pub cancelled: bool,
    /// The file is too large, and reading the first of so many rows would do.
    #[serde(default)]
    pub sample_every: Option<u32>,
}

/// The stage that a failure belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Reading the file.
    Data,
    /// A recipe step.
    Recipe,
    /// Training, tuning, evaluating.
    Train,
    /// Bundles: export, verify, score, monitor.
    Bundle,
    /// The engine itself: a message that it cannot read, a stage asked for too early.
    Engine,
}

impl Failure {
    /// A failure of that area.
    pub fn new(area: Area, message: impl Into<String>) -> Self {
        Self {
            area,
            message: message.into(),
            cancelled: false,
            sample_every: None,
        }
    }
}

impl From<tabwright_table::TableError> for Failure {
    fn from(error: tabwright_table::TableError) -> Self {
        let sample_every = match error {
            tabwright_table::TableError::TooLarge { sample_every, .. } => Some(sample_every),
            _ => None,
        };
        Self {
            sample_every,
            ..Failure::new(Area::Data, error.to_string())
        }
    }
}

impl From<tabwright_recipe::RecipeError> for Failure {
    fn from(error: tabwright_recipe::RecipeError) -> Self {
        Failure::new(Area::Recipe, error.to_string())
    }
}

impl From<tabwright_train::TrainError> for Failure {
    fn from(error: tabwright_train::TrainError) -> Self {
        let cancelled = error == tabwright_train::TrainError::Cancelled;
        Self {
            cancelled,
            ..Failure::new(Area::Train, error.to_string())
        }
    }
}

impl From<tabwright_model::TargetError> for Failure {
    fn from(error: tabwright_model::TargetError) -> Self {
        Failure::new(Area::Train, error.to_string())
    }
}

impl From<tabwright_report::ReportError> for Failure {
    fn from(error: tabwright_report::ReportError) -> Self {
        Failure::new(Area::Engine, error.to_string())
    }
}

impl From<tabwright_model::ModelError> for Failure {
    fn from(error: tabwright_model::ModelError) -> Self {
        Failure::new(Area::Bundle, error.to_string())
    }
}
