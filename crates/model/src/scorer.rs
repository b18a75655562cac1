//! A pipeline made ready once, to score table after table.

use std::sync::{Arc, OnceLock};

use tabwright_recipe::Matrix;
use tabwright_table::Table;

use crate::{Contributions, Explainer, ModelError, Pipeline, Predictor, Scores, TreeScorer};

/// A pipeline made ready to score any number of tables: what does not depend on the rows is done once.
pub struct Scorer {
    pipeline: Arc<Pipeline>,
    /// Where the predictor is trees.
    trees: Option<TreeScorer>,
    /// Once an explanation was asked for.
    explainer: OnceLock<Result<Explainer, ModelError>>,
}

impl Scorer {
    /// Makes a pipeline ready, which takes as long as a few hundred rows do.
    pub fn new(pipeline: Arc<Pipeline>) -> Self {
        let trees = match &pipeline.model.predictor {
            Predictor::Trees(trees) => Some(TreeScorer::new(trees)),
            Predictor::Constant(_) | Predictor::Linear(_) => None,
        };
        Self {
            pipeline,
            trees,
            explainer: OnceLock::new(),
        }
    }

    /// What it was made of.
    pub fn pipeline(&self) -> &Arc<Pipeline> {
        &self.pipeline
    }

    /// As [`Pipeline::score`], the same bits.
    ///
    /// # Errors
    /// As there.
    pub fn score(&self, table: &Table) -> Result<Scores, ModelError> {
        Ok(self.score_matrix(&self.pipeline.matrix(table)?))
    }

    /// The scores, and what each feature adds to their margins.
    ///
    /// # Errors
    /// As [`Pipeline::score`], and where the model's trees are too deep to be explained.
    pub fn explain(&self, table: &Table) -> Result<(Scores, Contributions), ModelError> {
        let explainer = self
            .explainer
            .get_or_init(|| Explainer::new(&self.pipeline.model))
            .as_ref()
            .map_err(Clone::clone)?;
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
