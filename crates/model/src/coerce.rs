//! Columns that were read as another kind than the model learnt.

use std::sync::Arc;

use tabwright_table::{Column, ColumnSchema, Kind, MISSING_CODE, Values, format_number};

use crate::ModelError;

/// The column as `wanted` has it, shared where nothing is to be done. Every value is kept or none: a cell that
/// cannot be converted is an error.
pub(crate) fn coerce(
    column: &Arc<Column>,
    wanted: &ColumnSchema,
) -> Result<Arc<Column>, ModelError> {
    if column.kind == wanted.kind {
        return Ok(respelt(column, wanted));
    }
    let values = match (&column.values, wanted.kind.is_number()) {
        (Values::Numbers(numbers), true) => same_scale(column, numbers, wanted)?,
        (Values::Codes { codes, levels }, true) => Values::Numbers(
            to_numbers(codes, levels, wanted.kind).map_err(|text| misfit(column, wanted, text))?,
        ),
        (Values::Numbers(numbers), false) => to_codes(column.kind, numbers, wanted),
        (Values::Codes { .. }, false) => column.values.clone(),
    };
    Ok(Arc::new(Column {
        name: column.name.clone(),
        kind: wanted.kind,
        values,
    }))
}

/// A column of the kind that is wanted. Its file may spell yes and no otherwise than the schema, which changes neither.
fn respelt(column: &Arc<Column>, wanted: &ColumnSchema) -> Arc<Column> {
    match &column.values {
        Values::Codes { codes, levels }
            if column.kind == Kind::Boolean
                && wanted.levels.len() == 2
                && **levels != wanted.levels =>
        {
            Arc::new(Column {
                name: column.name.clone(),
                kind: column.kind,
                values: Values::Codes {
                    codes: codes.clone(),
                    levels: wanted.levels.clone().into(),
                },
            })
        }
        _ => Arc::clone(column),
    }
}

fn misfit(column: &Column, wanted: &ColumnSchema, text: String) -> ModelError {
    ModelError::Kind {
        column: wanted.name.clone(),
        expected: wanted.kind,
        found: column.kind,
        text,
    }
}

/// Whether numbers of that kind are seconds.
pub(crate) fn is_time(kind: Kind) -> bool {
    matches!(kind, Kind::Date | Kind::Datetime)
}

/// Integers and decimals are one scale, days and times another.
fn same_scale(
    column: &Column,
    numbers: &[f64],
    wanted: &ColumnSchema,
) -> Result<Values, ModelError> {
    match numbers.iter().find(|number| !number.is_nan()) {
        Some(&number) if is_time(column.kind) != is_time(wanted.kind) => {
            Err(misfit(column, wanted, format_number(column.kind, number)))
        }
        _ => Ok(column.values.clone()),
    }
}

/// The texts as plain numbers, or the first that is none. Days and times are not read here.
fn to_numbers(codes: &[u32], levels: &[String], kind: Kind) -> Result<Vec<f64>, String> {
    let parsed: Vec<Option<f64>> = levels
        .iter()
        .map(|level| {
            level
                .trim()
                .parse()
                .ok()
                .filter(|number: &f64| !is_time(kind) && number.is_finite())
        })
        .collect();
    let number = |&code: &u32| match parsed.get(code as usize) {
        None => Ok(f64::NAN),
        Some(Some(number)) => Ok(*number),
        Some(None) => Err(levels[code as usize].clone()),
    };
    codes.iter().map(number).collect()
}

/// A number is the level that is written as that number ("1.50" for 1.5), else its own shortest text.
fn to_codes(kind: Kind, numbers: &[f64], wanted: &ColumnSchema) -> Values {
    let known: Vec<(f64, &String)> = wanted
        .levels
        .iter()
        .filter_map(|level| Some((level.parse().ok()?, level)))
        .collect();
    let texts: Vec<Option<String>> = numbers
        .iter()
        .map(|&number| {
            let level = known
                .iter()
                .find(|(value, _)| *value == number)
                .map(|(_, level)| (*level).clone());
            (!number.is_nan()).then(|| level.unwrap_or_else(|| format_number(kind, number)))
        })
        .collect();
    let mut levels: Vec<String> = texts.iter().flatten().cloned().collect();
    levels.sort_unstable();
    levels.dedup();
    let code = |text: &Option<String>| {
        let position = text
            .as_ref()
            .and_then(|text| levels.binary_search(text).ok());
        position.map_or(MISSING_CODE, |position| position as u32)
    };
    Values::Codes {
        codes: texts.iter().map(code).collect(),
        levels: levels.into(),
    }
}

