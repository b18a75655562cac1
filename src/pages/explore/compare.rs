//! The table beside a second file: columns gone and new, kinds changed, distributions on the same bins.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_chart::{Chart, Paired};
use tabwright_engine::Compared;
use tabwright_engine::model::{ComparedColumn, Shape};
use tabwright_engine::table::{Kind, format_number};

use crate::charts::ChartView;
use crate::components::{
    Badge, Banner, Cell, DataTable, DropZone, Panel, Row, Status, TableColumn, Tone,
};
use crate::format;
use crate::state::commands::explore;
use crate::state::{Loadable, facts, use_session};

/// Pictures that are drawn; the table has them all.
const MOST_PICTURES: usize = 12;
/// The index at which a bar is full.
const FULL_BAR: f64 = 0.5;

/// The place for the second file, and what it says.
#[component]
pub fn Compare() -> impl IntoView {
    let session = use_session();
    let state = Memo::new(move |_| session.fact::<facts::Compared>());
    let result = move || match state.get() {
        Loadable::Empty => ().into_any(),
        Loadable::Loading => {
            view! { <Panel title="Comparing" status=Signal::stored(Status::Loading)>""</Panel> }
                .into_any()
        }
        Loadable::Failed(failure) => {
            view! { <Banner tone=Tone::Bad>{failure.message}</Banner> }.into_any()
        }
        Loadable::Ready(compared) => view! { <Found compared/> }.into_any(),
    };
    view! {
        <Panel title="Compare with another file" testid="compare">
            <DropZone
                label="Choose a CSV file"
                accept=".csv,.tsv,.txt"
                testid="compare-input"
                on_file=move |file| explore::compare(session, file)
            >
                <p class="muted">"Last month's export, another site's, a test set: what changed in columns, kinds and distributions."</p>
            </DropZone>
        </Panel>
        {result}
    }
}

#[component]
fn Found(compared: Arc<Compared>) -> impl IntoView {
    let comparison = &compared.comparison;
    let verdict = comparison.verdict.clone();
    let sizes = format!(
        "{}: {}; {}: {}.",
        compared.reference,
        format::counted(comparison.n_rows.0, "row", "rows"),
        compared.current,
        format::counted(comparison.n_rows.1, "row", "rows")
    );
    let columns = vec![
        TableColumn::text("Column"),
        TableColumn::text("Kind"),
        TableColumn::number("PSI").help("Population stability index: below 0.1 stable, to 0.25 moderate, above major"),
        TableColumn::text("Verdict"),
        TableColumn::text("Test").help("Kolmogorov–Smirnov for numbers, chi-squared for levels: how often chance alone would differ as much"),
        TableColumn::text("Mean, before → after"),
        TableColumn::number("Missing before"),
        TableColumn::number("Missing after"),
    ];
    let rows: Vec<Row> = comparison.columns.iter().map(row).collect();
    let drawn: Vec<&ComparedColumn> = comparison
        .columns
        .iter()
        .filter(|column| !matches!(column.shape, Shape::None))
        .take(MOST_PICTURES)
        .collect();
    let pictures = drawn
        .into_iter()
        .map(|column| picture(&compared, column))
        .collect_view();
    view! {
        <section class="verdict" aria-label="Comparison">
            <p class="verdict__sentence" data-testid="compare-verdict">{verdict}</p>
            <p class="muted">{sizes}</p>
            {schema(&compared)}
        </section>
        <Panel title="Column by column, most changed first" class="panel--flush">
            <DataTable caption="Columns of both files" columns=columns.clone() rows=Signal::stored(rows.clone()) testid="compare-table"/>
        </Panel>
        <div class="chart-grid">{pictures}</div>
    }
}

/// Columns gone, new, and read as another kind.
fn schema(compared: &Compared) -> Option<AnyView> {
    let comparison = &compared.comparison;
    let names = |columns: &[(String, Kind)]| {
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        names.join(", ")
    };
    let mut lines = Vec::new();
    if !comparison.removed.is_empty() {
        lines.push(format!(
            "Only in {}: {}",
            compared.reference,
            names(&comparison.removed)
        ));
    }
    if !comparison.added.is_empty() {
        lines.push(format!(
            "Only in {}: {}",
            compared.current,
            names(&comparison.added)
        ));
    }
    for change in &comparison.retyped {
        lines.push(format!(
            "{} was {} and is {} now",
            change.name,
            change.reference.name(),
            change.current.name()
        ));
    }
    if compared.n_bad_rows > 0 {
        let n = format::counted(compared.n_bad_rows, "row", "rows");
        lines.push(format!("{n} of {} kept aside", compared.current));
    }
    let items = lines.into_iter().map(|line| view! { <li>{line}</li> });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| view! { <ul class="verdict__notes">{items}</ul> }.into_any())
}

fn row(column: &ComparedColumn) -> Row {
    let drift = &column.drift;
    let verdict = drift.verdict;
    let psi = drift.psi.max(drift.missing_psi);
    let means = column.means.map_or_else(String::new, |(before, after)| {
        let written = |x: f64| match column.kind {
            Kind::Date | Kind::Datetime => format_number(column.kind, x).chars().take(10).collect(),
            _ => format::number(x),
        };
        format!("{} → {}", written(before), written(after))
    });
    let test = column.test.as_ref().map_or_else(String::new, |test| {
        let p = format::p_value(test.p_value);
        match test.freedom {
            0 => format!("D {}, p {p}", format::fixed(test.statistic, 3)),
            freedom => format!(
                "χ² {} on {freedom}, p {p}",
                format::fixed(test.statistic, 1)
            ),
        }
    });
    Row::new(vec![
        Cell::text(drift.name.clone()).title(drift.name.clone()),
        Cell::text(column.kind.name()),
        Cell::number(psi, format::fixed(psi, 3))
            .metric("psi", psi)
            .bar(psi / FULL_BAR),
        Cell::text(verdict.word()).view(move || {
            view! { <Badge tone=Tone::from(verdict)>{verdict.word()}</Badge> }.into_any()
        }),
        Cell::text(test),
        Cell::text(means),
        Cell::number(drift.missing.0, format::percent(drift.missing.0)),
        Cell::number(drift.missing.1, format::percent(drift.missing.1)),
    ])
}

fn picture(compared: &Compared, column: &ComparedColumn) -> impl IntoView + use<> {
    let bins = match &column.shape {
        Shape::Bins { edges } => edges
            .windows(2)
            .map(|edge| {
                let written = |x: f64| match column.kind {
                    Kind::Date | Kind::Datetime => format_number(column.kind, x),
                    _ => format::number(x),
                };
                format!("{} to {}", written(edge[0]), written(edge[1]))
            })
            .collect(),
        Shape::Levels { levels, has_other } => {
            let other = has_other.then(|| "other levels".to_owned());
            levels.iter().cloned().chain(other).collect()
        }
        Shape::None => Vec::new(),
    };
    let shares = |counts: &[u64]| {
        let all = counts.iter().sum::<u64>().max(1) as f64;
        counts.iter().map(|&n| n as f64 / all).collect()
    };
    let name = column.drift.name.clone();
    let chart = Signal::stored(Chart::Paired(Paired {
        label: name.clone(),
        bins,
        reference_name: compared.reference.clone(),
        reference: shares(&column.reference),
        current_name: compared.current.clone(),
        current: shares(&column.current),
    }));
    view! {
        <Panel title=format!("{name} · {}", column.drift.verdict)>
            <ChartView chart=chart name=format!("compare-{name}") height=200.0/>
        </Panel>
    }
}
