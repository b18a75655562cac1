//! The algorithms as cards, each with its parameters.

use std::collections::BTreeMap;

use leptos::prelude::*;
use tabwright_engine::model::{self, ParamValue};
use tabwright_engine::train::params::ParamKind;
use tabwright_engine::train::{Algorithm, ParamSpec};

use crate::components::{Badge, Checkbox, Field, NumberInput, Select, TextInput};
use crate::format;
use crate::state::commands::train;
use crate::state::{Session, use_session};

/// One card an algorithm, simplest first.
#[component]
pub fn Algorithms() -> impl IntoView {
    let cards = Algorithm::ALL.map(|algorithm| view! { <Card algorithm/> });
    view! { <div class="algorithms">{cards.collect_view()}</div> }
}

#[component]
fn Card(algorithm: Algorithm) -> impl IntoView {
    let session = use_session();
    let chosen = Memo::new(move |_| {
        session
            .project
            .with(|project| project.algorithms.contains_key(&algorithm))
    });
    let n_changed = move || {
        session
            .project
            .with(|project| project.algorithms.get(&algorithm).map_or(0, BTreeMap::len))
    };
    let changed = move || {
        let n = n_changed();
        (n > 0).then(|| view! { <Badge>{format!("{} changed", format::count(n))}</Badge> })
    };
    view! {
        <section class="algorithm" class:algorithm--off=move || !chosen.get() aria-label=algorithm.title()>
            <header class="algorithm__head">
                <Checkbox
                    label=algorithm.title()
                    checked=chosen
                    on_change=move |chosen| train::choose(session, algorithm, chosen)
                    testid=format!("algorithm-{}", algorithm.name())
                />
                {changed}
            </header>
            <p class="algorithm__help">{algorithm.help()}</p>
            <Show when=move || chosen.get()>
                <Params algorithm/>
            </Show>
        </section>
    }
}

/// The parameters that matter most, and the rest folded away.
#[component]
fn Params(algorithm: Algorithm) -> impl IntoView {
    let (basic, advanced): (Vec<_>, Vec<_>) =
        algorithm.params().iter().partition(|spec| spec.basic);
    let fields = |specs: Vec<&'static ParamSpec>| {
        specs
            .into_iter()
            .map(|spec| view! { <Param algorithm spec/> })
            .collect_view()
    };
    let basic = fields(basic);
    let more = (!advanced.is_empty()).then(|| {
        view! {
            <details class="algorithm__more">
                <summary>"Advanced"</summary>
                <div class="algorithm__params">{fields(advanced)}</div>
            </details>
        }
    });
    view! {
        <div class="algorithm__params">{basic}</div>
        {more}
    }
}

#[component]
fn Param(algorithm: Algorithm, spec: &'static ParamSpec) -> impl IntoView {
    let session = use_session();
    let value = Memo::new(move |_| {
        let given = session
            .project
            .with(|project| project.algorithms.get(&algorithm)?.get(spec.name).cloned());
        given.unwrap_or_else(|| spec.default_value())
    });
    let is_changed = move || value.get() != spec.default_value();
    let counts = Memo::new(move |_| {
        session.project.with(|project| {
            let given = project.algorithms.get(&algorithm);
            spec.counts(algorithm, given.unwrap_or(&model::Params::new()))
        })
    });
    view! {
        <Show when=move || counts.get()>
            <div class="param" class:param--changed=is_changed>
                <Field label=spec.label help=help(spec)>{control(session, algorithm, spec, value)}</Field>
            </div>
        </Show>
    }
}

fn control(
    session: Session,
    algorithm: Algorithm,
    spec: &'static ParamSpec,
    value: Memo<ParamValue>,
) -> AnyView {
    let set = move |value: ParamValue| {
        let value = Some(value).filter(|value| *value != spec.default_value());
        train::set_param(session, algorithm, spec.name, value);
    };
    let number = Signal::derive(move || match value.get() {
        ParamValue::Number(number) => number,
        ParamValue::Choice(_) => f64::NAN,
    });
    match spec.kind {
        ParamKind::Integer { min, max, .. } => {
            let set = move |number: f64| set(ParamValue::Number(number.round()));
            view! { <NumberInput value=number on_change=set min=min as f64 max=max as f64 step=1.0 unit=spec.unit/> }.into_any()
        }
        ParamKind::Float { min, max, .. } => {
            let set = move |number: f64| set(ParamValue::Number(number));
            view! { <NumberInput value=number on_change=set min=min max=max unit=spec.unit/> }
                .into_any()
        }
        ParamKind::Choice(choices) => {
            let options: Vec<_> = choices
                .iter()
                .map(|(name, label)| ((*name).to_owned(), (*label).to_owned()))
                .collect();
            let chosen = Signal::derive(move || match value.get() {
                ParamValue::Choice(choice) => choice,
                ParamValue::Number(_) => String::new(),
            });
            view! { <Select options=Signal::stored(options) value=chosen on_change=move |choice| set(ParamValue::Choice(choice))/> }
                .into_any()
        }
        ParamKind::Text(form) => {
            let text = Signal::derive(move || match value.get() {
                ParamValue::Choice(text) => text,
                ParamValue::Number(number) => number.to_string(),
            });
            let invalid = Signal::derive(move || spec.check(&value.get()).is_err());
            view! {
                <TextInput
                    value=text
                    on_change=move |text: String| set(ParamValue::Choice(text.trim().to_owned()))
                    placeholder=form.expected()
                    invalid=invalid
                    code=true
                />
            }
            .into_any()
        }
    }
}

/// What it does, its default and its range.
fn help(spec: &ParamSpec) -> Signal<String> {
    let range = match spec.kind {
        ParamKind::Integer { min, max, default } => {
            format!(
                " Default {}, from {} to {}.",
                format::number(default as f64),
                format::number(min as f64),
                format::number(max as f64)
            )
        }
        ParamKind::Float { min, max, default } => {
            format!(
                " Default {default}, from {min} to {}.",
                if max >= 1e6 {
                    "any".to_owned()
                } else {
                    max.to_string()
                }
            )
        }
        ParamKind::Choice(_) | ParamKind::Text(_) => String::new(),
    };
    Signal::stored(format!("{}{range}", spec.help))
}
