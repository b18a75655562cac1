//! How the next parameters are chosen, and how many.

use leptos::prelude::*;
use tabwright_engine::model::Method;
use tabwright_workbench::method::{help, method, methods, name_of};

use super::Plan;
use crate::components::{Field, NumberInput, Select};
use crate::format;
use crate::state::{Session, use_session};

/// More would rather need a better method than more patience.
const MOST_TRIALS: f64 = 500.0;

/// Method, trials, and what the method needs to know.
#[component]
pub fn MethodFields(plan: Plan) -> impl IntoView {
    let session = use_session();
    let name = Memo::new(move |_| name_of(plan.method.get()));
    let set_nested = move |n: f64| {
        let n = n.round();
        // One fold is no split.
        plan.nested.set(if n == 1.0 { 2.0 } else { n });
    };
    view! {
        <Field label="Method" help=Signal::derive(move || help(plan.method.get()).to_owned())>
            <Select
                options=Signal::stored(methods())
                value=Signal::derive(move || name.get().to_owned())
                on_change=move |name: String| plan.method.set(method(&name))
                testid="tune-method"
            />
        </Field>
        <Field label="Trials" help=Signal::derive(move || trials_help(session, plan))>
            <NumberInput
                value=plan.n_trials
                on_change=move |n: f64| plan.n_trials.set(n.round())
                min=1.0
                max=MOST_TRIALS
                step=1.0
                testid="tune-trials"
            />
        </Field>
        {move || option(plan, name.get())}
        <Field
            label="Outer folds"
            help=Signal::stored("Repeats the whole search within each, to test the search itself: the best of many trials looks too good. 0: not.".to_owned())
        >
            <NumberInput value=plan.nested on_change=set_nested min=0.0 max=10.0 step=1.0 testid="tune-nested"/>
        </Field>
    }
}

/// How many fits it takes.
fn trials_help(session: Session, plan: Plan) -> String {
    let (n_folds, n_searches) = session.project.with(|project| {
        let validation = &project.validation;
        let n_outer = match plan.nested.get() as u32 {
            0 => 0,
            outer => validation.once_with(outer).n_folds(),
        };
        (validation.n_folds(), 1 + n_outer)
    });
    let most = plan.n_trials.get() as u32 * n_folds * n_searches;
    let fits = format::counted(most as usize, "fit", "fits");
    let how = match plan.method.get() {
        Method::Random | Method::Tpe => format!("{fits} in all"),
        Method::Grid { .. } => format!("At most {fits}"),
        Method::Halving { .. } | Method::Hyperband { .. } => {
            format!("{fits} and some more, most of them short")
        }
    };
    format!("{how}. The first trial has the defaults, so that the search is never worse than none.")
}

/// What a method needs to know besides.
fn option(plan: Plan, name: &str) -> AnyView {
    let number = Signal::derive(move || match plan.method.get() {
        Method::Grid { steps } => f64::from(steps),
        Method::Halving { factor } | Method::Hyperband { factor } => f64::from(factor),
        Method::Random | Method::Tpe => f64::NAN,
    });
    let set = move |number: f64| {
        let n = number.round() as u32;
        plan.method.update(|method| match method {
            Method::Grid { steps } => *steps = n,
            Method::Halving { factor } | Method::Hyperband { factor } => *factor = n,
            Method::Random | Method::Tpe => {}
        });
    };
    match name {
        "grid" => view! {
            <Field label="Steps" help=Signal::stored("Values of each range; all combinations are points of the grid, tried in an order by the seed.".to_owned())>
                <NumberInput value=number on_change=set min=1.0 max=20.0 step=1.0 testid="tune-steps"/>
            </Field>
        }
        .into_any(),
        "halving" | "hyperband" => view! {
            <Field label="Factor" help=Signal::stored("One trial of so many goes on, with so many times as much.".to_owned())>
                <NumberInput value=number on_change=set min=2.0 max=9.0 step=1.0 testid="tune-factor"/>
            </Field>
        }
        .into_any(),
        _ => ().into_any(),
    }
}
