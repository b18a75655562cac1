//! The target as numbers, and the task that follows from it.

use serde::{Deserialize, Serialize};
use tabwright_metrics::TaskKind;
use tabwright_table::{Table, Values};

use crate::Task;

/// Different whole numbers up to which a target is taken for classes.
const MAX_AUTO_CLASSES: usize = 10;

/// Classes that a model may have; more are labels of rows rather than classes.
const MAX_CLASSES: usize = 200;

/// What the user says of the task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskChoice {
    /// From the target: two values binary, classes or at most 10 different whole numbers multiclass, else regression.
    #[default]
    Auto,
    /// Two classes.
    Binary,
    /// Several classes.
    Multiclass,
    /// A number.
    Regression,
}

impl TaskChoice {
    fn name(self) -> &'static str {
        match self {
            TaskChoice::Auto => "auto",
            TaskChoice::Binary => "binary",
            TaskChoice::Multiclass => "multiclass",
            TaskChoice::Regression => "regression",
        }
    }
}

impl From<TaskKind> for TaskChoice {
    fn from(kind: TaskKind) -> Self {
        match kind {
            TaskKind::Binary => TaskChoice::Binary,
            TaskKind::Multiclass => TaskChoice::Multiclass,
            TaskKind::Regression => TaskChoice::Regression,
        }
    }
}

/// Why a column cannot be a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The target is not a column.
    #[error("there is no target column \"{0}\"")]
    Absent(String),
    /// It is missing in every row.
    #[error("the target \"{0}\" has no value in any row")]
    NoValue(String),
    /// Nothing to learn.
    #[error(
        "the target \"{target}\" has one value only ({value}): there is nothing to learn; choose another target"
    )]
    Constant {
        /// The target.
        target: String,
        /// Its only value.
        value: String,
    },
    /// The task does not fit the target.
    #[error("the target \"{target}\" {found}, which does not fit the task {task}; {remedy}")]
    Mismatch {
        /// The target.
        target: String,
        /// What was found.
        found: String,
        /// The task asked for.
        task: &'static str,
        /// What to do.
        remedy: String,
    },
}

/// The target of the rows that have one.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// What is predicted.
    pub task: Task,
    /// Rows of the table where the target is not missing, ascending.
    pub rows: Vec<u32>,
    /// The target of each of `rows`: a class position or a number.
    pub target: Vec<f64>,
}

impl Dataset {
    /// Its rows at these positions; the task stays.
    pub fn at(&self, positions: &[usize]) -> Self {
        Self {
            task: self.task.clone(),
            rows: positions.iter().map(|&at| self.rows[at]).collect(),
            target: positions.iter().map(|&at| self.target[at]).collect(),
        }
    }
}

/// The task, and the target's values. Rows without a target are left out.
///
/// # Errors
/// If the target is absent, constant or does not fit the chosen task.
pub fn detect_task(
    table: &Table,
    target: &str,
    choice: TaskChoice,
) -> Result<Dataset, TargetError> {
    let column = table
        .column(target)
        .ok_or_else(|| TargetError::Absent(target.to_owned()))?;
    let rows: Vec<u32> = (0..table.n_rows())
        .filter(|&row| !column.values.is_missing(row))
        .map(|row| row as u32)
        .collect();
    if rows.is_empty() {
        return Err(TargetError::NoValue(target.to_owned()));
    }
    let found = Found {
        name: target,
        rows,
        choice,
    };
    match &column.values {
        Values::Codes { codes, levels } => found.of_codes(codes, levels),
        Values::Numbers(numbers) => found.of_numbers(numbers),
    }
}

/// A target on its way to a dataset.
struct Found<'a> {
    name: &'a str,
    rows: Vec<u32>,
    choice: TaskChoice,
}

impl Found<'_> {
    fn of_codes(self, codes: &[u32], levels: &[String]) -> Result<Dataset, TargetError> {
        let mut class_of = vec![None; levels.len()];
        self.rows
            .iter()
            .for_each(|&row| class_of[codes[row as usize] as usize] = Some(0));
        let mut classes = Vec::new();
        for (level, class) in levels
            .iter()
            .zip(&mut class_of)
            .filter(|(_, class)| class.is_some())
        {
            *class = Some(classes.len());
            classes.push(level.clone());
        }
        if self.choice == TaskChoice::Regression {
            return Err(self.mismatch(
                format!("holds text such as \"{}\"", classes[0]),
                "regression",
                "choose binary or multiclass, or read the column as a number",
            ));
        }
        let target = self
            .rows
            .iter()
            .map(|&row| class_of[codes[row as usize] as usize].unwrap_or(0) as f64);
        let target = target.collect();
        self.classes(classes, target)
    }

    fn of_numbers(self, numbers: &[f64]) -> Result<Dataset, TargetError> {
        let values: Vec<f64> = self.rows.iter().map(|&row| numbers[row as usize]).collect();
        if let Some(position) = values.iter().position(|value| value.is_infinite()) {
            let row = self.rows[position] + 1;
            return Err(self.mismatch(
                format!("is infinite in row {row}"),
                "regression",
                "filter such rows out",
            ));
        }
        let distinct = distinct_numbers(&values);
        if distinct.len() == 1 {
            return Err(self.constant(distinct[0].to_string()));
        }
        let few_whole =
            distinct.len() <= MAX_AUTO_CLASSES && distinct.iter().all(|x| x.trunc() == *x);
        let as_classes = match self.choice {
            TaskChoice::Auto => distinct.len() == 2 || few_whole,
            TaskChoice::Binary | TaskChoice::Multiclass => true,
            TaskChoice::Regression => false,
        };
        if !as_classes {
            return Ok(Dataset {
                task: Task::Regression,
                rows: self.rows,
                target: values,
            });
        }
        let target = values
            .iter()
            .map(|x| distinct.partition_point(|d| d < x) as f64)
            .collect();
        // −0 and 0 are one class, written 0.
        self.classes(
            distinct.iter().map(|x| (x + 0.0).to_string()).collect(),
            target,
        )
    }

    fn classes(self, classes: Vec<String>, target: Vec<f64>) -> Result<Dataset, TargetError> {
        let n = classes.len();
        if n == 1 {
            return Err(self.constant(classes[0].clone()));
        }
        if self.choice == TaskChoice::Binary && n != 2 {
            return Err(self.mismatch(
                format!("has {n} different values"),
                "binary",
                "choose multiclass or regression, or derive a column of two values and choose that",
            ));
        }
        if n > MAX_CLASSES {
            return Err(self.mismatch(
                format!("has {n} different values, more than {MAX_CLASSES}"),
                if self.choice == TaskChoice::Auto {
                    "multiclass"
                } else {
                    self.choice.name()
                },
                "choose a target with fewer classes, or one that is a number",
            ));
        }
        let task = match (n, self.choice) {
            (2, TaskChoice::Auto | TaskChoice::Binary) => Task::Binary { classes },
            _ => Task::Multiclass { classes },
        };
        Ok(Dataset {
            task,
            rows: self.rows,
            target,
        })
    }

    fn constant(&self, value: String) -> TargetError {
        TargetError::Constant {
            target: self.name.to_owned(),
            value,
        }
    }

    fn mismatch(&self, found: String, task: &'static str, remedy: &str) -> TargetError {
        TargetError::Mismatch {
            target: self.name.to_owned(),
            found,
            task,
            remedy: remedy.to_owned(),
        }
    }
}

