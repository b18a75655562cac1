//! Which parameters are searched, and where.

use leptos::prelude::*;
use tabwright_engine::model::ParamValue;
use tabwright_engine::train::params::ParamKind;
use tabwright_engine::train::{ParamSpec, Scale};

use super::Plan;
use crate::components::{Checkbox, NumberInput};

/// A row for each parameter that a search may vary: searched in its range, or held at a value.
#[component]
pub fn Space(plan: Plan) -> impl IntoView {
    let rows = move || {
        let specs = plan.algorithm.get().params().iter();
        specs
            .filter_map(|spec| spec.search.map(|range| view! { <Line plan spec range/> }))
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

#[component]
fn Line(plan: Plan, spec: &'static ParamSpec, range: (f64, f64)) -> impl IntoView {
    let held = Memo::new(move |_| plan.fixed.with(|fixed| fixed.get(spec.name).cloned()));
    let set = move |value: Option<ParamValue>| {
        plan.fixed.update(|fixed| match value {
            Some(value) => drop(fixed.insert(spec.name.to_owned(), value)),
            None => drop(fixed.remove(spec.name)),
        });
    };
    let toggle = move |searched: bool| set((!searched).then(|| spec.default_value()));
    let number = Signal::derive(move || match held.get() {
        Some(ParamValue::Number(number)) => number,
        _ => f64::NAN,
    });
    let place = move || match held.get() {
        Some(ParamValue::Choice(choice)) => choice.into_any(),
        Some(ParamValue::Number(_)) => {
            let (min, max, step) = match spec.kind {
                ParamKind::Integer { min, max, .. } => (min as f64, max as f64, 1.0),
                ParamKind::Float { min, max, .. } => (min, max, 0.0),
                ParamKind::Choice(_) => (f64::NEG_INFINITY, f64::INFINITY, 0.0),
            };
            let change = move |number: f64| set(Some(ParamValue::Number(number)));
            view! {
                <NumberInput label=format!("{}, held at", spec.label) value=number on_change=change min=min max=max step=step unit=spec.unit/>
            }
            .into_any()
        }
        None => range_text(spec, range).into_any(),
    };
    view! {
        <tr>
            <th scope="row">{spec.label}</th>
            <td>
                <Checkbox
                    label=format!("Search {}", spec.label)
                    bare=true
                    checked=Signal::derive(move || held.get().is_none())
                    on_change=toggle
                />
            </td>
            <td class="space__where">{place}</td>
            <td class="space__help">{spec.help}</td>
        </tr>
    }
}

fn range_text(spec: &ParamSpec, (low, high): (f64, f64)) -> String {
    let steps = match spec.scale {
        Scale::Linear => "",
        Scale::Log => ", by factors",
    };
    let unit = if spec.unit.is_empty() {
        String::new()
    } else {
        format!(" {}", spec.unit)
    };
    format!("{low} to {high}{unit}{steps}")
}
