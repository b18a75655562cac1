//! What metrics are computed of.

use crate::roc_auc;

/// Answers about some rows, and the truth.
#[derive(Clone, Copy, Debug)]
pub enum Answers<'a> {
    /// Numbers.
    Numbers {
        /// What was predicted.
        predicted: &'a [f64],
        /// What is true.
        truth: &'a [f64],
    },
    /// Two classes.
    Binary(Classes<'a>),
    /// Several classes.
    Multiclass(Classes<'a>),
}

/// Classes called, with their probabilities.
#[derive(Clone, Copy, Debug)]
pub struct Classes<'a> {
    /// How many there are.
    pub n_classes: usize,
    /// Row-major `n_rows × n_classes`, of two classes too.
    pub probabilities: &'a [f64],
    /// The class that each row was called.
    pub called: &'a [u32],
    /// The class that each row is of.
    pub truth: &'a [u32],
}

impl Classes<'_> {
    /// Each row's probability of a class.
    pub(crate) fn column(&self, class: usize) -> Vec<f64> {
        let from = self.probabilities.iter().skip(class);
        from.step_by(self.n_classes.max(1)).copied().collect()
    }

    /// Which rows are of a class.
    pub(crate) fn is(&self, class: u32) -> Vec<bool> {
        self.truth.iter().map(|&truth| truth == class).collect()
    }

    /// Mean over the classes that occur, each against the rest.
    pub(crate) fn mean_auc(&self) -> f64 {
        let aucs: Vec<f64> = (0..self.n_classes)
            .filter_map(|class| roc_auc(&self.column(class), &self.is(class as u32)))
            .collect();
        aucs.iter().sum::<f64>() / aucs.len() as f64
    }
}
