//! Answers of the engine that are more than one value.

use tabwright_engine::table::Schema;
use tabwright_engine::train::FeatureRank;
use tabwright_engine::{PreviewStep, RowWindow};

/// What a recipe does to the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// One a step of the recipe.
    pub steps: Vec<PreviewStep>,
    /// The columns after all steps.
    pub schema: Schema,
    /// The first rows after all steps.
    pub rows: RowWindow,
}

/// How much each feature says about the target.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// Best first.
    pub ranks: Vec<FeatureRank>,
    /// Columns that cannot be features, and why.
    pub excluded: Vec<(String, String)>,
}
