//! What can be done with rows that were brushed on a column's chart.

use leptos::prelude::*;
use tabwright_engine::table::profile::Fix;
use tabwright_workbench::chosen::Chosen;

use crate::browser::environment::base_path;
use crate::components::{Button, Glyph};
use crate::state::commands::{data, recipe};
use crate::state::{Stage, use_session};

/// What can be done with the chosen rows.
#[component]
pub fn ChosenRows(chosen: Chosen) -> impl IntoView {
    let session = use_session();
    let sentence = chosen.sentence();
    let filter = StoredValue::new(chosen.formula);
    view! {
        <div class="chosen">
            <span>{sentence}</span>
            <a
                class="btn"
                href=base_path() + Stage::Data.href()
                on:click=move |_| data::show_only(session, filter.get_value())
            >
                "Show them"
            </a>
            <Button
                icon=Glyph::Wrangle
                on_click=move |_| recipe::apply_fix(session, &Fix::Filter { formula: filter.get_value() })
            >
                "Keep only these"
            </Button>
        </div>
    }
}
