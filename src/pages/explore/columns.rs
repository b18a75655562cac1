//! A card for each column.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::table::Profile;

use super::card::Card;
use crate::browser::frames::build_soon;
use crate::components::{Button, Panel, Select};
use crate::format::count;

/// Cards that are shown; the rest on demand.
const PAGE: usize = 24;
/// Cards that are made in one frame: more would block the page.
const A_FRAME: usize = 3;

/// How cards are ordered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    File,
    Association,
    Missing,
}

impl Order {
    const ALL: [(Order, &'static str, &'static str); 3] = [
        (Order::File, "file", "Order in the file"),
        (Order::Association, "association", "Closest to the target"),
        (Order::Missing, "missing", "Most missing"),
    ];

    fn of(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|(_, value, _)| *value == name)
            .map_or(Order::File, |(order, ..)| order)
    }
}

/// All columns, searched and sorted.
#[component]
pub fn Columns(profile: Arc<Profile>) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let order = RwSignal::new("file".to_owned());
    let shown = RwSignal::new(PAGE);
    let n = profile.columns.len();
    let found = {
        let profile = Arc::clone(&profile);
        Memo::new(move |_| positions(&profile, &search.get(), Order::of(&order.get())))
    };
    let profile = StoredValue::new(profile);
    let options: Vec<(String, String)> = Order::ALL
        .into_iter()
        .map(|(_, value, label)| (value.to_owned(), label.to_owned()))
        .collect();
    let actions = move || {
        view! {
            <input
                type="search"
                class="input"
                placeholder="Find a column"
                aria-label="Find a column"
                prop:value=move || search.get()
                on:input=move |event| search.set(event_target_value(&event))
            />
            <Select options=options.clone() value=order on_change=move |value| order.set(value) label="Order of the columns"/>
        }
    };
    let title = Signal::derive(move || match found.with(Vec::len) {
        m if m == n => format!("Columns · {}", count(n)),
        m => format!("Columns · {} of {}", count(m), count(n)),
    });
    let made = made_by_frames(shown);
    let visible = move || {
        found
            .get()
            .into_iter()
            .take(shown.get().min(made.get()))
            .collect::<Vec<_>>()
    };
    let hidden = move || found.with(Vec::len).saturating_sub(shown.get());
    view! {
        <Panel title=title actions=actions>
            <div class="cards">
                <For each=visible key=|index| *index let:index>
                    <Card profile=profile.get_value() index=index/>
                </For>
            </div>
            <Show when=move || found.with(Vec::is_empty)>
                <p class="panel__empty">"No column has this in its name."</p>
            </Show>
            <Show when=move || { hidden() > 0 }>
                <div class="cards__more">
                    <Button on_click=move |_| shown.update(|shown| *shown += PAGE)>
                        {move || format!("Show {} more of {}", count(hidden().min(PAGE)), count(hidden()))}
                    </Button>
                </div>
            </Show>
        </Panel>
    }
}

/// Grows by a few in each frame, up to what is to be shown.
fn made_by_frames(shown: RwSignal<usize>) -> ReadSignal<usize> {
    let (made, set_made) = signal(A_FRAME);
    Effect::new(move || {
        if made.get() < shown.get() {
            build_soon(move || {
                // The page may have been left by then.
                let _ = set_made.try_update(|made| *made += A_FRAME);
            });
        }
    });
    made
}

fn positions(profile: &Profile, search: &str, order: Order) -> Vec<usize> {
    let search = search.trim().to_lowercase();
    let matches = |index: &usize| {
        profile.columns[*index]
            .name
            .to_lowercase()
            .contains(&search)
    };
    let mut found: Vec<usize> = (0..profile.columns.len()).filter(matches).collect();
    match order {
        Order::File => {}
        Order::Association => found.sort_by(|&a, &b| {
            let strength = |index: usize| profile.columns[index].target_association.unwrap_or(-1.0);
            strength(b).total_cmp(&strength(a))
        }),
        Order::Missing => {
            found.sort_by_key(|&index| std::cmp::Reverse(profile.columns[index].n_missing));
        }
    }
    found
}
