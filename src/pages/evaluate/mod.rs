//! The Evaluate stage: how good a model is on rows that it did not see, and where it errs.

mod classes;
mod coefficients;
mod fit;
mod importance;
mod learning;
mod metrics;
mod regression;
mod threshold;

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::model::{Evaluation, EvaluationDetail};
use tabwright_engine::train::Algorithm;

use crate::components::{Banner, Empty, NextStep, PageHead, Panel, Select, Status, Tone};
use crate::format;
use crate::state::commands::evaluate;
use crate::state::{Loadable, Session, Stage, facts, use_session};

use classes::Multiclass;
use coefficients::CoefficientTable;
use fit::FitPanels;
use importance::Importances;
use learning::Learning;
use metrics::Metrics;
use regression::Regression;
use threshold::Binary;

/// The Evaluate stage.
#[component]
pub fn EvaluatePage() -> impl IntoView {
    let session = use_session();
    evaluate::follow(session);
    let has_results = Memo::new(move |_| session.results.with(|results| !results.is_empty()));
    let body = move || {
        if has_results.get() {
            view! { <Report/> }.into_any()
        } else {
            view! {
                <Empty title="Nothing to evaluate yet">
                    <p>"Train a model on the Train stage; then its errors are shown here."</p>
                </Empty>
            }
            .into_any()
        }
    };
    view! {
        <PageHead title="Evaluate" actions=move || selector(session)>
            "All numbers here come from held-out rows: each was scored by a model that did not train on it. They decide whether the \
             model is good enough, at which threshold to use it, and what it relies on."
        </PageHead>
        {body}
    }
}

/// Which result the page is about; the best one unless told otherwise.
fn selector(session: Session) -> impl IntoView + use<> {
    let options = Signal::derive(move || evaluate::choices(session));
    let value = Signal::derive(move || {
        session
            .subject()
            .map_or_else(String::new, |result| result.key.id())
    });
    let has_results = move || session.results.with(|results| !results.is_empty());
    view! {
        <Show when=has_results>
            <Select
                label="Result"
                options=options
                value=value
                on_change=move |id| evaluate::select(session, id)
                testid="result-select"
            />
        </Show>
    }
}

#[component]
fn Report() -> impl IntoView {
    let session = use_session();
    let evaluation = Memo::new(move |_| session.fact::<facts::Evaluation>());
    let detail = move || match evaluation.get() {
        Loadable::Ready(evaluation) => view! { <Detail evaluation/> }.into_any(),
        Loadable::Failed(failure) => {
            view! { <Banner tone=Tone::Bad>{failure.message}</Banner> }.into_any()
        }
        Loadable::Loading => {
            view! { <Panel title="Held-out rows" status=Signal::stored(Status::Loading)>""</Panel> }
                .into_any()
        }
        // Of another reading of the file: the engine does not hold it, and what is said above says so.
        Loadable::Empty => ().into_any(),
    };
    view! {
        {move || stale(session)}
        <Metrics/>
        {detail}
        <CoefficientTable/>
        <FitPanels/>
        <Learning/>
        {move || next_step(session)}
    }
}

fn stale(session: Session) -> Option<AnyView> {
    let result = session.subject()?;
    let n_stale = session.results.with(|results| {
        let stale = results.iter().filter(|one| session.is_stale(one));
        stale.count()
    });
    let text = if session.is_stale(&result) {
        "This result is out of date: settings have changed since it was trained. Train it again on the Train stage.".to_owned()
    } else if n_stale > 0 && session.models().selected.with(Option::is_none) {
        format!(
            "{} out of date, so that this is the best of the others. Train again on the Train stage, or choose another above.",
            format::counted(n_stale, "result is", "results are")
        )
    } else {
        return None;
    };
    Some(view! { <Banner tone=Tone::Warning testid="stale-results">{text}</Banner> }.into_any())
}

/// The charts that the task has.
#[component]
fn Detail(evaluation: Arc<Evaluation>) -> impl IntoView {
    let charts = match &evaluation.detail {
        EvaluationDetail::Binary { .. } => view! { <Binary evaluation=Arc::clone(&evaluation)/> }.into_any(),
        EvaluationDetail::Multiclass { .. } => view! { <Multiclass evaluation=Arc::clone(&evaluation)/> }.into_any(),
        EvaluationDetail::Regression { .. } => view! { <Regression evaluation=Arc::clone(&evaluation)/> }.into_any(),
        EvaluationDetail::None => view! {
            <Banner tone=Tone::Warning>
                "This model was not tested: it was trained without validation. Choose a scheme on the Train stage and train it again."
            </Banner>
        }
        .into_any(),
    };
    view! {
        {charts}
        <Importances evaluation/>
    }
}

fn next_step(session: Session) -> Option<AnyView> {
    let result = session.subject()?;
    let metric = result.summary.task.main_metric();
    let own = result.estimate(metric)?.mean;
    let baseline = session
        .result(Algorithm::Baseline.name())
        .and_then(|baseline| baseline.estimate(metric));
    let better = metric.better();
    let beats = baseline.is_none_or(|baseline| better.loss(own) < better.loss(baseline.mean));
    let name = metric.title();
    let text = format!("{} has {name} {}", result.key.title(), metric.text(own));
    let step = if beats {
        let than = baseline.map_or_else(String::new, |baseline| {
            format!(", against {} of the baseline", metric.text(baseline.mean))
        });
        view! {
            <NextStep href=Stage::Export.href() title="Export">
                {format!("{text}{than}: if its errors are acceptable, take it to where it is needed.")}
            </NextStep>
        }
        .into_any()
    } else {
        view! {
            <NextStep href=Stage::Features.href() title="Look at the features">
                {format!("{text}, no better than the baseline: the features that it has say nothing about the target.")}
            </NextStep>
        }
        .into_any()
    };
    Some(step)
}
