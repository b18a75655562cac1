//! Scores as CSV, and as a column.

use tabwright_table::{Column, Kind, Table, Values, format_value};

use crate::{
    Model, ModelError, Scores, Task,
    text::{number_text, write_record},
};

/// Column names that an error message lists.
const MAX_KNOWN: usize = 20;

/// Scores as CSV: `row` (one-based), the kept columns, `prediction`, `score` (binary and numbers: the margin;
/// multiclass: the called class's margin; shortest text that reads back to the same bits), `p_<class>` for each class.
///
/// # Errors
/// If a kept column is not in the table.
pub fn write_scores(
    model: &Model,
    table: &Table,
    scores: &Scores,
    keep: &[String],
) -> Result<Vec<u8>, ModelError> {
    let kept = keep
        .iter()
        .map(|name| kept_column(table, name))
        .collect::<Result<Vec<_>, _>>()?;
    let classes = model.task.classes();
    let probability_names: Vec<String> = classes.iter().map(|class| format!("p_{class}")).collect();
    let mut out = Vec::new();
    let header = ["row"]
        .into_iter()
        .chain(keep.iter().map(String::as_str))
        .chain(["prediction", "score"]);
    write_record(
        &mut out,
        header.chain(probability_names.iter().map(String::as_str)),
    );
    for row in 0..table.n_rows() {
        let score = number_text(score_of(model, scores, row));
        let mut cells = vec![(row + 1).to_string()];
        cells.extend(kept.iter().map(|column| format_value(column, row)));
        cells.push(scores.labels.get(row).map_or_else(
            || number_text(scores.numbers[row]),
            |&label| classes[label as usize].clone(),
        ));
        cells.push(score);
        let probabilities = &scores.probabilities[row * classes.len()..(row + 1) * classes.len()];
        cells.extend(
            probabilities
                .iter()
                .map(|&probability| number_text(probability)),
        );
        write_record(&mut out, cells.iter().map(String::as_str));
    }
    Ok(out)
}

fn kept_column<'a>(table: &'a Table, name: &str) -> Result<&'a Column, ModelError> {
    table.column(name).map(AsRef::as_ref).ok_or_else(|| {
        let known: Vec<&str> = table
            .columns()
            .iter()
            .take(MAX_KNOWN)
            .map(|column| column.name.as_str())
            .collect();
        ModelError::UnknownColumn {
            column: name.into(),
            known: known.join(", "),
        }
    })
}

/// The margin; where there are several, the called class's.
fn score_of(model: &Model, scores: &Scores, row: usize) -> f64 {
    let n_outputs = model.task.n_outputs();
    let called = if n_outputs > 1 {
        scores.labels[row] as usize
    } else {
        0
    };
    scores.margins[row * n_outputs + called]
}

/// What drift of the score is measured on, as a column `score`: the probability of class 1, the predicted number, or
/// the called class.
pub fn score_column(model: &Model, scores: &Scores) -> Column {
    let (kind, values) = match &model.task {
        Task::Regression => (Kind::Decimal, Values::Numbers(scores.numbers.clone())),
        Task::Binary { .. } => (
            Kind::Decimal,
            Values::Numbers(
                scores
                    .probabilities
                    .iter()
                    .skip(1)
                    .step_by(2)
                    .copied()
                    .collect(),
            ),
        ),
        Task::Multiclass { classes } => (
            Kind::Category,
            Values::Codes {
                codes: scores.labels.clone(),
                levels: classes.clone(),
            },
        ),
    };
    Column {
        name: "score".into(),
        kind,
        values,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Constant, Link, Predictor};

    fn model(task: Task) -> Model {
        Model {
            predictor: Predictor::Constant(Constant {
                margins: vec![],
                link: Link::Share,
            }),
            task,
            target: "y".into(),
            features: Vec::new(),
            threshold: 0.5,
        }
    }

    fn table() -> Table {
        let name = Column {
            name: "full name".into(),
            kind: Kind::Text,
            values: Values::Codes {
                codes: vec![0, u32::MAX],
                levels: vec!["Doe, \"Jo\"".into()],
            },
        };
        let day = Column {
            name: "day".into(),
            kind: Kind::Date,
            values: Values::Numbers(vec![86_400.0, f64::NAN]),
        };
        Table::new(vec![Arc::new(name), Arc::new(day)], 2).unwrap()
    }

    #[test]
    fn classes_are_written_with_their_probabilities() {
        let task = Task::Multiclass {
            classes: vec!["a".into(), "b,c".into(), "d".into()],
        };
        let scores = model(task.clone()).finish(vec![0.25, 0.5, 0.25, 0.0, 0.0, 1.0]);
        let keep = ["day".to_string(), "full name".to_string()];
        let text = String::from_utf8(
            write_scores(&model(task.clone()), &table(), &scores, &keep).unwrap(),
        )
        .unwrap();
        assert_eq!(
            text,
            "row,day,full name,prediction,score,p_a,\"p_b,c\",p_d\n\
             1,1970-01-02,\"Doe, \"\"Jo\"\"\",\"b,c\",0.5,0.25,0.5,0.25\n\
             2,,,d,1,0,0,1\n"
        );
        let column = score_column(&model(task), &scores);
        assert_eq!(format_value(&column, 0), "b,c");
    }

    #[test]
    fn a_number_stands_beside_its_margin() {
        let scores = Scores {
            margins: vec![1e-300, -2.5],
            numbers: vec![1e-300, 0.125],
            ..Scores::default()
        };
        let text = String::from_utf8(
            write_scores(&model(Task::Regression), &table(), &scores, &[]).unwrap(),
        )
        .unwrap();
        assert_eq!(
            text,
            "row,prediction,score\n1,1e-300,1e-300\n2,0.125,-2.5\n"
        );
        assert_eq!(
            score_column(&model(Task::Regression), &scores).values,
            Values::Numbers(vec![1e-300, 0.125])
        );
    }

    #[test]
    fn binary_scores_show_the_margin_and_both_classes() {
        let task = Task::Binary {
            classes: vec!["no".into(), "yes".into()],
        };
        let scores = model(task.clone()).finish(vec![0.75, 0.125]);
        let text =
            String::from_utf8(write_scores(&model(task.clone()), &table(), &scores, &[]).unwrap())
                .unwrap();
        assert_eq!(
            text,
            "row,prediction,score,p_no,p_yes\n1,yes,0.75,0.25,0.75\n2,no,0.125,0.875,0.125\n"
        );
        assert_eq!(
            score_column(&model(task), &scores).values,
            Values::Numbers(vec![0.75, 0.125])
        );
    }

    #[test]
    fn a_kept_column_must_be_there() {
        let error = write_scores(
            &model(Task::Regression),
            &table(),
            &Scores::default(),
            &["age".into()],
        );
        assert!(
            error
                .unwrap_err()
                .to_string()
                .contains("the columns are full name, day")
        );
    }
}
