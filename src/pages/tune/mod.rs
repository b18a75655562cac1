//! The Tune stage: better parameters by search.

mod history;
mod method;
mod space;

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::Failure;
use tabwright_engine::model::{Method, Params, Span, Task, Tuning};
use tabwright_engine::train::Algorithm;
use tabwright_workbench::keys::ResultKey;

use crate::components::{
    Banner, Button, ButtonKind, Empty, Field, Glyph, NextStep, PageHead, Panel, Select, Tone,
    ValidationForm,
};
use crate::format;
use crate::state::commands::{train, tune, validation};
use crate::state::{Search, SearchPlan, Session, Stage, Work, use_session};

use history::History;
use method::MethodFields;
use space::Space;

/// Trials that a search has unless told otherwise.
const DEFAULT_TRIALS: f64 = 30.0;
/// What the next search would do.
#[derive(Clone, Copy)]
struct Plan {
    algorithm: RwSignal<Algorithm>,
    n_trials: RwSignal<f64>,
    method: RwSignal<Method>,
    /// Ranges other than the declared ones.
    space: RwSignal<BTreeMap<String, Span>>,
    /// Outer folds; 0 for none.
    nested: RwSignal<f64>,
    /// Parameters that are not searched, and their values.
    fixed: RwSignal<Params>,
}

/// The Tune stage.
#[component]
pub fn TunePage() -> impl IntoView {
    let session = use_session();
    let obstacle = Memo::new(move |_| obstacle(session));
    let plan = Plan::new(session);
    let body = move || match obstacle.get() {
        Some(failure) => {
            view! { <Empty title="Not ready to tune"><p>{failure.message}</p></Empty> }.into_any()
        }
        None => view! { <Ready plan/> }.into_any(),
    };
    view! {
        <PageHead title="Tune" actions=move || run_button(session, plan, obstacle.into())>
            "An algorithm's parameters decide how closely it follows the training rows. A search tries many sets on held-out \
             rows and keeps the best, which usually gains a little; the features gain more."
        </PageHead>
        {body}
    }
}

fn obstacle(session: Session) -> Option<Failure> {
    let folds = session.project.with(|project| project.validation.n_folds());
    train::obstacle(session).or_else(|| {
        (folds == 0).then(|| {
            let why = "Trials are compared by validation, which is off: choose a scheme on the Train stage.";
            Failure::new(tabwright_engine::Area::Train, why)
        })
    })
}

impl Plan {
    /// As the page was left; else with what is being tuned, or was; else with the best algorithm that has something to tune.
    fn new(session: Session) -> Self {
        let plan = match session.models().plan.get_untracked() {
            Some(left) => Self {
                algorithm: RwSignal::new(left.algorithm),
                n_trials: RwSignal::new(f64::from(left.tuning.trials)),
                method: RwSignal::new(left.tuning.method),
                space: RwSignal::new(left.tuning.space),
                nested: RwSignal::new(f64::from(left.tuning.nested)),
                fixed: RwSignal::new(left.fixed),
            },
            None => Self::first(session),
        };
        Effect::new(move || {
            let left = SearchPlan {
                algorithm: plan.algorithm.get(),
                tuning: plan.tuning(),
                fixed: plan.fixed.get(),
            };
            tune::plan(session, left);
        });
        plan
    }

    fn first(session: Session) -> Self {
        let tuned = session
            .models()
            .search
            .with_untracked(|search| search.as_ref().map(Search::algorithm));
        let searched = session.results.with_untracked(|results| {
            let searched = results.iter().find(|result| result.key.is_tuned);
            searched.map(|result| result.key.trial.algorithm)
        });
        let best = untrack(move || session.best_result()).map(|result| result.key.trial.algorithm);
        let algorithm = tuned
            .or(searched)
            .or(best)
            .filter(|algorithm| !algorithm.params().is_empty())
            .unwrap_or(Algorithm::Gbt);
        let plan = Self {
            algorithm: RwSignal::new(algorithm),
            n_trials: RwSignal::new(DEFAULT_TRIALS),
            method: RwSignal::new(Method::Random),
            space: RwSignal::new(BTreeMap::new()),
            nested: RwSignal::new(0.0),
            fixed: RwSignal::new(Params::new()),
        };
        plan.choose(session, algorithm);
        plan
    }

    /// Takes another algorithm, with what was set for it on the Train stage.
    fn choose(self, session: Session, algorithm: Algorithm) {
        self.algorithm.set(algorithm);
        let given = session
            .project
            .with_untracked(|project| project.algorithms.get(&algorithm).cloned());
        self.fixed.set(given.unwrap_or_default());
        self.space.set(BTreeMap::new());
    }

