//! How models are tested, and what each row counts: one panel for all of them.

use leptos::prelude::*;
use tabwright_engine::model::{Task, Validation as Scheme};

use crate::components::{Field, NumberInput, Panel, Select, Term, ValidationForm};
use crate::format;
use crate::state::commands::validation;
use crate::state::{Loadable, Session, facts, use_session};

/// Scheme, seed and weights.
#[component]
pub fn Validation() -> impl IntoView {
    let session = use_session();
    session.follow::<facts::Split>();
    let value = Signal::derive(move || session.project.with(|project| project.validation.clone()));
    let seed = Signal::derive(move || session.project.with(|project| project.seed as f64));
    let set_seed = move |seed: f64| {
        session.edit_field("seed", |project| {
            project.seed = seed.round().max(0.0) as u64;
        });
    };
    let is_numeric = Signal::derive(move || {
        session
            .target_info()
            .is_some_and(|info| info.task == Task::Regression)
    });
    view! {
        <Panel title="Validation">
            <div class="validation">
                <ValidationForm
                    value=value
                    on_change=move |scheme| validation::set(session, scheme)
                    columns=Signal::derive(move || validation::columns(session))
                    is_numeric=is_numeric
                />
                <Field label="Seed" help=Signal::stored("The same seed deals the same folds and grows the same trees.".to_owned())>
                    <NumberInput value=seed on_change=set_seed min=0.0 max=9_007_199_254_740_991.0 step=1.0 testid="seed"/>
                </Field>
                <Weight/>
                <p class="validation__said">
                    <Term word="cross-validation" text="Validation"/>
                    ": "
                    {move || sentence(session)}
                </p>
                {move || said(session)}
            </div>
        </Panel>
    }
}

/// The column that says how much each row counts.
#[component]
fn Weight() -> impl IntoView {
    let session = use_session();
    let options = Signal::derive(move || {
        let none = (String::new(), "All alike".to_owned());
        let columns = validation::weights(session).into_iter();
        std::iter::once(none)
            .chain(columns.map(|name| (name.clone(), name)))
            .collect()
    });
    let chosen = Signal::derive(move || {
        session
            .project
            .with(|project| project.weight.clone().unwrap_or_default())
    });
    view! {
        <Field
            label="Row weights"
            help=Signal::stored("A column that says how much each row counts in learning, such as how often it was seen. It is no feature then.".to_owned())
        >
            <Select
                options=options
                value=chosen
                on_change=move |name: String| validation::weigh(session, Some(name).filter(|name| !name.is_empty()))
                testid="weight"
            />
        </Field>
    }
}

fn sentence(session: Session) -> String {
    let scheme = session.project.with(|project| project.validation.clone());
    let has_classes = session
        .target_info()
        .is_some_and(|info| info.task != Task::Regression);
    let dealt = match &scheme {
        Scheme::None => {
            return "off. Models are trained on all rows and nothing tells how good they are."
                .to_owned();
        }
        Scheme::Groups { .. } => {
            "groups are shuffled by the seed and dealt from the largest on, so that folds and classes are as even as they can be"
        }
        Scheme::Time { .. } => "rows are ordered, and equal times stay together",
        Scheme::Holdout { .. } | Scheme::Folds { .. } if has_classes => {
            "rows are shuffled by the seed and stratified, so that each fold has the same share of every class"
        }
        Scheme::Holdout { .. } | Scheme::Folds { .. } => "rows are shuffled by the seed",
    };
    let fits = format::counted(scheme.n_folds() as usize, "fit", "fits");
    format!(
        "{dealt}. The recipe is fitted anew on each fold's training rows. Every algorithm gets the same {fits}, and one more on all rows \
         makes the model that is exported."
    )
}

/// What comes of the split: sizes, rows that are in no fold, or why it cannot be made.
fn said(session: Session) -> Option<AnyView> {
    let text = match session.fact::<facts::Split>() {
        Loadable::Ready(info) => {
            let learnt = range(info.folds.iter().map(|fold| fold.0));
            let held_out = range(info.folds.iter().map(|fold| fold.1));
            let sizes = learnt.zip(held_out).map(|(learnt, held_out)| {
                format!("Each fold learns from {learnt} rows and holds out {held_out}.")
            });
            sizes
                .into_iter()
                .chain(info.notes.iter().map(|note| format!("{note}.")))
                .collect::<Vec<_>>()
                .join(" ")
        }
        Loadable::Failed(failure) => {
            return Some(
                view! { <p class="validation__said validation__said--bad" role="alert" data-testid="validation-said">{failure.message}</p> }
                    .into_any(),
            );
        }
        Loadable::Loading | Loadable::Empty => return None,
    };
    (!text.is_empty()).then(|| {
        view! { <p class="validation__said" data-testid="validation-said">{text}</p> }.into_any()
    })
}

/// "712", or "711 to 713".
fn range(sizes: impl Iterator<Item = usize> + Clone) -> Option<String> {
    let (least, most) = (sizes.clone().min()?, sizes.max()?);
    Some(if least == most {
        format::count(least)
    } else {
        format!("{} to {}", format::count(least), format::count(most))
    })
}