/// Different values, ascending; −0 and 0 are one.
fn distinct_numbers(values: &[f64]) -> Vec<f64> {
    let mut distinct = values.to_vec();
    distinct.sort_unstable_by(f64::total_cmp);
    distinct.dedup();
    distinct
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tabwright_table::{Column, Kind, MISSING_CODE};

    use super::*;

    fn table(values: Values, kind: Kind) -> Table {
        let n_rows = values.len();
        Table::new(
            vec![Arc::new(Column {
                name: "y".into(),
                kind,
                values,
            })],
            n_rows,
        )
        .unwrap()
    }

    fn numbers(values: &[f64]) -> Table {
        table(Values::Numbers(values.to_vec()), Kind::Decimal)
    }

    fn detect(table: &Table, choice: TaskChoice) -> Result<Dataset, TargetError> {
        detect_task(table, "y", choice)
    }

    #[test]
    fn levels_that_occur_are_classes_and_rows_without_target_are_left_out() {
        let levels = ["a", "b", "c"].map(String::from).to_vec().into();
        let table = table(
            Values::Codes {
                codes: vec![2, MISSING_CODE, 0, 2],
                levels,
            },
            Kind::Category,
        );
        let dataset = detect(&table, TaskChoice::Auto).unwrap();
        assert_eq!(
            dataset.task,
            Task::Binary {
                classes: vec!["a".into(), "c".into()]
            }
        );
        assert_eq!(dataset.rows, [0, 2, 3]);
        assert_eq!(dataset.target, [1.0, 0.0, 1.0]);
        let error = detect(&table, TaskChoice::Regression)
            .unwrap_err()
            .to_string();
        assert!(error.contains("holds text such as \"a\""), "{error}");
    }

    #[test]
    fn few_whole_numbers_are_classes_by_value() {
        let dataset = detect(&numbers(&[10.0, f64::NAN, 9.0, 2.0]), TaskChoice::Auto).unwrap();
        assert_eq!(
            dataset.task,
            Task::Multiclass {
                classes: vec!["2".into(), "9".into(), "10".into()]
            }
        );
        assert_eq!(dataset.target, [2.0, 1.0, 0.0]);
    }

    #[test]
    fn numbers_are_regression_unless_they_are_two_or_few_and_whole() {
        let task = |values: &[f64], choice| detect(&numbers(values), choice).unwrap().task;
        assert_eq!(task(&[0.5, 1.0, 2.0], TaskChoice::Auto), Task::Regression);
        assert_eq!(
            task(
                &(0..11).map(f64::from).collect::<Vec<_>>(),
                TaskChoice::Auto
            ),
            Task::Regression
        );
        assert_eq!(task(&[0.0, 1.0], TaskChoice::Regression), Task::Regression);
        assert_eq!(
            task(&[0.5, -1.0], TaskChoice::Auto),
            Task::Binary {
                classes: vec!["-1".into(), "0.5".into()]
            }
        );
        assert_eq!(
            task(&[0.0, -0.0, 1.0], TaskChoice::Auto),
            Task::Binary {
                classes: vec!["0".into(), "1".into()]
            }
        );
    }

    #[test]
    fn a_target_that_teaches_nothing_is_refused_with_the_reason() {
        let said =
            |values: &[f64], choice| detect(&numbers(values), choice).unwrap_err().to_string();
        assert!(said(&[3.0, 3.0], TaskChoice::Auto).contains("one value only (3)"));
        assert!(said(&[f64::NAN], TaskChoice::Auto).contains("no value"));
        assert!(said(&[1.5, 2.5, f64::INFINITY], TaskChoice::Auto).contains("infinite in row 3"));
        assert!(said(&[1.0, 2.0, 3.0], TaskChoice::Binary).contains("has 3 different values"));
        let many: Vec<f64> = (0..1000).map(f64::from).collect();
        assert!(said(&many, TaskChoice::Multiclass).contains("more than 200"));
        assert!(matches!(
            detect_task(&numbers(&[1.0]), "z", TaskChoice::Auto),
            Err(TargetError::Absent(_))
        ));
    }
}
