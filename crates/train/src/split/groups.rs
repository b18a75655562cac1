//! Folds of whole groups.

use std::collections::BTreeMap;

use tabwright_table::{Column, Values};

use super::without_value;
use crate::stream::{shuffle, stream};
use crate::{Dataset, TrainError};

/// The groups of a dataset's rows.
pub(super) struct Groups {
    column: String,
    /// Positions of each group's rows.
    members: Vec<Vec<usize>>,
    /// Rows of the table that have no group.
    without: Vec<u32>,
    n_folds: u32,
}

impl Groups {
    /// The groups by a column; rows without one are together, since nothing says that they are apart.
    pub(super) fn new(
        column: &Column,
        dataset: &Dataset,
        n_folds: u32,
    ) -> Result<Self, TrainError> {
        let mut members: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        let mut without = Vec::new();
        for (position, &row) in dataset.rows.iter().enumerate() {
            if column.values.is_missing(row as usize) {
                without.push(row);
            }
            members
                .entry(identity(&column.values, row as usize))
                .or_default()
                .push(position);
        }
        if members.len() < n_folds as usize {
            return Err(TrainError::Validation(format!(
                "{n_folds} folds need at least as many groups, and \"{}\" has {}: choose fewer folds, or another column",
                column.name,
                members.len()
            )));
        }
        // In the order in which they are first met, whatever the values are.
        let mut members: Vec<Vec<usize>> = members.into_values().collect();
        members.sort_by_key(|positions| positions.first().copied());
        Ok(Self {
            column: column.name.clone(),
            members,
            without,
            n_folds,
        })
    }

    /// What to know of rows without a group.
    pub(super) fn note(&self) -> Option<String> {
        (!self.without.is_empty()).then(|| {
            format!(
                "{}: they are taken as one group",
                without_value(&self.column, &self.without)
            )
        })
    }

    /// The fold of each row. The largest group goes first, equal ones as the seed shuffles them, each to the fold where it
    /// evens out best: where the sum over classes of the squared shares grows least, and of equals where the fewest rows
    /// are. With one class this is scikit-learn's `GroupKFold`. An empty fold is always the best one, so none stays empty.
    pub(super) fn deal(&self, dataset: &Dataset, seed: u64, repeat: u32) -> Vec<u32> {
        let n_classes = dataset.task.classes().len().max(1);
        let class_of = |position: usize| {
            if n_classes > 1 {
                dataset.target[position] as usize
            } else {
                0
            }
        };
        let mut totals = vec![0.0_f64; n_classes];
        (0..dataset.rows.len()).for_each(|position| totals[class_of(position)] += 1.0);
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        shuffle(&mut stream(seed, "groups", u64::from(repeat)), &mut order);
        order.sort_by_key(|&group| std::cmp::Reverse(self.members[group].len()));

        let n_folds = self.n_folds as usize;
        let mut folds = vec![0; dataset.rows.len()];
        let mut counts = vec![vec![0.0_f64; n_classes]; n_folds];
        let mut sizes = vec![0_usize; n_folds];
        for group in order {
            let mut own = vec![0.0_f64; n_classes];
            self.members[group]
                .iter()
                .for_each(|&position| own[class_of(position)] += 1.0);
            let growth = |fold: usize| -> f64 {
                let classes = counts[fold].iter().zip(&own).zip(&totals);
                classes
                    .filter(|(_, total)| **total > 0.0)
                    .map(|((count, own), total)| own * (2.0 * count + own) / (total * total))
                    .sum()
            };
            let best = (0..n_folds)
                .min_by(|&a, &b| {
                    growth(a)
                        .total_cmp(&growth(b))
                        .then(sizes[a].cmp(&sizes[b]))
                })
                .unwrap_or(0);
            for (count, own) in counts[best].iter_mut().zip(&own) {
                *count += own;
            }
            sizes[best] += self.members[group].len();
            self.members[group]
                .iter()
                .for_each(|&position| folds[position] = best as u32);
        }
        folds
    }
}

/// A number for the value in a row, equal for equal values; missing has one of its own.
fn identity(values: &Values, row: usize) -> u64 {
    match values {
        Values::Codes { codes, .. } => u64::from(codes[row]),
        // −0 and 0 are one value; every missing number is the same NaN.
        Values::Numbers(numbers) if numbers[row].is_nan() => f64::NAN.to_bits(),
        Values::Numbers(numbers) => (numbers[row] + 0.0).to_bits(),
    }
}
