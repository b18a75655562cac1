//! Rows dealt by chance, evenly over classes or tenths of the target.

use tabwright_model::Task;

use super::NEVER;
use crate::stream::{shuffle, stream};
use crate::{Dataset, TrainError};

/// Strata of a numeric target.
const QUANTILES: usize = 10;
/// Rows of a stratum in each fold; below, strata would be dealt too coarsely to be even.
const ROWS_A_FOLD: usize = 2;

/// The fold of each of the dataset's rows: shuffled by the seed, sizes equal up to one row, every stratum spread evenly.
pub(super) fn folds(
    dataset: &Dataset,
    n_folds: u32,
    quantiles: bool,
    seed: u64,
    repeat: u32,
) -> Result<Vec<u32>, TrainError> {
    let strata = strata(dataset, quantiles, n_folds as usize)?;
    let mut folds = vec![0; dataset.rows.len()];
    // Each stratum goes on where the one before stopped, so that fold sizes differ by one row at most.
    let mut next = 0;
    for (index, mut stratum) in strata.into_iter().enumerate() {
        shuffle(&mut stream(seed, "folds", key(index, repeat)), &mut stratum);
        for position in stratum {
            folds[position] = next;
            next = (next + 1) % n_folds;
        }
    }
    Ok(folds)
}

/// 0 for the rows that are held out: the share of each stratum to the nearest row, at least one and not all.
pub(super) fn holdout(
    dataset: &Dataset,
    share: f64,
    quantiles: bool,
    seed: u64,
) -> Result<Vec<u32>, TrainError> {
    if !(share > 0.0 && share < 1.0) {
        return Err(TrainError::Parameter {
            name: "holdout".into(),
            message: format!("expected a share above 0 and below 1, found {share}"),
        });
    }
    if dataset.rows.len() < 3 {
        return Err(TrainError::TooFewRows(format!(
            "a holdout needs at least 3 rows with a target, and there are {}",
            dataset.rows.len()
        )));
    }
    let mut folds = vec![NEVER; dataset.rows.len()];
    for (index, mut stratum) in strata(dataset, quantiles, 1)?.into_iter().enumerate() {
        shuffle(&mut stream(seed, "holdout", index as u64), &mut stratum);
        let n = libm::round(share * stratum.len() as f64) as usize;
        let n = n.clamp(1, (stratum.len() - 1).max(1));
        stratum[..n]
            .iter()
            .for_each(|&position| folds[position] = 0);
    }
    Ok(folds)
}

/// A stream for each stratum and repeat; the first repeat's is the stratum's.
fn key(stratum: usize, repeat: u32) -> u64 {
    stratum as u64 | (u64::from(repeat) << 32)
}

/// Positions by class, by tenth of the target, or all together.
fn strata(
    dataset: &Dataset,
    quantiles: bool,
    n_folds: usize,
) -> Result<Vec<Vec<usize>>, TrainError> {
    if dataset.task == Task::Regression {
        return Ok(if quantiles {
            by_quantile(&dataset.target, n_folds)
        } else {
            vec![(0..dataset.rows.len()).collect()]
        });
    }
    let classes = dataset.task.classes();
    let mut strata = vec![Vec::new(); classes.len()];
    for (position, &class) in dataset.target.iter().enumerate() {
        strata[class as usize].push(position);
    }
    match strata.iter().position(|stratum| stratum.len() < 2) {
        Some(class) => Err(TrainError::TooFewRows(format!(
            "the class \"{}\" has {}, and validation needs two: filter it out, or validate without folds",
            classes[class],
            match strata[class].len() {
                0 => "no row here",
                _ => "one row only",
            }
        ))),
        None => Ok(strata),
    }
}

/// Up to ten groups of neighbouring values, as even as can be; fewer where each would have too few rows for the folds.
fn by_quantile(target: &[f64], n_folds: usize) -> Vec<Vec<usize>> {
    let n = target.len();
    let n_strata = (n / (ROWS_A_FOLD * n_folds)).clamp(1, QUANTILES);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| target[a].total_cmp(&target[b]));
    (0..n_strata)
        .map(|stratum| {
            let mut positions =
                order[stratum * n / n_strata..(stratum + 1) * n / n_strata].to_vec();
            positions.sort_unstable();
            positions
        })
        .collect()
}
