//! What there is to write: the same for every engine.

use tabwright_model::{Model, Pipeline, Predictor, Tree};
use tabwright_recipe::program::Program;
use tabwright_table::Schema;

use crate::ExportError;

/// A pipeline in plain operations.
pub struct Plan<'a> {
    /// The project's name.
    pub name: &'a str,
    /// The raw columns.
    pub schema: &'a Schema,
    /// From raw columns to the model's features.
    pub program: Program,
    /// From features to scores.
    pub model: &'a Model,
}

impl<'a> Plan<'a> {
    /// The plan of a pipeline.
    ///
    /// # Errors
    /// If the recipe does not fit the schema.
    pub fn of(name: &'a str, pipeline: &'a Pipeline) -> Result<Self, ExportError> {
        Ok(Self {
            name,
            schema: &pipeline.schema,
            program: pipeline
                .recipe
                .program(&pipeline.schema, &pipeline.model.features)?,
            model: &pipeline.model,
        })
    }

    /// Numbers that mean "missing": those among the missing tokens.
    pub fn missing_numbers(&self) -> Vec<f64> {
        let tokens = self.schema.missing_tokens.iter();
        let numbers = tokens.filter_map(|token| token.trim().parse().ok());
        numbers.filter(|number: &f64| number.is_finite()).collect()
    }

    /// Splits of all trees.
    pub fn n_splits(&self) -> usize {
        match &self.model.predictor {
            Predictor::Trees(ensemble) => ensemble.trees.iter().map(Tree::n_splits).sum(),
            Predictor::Constant(_) | Predictor::Linear(_) => 0,
        }
    }
}
