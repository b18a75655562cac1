//! Rows as CSV, read as every file is; but what a file's report would only count is a fault here.

use std::sync::Arc;

use tabwright_table::read::Cell;
use tabwright_table::{
    Column, ColumnSchema, Encoding, Kind, ReadOptions, ReadReport, Reader, Table, TableError,
    Values,
};

use super::Shape;
use crate::problem::{Fault, Faults, Problem};

pub(super) fn read(
    shape: &Shape,
    body: &[u8],
    delimiter: char,
    max_rows: usize,
) -> Result<Table, Problem> {
    let options = ReadOptions {
        delimiter: Some(delimiter),
        encoding: Some(Encoding::Utf8),
        ..shape.options.clone()
    };
    let (table, report) = match table_of(options, body) {
        Ok(read) => read,
        // As with an empty list of rows.
        Err(TableError::NoRows { .. }) => return shape.filling(max_rows).finish(0),
        Err(error) => return Err(Problem::malformed(error.to_string())),
    };
    if table.n_rows() > max_rows {
        return Err(Problem::too_many_rows(max_rows));
    }
    check(&report)?;
    let wanted = &shape.schema.columns;
    let names = wanted.iter().map(|column| column.name.as_str());
    let absent: Vec<&str> = names.filter(|name| table.column(name).is_none()).collect();
    if !absent.is_empty() {
        return Err(Problem::absent_columns(&absent));
    }
    if report.columns.iter().any(|column| column.n_misfits > 0) {
        return Err(misfits(shape, body, delimiter, &report));
    }
    let columns = wanted.iter().filter_map(|wanted| column_of(&table, wanted));
    Table::new(columns.collect(), table.n_rows())
        .map_err(|error| Problem::malformed(error.to_string()))
}

fn table_of(options: ReadOptions, body: &[u8]) -> Result<(Table, ReadReport), TableError> {
    let mut reader = Reader::new(options);
    reader.push(body)?;
    reader.finish()
}

/// Refuses what would be left out or replaced.
fn check(report: &ReadReport) -> Result<(), Problem> {
    if let Some(row) = report.bad_rows.first() {
        return Err(Problem::malformed(format!(
            "line {}: expected {} cells as the header has, found {}",
            row.line, row.expected, row.found
        )));
    }
    if report.n_replaced > 0 {
        return Err(Problem::malformed(format!(
            "{} bytes are not valid UTF-8",
            report.n_replaced
        )));
    }
    Ok(())
}

/// The column that the schema wants. Yes and no are spelt as the schema has them, not as most cells of this file do: what a row
/// scores must not depend on the others.
fn column_of(table: &Table, wanted: &ColumnSchema) -> Option<Arc<Column>> {
    let column = table.column(&wanted.name)?;
    match &column.values {
        Values::Codes { codes, .. } if wanted.kind == Kind::Boolean && wanted.levels.len() == 2 => {
            Some(Arc::new(Column {
                values: Values::Codes {
                    codes: codes.clone(),
                    levels: wanted.levels.clone().into(),
                },
                ..(**column).clone()
            }))
        }
        _ => Some(Arc::clone(column)),
    }
}

/// The cells that do not fit, found by reading those columns again as texts.
fn misfits(shape: &Shape, body: &[u8], delimiter: char, report: &ReadReport) -> Problem {
    let mut options = ReadOptions {
        delimiter: Some(delimiter),
        encoding: Some(Encoding::Utf8),
        ..shape.options.clone()
    };
    options
        .kinds
        .values_mut()
        .for_each(|kind| *kind = Kind::Text);
    options.formats.clear();
    let mut faults = Faults::default();
    if let Ok((table, _)) = table_of(options, body) {
        for report in report.columns.iter().filter(|report| report.n_misfits > 0) {
            let lines = report.misfits.iter().map(|&(line, _)| line);
            find(shape, &table, &report.name, lines, &mut faults);
        }
    }
    // The first reading met some.
    faults.check().err().unwrap_or_else(Problem::internal)
}

/// Notes a column's misfits; `lines` are those of the first of them.
fn find(
    shape: &Shape,
    table: &Table,
    name: &str,
    mut lines: impl Iterator<Item = u64>,
    faults: &mut Faults,
) {
    let mut columns = shape.cells.columns();
    let (Some(&place), Some(column)) = (shape.positions.get(name), table.column(name)) else {
        return;
    };
    let Values::Codes { codes, levels } = &column.values else {
        return;
    };
    for (row, &code) in codes.iter().enumerate() {
        let Some(text) = levels.get(code as usize) else {
            continue;
        };
        if let Err(misfit) = columns[place].push(Cell::Text(text)) {
            faults.push(Fault {
                row: Some(row + 1),
                line: lines.next(),
                column: Some(name.to_owned()),
                message: misfit.to_string(),
            });
        }
    }
}
