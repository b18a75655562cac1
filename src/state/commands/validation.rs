//! How models are tested.

use leptos::prelude::*;
use tabwright_engine::model::Validation;
use tabwright_engine::table::Kind;
use tabwright_workbench::scheme::SplitColumn;

use crate::state::Session;

/// Takes another validation.
pub fn set(session: Session, validation: Validation) {
    session.edit_field("validation", |project| project.validation = validation);
}

/// Takes another column of weights, or none.
pub fn weigh(session: Session, column: Option<String>) {
    session.edit_field("weight", |project| project.weight = column);
}

/// Columns that can say how much a row counts: plain numbers but the target, and the one that is chosen; tracked.
pub fn weights(session: Session) -> Vec<String> {
    let (target, chosen) = session
        .project
        .with(|project| (project.target.clone(), project.weight.clone()));
    let mut names: Vec<String> = session.table_info().map_or_else(Vec::new, |info| {
        let columns = info.schema.columns.iter();
        columns
            .filter(|column| matches!(column.kind, Kind::Integer | Kind::Decimal))
            .map(|column| column.name.clone())
            .filter(|name| Some(name) != target.as_ref())
            .collect()
    });
    names.extend(chosen.filter(|chosen| !names.contains(chosen)));
    names
}

/// Columns that rows can be split by: all but the target; tracked.
pub fn columns(session: Session) -> Vec<SplitColumn> {
    let target = session.project.with(|project| project.target.clone());
    session.table_info().map_or_else(Vec::new, |info| {
        let columns = info.schema.columns.iter();
        columns
            .filter(|column| Some(&column.name) != target.as_ref())
            .map(|column| {
                let is_date = matches!(column.kind, Kind::Date | Kind::Datetime);
                SplitColumn {
                    name: column.name.clone(),
                    is_ordered: column.kind.is_number(),
                    is_likely: is_date || matches!(column.kind, Kind::Identifier | Kind::Category),
                    unit: if is_date { "days" } else { "" },
                }
            })
            .collect()
    })
}
