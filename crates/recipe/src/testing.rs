//! Tables by hand, for tests.

use std::sync::Arc;

use tabwright_table::{Column, Kind, Schema, Table, Values};

use crate::{Feature, Matrix, Recipe, edit::sorted_codes, program::Operand};

/// A column of numbers; NaN is missing.
pub(crate) fn numbers(name: &str, kind: Kind, values: &[f64]) -> Column {
    Column {
        name: name.into(),
        kind,
        values: Values::Numbers(values.to_vec()),
    }
}

/// A column of texts; the empty one is missing.
pub(crate) fn texts(name: &str, kind: Kind, values: &[&str]) -> Column {
    let levels: Vec<String> = values.iter().map(|&text| text.to_owned()).collect();
    let codes: Vec<u32> = (0..values.len() as u32).collect();
    // "no" sorts before "yes", as a boolean wants it.
    Column {
        name: name.into(),
        kind,
        values: sorted_codes(&codes, &levels),
    }
}

pub(crate) fn table(columns: Vec<Column>) -> Table {
    let n_rows = columns.first().map_or(0, |column| column.values.len());
    Table::new(columns.into_iter().map(Arc::new).collect(), n_rows).unwrap()
}

/// Six passengers.
pub(crate) fn passengers() -> Table {
    table(vec![
        numbers(
            "age",
            Kind::Integer,
            &[22.0, 38.0, f64::NAN, 4.0, 61.0, f64::NAN],
        ),
        numbers("fare", Kind::Decimal, &[7.25, 71.5, 8.0, 16.5, 0.0, 7.25]),
        texts(
            "sex",
            Kind::Category,
            &["male", "female", "female", "male", "male", ""],
        ),
        texts(
            "alone",
            Kind::Boolean,
            &["no", "no", "yes", "no", "yes", "yes"],
        ),
        texts(
            "name",
            Kind::Text,
            &["Mr. A", "Mrs. B", "Miss C", "Master D", "Mr. E", "Mr. F"],
        ),
        numbers(
            "boarded",
            Kind::Date,
            &[0.0, 86_400.0, f64::NAN, 0.0, 864_000.0, 0.0],
        ),
        numbers("survived", Kind::Integer, &[0.0, 1.0, 1.0, 1.0, 0.0, 0.0]),
    ])
}

/// A column as text, missing as "".
pub(crate) fn cells(table: &Table, name: &str) -> Vec<String> {
    let column = table.column(name).unwrap();
    (0..table.n_rows())
        .map(|row| tabwright_table::format_value(column, row))
        .collect()
}

/// The operations give what the steps give, bit for bit.
#[track_caller]
pub(crate) fn agree(table: &Table, recipe: &Recipe) {
    let fitted = recipe.fit(table, None).unwrap().fitted;
    let after = fitted.apply(table).unwrap();
    let features = Feature::all_of(&after, "survived").unwrap();
    let matrix = Matrix::build(&after, &features).unwrap();
    let program = fitted.program(&Schema::of(table, &[]), &features).unwrap();
    for (row, found) in program.run(table).iter().enumerate() {
        for ((feature, found), column) in features.iter().zip(found).zip(&matrix.columns) {
            let expected = column[row];
            let is_same =
                found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
            assert!(
                is_same,
                "{}, row {row}: {found}, expected {expected}",
                feature.name
            );
        }
    }
    let operands = program.ops.iter().enumerate();
    for (at, operand) in
        operands.flat_map(|(at, op)| op.operands().into_iter().map(move |o| (at, o)))
    {
        assert!(
            !matches!(operand, Operand::Op(of) if *of >= at),
            "operation {at} reads a later one"
        );
    }
}
