//! The numbers, each beside the baseline's.

use leptos::prelude::*;
use tabwright_engine::metrics::Metric;
use tabwright_engine::train::Algorithm;

use crate::components::Term;
use crate::format;
use crate::state::{Session, use_session};

/// Verdict and metrics of the selected result.
#[component]
pub fn Metrics() -> impl IntoView {
    let session = use_session();
    let metrics = Memo::new(move |_| {
        let Some(result) = session.subject() else {
            return Vec::new();
        };
        let mut metrics = result.summary.task.metrics();
        metrics.retain(|metric| result.estimate(*metric).is_some());
        metrics
    });
    let sentence = move || {
        let result = session.subject()?;
        let rows = format::counted(result.summary.n_rows, "row", "rows");
        let folds = format::counted(result.summary.folds.len(), "fold", "folds");
        Some(format!(
            "{}, tested on {rows} in {folds}: mean over folds ± standard deviation, the baseline's below.",
            result.key.title()
        ))
    };
    view! {
        <section class="verdict" aria-label="Metrics">
            <p class="muted">{sentence}</p>
            <div class="stats metrics">
                <For each=move || metrics.get() key=|metric| *metric let:metric>
                    <Tile session metric/>
                </For>
            </div>
        </section>
    }
}

#[component]
fn Tile(session: Session, metric: Metric) -> impl IntoView {
    let own = move || session.subject().and_then(|result| result.estimate(metric));
    let baseline = move || {
        let result = session.result(Algorithm::Baseline.name())?;
        Some(format!(
            "baseline {}",
            metric.text(result.estimate(metric)?.mean)
        ))
    };
    let mean = move || own().map_or_else(|| "–".to_owned(), |own| metric.text(own.mean));
    let spread = move || own().map(|own| format!(" ± {}", metric.text(own.std)));
    let exact = move || own().map(|own| format::exact(own.mean));
    view! {
        <div class="stat">
            <span class="stat__label"><Term word=metric.term() text=metric.title()/></span>
            <span class="stat__value">
                <span title=exact data-testid=format!("metric-{metric}") data-value=exact>{mean}</span>
                <span class="metrics__spread">{spread}</span>
            </span>
            <span class="metrics__baseline">{baseline}</span>
        </div>
    }
}
