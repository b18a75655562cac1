//! The Tune stage: better parameters by search.

mod history;
mod space;
mod trials;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::Failure;
use tabwright_engine::model::Params;
use tabwright_engine::train::Algorithm;

use crate::components::{
    Button, ButtonKind, Empty, Field, Glyph, NextStep, NumberInput, PageHead, Panel, Select,
};
use crate::format;
use crate::state::commands::{train, tune};
use crate::state::{Session, Stage, TrialResult, use_session};

use history::History;
use space::Space;

/// Trials that a search has unless told otherwise.
const DEFAULT_TRIALS: f64 = 30.0;
/// More would rather need a better method than more patience.
const MOST_TRIALS: f64 = 500.0;

/// What the next search would do.
#[derive(Clone, Copy)]
struct Plan {
    algorithm: RwSignal<Algorithm>,
    n_trials: RwSignal<f64>,
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
            "An algorithm's parameters decide how closely it follows the training rows. A random search tries many sets by \
             cross-validation and keeps the best, which usually gains a little; the features gain more."
        </PageHead>
        {body}
    }
}

fn obstacle(session: Session) -> Option<Failure> {
    let folds = session.project.with(|project| project.folds);
    train::obstacle(session).or_else(|| {
        (folds < 2).then(|| {
            let why = "Trials are compared by cross-validation, which is off: set at least 2 folds on the Train stage.";
            Failure::new(tabwright_engine::Area::Train, why)
        })
    })
}

impl Plan {
    /// Begins with what is being tuned, or was; else with the best algorithm that has something to tune.
    fn new(session: Session) -> Self {
        let tuned = session
            .models()
            .search
            .with_untracked(|search| search.as_ref().map(|search| search.algorithm));
        let searched = session.results.with_untracked(|results| {
            let searched = results.iter().find(|result| result.is_tuned());
            searched.map(|result| result.trial.algorithm)
        });
        let best = untrack(move || session.best_result()).map(|result| result.trial.algorithm);
        let algorithm = tuned
            .or(searched)
            .or(best)
            .filter(|algorithm| !algorithm.params().is_empty())
            .unwrap_or(Algorithm::Gbt);
        let plan = Self {
            algorithm: RwSignal::new(algorithm),
            n_trials: RwSignal::new(DEFAULT_TRIALS),
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
    }
}

fn run_button(
    session: Session,
    plan: Plan,
    obstacle: Signal<Option<Failure>>,
) -> impl IntoView + use<> {
    let is_running =
        move || session.jobs.is_running(tune::TUNING) || session.jobs.is_running(train::TRAINING);
    let no_task = move || session.target_info().is_none();
    let disabled =
        Signal::derive(move || obstacle.with(Option::is_some) || is_running() || no_task());
    let label = move || {
        if session.jobs.is_running(tune::TUNING) {
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
        spawn_local(tune::tune(
            session,
            algorithm,
            fixed,
            plan.n_trials.get_untracked() as u32,
        ));
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
    let trials_help = Signal::derive(move || {
        let fits = plan.n_trials.get() as usize
            * session.project.with(|project| project.folds as usize)
            + 1;
        format!(
            "{} in all. The first trial has the defaults, so that the search is never worse than none.",
            format::counted(fits, "fit", "fits")
        )
    });
    view! {
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
                <Field label="Trials" help=trials_help>
                    <NumberInput
                        value=plan.n_trials
                        on_change=move |n: f64| plan.n_trials.set(n.round())
                        min=1.0
                        max=MOST_TRIALS
                        step=1.0
                        testid="tune-trials"
                    />
                </Field>
            </div>
            <Space plan/>
        </Panel>
        <History plan/>
        {move || next_step(session, plan)}
    }
}

fn next_step(session: Session, plan: Plan) -> Option<AnyView> {
    let tuned = session.result(&TrialResult::tuned_id(plan.algorithm.get().name()))?;
    let n = format::counted(tuned.trials.len(), "trial", "trials");
    let step = view! {
        <NextStep href=Stage::Evaluate.href() title="Evaluate">
            {format!("The best of {n} was trained on all rows and is on the leaderboard as \"{}\": look at where it errs.", tuned.title())}
        </NextStep>
    };
    Some(step.into_any())
}
