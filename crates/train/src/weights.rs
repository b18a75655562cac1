//! How much each row counts.

use tabwright_model::Task;
use tabwright_table::{Table, Values};

use crate::TrainError;
use crate::training::Training;

/// Scaled so that their mean is 1: penalties and limits then mean the same whatever the unit of the weights is.
pub(crate) fn mean_one(weights: &[f64]) -> Vec<f64> {
    let mean = weights.iter().sum::<f64>() / weights.len() as f64;
    weights.iter().map(|weight| weight / mean).collect()
}

/// These weights times what makes every class weigh the same, their sum unchanged; `None` where the target is numbers.
pub(crate) fn balanced(training: &Training<'_>, weights: Option<&[f64]>) -> Option<Vec<f64>> {
    let n_classes = training.task.classes().len();
    if *training.task == Task::Regression {
        return None;
    }
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    let mut of_class = vec![0.0; n_classes];
    for (row, &class) in training.target.iter().enumerate() {
        of_class[class as usize] += weight(row);
    }
    let share = of_class.iter().sum::<f64>() / n_classes as f64;
    let balanced = training.target.iter().enumerate();
    Some(
        balanced
            .map(|(row, &class)| weight(row) * share / of_class[class as usize])
            .collect(),
    )
}

/// The weight of each of these rows of the table after the recipe.
///
/// # Errors
/// If the column is absent or holds text, or a weight is missing, negative or endless, or all are 0.
pub(crate) fn of_column(table: &Table, name: &str, rows: &[u32]) -> Result<Vec<f64>, TrainError> {
    let refused = |message: String| TrainError::Parameter {
        name: "weight".into(),
        message,
    };
    let Some(column) = table.column(name) else {
        return Err(refused(format!(
            "there is no column \"{name}\" after the recipe: choose another, or remove the step that drops it"
        )));
    };
    let Values::Numbers(numbers) = &column.values else {
        return Err(refused(format!(
            "the column \"{name}\" holds text: weights are numbers"
        )));
    };
    let weights: Vec<f64> = rows.iter().map(|&row| numbers[row as usize]).collect();
    if let Some(wrong) = weights.iter().find(|w| !(w.is_finite() && **w >= 0.0)) {
        let found = if wrong.is_nan() {
            "is missing in a row".to_owned()
        } else {
            format!("holds {wrong}")
        };
        return Err(refused(format!(
            "the column \"{name}\" {found}: weights are 0 or more; fill or filter such rows in the recipe"
        )));
    }
    if weights.iter().all(|weight| *weight == 0.0) {
        return Err(refused(format!(
            "the column \"{name}\" is 0 in every row that is learnt from"
        )));
    }
    Ok(weights)
}