    /// The search that it stands for; tracked.
    fn tuning(self) -> Tuning {
        let mut space = self.space.get();
        self.fixed
            .with(|fixed| space.retain(|name, _| !fixed.contains_key(name)));
        Tuning {
            method: self.method.get(),
            trials: self.n_trials.get() as u32,
            space,
            nested: self.nested.get() as u32,
        }
    }
}

fn run_button(
    session: Session,
    plan: Plan,
    obstacle: Signal<Option<Failure>>,
) -> impl IntoView + use<> {
    let is_running = move || session.jobs.are_fitting();
    let no_task = move || session.target_info().is_none();
    let disabled =
        Signal::derive(move || obstacle.with(Option::is_some) || is_running() || no_task());
    let label = move || {
        if session.jobs.is_running(Work::Tuning) {
            "Tuning …".to_owned()
        } else {
            format!(
                "Run {}",
                format::counted(plan.n_trials.get() as usize, "trial", "trials")
            )
        }
    };
    let run = move |_| {
        let (algorithm, fixed) = (plan.algorithm.get_untracked(), plan.fixed.get_untracked());
        let tuning = untrack(move || plan.tuning());
        spawn_local(tune::tune(session, algorithm, fixed, tuning));
    };
    view! {
        <Button kind=ButtonKind::Primary icon=Glyph::Play disabled=disabled testid="tune-run" on_click=run>{label}</Button>
    }
}

#[component]
fn Ready(plan: Plan) -> impl IntoView {
    let session = use_session();
    let choices: Vec<(String, String)> = Algorithm::ALL
        .into_iter()
        .filter(|algorithm| !algorithm.params().is_empty())
        .map(|algorithm| (algorithm.name().to_owned(), algorithm.title().to_owned()))
        .collect();
    let choices = Signal::stored(choices);
    let choose = move |name: String| {
        if let Some(algorithm) = Algorithm::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
        {
            plan.choose(session, algorithm);
        }
    };
    view! {
        {move || unfinished(session)}
        <Panel title="Search">
            <div class="search">
                <Field label="Algorithm">
                    <Select
                        options=choices
                        value=Signal::derive(move || plan.algorithm.get().name().to_owned())
                        on_change=choose
                        testid="tune-algorithm"
                    />
                </Field>
                <MethodFields plan/>
            </div>
            <Space plan/>
        </Panel>
        <Tested/>
        <History plan/>
        {move || next_step(session, plan)}
    }
}

/// A search that was stopped or that a reload interrupted, and the way to go on with it.
fn unfinished(session: Session) -> Option<AnyView> {
    let search = tune::unfinished(session).filter(|search| !search.is_running)?;
    let (done, total) = search.tuner.work();
    let text = format!(
        "A search over {} is not over: {} of it is done, and kept.",
        search.algorithm().title(),
        format::percent(done / total.max(1.0))
    );
    let is_busy = Signal::derive(move || session.jobs.are_fitting());
    let banner = view! {
        <Banner tone=Tone::Info>
            <span class="banner__row">
                {text}
                <Button icon=Glyph::Play disabled=is_busy testid="tune-resume" on_click=move |_| spawn_local(tune::resume(session))>
                    "Go on"
                </Button>
                <Button disabled=is_busy testid="tune-forget" on_click=move |_| spawn_local(tune::forget(session))>
                    "Forget it"
                </Button>
            </span>
        </Banner>
    };
    Some(banner.into_any())
}

/// How trials are tested: as all models are.
#[component]
fn Tested() -> impl IntoView {
    let session = use_session();
    let value = Signal::derive(move || session.project.with(|project| project.validation.clone()));
    let is_numeric = Signal::derive(move || {
        session
            .target_info()
            .is_some_and(|info| info.task == Task::Regression)
    });
    view! {
        <Panel title="Validation">
            <div class="search">
                <ValidationForm
                    value=value
                    on_change=move |scheme| validation::set(session, scheme)
                    columns=Signal::derive(move || validation::columns(session))
                    is_numeric=is_numeric
                />
            </div>
            <p class="muted">"Every trial meets the same folds. The Train stage uses them too."</p>
        </Panel>
    }
}

fn next_step(session: Session, plan: Plan) -> Option<AnyView> {
    let tuned = session.result(&ResultKey::tuned_id(plan.algorithm.get()))?;
    let n = format::counted(tuned.n_trials(), "trial", "trials");
    let step = view! {
        <NextStep href=Stage::Evaluate.href() title="Evaluate">
            {format!("The best of {n} was trained on all rows and is on the leaderboard as \"{}\": look at where it errs.", tuned.key.title())}
        </NextStep>
    };
    Some(step.into_any())
}
