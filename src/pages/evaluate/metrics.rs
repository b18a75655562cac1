//! The numbers, each beside the baseline's.

use leptos::prelude::*;
use tabwright_engine::train::Algorithm;

use crate::components::Term;
use crate::format;
use crate::state::commands::evaluate;
use crate::state::{Session, use_session};

/// Metrics in the order in which they are read.
const ORDER: [&str; 7] = ["auc", "log_loss", "accuracy", "f1", "rmse", "mae", "r2"];

/// Verdict and metrics of the selected result.
#[component]
pub fn Metrics() -> impl IntoView {
    let session = use_session();
    let names = Memo::new(move |_| {
        let Some(result) = evaluate::subject(session) else {
            return Vec::new();
        };
        ORDER
            .into_iter()
            .filter(|name| result.summary.metrics.contains_key(*name))
            .collect::<Vec<_>>()
    });
    let sentence = move || {
        let result = evaluate::subject(session)?;
        let rows = format::counted(result.summary.n_rows, "row", "rows");
        let folds = format::counted(result.summary.folds.len(), "fold", "folds");
        Some(format!(
            "{}, tested on {rows} in {folds}: mean over folds ± standard deviation, the baseline's below.",
            result.title()
        ))
    };
    view! {
        <section class="verdict" aria-label="Metrics">
            <p class="muted">{sentence}</p>
            <div class="stats metrics">
                <For each=move || names.get() key=|name| *name let:name>
                    <Metric session name/>
                </For>
            </div>
        </section>
    }
}

#[component]
fn Metric(session: Session, name: &'static str) -> impl IntoView {
    let own = move || evaluate::subject(session).and_then(|result| result.estimate(name));
    let baseline = move || {
        let result = session.result(Algorithm::Baseline.name())?;
        Some(format!(
            "baseline {}",
            format::metric(name, result.estimate(name)?.mean)
        ))
    };
    let mean = move || own().map_or_else(|| "–".to_owned(), |own| format::metric(name, own.mean));
    let spread = move || own().map(|own| format!(" ± {}", format::metric(name, own.std)));
    let exact = move || own().map(|own| format::exact(own.mean));
    view! {
        <div class="stat">
            <span class="stat__label"><Term word=term(name) text=format::metric_name(name)/></span>
            <span class="stat__value">
                <span title=exact data-testid=format!("metric-{name}") data-value=exact>{mean}</span>
                <span class="metrics__spread">{spread}</span>
            </span>
            <span class="metrics__baseline">{baseline}</span>
        </div>
    }
}

/// The glossary's word for a metric.
fn term(name: &str) -> &str {
    match name {
        "log_loss" => "log loss",
        "accuracy" => "accuracy",
        other => format::metric_name(other),
    }
}
