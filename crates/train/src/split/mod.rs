//! Which rows each fold holds out, and which it may learn from.
//!
//! Splits follow from the raw table, so that every recipe, algorithm and parameter meets the same ones.

mod deal;
mod groups;
mod time;

use tabwright_model::Validation;
use tabwright_table::{Column, Table};

use crate::{Dataset, TrainError};
use time::Chain;

/// The fold of a row that none holds out.
const NEVER: u32 = u32::MAX;
/// Rows that a note names before it breaks off.
const ROWS_NAMED: usize = 5;

/// One fold: positions among the dataset's rows, ascending; none is in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// What is learnt from.
    pub learn: Vec<usize>,
    /// What is held out.
    pub hold: Vec<usize>,
}

/// All folds of a validation.
#[derive(Clone, Debug, PartialEq)]
pub struct Splits {
    dealt: Dealt,
    n_rows: usize,
    per_repeat: u32,
    n_folds: u32,
    notes: Vec<String>,
}

/// How folds follow from rows.
#[derive(Clone, Debug, PartialEq)]
enum Dealt {
    /// By repeat: the fold that holds each row out, or [`NEVER`].
    Assigned(Vec<Vec<u32>>),
    /// By time.
    Chained(Chain),
}

impl Splits {
    /// Deals the dataset's rows.
    ///
    /// # Errors
    /// If numbers are out of range, a column is absent or of the wrong kind, or there are too few rows, groups, times or
    /// rows of a class.
    pub fn new(
        table: &Table,
        dataset: &Dataset,
        validation: &Validation,
        seed: u64,
    ) -> Result<Self, TrainError> {
        if let Some(column) = validation.column() {
            find(table, column)?;
        }
        let mut notes = Vec::new();
        let dealt = match validation {
            Validation::None => Dealt::Assigned(Vec::new()),
            Validation::Holdout { share, quantiles } => {
                Dealt::Assigned(vec![deal::holdout(dataset, *share, *quantiles, seed)?])
            }
            Validation::Folds {
                folds,
                repeats,
                quantiles,
            } => {
                check_counts(dataset, *folds, *repeats)?;
                Dealt::Assigned(repeated(*repeats, |repeat| {
                    deal::folds(dataset, *folds, *quantiles, seed, repeat)
                })?)
            }
            Validation::Groups {
                column,
                folds,
                repeats,
            } => {
                check_counts(dataset, *folds, *repeats)?;
                let groups = groups::Groups::new(find(table, column)?, dataset, *folds)?;
                notes.extend(groups.note());
                Dealt::Assigned(repeated(*repeats, |repeat| {
                    Ok(groups.deal(dataset, seed, repeat))
                })?)
            }
            Validation::Time { column, folds, gap } => {
                let chain = Chain::new(find(table, column)?, dataset, *folds, *gap)?;
                notes.extend(chain.note(column, dataset));
                Dealt::Chained(chain)
            }
        };
        let splits = Self {
            dealt,
            n_rows: dataset.rows.len(),
            per_repeat: validation.per_repeat().max(1),
            n_folds: validation.n_folds(),
            notes,
        };
        if validation.column().is_some() {
            splits.check_learnt(dataset)?;
        }
        Ok(splits)
    }

    /// Folds in all.
    pub fn n_folds(&self) -> u32 {
        self.n_folds
    }

    /// What the user should know: rows that are in no fold, and the like.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// One fold.
    ///
    /// # Errors
    /// If there is no such fold.
    pub fn fold(&self, index: u32) -> Result<Fold, TrainError> {
        if index >= self.n_folds {
            return Err(TrainError::Parameter {
                name: "folds".into(),
                message: format!(
                    "fold {index} was asked for, and the trial has {} folds",
                    self.n_folds
                ),
            });
        }
        let mut fold = Fold {
            learn: Vec::new(),
            hold: Vec::new(),
        };
        for position in 0..self.n_rows {
            match self.side(index, position) {
                Side::Learn => fold.learn.push(position),
                Side::Hold => fold.hold.push(position),
                Side::Neither => {}
            }
        }
        Ok(fold)
    }

