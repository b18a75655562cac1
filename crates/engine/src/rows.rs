//! Windows of a table: sorted, filtered, as text.

use tabwright_recipe::Recipe;
use tabwright_table::{Table, Values, format_value};

use crate::{Failure, RowWindow, View};

/// A view and the rows that it shows, in order.
pub(crate) struct OrderedView {
    view: View,
    rows: Vec<u32>,
}

impl OrderedView {
    /// Filters and sorts the whole table.
    pub fn new(table: &Table, view: View) -> Result<Self, Failure> {
        let mut rows = filtered(table, &view.filter)?;
        if let Some((column, descending)) = &view.sort {
            sort(table, column, *descending, &mut rows)?;
        }
        Ok(Self { view, rows })
    }

    /// Whether this is the answer to that view.
    pub fn answers(&self, view: &View) -> bool {
        self.view == *view
    }

    /// `count` rows from `start` on.
    pub fn window(&self, table: &Table, start: usize, count: usize) -> RowWindow {
        let end = start.saturating_add(count).min(self.rows.len());
        let ids = self.rows[start.min(end)..end].to_vec();
        RowWindow {
            n_rows: self.rows.len(),
            start,
            ..window_of(table, ids)
        }
    }
}

/// The given rows as text.
pub(crate) fn window_of(table: &Table, ids: Vec<u32>) -> RowWindow {
    let cell = |column: &tabwright_table::Column, row: usize| {
        (!column.values.is_missing(row)).then(|| format_value(column, row))
    };
    RowWindow {
        columns: table
            .columns()
            .iter()
            .map(|column| column.name.clone())
            .collect(),
        n_rows: table.n_rows(),
        start: 0,
        cells: ids
            .iter()
            .map(|&row| {
                table
                    .columns()
                    .iter()
                    .map(|column| cell(column, row as usize))
                    .collect()
            })
            .collect(),
        ids,
    }
}

fn filtered(table: &Table, filter: &str) -> Result<Vec<u32>, Failure> {
    if filter.trim().is_empty() {
        return Ok((0..table.n_rows() as u32).collect());
    }
    Ok(Recipe::filter(filter).fit(table, None)?.origin)
}

fn sort(table: &Table, column: &str, descending: bool, rows: &mut [u32]) -> Result<(), Failure> {
    let column =
        table
            .column(column)
            .ok_or_else(|| tabwright_table::TableError::UnknownColumn {
                column: column.to_owned(),
                known: table
                    .columns()
                    .iter()
                    .take(20)
                    .map(|c| c.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            })?;
    // The sort is stable, so equal values stay in file order in both directions; missing stays last.
    let directed = |order: std::cmp::Ordering| if descending { order.reverse() } else { order };
    match &column.values {
        Values::Numbers(numbers) => rows.sort_by(|&a, &b| {
            let (a, b) = (numbers[a as usize], numbers[b as usize]);
            a.is_nan()
                .cmp(&b.is_nan())
                .then_with(|| directed(a.total_cmp(&b)))
        }),
        Values::Codes { codes, .. } => rows.sort_by(|&a, &b| {
            let (row_a, row_b) = (a as usize, b as usize);
            let missing = column
                .values
                .is_missing(row_a)
                .cmp(&column.values.is_missing(row_b));
            missing.then_with(|| directed(codes[row_a].cmp(&codes[row_b])))
        }),
    }
    Ok(())
}