/// The column's numbers; texts are read as plain numbers, and those that are none count as missing.
pub(crate) fn numbers_of(column: &Column) -> Vec<f64> {
    match &column.values {
        Values::Numbers(numbers) => numbers.clone(),
        Values::Codes { codes, levels } => codes
            .iter()
            .map(|&code| {
                levels
                    .get(code as usize)
                    .and_then(|level| level.trim().parse().ok())
                    .unwrap_or(f64::NAN)
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(kind: Kind, levels: &[&str]) -> ColumnSchema {
        ColumnSchema {
            name: "x".into(),
            kind,
            levels: levels.iter().map(|&level| level.into()).collect(),
            range: None,
            format: None,
        }
    }

    fn numbers(kind: Kind, numbers: &[f64]) -> Arc<Column> {
        Arc::new(Column {
            name: "x".into(),
            kind,
            values: Values::Numbers(numbers.to_vec()),
        })
    }

    fn texts(codes: &[u32], levels: &[&str]) -> Arc<Column> {
        let levels = levels.iter().map(|&level| level.into()).collect();
        Arc::new(Column {
            name: "x".into(),
            kind: Kind::Category,
            values: Values::Codes {
                codes: codes.to_vec(),
                levels: Arc::new(levels),
            },
        })
    }

    #[test]
    fn a_column_without_a_value_is_of_any_kind() {
        let empty = texts(&[MISSING_CODE, MISSING_CODE], &[]);
        for kind in Kind::ALL {
            let column = coerce(&empty, &schema(kind, &[])).unwrap();
            assert_eq!(column.kind, kind);
            assert!((0..2).all(|row| column.values.is_missing(row)));
            assert_eq!(
                matches!(column.values, Values::Numbers(_)),
                kind.is_number()
            );
        }
    }

    #[test]
    fn yes_and_no_are_spelt_as_they_were() {
        let column = |kind, levels: [&str; 2]| {
            Arc::new(Column {
                name: "x".into(),
                kind,
                values: texts(&[1, MISSING_CODE, 0], &levels).values.clone(),
            })
        };
        let wanted = schema(Kind::Boolean, &["no", "yes"]);
        let found = coerce(&column(Kind::Boolean, ["No", "YES"]), &wanted).unwrap();
        assert_eq!(found, column(Kind::Boolean, ["no", "yes"]));
        // Of a category each spelling is a level.
        let wanted = schema(Kind::Category, &["no", "yes"]);
        let found = coerce(&column(Kind::Category, ["No", "YES"]), &wanted).unwrap();
        assert_eq!(found, column(Kind::Category, ["No", "YES"]));
    }

    #[test]
    fn texts_become_numbers_or_are_named() {
        let column = texts(&[1, 0, MISSING_CODE], &["-1e3", "7"]);
        let Values::Numbers(found) = coerce(&column, &schema(Kind::Decimal, &[]))
            .unwrap()
            .values
            .clone()
        else {
            panic!("expected numbers");
        };
        assert_eq!(found[..2], [7.0, -1000.0]);
        assert!(found[2].is_nan());
        let error =
            coerce(&texts(&[0, 1], &["7", "n/a"]), &schema(Kind::Integer, &[])).unwrap_err();
        assert!(error.to_string().contains("\"n/a\""), "{error}");
        assert!(coerce(&numbers(Kind::Integer, &[1.0]), &schema(Kind::Date, &[])).is_err());
        assert!(coerce(&numbers(Kind::Integer, &[1.0]), &schema(Kind::Decimal, &[])).is_ok());
    }

    #[test]
    fn numbers_become_the_levels_that_they_were() {
        let column = coerce(
            &numbers(Kind::Decimal, &[1.5, f64::NAN, 2.0]),
            &schema(Kind::Category, &["1.50", "x"]),
        );
        let expected = Values::Codes {
            codes: vec![0, MISSING_CODE, 1],
            levels: vec!["1.50".into(), "2".into()].into(),
        };
        assert_eq!(column.unwrap().values, expected);
    }
}
