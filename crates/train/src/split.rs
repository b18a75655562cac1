//! Folds: which rows are held out together.

use tabwright_model::Task;

use crate::stream::{shuffle, stream};
use crate::{Dataset, TrainError};

/// The fold of each of the dataset's rows: shuffled by the seed, sizes equal up to one row, every class spread evenly.
///
/// # Errors
/// If there are more folds than rows, one fold only, or a class that cannot be both learnt and held out.
pub(crate) fn assign_folds(
    dataset: &Dataset,
    n_folds: u32,
    seed: u64,
) -> Result<Vec<u32>, TrainError> {
    let n_rows = dataset.rows.len();
    if n_folds < 2 {
        return Err(TrainError::Parameter {
            name: "folds".into(),
            message: format!("expected 0 (no validation) or at least 2, found {n_folds}"),
        });
    }
    if n_folds as usize > n_rows {
        return Err(TrainError::TooFewRows(format!(
            "{n_folds} folds need at least as many rows with a target, and there are {n_rows}: choose fewer folds"
        )));
    }
    let groups = groups(dataset)?;
    let mut folds = vec![0; n_rows];
    // Each class goes on where the one before stopped, so that fold sizes differ by one row at most.
    let mut next = 0;
    for (index, mut group) in groups.into_iter().enumerate() {
        shuffle(&mut stream(seed, "folds", index as u64), &mut group);
        for position in group {
            folds[position] = next;
            next = (next + 1) % n_folds;
        }
    }
    Ok(folds)
}

/// Positions by class, or all together.
fn groups(dataset: &Dataset) -> Result<Vec<Vec<usize>>, TrainError> {
    if dataset.task == Task::Regression {
        return Ok(vec![(0..dataset.rows.len()).collect()]);
    }
    let classes = dataset.task.classes();
    let mut groups = vec![Vec::new(); classes.len()];
    for (position, &class) in dataset.target.iter().enumerate() {
        groups[class as usize].push(position);
    }
    match groups.iter().position(|group| group.len() < 2) {
        Some(class) => Err(TrainError::TooFewRows(format!(
            "the class \"{}\" has one row only, and cross-validation needs two: filter that row out, or choose 0 folds",
            classes[class]
        ))),
        None => Ok(groups),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dataset(target: Vec<f64>, n_classes: usize) -> Dataset {
        let task = match n_classes {
            0 => Task::Regression,
            n => Task::Multiclass {
                classes: (0..n).map(|class| class.to_string()).collect(),
            },
        };
        Dataset {
            task,
            rows: (0..target.len() as u32).collect(),
            target,
        }
    }

    proptest! {
        #[test]
        fn folds_and_their_classes_are_even(counts in prop::collection::vec(2_usize..30, 2..5), n_folds in 2_u32..8, seed: u64) {
            let target: Vec<f64> = counts.iter().enumerate().flat_map(|(class, &n)| vec![class as f64; n]).collect();
            prop_assume!(n_folds as usize <= target.len());
            let data = dataset(target.clone(), counts.len());
            let folds = assign_folds(&data, n_folds, seed).unwrap();
            let even = |sizes: &[usize]| sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1;
            let size = |fold: u32, class: Option<f64>| {
                folds.iter().zip(&target).filter(|(f, c)| **f == fold && class.is_none_or(|class| **c == class)).count()
            };
            prop_assert!(even(&(0..n_folds).map(|fold| size(fold, None)).collect::<Vec<_>>()));
            for class in 0..counts.len() {
                prop_assert!(even(&(0..n_folds).map(|fold| size(fold, Some(class as f64))).collect::<Vec<_>>()));
            }
            prop_assert_eq!(&assign_folds(&data, n_folds, seed).unwrap(), &folds);
        }
    }

    #[test]
    fn the_seed_shuffles() {
        let data = dataset((0..50).map(f64::from).collect(), 0);
        let folds = assign_folds(&data, 5, 1).unwrap();
        assert_ne!(folds, assign_folds(&data, 5, 2).unwrap());
        assert!(folds.windows(2).any(|pair| (pair[0] + 1) % 5 != pair[1]));
    }

    #[test]
    fn what_cannot_be_validated_is_refused() {
        let said = |target: &[f64], classes, folds| {
            assign_folds(&dataset(target.to_vec(), classes), folds, 0)
                .unwrap_err()
                .to_string()
        };
        assert!(said(&[0.0, 0.0, 1.0], 2, 2).contains("class \"1\" has one row only"));
        assert!(said(&[0.1, 0.2], 0, 3).contains("3 folds need"));
        assert!(said(&[0.1, 0.2], 0, 1).contains("found 1"));
    }
}
