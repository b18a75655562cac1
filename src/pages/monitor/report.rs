//! Verdict first, then the evidence.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::metrics::{Estimate, Metric};
use tabwright_workbench::watch::{Advice, advice, is_moved, sentence};

use super::drift::{Drifts, Pictures};
use crate::components::{
    Button, ButtonKind, Cell, DataTable, Glyph, NextStep, Panel, Row, Stat, Status, TableColumn,
};
use crate::format;
use crate::state::commands::monitor;
use crate::state::{Loadable, MonitoredRows, Stage, facts, use_session};

/// Rows of scores on screen; the file has them all.
const MOST_ROWS: usize = 20;

/// What became of the new rows.
#[component]
pub fn Report() -> impl IntoView {
    let session = use_session();
    let state = Memo::new(move |_| session.fact::<facts::Drift>());
    move || {
        match state.get() {
        Loadable::Empty => None,
        Loadable::Ready(rows) => Some(view! { <Found rows/> }.into_any()),
        Loadable::Loading => {
            Some(view! { <Panel title="Scoring the new rows" status=Signal::stored(Status::Loading)>""</Panel> }.into_any())
        }
        Loadable::Failed(failure) => {
            let status = Signal::stored(Status::Failed(failure.message));
            Some(view! { <Panel title="The rows cannot be scored" status=status>""</Panel> }.into_any())
        }
    }
    }
}

#[component]
fn Found(rows: Arc<MonitoredRows>) -> impl IntoView {
    let session = use_session();
    let trained = session
        .known::<facts::Opened>()
        .map(|opened| opened.info.metrics.clone())
        .unwrap_or_default();
    let notes = rows.report.notes.clone();
    let notes = (!notes.is_empty()).then(|| {
        let items = notes.into_iter().map(|note| view! { <li>{note}</li> });
        view! { <ul class="verdict__notes">{items.collect_view()}</ul> }
    });
    let step = match advice(&rows.report) {
        Advice::Replace => view! {
            <Retrain>
                "The model no longer keeps what its gate asks. One that knows the new rows may: put them under the present project, which \
                 keeps every step and setting, and train again. "
            </Retrain>
        }
        .into_any(),
        Advice::Watch => view! {
            <Retrain>
                "Inputs or scores have moved: a model that knows the new rows may do better. Put them under the present project, which \
                 keeps every step and setting, and train again. "
            </Retrain>
        }
        .into_any(),
        Advice::Keep => view! {
            <NextStep href=Stage::Export.href() title="Back to Export">
                "Nothing speaks against the model: it can stay in use. Look again when the next rows arrive."
            </NextStep>
        }
        .into_any(),
    };
    view! {
        <Verdict rows=Arc::clone(&rows)/>
        {notes}
        <Quality metrics=rows.report.metrics.clone() trained/>
        <Drifts drift=rows.report.drift.clone()/>
        <Pictures drift=rows.report.drift.clone()/>
        <Scores rows/>
        {step}
    }
}

/// Offers the new rows to the present project, and says why.
#[component]
fn Retrain(children: Children) -> impl IntoView {
    let session = use_session();
    let replace = move |_| spawn_local(monitor::retrain(session));
    view! {
        <NextStep href=Stage::Train.href() title="Train">
            {children()}
            <Button icon=Glyph::Refresh on_click=replace testid="retrain">"Use these rows"</Button>
        </NextStep>
    }
}

#[component]
fn Verdict(rows: Arc<MonitoredRows>) -> impl IntoView {
    let drift = &rows.report.drift;
    let worst = drift
        .columns
        .iter()
        .map(|column| column.psi.max(column.missing_psi))
        .fold(f64::NAN, f64::max);
    let score = drift
        .score
        .as_ref()
        .map_or_else(|| "–".to_owned(), |score| format::fixed(score.psi, 3));
    let moved = drift
        .columns
        .iter()
        .filter(|column| is_moved(column))
        .count();
    let of = format!(
        "{} of {}",
        format::count(moved),
        format::count(drift.columns.len())
    );
    let worst = if worst.is_nan() {
        "–".to_owned()
    } else {
        format::fixed(worst, 3)
    };
    view! {
        <section class="verdict" aria-label="Verdict" data-testid="drift-verdict" data-advice=format!("{:?}", advice(&rows.report)).to_lowercase()>
            <p class="verdict__sentence">{sentence(&rows.report)}</p>
            <div class="stats">
                <Stat label="Inputs that moved" value=of/>
                <Stat label="Largest PSI of an input" value=worst/>
                <Stat label="PSI of the score" value=score/>
            </div>
        </section>
    }
}

/// Metrics on the new rows beside those at export, where the target is known.
#[component]
fn Quality(metrics: BTreeMap<String, f64>, trained: BTreeMap<String, Estimate>) -> impl IntoView {
    if metrics.is_empty() {
        return view! { <p class="muted">"The rows carry no target, so how good the scores are cannot be said."</p> }.into_any();
    }
    let columns = vec![
        TableColumn::text("Metric"),
        TableColumn::number("New rows"),
        TableColumn::number("Held out at export"),
    ];
    let rows = Metric::among(&metrics).map(|(metric, &value)| {
        let before = trained.get(metric.key()).map_or_else(
            || Cell::text("–"),
            |before| {
                let text = format!("{} ± {}", metric.text(before.mean), metric.text(before.std));
                Cell::number(before.mean, text)
            },
        );
        let now = Cell::number(value, metric.text(value)).metric(metric.key(), value);
        Row::new(vec![Cell::text(metric.title()), now, before])
    });
    let rows: Vec<Row> = rows.collect();
    view! {
        <Panel title="Quality: the rows carry the target" class="panel--flush">
            <DataTable
                caption="Metrics on the new rows"
                testid="monitor-metrics"
                columns=Signal::stored(columns.clone())
                rows=Signal::stored(rows.clone())
            />
        </Panel>
    }
    .into_any()
}

#[component]
fn Scores(rows: Arc<MonitoredRows>) -> impl IntoView {
    let session = use_session();
    let head = rows.report.head.clone();
    let columns: Vec<TableColumn> = head.columns.iter().map(TableColumn::text).collect();
    let shown: Vec<Row> = head
        .cells
        .iter()
        .take(MOST_ROWS)
        .map(|cells| {
            Row::new(
                cells
                    .iter()
                    .map(|cell| Cell::text(cell.clone().unwrap_or_else(|| "–".to_owned())))
                    .collect(),
            )
        })
        .collect();
    let title = format!(
        "First {} of {}",
        format::counted(shown.len(), "row", "rows"),
        format::count(rows.report.n_rows)
    );
    view! {
        <Panel
            title=title
            class="panel--flush"
            actions=move || view! {
                <Button
                    kind=ButtonKind::Secondary
                    icon=Glyph::Download
                    testid="download-scores"
                    on_click=move |_| monitor::save_scores(session)
                >
                    "Download all scores"
                </Button>
            }
        >
            <DataTable caption="First scores" columns=Signal::stored(columns.clone()) rows=Signal::stored(shown.clone())/>
        </Panel>
    }
}
