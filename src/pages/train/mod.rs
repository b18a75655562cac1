//! The Train stage: algorithms side by side, and how they did.

mod algorithms;
mod fold_dots;
mod leaderboard;
mod validation;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::metrics::Metric;
use tabwright_engine::train::Algorithm;

use crate::components::{Button, ButtonKind, Empty, Glyph, NextStep, PageHead, Panel};
use crate::format;
use crate::parts::Leaks;
use crate::state::commands::train;
use crate::state::{Session, Stage, TrialResult, Work, facts, use_session};

use algorithms::Algorithms;
use leaderboard::Leaderboard;
use validation::Validation;

/// The Train stage.
#[component]
pub fn TrainPage() -> impl IntoView {
    let session = use_session();
    // What the recipe leaves, and what in the table would mislead a model.
    session.follow::<facts::Preview>();
    session.follow::<facts::Profile>();
    let obstacle = Memo::new(move |_| train::obstacle(session));
    let body = move || match obstacle.get() {
        Some(failure) => {
            view! { <Empty title="Not ready to train"><p>{failure.message}</p></Empty> }.into_any()
        }
        None => view! { <Ready/> }.into_any(),
    };
    view! {
        <PageHead title="Train" actions=move || run_button(session, obstacle.into())>
            "Each algorithm learns to predict the target and is tested on rows that it did not see. Compare them here and take the \
             simplest one that is good enough; the baseline shows what no learning at all would reach."
        </PageHead>
        {body}
    }
}

fn run_button(
    session: Session,
    obstacle: Signal<Option<tabwright_engine::Failure>>,
) -> impl IntoView + use<> {
    let n_chosen = move || session.project.with(|project| project.algorithms.len());
    let is_running = move || session.jobs.is_running(Work::Training);
    let is_busy = move || session.jobs.are_fitting();
    let disabled =
        Signal::derive(move || obstacle.with(Option::is_some) || n_chosen() == 0 || is_busy());
    let label = move || match n_chosen() {
        _ if is_running() => "Training …".to_owned(),
        0 => "Choose an algorithm".to_owned(),
        n => format!("Train {}", format::counted(n, "model", "models")),
    };
    view! {
        <Button
            kind=ButtonKind::Primary
            icon=Glyph::Play
            disabled=disabled
            testid="train-run"
            on_click=move |_| spawn_local(async move { train::train(session, None).await; })
        >
            {label}
        </Button>
    }
}

#[component]
fn Ready() -> impl IntoView {
    let session = use_session();
    view! {
        <Leaks/>
        <Leaderboard/>
        <Validation/>
        <Panel title="Algorithms">
            <Algorithms/>
        </Panel>
        {move || next_step(session)}
    }
}

/// The feature that a nearly perfect result rests on.
fn suspect(best: &TrialResult) -> Option<String> {
    let at_least = |metric: Metric, limit: f64| {
        best.estimate(metric)
            .is_some_and(|estimate| estimate.mean >= limit)
    };
    let is_perfect = at_least(Metric::Auc, 0.999) && at_least(Metric::Accuracy, 0.995)
        || at_least(Metric::R2, 0.999);
    let top = best
        .summary
        .importance
        .first()
        .filter(|top| top.mean > 0.0)?;
    is_perfect.then(|| top.feature.clone())
}

/// What the results suggest.
fn next_step(session: Session) -> Option<AnyView> {
    let best = session.best_result()?;
    let metric = best.summary.task.main_metric();
    let name = metric.title();
    let mean = best.estimate(metric)?.mean;
    let reached = format!(
        "{} is best with {name} {}",
        best.key.title(),
        metric.text(mean)
    );
    let baseline = session
        .result(Algorithm::Baseline.name())
        .and_then(|result| result.estimate(metric));
    let step = if let Some(leak) = suspect(&best) {
        view! {
            <NextStep href=Stage::Explore.href() title="Look for a leak">
                {format!("{reached}, which is too good to be true: ")}
                <code>{leak}</code>
                " carries it. If that would not be known at prediction time, or repeats the target, leave it out."
            </NextStep>
        }
        .into_any()
    } else if best.key.trial.algorithm == Algorithm::Baseline {
        view! {
            <NextStep href=Stage::Features.href() title="Look at the features">
                "No algorithm beats the baseline so far: the features may say nothing about the target, or others were not trained yet."
            </NextStep>
        }
        .into_any()
    } else if best.key.is_tuned {
        view! {
            <NextStep href=Stage::Evaluate.href() title="Evaluate">
                {format!("{reached}: see where it is right and where it errs before it goes out.")}
            </NextStep>
        }
        .into_any()
    } else {
        let against = baseline.map_or_else(String::new, |baseline| {
            format!(", the baseline has {}", metric.text(baseline.mean))
        });
        view! {
            <NextStep href=Stage::Evaluate.href() title="Evaluate">
                {format!("{reached}{against}: see where it errs. Tune searches for better parameters.")}
            </NextStep>
        }
        .into_any()
    };
    Some(step)
}