    fn side(&self, index: u32, position: usize) -> Side {
        match &self.dealt {
            Dealt::Assigned(repeats) => {
                let folds = &repeats[(index / self.per_repeat) as usize];
                if folds[position] == index % self.per_repeat {
                    Side::Hold
                } else {
                    Side::Learn
                }
            }
            Dealt::Chained(chain) => chain.side(index, position),
        }
    }

    /// Whether each fold has something to learn from, of every class, and something to hold out.
    fn check_learnt(&self, dataset: &Dataset) -> Result<(), TrainError> {
        let classes = dataset.task.classes();
        for index in 0..self.n_folds {
            let mut learnt = vec![0_usize; classes.len().max(1)];
            let mut n_held = 0;
            for position in 0..self.n_rows {
                match self.side(index, position) {
                    Side::Learn if classes.is_empty() => learnt[0] += 1,
                    Side::Learn => learnt[dataset.target[position] as usize] += 1,
                    Side::Hold => n_held += 1,
                    Side::Neither => {}
                }
            }
            let fold = index + 1;
            if learnt.iter().sum::<usize>() < 2 || n_held == 0 {
                return Err(TrainError::TooFewRows(format!(
                    "fold {fold} would learn from {} rows and hold out {n_held}: choose fewer folds, or a smaller gap",
                    learnt.iter().sum::<usize>()
                )));
            }
            if let Some((_, class)) = learnt.iter().zip(classes).find(|(n, _)| **n == 0) {
                return Err(TrainError::TooFewRows(format!(
                    "fold {fold} would learn without any row of the class \"{class}\": choose fewer folds, or another scheme"
                )));
            }
        }
        Ok(())
    }
}

/// Where a row stands in a fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Learn,
    Hold,
    Neither,
}

fn repeated(
    repeats: u32,
    deal: impl Fn(u32) -> Result<Vec<u32>, TrainError>,
) -> Result<Vec<Vec<u32>>, TrainError> {
    (0..repeats).map(deal).collect()
}

fn check_counts(dataset: &Dataset, n_folds: u32, repeats: u32) -> Result<(), TrainError> {
    let n_rows = dataset.rows.len();
    if n_folds < 2 {
        return Err(TrainError::Parameter {
            name: "folds".into(),
            message: format!("expected 0 (no validation) or at least 2, found {n_folds}"),
        });
    }
    if repeats == 0 {
        return Err(TrainError::Parameter {
            name: "repeats".into(),
            message: "expected at least 1, found 0".into(),
        });
    }
    if n_folds as usize > n_rows {
        return Err(TrainError::TooFewRows(format!(
            "{n_folds} folds need at least as many rows with a target, and there are {n_rows}: choose fewer folds"
        )));
    }
    Ok(())
}

fn find<'a>(table: &'a Table, name: &str) -> Result<&'a Column, TrainError> {
    match table.column(name) {
        Some(column) => Ok(column),
        None => Err(TrainError::Validation(format!(
            "there is no column \"{name}\" to split by"
        ))),
    }
}

/// "12 rows have no "day" (rows 3, 8, 10, 11, 15, …)"; counted from 1.
fn without_value(column: &str, rows: &[u32]) -> String {
    let named: Vec<String> = rows
        .iter()
        .take(ROWS_NAMED)
        .map(|row| (row + 1).to_string())
        .collect();
    let more = if rows.len() > ROWS_NAMED { ", …" } else { "" };
    let (count, place) = if rows.len() == 1 {
        ("1 row has".to_owned(), "row")
    } else {
        (format!("{} rows have", rows.len()), "rows")
    };
    format!(
        "{count} no \"{column}\" ({place} {}{more})",
        named.join(", ")
    )
}

#[cfg(test)]
mod tests;
