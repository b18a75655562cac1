//! The Wrangle stage: the recipe, step by step, and what becomes of the table.

mod controls;
mod form;
mod preview;
mod steps;

use leptos::prelude::*;
use tabwright_workbench::draft::Draft;

use crate::components::{Empty, NextStep, PageHead};
use crate::state::{Stage, facts, use_session};

use form::{AddMenu, StepForm};
use preview::ResultTable;
use steps::StepList;

/// The Wrangle stage.
#[component]
pub fn WranglePage() -> impl IntoView {
    let session = use_session();
    session.follow::<facts::Preview>();
    view! {
        <PageHead title="Wrangle">
            "The steps that turn the file's columns into what a model learns from. Each is an entry that can be changed, moved or \
             switched off later; it is learnt from training rows only and travels with the model."
        </PageHead>
        <Show
            when=move || session.has_table()
            fallback=|| {
                view! {
                    <Empty title="No table yet">
                        <p>"Open a CSV file or take a sample on the Data stage; then steps can be added here."</p>
                    </Empty>
                }
            }
        >
            <Workbench/>
        </Show>
    }
}

#[component]
fn Workbench() -> impl IntoView {
    let draft = RwSignal::new(None::<Draft>);
    view! {
        <div class="wrangle">
            <div class="wrangle__main">
                <AddMenu draft=draft/>
                <StepForm draft=draft/>
                <ResultTable draft=draft/>
                <Next/>
            </div>
            <StepList draft=draft/>
        </div>
    }
}

#[component]
fn Next() -> impl IntoView {
    let session = use_session();
    let n_steps = Memo::new(move |_| session.project.with(|project| project.recipe.steps.len()));
    move || {
        if !session.has_target() {
            return view! {
                <NextStep href=Stage::Data.href() title="Choose the target">
                    "No target is chosen yet; features are ranked and models trained for one."
                </NextStep>
            }
            .into_any();
        }
        let reason = match n_steps.get() {
            0 => "No step is needed to go on: categories and missing values are understood as they are.".to_owned(),
            n => format!("{} done: see which of the columns say something about the target.", crate::format::counted(n, "step is", "steps are")),
        };
        view! { <NextStep href=Stage::Features.href() title="Rank the features">{reason}</NextStep> }.into_any()
    }
}
