//! What can be wrong with a recipe, or with a table that it meets.

use tabwright_table::TableError;

/// Why a step cannot be fitted or applied.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RecipeError {
    /// A step names a column that the table before it does not have.
    #[error(
        "step {step} ({name}): there is no column \"{column}\" at this point; it was dropped, renamed or never there"
    )]
    UnknownColumn {
        /// One-based position of the step.
        step: usize,
        /// The step's title.
        name: &'static str,
        /// The column asked for.
        column: String,
    },
    /// A step's settings make no sense for the table.
    #[error("step {step} ({name}): {message}")]
    Step {
        /// One-based position of the step.
        step: usize,
        /// The step's title.
        name: &'static str,
        /// What was expected, what was found, and what to do.
        message: String,
    },
    /// A formula that cannot be read, or whose types do not fit.
    #[error("formula: {message} at character {at}")]
    Formula {
        /// What was expected and what was found.
        message: String,
        /// One-based character.
        at: usize,
    },
    /// No column is left to learn from.
    #[error("no feature is left: every column is the target, dropped, free text or an identifier")]
    NoFeatures,
    /// The rows to score lack a column.
    #[error("the input lacks the column \"{column}\", which the model needs")]
    MissingInput {
        /// The absent column.
        column: String,
    },
    /// The rows to score hold other values in a column than the training rows did.
    #[error("the column \"{column}\" should hold {expected} and holds {found}")]
    InputKind {
        /// The column.
        column: String,
        /// What the model was trained on: numbers or texts.
        expected: &'static str,
        /// What is there.
        found: &'static str,
    },
}

/// What is wrong with one step, before its position is known.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Problem {
    /// A column that the step names is not there.
    UnknownColumn(String),
    /// The settings make no sense for the table.
    Message(String),
    /// Complete as it is.
    Whole(RecipeError),
}

impl Problem {
    /// As an error of fitting the step at this one-based position.
    pub(crate) fn in_fit(self, step: usize, name: &'static str) -> RecipeError {
        match self {
            Problem::UnknownColumn(column) => RecipeError::UnknownColumn { step, name, column },
            Problem::Message(message) => RecipeError::Step {
                step,
                name,
                message,
            },
            Problem::Whole(error) => error,
        }
    }

    /// As an error of scoring: there, an absent column is the input's fault.
    pub(crate) fn in_scoring(self, step: usize, name: &'static str) -> RecipeError {
        match self {
            Problem::UnknownColumn(column) => RecipeError::MissingInput { column },
            other => other.in_fit(step, name),
        }
    }
}

impl From<RecipeError> for Problem {
    fn from(error: RecipeError) -> Self {
        Problem::Whole(error)
    }
}

impl From<TableError> for Problem {
    fn from(error: TableError) -> Self {
        Problem::Message(error.to_string())
    }
}
