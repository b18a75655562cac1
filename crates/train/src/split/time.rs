//! Folds forward in time.

use tabwright_table::{Column, Kind, Values};

use super::{Side, without_value};
use crate::{Dataset, TrainError};

/// Seconds of a day: what a gap of one is for dates and times.
const DAY: f64 = 86_400.0;

/// Blocks of time, each later than the one before. Fold `i` holds block `i + 1` out and learns from those before.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chain {
    /// The time of each of the dataset's rows; NaN where it is missing.
    times: Vec<f64>,
    /// The first time of each fold, ascending.
    starts: Vec<f64>,
    /// In the unit of the times.
    gap: f64,
}

impl Chain {
    /// Cuts the rows, by time, into `n_folds + 1` blocks as even as equal times allow: those are never parted.
    pub(super) fn new(
        column: &Column,
        dataset: &Dataset,
        n_folds: u32,
        gap: f64,
    ) -> Result<Self, TrainError> {
        let Values::Numbers(numbers) = &column.values else {
            return Err(TrainError::Validation(format!(
                "\"{}\" is read as {}, and an order in time needs dates or numbers: read it as a date, or choose another column",
                column.name,
                column.kind.name()
            )));
        };
        let days = matches!(column.kind, Kind::Date | Kind::Datetime);
        if n_folds == 0 {
            return Err(parameter(
                "folds",
                format!("expected at least 1, found {n_folds}"),
            ));
        }
        if !(gap >= 0.0 && gap.is_finite()) {
            return Err(parameter("gap", format!("expected 0 or more, found {gap}")));
        }
        let times: Vec<f64> = dataset
            .rows
            .iter()
            .map(|&row| numbers[row as usize])
            .collect();
        let starts = starts(&times, n_folds as usize).map_err(|n_times| {
            TrainError::Validation(format!(
                "{n_folds} folds forward in time need {} different times, and \"{}\" has {n_times}: choose fewer folds, or another column",
                n_folds + 1,
                column.name
            ))
        })?;
        Ok(Self {
            times,
            starts,
            gap: if days { gap * DAY } else { gap },
        })
    }

    /// What to know of rows without a time.
    pub(super) fn note(&self, column: &str, dataset: &Dataset) -> Option<String> {
        let without: Vec<u32> = dataset
            .rows
            .iter()
            .zip(&self.times)
            .filter(|(_, time)| time.is_nan())
            .map(|(&row, _)| row)
            .collect();
        (!without.is_empty()).then(|| {
            format!(
                "{}: they are in no fold, and teach only the model on all rows",
                without_value(column, &without)
            )
        })
    }

    /// Where a row stands; one without a time is on neither side.
    pub(super) fn side(&self, fold: u32, position: usize) -> Side {
        let fold = fold as usize;
        let time = self.times[position];
        let end = self.starts.get(fold + 1).copied().unwrap_or(f64::INFINITY);
        let start = self.starts[fold];
        if time < start - self.gap {
            Side::Learn
        } else if time >= start && (time < end || fold + 1 == self.starts.len()) {
            Side::Hold
        } else {
            Side::Neither
        }
    }
}

/// The first time of each fold; or, as an error, how many different times there are, if too few.
fn starts(times: &[f64], n_folds: usize) -> Result<Vec<f64>, usize> {
    let mut sorted: Vec<f64> = times
        .iter()
        .copied()
        .filter(|time| !time.is_nan())
        .collect();
    sorted.sort_unstable_by(f64::total_cmp);
    // Where each different time begins.
    let runs: Vec<usize> = (0..sorted.len())
        .filter(|&at| at == 0 || sorted[at - 1] < sorted[at])
        .collect();
    if runs.len() < n_folds + 1 {
        return Err(runs.len());
    }
    let mut before = 0;
    let mut starts = Vec::with_capacity(n_folds);
    for fold in 0..n_folds {
        let wanted = (fold + 1) * sorted.len() / (n_folds + 1);
        let after = runs.partition_point(|&run| run < wanted);
        let nearest = match (after.checked_sub(1), runs.get(after)) {
            (Some(left), Some(&right)) if wanted - runs[left] < right - wanted => left,
            (Some(left), None) => left,
            _ => after,
        };
        // Each fold starts after the one before and leaves a time for each one to come.
        let run = nearest.clamp(before + 1, runs.len() - (n_folds - fold));
        starts.push(sorted[runs[run]]);
        before = run;
    }
    Ok(starts)
}

fn parameter(name: &str, message: String) -> TrainError {
    TrainError::Parameter {
        name: name.to_owned(),
        message,
    }
}
