//! The table of scores.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::Ranked;
use tabwright_engine::table::profile::ColumnProfile;
use tabwright_engine::train::FeatureRank;

use crate::charts::Spark;
use crate::components::{Cell, Checkbox, DataTable, Row, TableColumn};
use crate::format::{count_share, fixed, percent};
use crate::state::commands::recipe;
use crate::state::{Session, facts, use_session};

/// Every feature, best first, with a box to tick.
#[component]
pub fn RankTable(ranking: Arc<Ranked>) -> impl IntoView {
    let session = use_session();
    let columns = vec![
        TableColumn::text("Feature"),
        TableColumn::text("Goes in")
            .help("Unticked, the column is left out by a step at the end of the recipe"),
        TableColumn::text("Distribution"),
        TableColumn::number("Mutual information").help("In nats, corrected for chance"),
        TableColumn::number("Of the target's entropy")
            .help("1 would mean that the feature alone tells the target"),
        TableColumn::number("Association")
            .help("As on Explore: Spearman, Cramér's V or the correlation ratio"),
        TableColumn::number("Missing"),
    ];
    let profiles = Memo::new(move |_| profiles(session));
    let n_rows = move || session.table_info().map_or(0, |table| table.n_rows);
    let rows = Signal::derive(move || {
        let n_rows = n_rows();
        let best = ranking
            .ranks
            .first()
            .map_or(0.0, |rank| rank.mutual_information);
        profiles.with(|profiles| {
            ranking
                .ranks
                .iter()
                .map(|rank| row(session, rank, best, profiles.get(&rank.feature), n_rows))
                .collect::<Vec<_>>()
        })
    });
    view! { <DataTable caption="Features by mutual information with the target" columns=columns rows=rows testid="ranking"/> }
}

/// A column's profile, and whether the target's groups in it are ranges.
type Profiled = (ColumnProfile, bool);

/// The profile's columns by name, as far as they are those of the present table.
fn profiles(session: Session) -> BTreeMap<String, Profiled> {
    let Some(profile) = session.known::<facts::Profile>() else {
        return BTreeMap::new();
    };
    let ordered = profile.has_ordered_groups();
    let columns = profile.columns.iter();
    columns
        .map(|column| (column.name.clone(), (column.clone(), ordered)))
        .collect()
}

fn row(
    session: Session,
    rank: &FeatureRank,
    best: f64,
    profile: Option<&Profiled>,
    n_rows: usize,
) -> Row {
    let share_of_best = if best > 0.0 {
        rank.mutual_information / best
    } else {
        0.0
    };
    let association = profile.and_then(|(profile, _)| profile.target_association);
    let spark = match profile.cloned() {
        Some((column, ordered)) => {
            Cell::text("").view(move || view! { <Spark column=column.clone() ordered/> })
        }
        None => Cell::text("made by the recipe"),
    };
    Row::new(vec![
        Cell::text(rank.feature.clone()),
        Cell::text("").view(tick(session, rank.feature.clone())),
        spark,
        Cell::number(rank.mutual_information, fixed(rank.mutual_information, 3)).bar(share_of_best),
        Cell::number(rank.relative, percent(rank.relative)).bar(rank.relative),
        association.map_or_else(
            || Cell::text("–"),
            |strength| Cell::number(strength, fixed(strength, 3)).bar(strength.abs()),
        ),
        profile.map_or_else(
            || Cell::text("–"),
            |(profile, _)| {
                Cell::number(
                    profile.n_missing as f64,
                    count_share(profile.n_missing, n_rows),
                )
            },
        ),
    ])
}

/// The box that takes a feature in or leaves it out.
fn tick(session: Session, feature: String) -> impl Fn() -> AnyView + Clone + Send + Sync + 'static {
    move || {
        let feature = feature.clone();
        let label = format!("{feature} goes in");
        let checked = {
            let feature = feature.clone();
            Signal::derive(move || {
                session
                    .project
                    .with(|project| !recipe::dropped(&project.recipe).contains(feature.as_str()))
            })
        };
        let change = move |on: bool| {
            if on {
                recipe::take_in(session, &feature);
            } else {
                recipe::leave_out(session, std::slice::from_ref(&feature));
            }
        };
        view! { <Checkbox label=label bare=true checked=checked on_change=change/> }.into_any()
    }
}
