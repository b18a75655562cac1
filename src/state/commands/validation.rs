//! How models are tested: the choice, and what comes of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::model::{Params, Validation};
use tabwright_engine::recipe::Recipe;
use tabwright_engine::table::Kind;
use tabwright_engine::train::{Algorithm, Trial};
use tabwright_engine::{Command, Reply};

use super::unexpected;
use crate::components::SplitColumn;
use crate::state::{Session, SplitInputs, Stamped};

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

/// What a split would be made from now; tracked.
pub fn inputs(session: Session) -> Option<SplitInputs> {
    let load = session.load_number()?;
    session.target_info()?;
    session.project.with(|project| {
        // The split is the same for every algorithm and recipe.
        let trial = Trial {
            recipe: Recipe::default(),
            ..project.trial(Algorithm::Baseline, Params::new())?
        };
        Some(SplitInputs { load, trial })
    })
}

/// Keeps what comes of the split up with the project for as long as the calling page is open.
pub fn follow(session: Session) {
    let now = Memo::new(move |_| inputs(session));
    Effect::new(move || {
        let Some(now) = now.get().filter(|_| !session.is_restoring.get()) else {
            return;
        };
        let split = session.models().split;
        if split.with_untracked(|split| split.is_current(&now)) {
            return;
        }
        split.set(Stamped::loading(now.clone()));
        spawn_local(async move {
            let command = Command::Split {
                trial: now.trial.clone(),
            };
            let outcome = session.ask(command).await.and_then(|reply| match reply {
                Reply::Split(info) => Ok(info),
                _ => Err(unexpected()),
            });
            // What was chosen meanwhile has asked for itself.
            if split.with_untracked(|split| split.is_current(&now)) {
                split.set(Stamped::settled(now, outcome));
            }
        });
    });
}
