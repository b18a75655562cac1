//! The Data stage: a file in, its dialect and types as detected and corrected, all its rows, the target.

mod bad_rows;
mod columns;
mod dialect;
mod questions;
mod rows;
mod target;
mod verdict;
mod welcome;

use leptos::prelude::*;

use crate::components::{Later, NextStep, PageHead, Term};
use crate::state::{Stage, use_session};

use bad_rows::BadRows;
use columns::Columns;
use dialect::DialectPanel;
use questions::Questions;
use rows::Rows;
use target::TargetPanel;
use verdict::Verdict;
use welcome::{Awaiting, OpenAnother, Welcome};

/// The Data stage.
#[component]
pub fn DataPage() -> impl IntoView {
    let session = use_session();
    view! {
        <Show when=move || session.has_table() fallback=|| view! { <Welcome/> }>
            <Loaded/>
        </Show>
    }
}

#[component]
fn Loaded() -> impl IntoView {
    let session = use_session();
    let next = move || {
        let target = session.project.with(|project| project.target.clone());
        match target {
            Some(target) => view! {
                <NextStep href=Stage::Explore.href() title="Explore the columns">
                    {format!("The target is {target}. Before a model is trained, look for columns that repeat it, have gaps or hold one value only.")}
                </NextStep>
            }
            .into_any(),
            None => view! {
                <p class="muted">"Next: choose the target above. Everything after it, from the charts to the model, is about that column."</p>
            }
            .into_any(),
        }
    };
    view! {
        <PageHead title="Data" actions=|| view! { <OpenAnother/> }>
            "Here it is decided how the file is read and which column is the "<Term word="target"/>
            ". What was detected stands beside its reason, and all of it can be corrected, because a wrong type here is a wrong model later."
        </PageHead>
        <Awaiting/>
        <Verdict/>
        <div class="data-grid">
            <TargetPanel/>
            <Later><DialectPanel/></Later>
        </div>
        <Questions/>
        <Later><Columns/><BadRows/></Later>
        <Later><Rows/>{next}</Later>
    }
}
