//! How models are tested: one panel for all of them.

use leptos::prelude::*;
use tabwright_engine::model::Task;

use crate::components::{Field, NumberInput, Panel, Term};
use crate::state::{Session, use_session};

/// Folds and seed.
#[component]
pub fn Validation() -> impl IntoView {
    let session = use_session();
    let folds = Signal::derive(move || session.project.with(|project| f64::from(project.folds)));
    let seed = Signal::derive(move || session.project.with(|project| project.seed as f64));
    // One fold is no split.
    let set_folds = move |folds: f64| {
        let folds = folds.round().max(0.0) as u32;
        session.edit_field("folds", |project| {
            project.folds = if folds == 1 { 2 } else { folds }
        });
    };
    let set_seed = move |seed: f64| {
        session.edit_field("seed", |project| {
            project.seed = seed.round().max(0.0) as u64;
        });
    };
    view! {
        <Panel title="Validation">
            <div class="validation">
                <Field label="Folds" help=Signal::stored("Each row is scored once by a model that did not see it. 0 trains without testing.".to_owned())>
                    <NumberInput value=folds on_change=set_folds min=0.0 max=50.0 step=1.0/>
                </Field>
                <Field label="Seed" help=Signal::stored("The same seed deals the same folds and grows the same trees.".to_owned())>
                    <NumberInput value=seed on_change=set_seed min=0.0 max=9_007_199_254_740_991.0 step=1.0/>
                </Field>
                <p class="validation__said">
                    <Term word="cross-validation" text="Cross-validation"/>
                    ": "
                    {move || sentence(session)}
                </p>
            </div>
        </Panel>
    }
}

fn sentence(session: Session) -> String {
    let folds = session.project.with(|project| project.folds);
    if folds == 0 {
        return "off. Models are trained on all rows and nothing tells how good they are."
            .to_owned();
    }
    let dealt = match session.target_info().map(|info| info.task.clone()) {
        Some(Task::Binary { .. } | Task::Multiclass { .. }) => {
            "rows are shuffled by the seed and stratified, so that each fold has the same share of every class"
        }
        _ => "rows are shuffled by the seed",
    };
    format!(
        "{dealt}. The recipe is fitted anew on each fold's training rows. Every algorithm gets the same {folds} folds, and one more fit \
         on all rows makes the model that is exported."
    )
}
