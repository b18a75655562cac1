//! The rows that were scored last, for the comparison with the training rows.

use std::collections::HashMap;
use std::sync::Arc;

use tabwright_model::{DriftReport, Reference};
use tabwright_table::{Column, Kind, MISSING_CODE, Schema, Table, Values};

/// What stands for every level that training did not see, and for every free text: the comparison tells them no further apart.
const OTHER: &str = "\u{0}other";

/// A ring of rows. What it holds does not grow, whatever texts come.
pub struct Window {
    capacity: usize,
    /// Where the next row goes.
    next: usize,
    n_rows: usize,
    columns: Vec<Ring>,
    score: Option<Ring>,
}

/// Rows of a window, apart from it: whoever compares them keeps no request waiting.
pub struct Rows {
    columns: Vec<Arc<Column>>,
    n: usize,
    score: Option<Column>,
}

/// A column of the ring.
struct Ring {
    name: String,
    kind: Kind,
    values: Values,
    known: HashMap<String, u32>,
}

impl Ring {
    fn new(name: &str, kind: Kind, levels: &[String]) -> Self {
        let values = if kind.is_number() {
            Values::Numbers(Vec::new())
        } else {
            let mut all = levels.to_vec();
            all.push(OTHER.into());
            Values::Codes {
                codes: Vec::new(),
                levels: all.into(),
            }
        };
        Self {
            name: name.into(),
            kind,
            values,
            known: levels.iter().cloned().zip(0..).collect(),
        }
    }

    /// Puts some of a column's rows from `at` on.
    fn put(&mut self, column: &Column, rows: std::ops::Range<usize>, at: usize, capacity: usize) {
        let place = |offset: usize| (at + offset) % capacity;
        match (&mut self.values, &column.values) {
            (Values::Numbers(ring), Values::Numbers(numbers)) => {
                for (offset, &x) in numbers[rows].iter().enumerate() {
                    put(ring, place(offset), x);
                }
            }
            (Values::Codes { codes: ring, .. }, Values::Codes { codes, levels }) => {
                let other = self.known.len() as u32;
                let known = |level: &String| self.known.get(level).copied().unwrap_or(other);
                let map: Vec<u32> = levels.iter().map(known).collect();
                for (offset, &code) in codes[rows].iter().enumerate() {
                    let code = map.get(code as usize).copied().unwrap_or(MISSING_CODE);
                    put(ring, place(offset), code);
                }
            }
            // A table has the schema's kinds.
            _ => {}
        }
    }

    fn column(&self) -> Column {
        Column {
            name: self.name.clone(),
            kind: self.kind,
            values: self.values.clone(),
        }
    }
}

fn put<T>(ring: &mut Vec<T>, place: usize, value: T) {
    match ring.get_mut(place) {
        Some(old) => *old = value,
        None => ring.push(value),
    }
}

impl Window {
    /// A window of so many rows of a schema's columns.
    pub fn new(schema: &Schema, capacity: usize) -> Self {
        let columns = schema.columns.iter();
        Self {
            capacity: capacity.max(1),
            next: 0,
            n_rows: 0,
            columns: columns
                .map(|column| Ring::new(&column.name, column.kind, &column.levels))
                .collect(),
            score: None,
        }
    }

    /// Rows that are held.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Takes the rows of a table of the schema's columns, in its order, and their scores.
    pub fn push(&mut self, table: &Table, score: &Column) {
        let (n, capacity) = (table.n_rows(), self.capacity);
        let rows = n.saturating_sub(capacity)..n;
        let n_taken = rows.len();
        for (ring, column) in self.columns.iter_mut().zip(table.columns()) {
            ring.put(column, rows.clone(), self.next, capacity);
        }
        let levels = match &score.values {
            Values::Codes { levels, .. } => levels.as_slice(),
            Values::Numbers(_) => &[],
        };
        self.score
            .get_or_insert_with(|| Ring::new(&score.name, score.kind, levels))
            .put(score, rows, self.next, capacity);
        self.next = (self.next + n_taken) % capacity;
        self.n_rows = (self.n_rows + n_taken).min(capacity);
    }

    /// A copy of the rows that are held.
    pub fn rows(&self) -> Rows {
        let columns = self.columns.iter().map(|ring| Arc::new(ring.column()));
        Rows {
            columns: columns.collect(),
            n: self.n_rows,
            score: self.score.as_ref().map(Ring::column),
        }
    }
}

impl Rows {
    /// How far they have moved from the training rows.
    pub fn compare(self, reference: &Reference) -> Option<DriftReport> {
        let table = Table::new(self.columns, self.n).ok()?;
        Some(reference.compare(&table, self.score.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tabwright_table::ColumnSchema;

    fn schema() -> Schema {
        let column = |name: &str, kind, levels: &[&str]| ColumnSchema {
            name: name.into(),
            kind,
            levels: levels.iter().map(|&level| level.into()).collect(),
            range: None,
            format: None,
        };
        Schema {
            columns: vec![
                column("x", Kind::Decimal, &[]),
                column("c", Kind::Category, &["a", "b"]),
            ],
            missing_tokens: vec![],
        }
    }

    fn table(numbers: &[f64], texts: &[&str]) -> (Table, Column) {
        let mut levels: Vec<String> = texts.iter().map(|&text| text.into()).collect();
        levels.sort();
        levels.dedup();
        let code = |text: &&str| levels.iter().position(|it| it == text).unwrap() as u32;
        let codes = texts.iter().map(code).collect();
        let column = |name: &str, kind, values| Column {
            name: name.into(),
            kind,
            values,
        };
        let score = column("score", Kind::Decimal, Values::Numbers(numbers.to_vec()));
        let x = column("x", Kind::Decimal, Values::Numbers(numbers.to_vec()));
        let c = column(
            "c",
            Kind::Category,
            Values::Codes {
                codes,
                levels: levels.into(),
            },
        );
        (
            Table::new(vec![Arc::new(x), Arc::new(c)], numbers.len()).unwrap(),
            score,
        )
    }

    #[test]
    fn the_last_rows_are_compared_and_the_first_forgotten() {
        let (training, score) = table(&[1.0, 2.0, 3.0, 4.0], &["a", "a", "b", "b"]);
        let reference = Reference::of(&training, &schema(), Some(&score));
        let mut window = Window::new(&schema(), 4);
        let (far, far_score) = table(&[90.0; 3], &["z", "y", "a"]);
        window.push(&far, &far_score);
        let drift = window.rows().compare(&reference).unwrap();
        assert_eq!(drift.n_rows, 3);
        let unseen = |report: &DriftReport| {
            let column = report.columns.iter().find(|column| column.name == "c");
            column.unwrap().unseen
        };
        assert_eq!(unseen(&drift), 2.0 / 3.0);
        assert_eq!(drift.score.unwrap().verdict.word(), "major");
        // Two at a time, then more at once than the window holds: the last four count.
        for _ in 0..5 {
            let (near, score) = table(&[1.0, 2.0], &["a", "z"]);
            window.push(&near, &score);
        }
        let mut many: Vec<f64> = vec![90.0; 7];
        many.extend([4.0, 3.0, 2.0, 1.0]);
        let mut texts = vec!["z"; 7];
        texts.extend(["b", "b", "a", "a"]);
        let (near, score) = table(&many, &texts);
        window.push(&near, &score);
        let drift = window.rows().compare(&reference).unwrap();
        assert_eq!((drift.n_rows, unseen(&drift)), (4, 0.0));
        assert!(drift.columns.iter().all(|column| column.psi == 0.0));
        assert_eq!(drift.score.unwrap().psi, 0.0);
    }
}
