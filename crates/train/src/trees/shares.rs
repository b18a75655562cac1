//! Leaves of single trees and forests: the mean, or the classes' shares.

use tabwright_model::{Link, Task};

use crate::training::Training;

/// How a leaf's rows become its values.
pub(crate) struct LeafValues<'a> {
    pub task: &'a Task,
    pub target: &'a [f64],
    /// How much each row counts.
    pub weights: Option<&'a [f64]>,
    /// The mean of all rows, or each class's share.
    pub prior: Vec<f64>,
    /// Rows of the prior that are added to each leaf of classes, so that a pure leaf is not certain.
    pub smoothing: f64,
}

impl<'a> LeafValues<'a> {
    pub fn new(training: &Training<'a>, smoothing: f64) -> Self {
        let &Training {
            task,
            target,
            weights,
            ..
        } = training;
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let total: f64 = (0..target.len()).map(weight).sum();
        let prior = match task {
            Task::Regression => {
                let rows = target.iter().enumerate();
                vec![rows.map(|(row, y)| weight(row) * y).sum::<f64>() / total]
            }
            _ => (0..task.classes().len())
                .map(|class| {
                    let rows = (0..target.len()).filter(|&row| target[row] as usize == class);
                    rows.map(weight).sum::<f64>() / total
                })
                .collect(),
        };
        Self {
            task,
            target,
            weights,
            prior,
            smoothing,
        }
    }

    /// Margins before any tree: regression leaves hold the distance from the mean, so that the grid can be finer.
    pub fn base(&self) -> Vec<f64> {
        match self.task {
            Task::Regression => self.prior.clone(),
            _ => vec![0.0; self.task.n_outputs()],
        }
    }

    pub fn link(&self) -> Link {
        match self.task {
            Task::Regression => Link::Identity,
            _ => Link::Share,
        }
    }

    /// A leaf's values, one an output, divided by `n_trees`; rows in order, `weight` each.
    pub fn of(&self, rows: &[u32], weight: impl Fn(u32) -> f64, n_trees: f64) -> Vec<f64> {
        let total: f64 = rows.iter().map(|&row| weight(row)).sum();
        if *self.task == Task::Regression {
            let sum: f64 = rows
                .iter()
                .map(|&row| weight(row) * (self.target[row as usize] - self.prior[0]))
                .sum();
            return vec![sum / total / n_trees];
        }
        let mut sums: Vec<f64> = self
            .prior
            .iter()
            .map(|share| share * self.smoothing)
            .collect();
        for &row in rows {
            sums[self.target[row as usize] as usize] += weight(row);
        }
        let shares = sums
            .iter()
            .map(|sum| sum / (total + self.smoothing) / n_trees);
        match self.task {
            Task::Binary { .. } => shares.skip(1).collect(),
            _ => shares.collect(),
        }
    }
}
