//! All rows: a window at a time, sorted by a heading, filtered by a formula.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::table;
use tabwright_engine::table::profile::{ColumnProfile, Distribution};
use tabwright_engine::{RowWindow, View};

use crate::charts::Spark;
use crate::components::{Field, HeadCell, Panel, TextInput, VirtualTable};
use crate::format;
use crate::state::facts::Profile;
use crate::state::{Loadable, commands, use_session};

/// Rows asked for before the size of the view is known: about two views, because the page is built while they come.
const FIRST_ROWS: usize = 40;

/// The table of all rows.
#[component]
pub fn Rows() -> impl IntoView {
    let session = use_session();
    let order = RwSignal::new(View {
        filter: session.row_filter.get_untracked(),
        ..View::default()
    });
    let window = RwSignal::new(Arc::new(RowWindow::default()));
    let problem = RwSignal::new(None::<String>);
    let fetch = move |start: usize, count: usize| {
        let (view, load) = (order.get_untracked(), untrack(move || session.table_key()));
        spawn_local(async move {
            let outcome = commands::data::rows(session, view.clone(), start, count).await;
            // A later view or table has asked for itself.
            let is_current = order
                .try_with_untracked(|order| *order == view)
                .unwrap_or(false)
                && untrack(move || session.table_key()) == load;
            match outcome {
                Ok(rows) if is_current => {
                    problem.set(None);
                    window.set(Arc::new(rows));
                }
                Err(failure) if is_current && !failure.cancelled => {
                    problem.set(Some(failure.message));
                }
                _ => {}
            }
        });
    };
    Effect::new(move || {
        order.track();
        if session.table_key().is_some() {
            fetch(0, FIRST_ROWS);
        }
    });
    // The headings can wait for the first rows, which the engine would else give after the profile.
    let has_rows = Memo::new(move |_| window.with(|window| !window.cells.is_empty()));
    session.follow_while::<Profile>(move || has_rows.get());
    let profile = Memo::new(move |_| session.fact::<Profile>());
    let columns = Signal::derive(move || {
        let info = session.table_info();
        let columns = info.iter().flat_map(|info| info.schema.columns.iter());
        columns
            .map(|column| HeadCell {
                name: column.name.clone(),
                note: column.kind.name().to_owned(),
                is_number: column.kind.is_number(),
            })
            .collect::<Vec<_>>()
    });
    let sort = Signal::derive(move || order.with(|order| order.sort.clone()));
    // Upwards, downwards, as in the file.
    let on_sort = move |column: String| {
        order.update(|order| {
            order.sort = match order.sort.take() {
                Some((by, false)) if by == column => Some((by, true)),
                Some((by, true)) if by == column => None,
                _ => Some((column, false)),
            };
        });
    };
    let title = Signal::derive(move || {
        let all = session.table_info().map_or(0, |info| info.n_rows);
        let shown = window.with(|window| window.n_rows);
        if order.with(|order| order.filter.trim().is_empty()) || shown == all {
            format!("All {}", format::counted(all, "row", "rows"))
        } else {
            format!(
                "{} of {}",
                format::count(shown),
                format::counted(all, "row", "rows")
            )
        }
    });
    view! {
        <Panel title class="panel--flush">
            <Filter order problem/>
            <VirtualTable
                label="All rows"
                columns
                window
                on_window=move |(start, count)| fetch(start, count)
                sort
                on_sort
                under=move |name| view! { <Glance name profile/> }.into_any()
                testid="rows"
            />
        </Panel>
    }
}

/// A column at a glance: how much of it is missing, and how its values spread. Its place is kept until that is known.
#[component]
fn Glance(name: String, profile: Memo<Loadable<table::Profile>>) -> impl IntoView {
    let column = move || {
        let profile = profile.with(|profile| profile.ready().cloned())?;
        let column = profile.columns.iter().find(|column| column.name == name)?;
        let mut column = column.clone();
        // The target by itself says what its colours would.
        if profile.target.as_ref() == Some(&column.name) {
            forget_groups(&mut column);
        }
        Some((column, profile.n_rows, profile.has_ordered_groups()))
    };
    view! {
        <span class="glance">
            {move || {
                column().map(|(column, n_rows, ordered)| {
                    let share = column.n_missing as f64 / n_rows.max(1) as f64;
                    let missing = match column.n_missing {
                        0 => "complete".to_owned(),
                        _ => format!("{} missing", format::percent(share)),
                    };
                    view! {
                        <span class="vtable__note" class:glance__gaps=column.n_missing != 0>{missing}</span>
                        <Spark column ordered/>
                    }
                })
            }}
        </span>
    }
}

fn forget_groups(column: &mut ColumnProfile) {
    match &mut column.distribution {
        Distribution::Histogram { by_target, .. } | Distribution::Levels { by_target, .. } => {
            by_target.clear();
        }
    }
}

/// The formula that rows must meet.
#[component]
fn Filter(order: RwSignal<View>, problem: RwSignal<Option<String>>) -> impl IntoView {
    let session = use_session();
    let filter = Signal::derive(move || order.with(|order| order.filter.clone()));
    let invalid = Signal::derive(move || problem.with(Option::is_some));
    view! {
        <div class="rows-filter">
            <Field label="Show only rows where">
                <TextInput
                    value=filter
                    code=true
                    invalid
                    placeholder="such as age >= 18 and sex = 'male'"
                    testid="rows-filter"
                    on_change=move |text: String| {
                        let filter = text.trim().to_owned();
                        commands::data::show_only(session, filter.clone());
                        order.update(|order| order.filter = filter);
                    }
                />
            </Field>
            <p class="rows-filter__problem" role="alert">{move || problem.get()}</p>
        </div>
    }
}
