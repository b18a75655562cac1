//! A pipeline made ready once, to score table after table.

use tabwright_recipe::Matrix;
use tabwright_table::Table;

use crate::{Contributions, Explainer, ModelError, Pipeline, Predictor, Scores, TreeScorer};

/// A pipeline whose trees need not be prepared anew for each table: what a server holds.
pub struct Scorer {
    pipeline: Pipeline,
    trees: Option<TreeScorer>,
    explainer: Result<Explainer, ModelError>,
}

impl Scorer {
    /// Makes a pipeline ready.
    pub fn new(pipeline: Pipeline) -> Self {
        let trees = match &pipeline.model.predictor {
            Predictor::Trees(ensemble) => Some(TreeScorer::new(ensemble)),
            Predictor::Constant(_) | Predictor::Linear(_) => None,
        };
        Self {
            explainer: Explainer::new(&pipeline.model),
            trees,
            pipeline,
        }
    }

    /// What it was made of.
    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }

    /// The same scores as [`Pipeline::score`] gives, to the bit.
    ///
    /// # Errors
    /// As [`Pipeline::score`].
    pub fn score(&self, table: &Table) -> Result<Scores, ModelError> {
        Ok(self.score_matrix(&self.pipeline.matrix(table)?))
    }

    /// The scores, and what each feature adds to their margins.
    ///
    /// # Errors
    /// As [`Pipeline::score`], and where the model's trees are too deep to be explained.
    pub fn explain(&self, table: &Table) -> Result<(Scores, Contributions), ModelError> {
        let explainer = self.explainer.as_ref().map_err(Clone::clone)?;
        let matrix = self.pipeline.matrix(table)?;
        let scores = self.score_matrix(&matrix);
        let contributions = explainer.explain(&matrix, &scores.margins);
        Ok((scores, contributions))
    }

    fn score_matrix(&self, matrix: &Matrix) -> Scores {
        let model = &self.pipeline.model;
        let margins = match &self.trees {
            Some(trees) => trees.margins(matrix),
            None => model.predictor.margins(matrix),
        };
        model.finish(margins)
    }
}
