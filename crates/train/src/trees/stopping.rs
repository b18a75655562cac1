//! When boosting stops: the loss of rows kept aside no longer falls.

use std::borrow::Cow;

use tabwright_model::Task;

use super::objective::Objective;
use super::options::Stopping;
use crate::TrainError;
use crate::report::LossCurve;
use crate::stream::{sample, stream};

/// Rows kept aside, ascending; the others are to learn from.
pub(super) struct Aside {
    pub aside: Vec<u32>,
    n_rows: usize,
}

impl Aside {
    /// Keeps none.
    pub fn none(n_rows: usize) -> Self {
        Self {
            aside: Vec::new(),
            n_rows,
        }
    }

    /// The rows to learn from, ascending.
    pub fn learn(&self) -> Vec<u32> {
        let mut aside = self.aside.iter().peekable();
        let mut rows = Vec::with_capacity(self.n_rows - self.aside.len());
        rows.extend((0..self.n_rows as u32).filter(|row| aside.next_if_eq(&row).is_none()));
        rows
    }

    /// The values of the rows to learn from.
    pub fn learnt<'a>(&self, values: &'a [f64]) -> Cow<'a, [f64]> {
        if self.aside.is_empty() {
            return Cow::Borrowed(values);
        }
        let of = |&row: &u32| values[row as usize];
        Cow::Owned(self.learn().iter().map(of).collect())
    }

    /// Keeps a share of each class, or of all rows where there are none, drawn by the seed.
    ///
    /// # Errors
    /// If none can be kept or none would be left.
    pub fn drawn(share: f64, task: &Task, target: &[f64], seed: u64) -> Result<Self, TrainError> {
        let n_classes = task.classes().len().max(1);
        let mut is_aside = vec![false; target.len()];
        for class in 0..n_classes {
            let rows: Vec<usize> = (0..target.len())
                .filter(|&row| n_classes == 1 || target[row] as usize == class)
                .collect();
            let count = libm::round(rows.len() as f64 * share) as usize;
            let mut rng = stream(seed, "boosting aside", class as u64);
            for position in sample(
                &mut rng,
                rows.len(),
                count.min(rows.len().saturating_sub(1)),
            ) {
                is_aside[rows[position as usize]] = true;
            }
        }
        let aside: Vec<u32> = (0..target.len() as u32)
            .filter(|&row| is_aside[row as usize])
            .collect();
        if aside.is_empty() {
            return Err(TrainError::TooFewRows(format!(
                "{} rows are too few to keep {share} of them aside for early stopping: set early_stopping_rounds to 0",
                target.len()
            )));
        }
        Ok(Self {
            aside,
            n_rows: target.len(),
        })
    }
}

/// Losses so far.
pub(super) struct Watch {
    stopping: Stopping,
    curve: LossCurve,
}

impl Watch {
    pub fn new(stopping: Stopping, objective: Objective) -> Self {
        Self {
            stopping,
            curve: LossCurve {
                loss: objective.loss_name().to_owned(),
                learnt: Vec::new(),
                kept_aside: Vec::new(),
                best_round: 0,
            },
        }
    }

    /// Takes the losses after a round (the first time: before any); whether to stop.
    pub fn hear(&mut self, learnt: f64, kept_aside: f64) -> bool {
        let round = self.curve.kept_aside.len();
        self.curve.learnt.push(learnt);
        self.curve.kept_aside.push(kept_aside);
        if kept_aside < self.curve.kept_aside[self.curve.best_round as usize] {
            self.curve.best_round = round as u32;
        }
        round as u32 - self.curve.best_round >= self.stopping.rounds
    }

    pub fn best_round(&self) -> u32 {
        self.curve.best_round
    }

    pub fn curve(self) -> LossCurve {
        self.curve
    }
}

/// The mean loss of some rows.
pub(super) fn mean_loss(
    objective: Objective,
    rows: &[u32],
    margins: &[Vec<f64>],
    target: &[f64],
    weights: Option<&[f64]>,
) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for row in rows.iter().map(|&row| row as usize) {
        let weight = weights.map_or(1.0, |weights| weights[row]);
        sum += weight * objective.loss(|output| margins[output][row], target[row]);
        total += weight;
    }
    sum / total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stops_after_enough_rounds_without_a_better_loss() {
        let stopping = Stopping {
            rounds: 2,
            share: 0.5,
        };
        let mut watch = Watch::new(stopping, Objective::Squared);
        let losses = [9.0, 5.0, 6.0, 4.0, 4.0, 7.0];
        let stopped: Vec<bool> = losses.iter().map(|&loss| watch.hear(0.0, loss)).collect();
        assert_eq!(stopped, [false, false, false, false, false, true]);
        assert_eq!(watch.best_round(), 3);
        assert_eq!(watch.curve().kept_aside, losses);
    }

    #[test]
    fn every_class_is_kept_aside_and_learnt() {
        let task = Task::Binary {
            classes: vec!["a".into(), "b".into()],
        };
        let target: Vec<f64> = (0..100)
            .map(|row| f64::from(u8::from(row % 10 == 0)))
            .collect();
        let rows = Aside::drawn(0.2, &task, &target, 3).unwrap();
        let rare = |rows: &[u32]| rows.iter().filter(|row| *row % 10 == 0).count();
        assert_eq!((rows.aside.len(), rare(&rows.aside)), (20, 2));
        let learn = rows.learn();
        assert_eq!((learn.len(), rare(&learn)), (80, 8));
        assert_ne!(
            rows.aside,
            Aside::drawn(0.2, &task, &target, 4).unwrap().aside
        );
        assert!(Aside::drawn(0.2, &task, &[0.0, 1.0], 3).is_err());
    }
}
