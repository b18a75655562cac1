//! Scores as CSV, and as a column.

use tabwright_table::{Column, Kind, Table, Values, format_value};

use crate::{
    Model, ModelError, Scores, Task,
    text::{Counter, write_cell, write_number, write_record},
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
    let columns: Vec<&str> = table
        .columns()
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    check_kept(keep, &columns)?;
    let mut out = Vec::new();
    ScoreWriter::new(model, keep, &mut out).write(table, scores, &mut out);
    Ok(out)
}

/// Refuses the first column to keep that is not among these.
pub(crate) fn check_kept(keep: &[String], columns: &[&str]) -> Result<(), ModelError> {
    let is_absent = |name: &&String| !columns.contains(&name.as_str());
    keep.iter().find(is_absent).map_or(Ok(()), |name| {
        Err(ModelError::UnknownColumn {
            column: name.clone(),
            known: columns[..columns.len().min(MAX_KNOWN)].join(", "),
        })
    })
}

/// Writes scores as [`write_scores`] does, a table of rows after the other.
pub(crate) struct ScoreWriter {
    keep: Vec<String>,
    /// As cells.
    classes: Vec<Vec<u8>>,
    n_outputs: usize,
    /// The number of the next row.
    row: Counter,
}

impl ScoreWriter {
    /// Writes the header.
    pub fn new(model: &Model, keep: &[String], out: &mut Vec<u8>) -> Self {
        let classes = model.task.classes();
        let probabilities: Vec<_> = classes.iter().map(|class| format!("p_{class}")).collect();
        let names = ["row"]
            .into_iter()
            .chain(keep.iter().map(String::as_str))
            .chain(["prediction", "score"])
            .chain(probabilities.iter().map(String::as_str));
        write_record(out, names);
        let cell = |class: &String| {
            let mut cell = Vec::new();
            write_cell(&mut cell, class);
            cell
        };
        Self {
            keep: keep.to_vec(),
            classes: classes.iter().map(cell).collect(),
            n_outputs: model.task.n_outputs(),
            row: Counter::from_one(),
        }
    }

    /// Writes the next rows, whose table has the columns to keep.
    pub fn write(&mut self, table: &Table, scores: &Scores, out: &mut Vec<u8>) {
        let kept: Vec<&Column> = self
            .keep
            .iter()
            .filter_map(|name| table.column(name).map(AsRef::as_ref))
            .collect();
        let n_classes = self.classes.len();
        for row in 0..table.n_rows() {
            out.extend_from_slice(self.row.text());
            self.row.advance();
            for column in &kept {
                out.push(b',');
                write_value(column, row, out);
            }
            out.push(b',');
            let label = scores.labels.get(row).map(|&label| label as usize);
            match label {
                Some(label) => out.extend_from_slice(&self.classes[label]),
                None => write_number(out, scores.numbers[row]),
            }
            // The margin; where there are several, the called class's.
            let called = label.filter(|_| self.n_outputs > 1).unwrap_or(0);
            out.push(b',');
            write_number(out, scores.margins[row * self.n_outputs + called]);
            for &probability in &scores.probabilities[row * n_classes..][..n_classes] {
                out.push(b',');
                write_number(out, probability);
            }
            out.push(b'\n');
        }
    }
}

fn write_value(column: &Column, row: usize, out: &mut Vec<u8>) {
    match &column.values {
        Values::Codes { codes, levels } => {
            if let Some(level) = levels.get(codes[row] as usize) {
                write_cell(out, level);
            }
        }
        Values::Numbers(_) => write_cell(out, &format_value(column, row)),
    }
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
                levels: classes.clone().into(),
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
                levels: vec!["Doe, \"Jo\"".into()].into(),
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
