//! Rows as JSON, read straight into columns.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use tabwright_table::Table;
use tabwright_table::read::{Cell, CellColumn, Misfit};

use super::{Filling, Shape};
use crate::problem::Problem;

/// A state of the parser: the filling, the names, and the problem that ends the reading, which says more than serde's errors do.
struct Reading<'a> {
    shape: &'a Shape,
    filling: Filling<'a>,
    /// For each column, the one-based row that had it last.
    had_by: Vec<usize>,
    n_rows: usize,
    problem: Option<Problem>,
}

pub(super) fn read(shape: &Shape, body: &[u8], max_rows: usize) -> Result<Table, Problem> {
    let mut reading = Reading {
        shape,
        filling: shape.filling(max_rows),
        had_by: vec![0; shape.schema.columns.len()],
        n_rows: 0,
        problem: None,
    };
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let read = Top(&mut reading)
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    if let Some(problem) = reading.problem {
        return Err(problem);
    }
    read.map_err(|error| {
        Problem::malformed(format!(
            "the body is not the JSON that is expected: {error}"
        ))
    })?;
    reading.filling.finish(reading.n_rows)
}

impl Reading<'_> {
    /// Keeps the problem and gives an error that ends the reading.
    fn stop<E: Error>(&mut self, problem: Problem) -> E {
        self.problem = Some(problem);
        E::custom("see the problem")
    }

    /// Fills what a row did not have.
    fn end_row(&mut self) {
        for (column, had_by) in self.filling.columns.iter_mut().zip(&self.had_by) {
            if *had_by != self.n_rows {
                // A missing value fits every column.
                let _ = column.push(Cell::Missing);
            }
        }
    }
}

/// The whole body.
struct Top<'r, 'a>(&'r mut Reading<'a>);

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(
            "an object with \"rows\" (a list of objects) or \"columns\" (an object of lists)",
        )
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Top(reading) = self;
        let expected = "expected an object with one key, \"rows\" or \"columns\"";
        let Some(key) = map.next_key::<String>()? else {
            return Err(reading.stop(Problem::malformed(format!("{expected}, found none"))));
        };
        match key.as_str() {
            "rows" => map.next_value_seed(Rows(reading))?,
            "columns" => map.next_value_seed(Columns(reading))?,
            _ => {
                let detail = format!("{expected}, found {key:?}");
                return Err(reading.stop(Problem::malformed(detail)));
            }
        }
        match map.next_key::<String>()? {
            None => Ok(()),
            Some(other) => {
                let detail = format!("{expected}, found {other:?} besides");
                Err(reading.stop(Problem::malformed(detail)))
            }
        }
    }
}

/// The list of rows.
struct Rows<'r, 'a>(&'r mut Reading<'a>);

impl<'de> DeserializeSeed<'de> for Rows<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        let Rows(reading) = self;
        while rows.next_element_seed(Row(reading))?.is_some() {}
        Ok(())
    }
}

/// One row.
struct Row<'r, 'a>(&'r mut Reading<'a>);

impl<'de> DeserializeSeed<'de> for Row<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Row(reading) = self;
        if reading.n_rows == reading.filling.max_rows {
            let problem = Problem::too_many_rows(reading.filling.max_rows);
            return Err(reading.stop(problem));
        }
        reading.n_rows += 1;
        deserializer.deserialize_map(Row(reading))
    }
}

impl<'de> Visitor<'de> for Row<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "row {} as an object of values by column", self.0.n_rows)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Row(reading) = self;
        while let Some(place) = map.next_key_seed(Name(reading.shape))? {
            let Some(place) = place else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if reading.had_by[place] == reading.n_rows {
                let name = reading.filling.columns[place].name();
                let detail = format!("row {} has the column \"{name}\" twice", reading.n_rows);
                return Err(reading.stop(Problem::malformed(detail)));
            }
            reading.had_by[place] = reading.n_rows;
            reading.filling.is_met[place] = true;
            let pushed = map.next_value_seed(Push(&mut reading.filling.columns[place]))?;
            if let Err(misfit) = pushed {
                reading.filling.misfit(place, misfit.to_string());
            }
        }
        reading.end_row();
        Ok(())
    }
}

/// The columns by name.
struct Columns<'r, 'a>(&'r mut Reading<'a>);

impl<'de> DeserializeSeed<'de> for Columns<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Columns<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object of lists by column")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Columns(reading) = self;
        let mut first: Option<usize> = None;
        while let Some(place) = map.next_key_seed(Name(reading.shape))? {
            let Some(place) = place else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let filling = &mut reading.filling;
            if std::mem::replace(&mut filling.is_met[place], true) {
                let detail = format!(
                    "the column \"{}\" is there twice",
                    filling.columns[place].name()
                );
                return Err(reading.stop(Problem::malformed(detail)));
            }
            map.next_value_seed(Values(reading, place))?;
            let columns = &reading.filling.columns;
            let (column, other) = (&columns[place], &columns[*first.get_or_insert(place)]);
            if column.len() != other.len() {
                let detail = format!(
                    "the column \"{}\" has {} values where \"{}\" has {}",
                    column.name(),
                    column.len(),
                    other.name(),
                    other.len()
                );
                return Err(reading.stop(Problem::malformed(detail)));
            }
            reading.n_rows = column.len();
        }
        // Without a column of the model's there may be rows or none: either way all columns are absent.
        if first.is_none() {
            let names: Vec<&str> = reading
                .filling
                .columns
                .iter()
                .map(CellColumn::name)
                .collect();
            let problem = Problem::absent_columns(&names);
            return Err(reading.stop(problem));
        }
        Ok(())
    }
}

/// The values of one column.
struct Values<'r, 'a>(&'r mut Reading<'a>, usize);

impl<'de> DeserializeSeed<'de> for Values<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Values<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let name = self.0.filling.columns[self.1].name();
        write!(f, "a list of values of the column \"{name}\"")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let Values(reading, place) = self;
        while let Some(pushed) =
            values.next_element_seed(Push(&mut reading.filling.columns[place]))?
        {
            if reading.filling.columns[place].len() > reading.filling.max_rows {
                let problem = Problem::too_many_rows(reading.filling.max_rows);
                return Err(reading.stop(problem));
            }
            if let Err(misfit) = pushed {
                reading.filling.misfit(place, misfit.to_string());
            }
        }
        Ok(())
    }
}

/// A column's name, to its place if the schema has it.
struct Name<'a>(&'a Shape);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a column's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.positions.get(name).copied())
    }
}

/// One value, into its column.
struct Push<'c, 'a>(&'c mut CellColumn<'a>);

impl Push<'_, '_> {
    /// A value that no column can hold: missing, and a misfit.
    fn refuse(self, found: &str) -> Result<(), Misfit> {
        let expected = self.0.expected();
        // A missing value fits every column.
        let _ = self.0.push(Cell::Missing);
        Err(Misfit {
            expected,
            found: found.into(),
        })
    }
}

impl<'de> DeserializeSeed<'de> for Push<'_, '_> {
    type Value = Result<(), Misfit>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Push<'_, '_> {
    type Value = Result<(), Misfit>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0.expected())
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.0.push(Cell::Missing))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(self.0.push(Cell::Truth(truth)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(self.0.push(Cell::Number(number as f64)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(self.0.push(Cell::Number(number as f64)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(self.0.push(Cell::Number(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.push(Cell::Text(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(self.refuse("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(self.refuse("an object"))
    }
}
