//! Tables with a column more, less or other, or with fewer rows.

use std::{collections::BTreeMap, sync::Arc};

use tabwright_table::{Column, MISSING_CODE, Table, Values};

use crate::error::Problem;

/// The column of that name.
pub(crate) fn find<'a>(table: &'a Table, name: &str) -> Result<&'a Arc<Column>, Problem> {
    table
        .column(name)
        .ok_or_else(|| Problem::UnknownColumn(name.to_owned()))
}

/// Refuses a name for a new column that an existing one has.
pub(crate) fn require_new(table: &Table, name: &str) -> Result<(), Problem> {
    match table.column(name) {
        None => Ok(()),
        Some(_) => Err(Problem::Message(format!(
            "it makes a column \"{name}\", and there is one already; rename or drop that first"
        ))),
    }
}

/// The table without the columns of these names.
pub(crate) fn without(table: &Table, names: &[String]) -> Result<Table, Problem> {
    let kept = table
        .columns()
        .iter()
        .filter(|column| !names.contains(&column.name))
        .cloned();
    Ok(Table::new(kept.collect(), table.n_rows())?)
}

/// The table with this column in the place of the one of its name, or at the end.
pub(crate) fn with(table: &Table, column: Column) -> Result<Table, Problem> {
    let mut columns = table.columns().to_vec();
    match columns.iter().position(|other| other.name == column.name) {
        Some(place) => columns[place] = Arc::new(column),
        None => columns.push(Arc::new(column)),
    }
    Ok(Table::new(columns, table.n_rows())?)
}

/// The table with these columns in the place of the one called `name`. Where a new one has the name of another
/// old one, the old one goes.
pub(crate) fn replaced(table: &Table, name: &str, new: Vec<Column>) -> Result<Table, Problem> {
    let is_kept =
        |old: &Arc<Column>| old.name == name || !new.iter().any(|column| column.name == old.name);
    let mut columns: Vec<_> = table
        .columns()
        .iter()
        .filter(|old| is_kept(old))
        .cloned()
        .collect();
    if let Some(place) = columns.iter().position(|column| column.name == name) {
        columns.splice(place..=place, new.into_iter().map(Arc::new));
    }
    Ok(Table::new(columns, table.n_rows())?)
}

/// Codes into `texts` (which may repeat, in any order, with some unused) as a column's values: each text that
/// occurs once, sorted. The empty text is missing, as it is in a file.
pub(crate) fn sorted_codes(codes: &[u32], texts: &[String]) -> Values {
    let mut is_used = vec![false; texts.len()];
    for &code in codes {
        if let Some(used) = is_used.get_mut(code as usize) {
            *used = true;
        }
    }
    let mut levels: Vec<String> = texts
        .iter()
        .zip(is_used)
        .filter(|(text, used)| *used && !text.is_empty())
        .map(|(text, _)| text.clone())
        .collect();
    levels.sort_unstable();
    levels.dedup();
    let place = |text: &String| {
        levels
            .binary_search(text)
            .map_or(MISSING_CODE, |at| at as u32)
    };
    let places: Vec<u32> = texts.iter().map(place).collect();
    let codes = codes.iter().map(|&code| recode(&places, code)).collect();
    Values::Codes {
        codes,
        levels: levels.into(),
    }
}

/// Levels of a table that are looked for one by one: a map of what is known pays only for more.
const FEW_LEVELS: usize = 4;

/// Where each level of a table is in `known`, or [`MISSING_CODE`]. A table's levels are those of its own rows, so
/// they are matched by text: once a level, not once a row.
pub(crate) fn places(levels: &[String], known: &[String]) -> Vec<u32> {
    if levels.len() <= FEW_LEVELS {
        let place = |level: &String| known.iter().rposition(|other| other == level);
        return levels
            .iter()
            .map(|level| place(level).map_or(MISSING_CODE, |place| place as u32))
            .collect();
    }
    let places: BTreeMap<&String, u32> = known.iter().zip(0..).collect();
    levels
        .iter()
        .map(|level| places.get(level).copied().unwrap_or(MISSING_CODE))
        .collect()
}

/// What a code becomes by a map from old to new codes; missing stays missing.
pub(crate) fn recode(map: &[u32], code: u32) -> u32 {
    map.get(code as usize).copied().unwrap_or(MISSING_CODE)
}
