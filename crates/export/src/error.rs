//! Why a pipeline cannot be written for an engine.

/// Why there is no export.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExportError {
    /// Something that the engine has no words for.
    #[error("{target} cannot {what}: {remedy}")]
    Unsupported {
        /// The engine.
        target: &'static str,
        /// What it cannot, to follow "cannot".
        what: String,
        /// What to do instead.
        remedy: &'static str,
    },
    /// More than the engine takes in one piece.
    #[error("{target} takes models of up to {limit} splits, and this one has {found}: {remedy}")]
    TooLarge {
        /// The engine.
        target: &'static str,
        /// Splits that are written at most.
        limit: usize,
        /// Splits of the model.
        found: usize,
        /// What to do instead.
        remedy: &'static str,
    },
    /// A Parquet file that cannot be written.
    #[cfg(feature = "spark")]
    #[error("the model's Parquet file cannot be written: {0}")]
    Parquet(String),
    /// The bundle's own entries cannot be written.
    #[error(transparent)]
    Bundle(#[from] tabwright_model::ModelError),
    /// The recipe does not fit the schema.
    #[error(transparent)]
    Recipe(#[from] tabwright_recipe::RecipeError),
}
