//! Which parameters are searched, and where.

use leptos::prelude::*;
use tabwright_engine::model::{ParamValue, Span};
use tabwright_engine::train::params::ParamKind;
use tabwright_engine::train::{ParamSpec, Scale};

use super::Plan;
use crate::components::{Checkbox, NumberInput, Select};

/// Where a search by factors may begin.
const SMALLEST_FACTOR: f64 = 1e-9;

/// A row for each parameter that a search may vary: searched in its range, or held at a value.
#[component]
pub fn Space(plan: Plan) -> impl IntoView {
    let rows = move || {
        let algorithm = plan.algorithm.get();
        let counts = |spec: &&ParamSpec| plan.fixed.with(|fixed| spec.counts(algorithm, fixed));
        let specs = algorithm.params().iter();
        specs
            .filter(|spec| declared(spec).is_some())
            .filter(counts)
            .map(|spec| view! { <Line plan spec/> })
            .collect_view()
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Search space">
            <table class="table space">
                <caption class="visually-hidden">"Search space"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Parameter"</th>
                        <th scope="col">"Search"</th>
                        <th scope="col">"Where"</th>
                        <th scope="col">"What it does"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="muted space__note">
            "Unticked, a parameter is held at the value beside it. All others are as set on the Train stage."
        </p>
    }
}

/// Where a parameter can be searched: its declared range, or all its choices.
fn declared(spec: &ParamSpec) -> Option<Span> {
    match (spec.kind, spec.search) {
        (_, Some((low, high))) => Some(Span::Range([low, high])),
        (ParamKind::Choice(choices), None) => {
            let names = choices.iter().map(|(name, _)| (*name).to_owned());
            Some(Span::Choices(names.collect()))
        }
        _ => None,
    }
}

#[component]
fn Line(plan: Plan, spec: &'static ParamSpec) -> impl IntoView {
    let held = Memo::new(move |_| plan.fixed.with(|fixed| fixed.get(spec.name).cloned()));
    let span = Memo::new(move |_| plan.space.with(|space| space.get(spec.name).cloned()));
    // Numbers are searched unless held; choices are searched where asked for.
    let is_searched =
        Memo::new(move |_| held.get().is_none() && (spec.search.is_some() || span.get().is_some()));
    let hold = move |value: Option<ParamValue>| {
        plan.fixed.update(|fixed| match value {
            Some(value) => drop(fixed.insert(spec.name.to_owned(), value)),
            None => drop(fixed.remove(spec.name)),
        });
    };
    let look = move |span: Option<Span>| {
        plan.space.update(|space| match span {
            Some(span) => drop(space.insert(spec.name.to_owned(), span)),
            None => drop(space.remove(spec.name)),
        });
    };
    let toggle = move |searched: bool| {
        hold((!searched).then(|| spec.default_value()));
        look(declared(spec).filter(|_| searched && spec.search.is_none()));
    };
    let place = move || {
        if is_searched.get() {
            match span.get().or_else(|| declared(spec)) {
                Some(Span::Choices(choices)) => choices.join(", ").into_any(),
                _ => view! { <Bounds spec span look=UnsyncCallback::new(look)/> }.into_any(),
            }
        } else {
            view! { <Held spec held hold=UnsyncCallback::new(hold)/> }.into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">{spec.label}</th>
            <td>
                <Checkbox
                    label=format!("Search {}", spec.label)
                    bare=true
                    checked=is_searched
                    on_change=toggle
                    testid=format!("search-{}", spec.name)
                />
            </td>
            <td class="space__where">{place}</td>
            <td class="space__help">{spec.help}</td>
        </tr>
    }
}

/// From and to, within what the parameter takes.
#[component]
fn Bounds(
    spec: &'static ParamSpec,
    span: Memo<Option<Span>>,
    look: UnsyncCallback<Option<Span>>,
) -> impl IntoView {
    let ends = Memo::new(move |_| match (span.get(), spec.search) {
        (Some(Span::Range(ends)), _) => ends,
        (_, Some((low, high))) => [low, high],
        _ => [0.0, 1.0],
    });
    let (least, most, step) = limits(spec);
    // What is searched by factors cannot begin at 0.
    let least = if spec.scale == Scale::Log {
        least.max(SMALLEST_FACTOR)
    } else {
        least
    };
    let set = move |at: usize, number: f64| {
        let mut next = ends.get_untracked();
        next[at] = number;
        let is_own = spec.search.is_some_and(|(low, high)| next == [low, high]);
        look.run((!is_own).then_some(Span::Range(next)));
    };
    // Each end stops before the other one.
    let input = move |at: usize, end: &'static str, min: f64, max: f64| {
        view! {
            <NumberInput
                label=format!("{}, {end}", spec.label)
                value=Signal::derive(move || ends.get()[at])
                on_change=move |number: f64| set(at, number)
                min=min
                max=max
                step=step
                unit=if at == 1 { spec.unit } else { "" }
                testid=format!("range-{}-{end}", spec.name)
            />
        }
    };
    let room = if step > 0.0 { step } else { SMALLEST_FACTOR };
    let scale = (spec.scale == Scale::Log).then_some(", by factors");
    let inputs = move || {
        let [low, high] = ends.get();
        (
            input(0, "low", least, high - room),
            " to ",
            input(1, "high", low + room, most),
        )
    };
    view! {
        <span class="space__range">
            {inputs}
            {scale}
        </span>
    }
}

/// The value that an unsearched parameter is held at.
#[component]
fn Held(
    spec: &'static ParamSpec,
    held: Memo<Option<ParamValue>>,
    hold: UnsyncCallback<Option<ParamValue>>,
) -> impl IntoView {
    let value = move || held.get().unwrap_or_else(|| spec.default_value());
    let label = format!("{}, held at", spec.label);
    if let ParamKind::Choice(choices) = spec.kind {
        let options: Vec<_> = choices
            .iter()
            .map(|(name, label)| ((*name).to_owned(), (*label).to_owned()))
            .collect();
        let chosen = Signal::derive(move || match value() {
            ParamValue::Choice(choice) => choice,
            ParamValue::Number(_) => String::new(),
        });
        let change = move |choice| hold.run(Some(ParamValue::Choice(choice)));
        return view! { <Select label=label options=Signal::stored(options) value=chosen on_change=change/> }
            .into_any();
    }
    let number = Signal::derive(move || match value() {
        ParamValue::Number(number) => number,
        ParamValue::Choice(_) => f64::NAN,
    });
    let (min, max, step) = limits(spec);
    let change = move |number: f64| hold.run(Some(ParamValue::Number(number)));
    view! { <NumberInput label=label value=number on_change=change min=min max=max step=step unit=spec.unit/> }
        .into_any()
}

/// Least and most that a parameter takes, and the distance of the arrow keys.
fn limits(spec: &ParamSpec) -> (f64, f64, f64) {
    match spec.kind {
        ParamKind::Integer { min, max, .. } => (min as f64, max as f64, 1.0),
        ParamKind::Float { min, max, .. } => (min, max, 0.0),
        ParamKind::Choice(_) | ParamKind::Text(_) => (f64::NEG_INFINITY, f64::INFINITY, 0.0),
    }
}
