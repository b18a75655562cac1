//! Why there is no model.

/// What stops a fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TrainError {
    /// The target is none.
    #[error(transparent)]
    Target(#[from] tabwright_model::TargetError),
    /// The recipe changes what is to be predicted.
    #[error(
        "the recipe drops or changes the target \"{0}\": remove that step, or derive a new column and choose that as target"
    )]
    TargetTouched(String),
    /// Too few rows, or too few of a class.
    #[error("{0}")]
    TooFewRows(String),
    /// A parameter out of range or unknown.
    #[error("parameter {name}: {message}")]
    Parameter {
        /// Its name.
        name: String,
        /// Expected and found.
        message: String,
    },
    /// Rows that cannot be split as asked.
    #[error("validation: {0}")]
    Validation(String),
    /// The recipe does not fit.
    #[error(transparent)]
    Recipe(#[from] tabwright_recipe::RecipeError),
    /// The solver failed.
    #[error("{algorithm} did not find a solution: {message}")]
    Solver {
        /// Which algorithm.
        algorithm: &'static str,
        /// What it said.
        message: String,
    },
    /// Cancelled by the user.
    #[error("cancelled")]
    Cancelled,
}

impl From<linfa::Error> for TrainError {
    fn from(error: linfa::Error) -> Self {
        TrainError::Solver {
            algorithm: "linfa",
            message: error.to_string(),
        }
    }
}
