//! Each input and the score: how far it has moved, and the picture of it.

use leptos::prelude::*;
use tabwright_chart::{Chart, Paired};
use tabwright_engine::model::{ColumnDrift, DriftReport};
use tabwright_workbench::watch::is_moved;

use crate::charts::ChartView;
use crate::components::{Badge, Cell, DataTable, Panel, Row, TableColumn, Term, Tone};
use crate::format;

/// Pictures of inputs that did not move, at most; the table has them all.
const MOST_PICTURES: usize = 12;

/// The index whose bar fills its cell: twice the limit of major drift.
const FULL_BAR: f64 = 0.5;

/// The score, then the inputs, worst first.
#[component]
pub fn Drifts(drift: DriftReport) -> impl IntoView {
    let columns = vec![
        TableColumn::text("Column"),
        TableColumn::number("PSI")
            .help("Population stability index: 0 is no change; higher is further from training"),
        TableColumn::number("PSI of missing").help("The same index over missing and not missing"),
        TableColumn::text("Verdict").help("By the larger of the two indices"),
        TableColumn::number("Missing in training"),
        TableColumn::number("Missing now"),
        TableColumn::number("Unseen levels")
            .help("Share of rows whose level training did not have"),
    ];
    let score = drift.score.into_iter().map(|score| drift_row(&score, true));
    let inputs = drift
        .columns
        .into_iter()
        .map(|column| drift_row(&column, false));
    let table: Vec<Row> = score.chain(inputs).collect();
    view! {
        <Panel title="Drift, worst first" class="panel--flush">
            <p class="panel__note">
                <Term word="PSI"/>
                " compares the shares of rows in each bin with training, missing values left out; missing and not missing are \
                 compared besides. The larger of the two decides: below 0.1 stable, 0.1 to 0.25 moderate, above 0.25 major."
            </p>
            <DataTable
                caption="Drift of the score and each input"
                testid="drift-table"
                columns=Signal::stored(columns.clone())
                rows=Signal::stored(table.clone())
            />
        </Panel>
    }
}

fn drift_row(column: &ColumnDrift, is_score: bool) -> Row {
    let name = if is_score {
        "The score".to_owned()
    } else {
        column.name.clone()
    };
    let verdict = column.verdict;
    Row::new(vec![
        Cell::text(name),
        Cell::number(column.psi, format::fixed(column.psi, 3))
            .metric("psi", column.psi)
            .bar(column.psi / FULL_BAR),
        Cell::number(column.missing_psi, format::fixed(column.missing_psi, 3))
            .bar(column.missing_psi / FULL_BAR),
        Cell::text(verdict.word()).view(move || {
            view! { <Badge tone=Tone::from(verdict)>{verdict.word()}</Badge> }.into_any()
        }),
        share_cell(column.missing.0),
        share_cell(column.missing.1),
        share_cell(column.unseen),
    ])
}

fn share_cell(share: f64) -> Cell {
    Cell::number(share, format::percent(share))
}

/// Training and new rows on the same bins: the score and what moved first, then the rest folded away.
#[component]
pub fn Pictures(drift: DriftReport) -> impl IntoView {
    let (moved, still): (Vec<ColumnDrift>, Vec<ColumnDrift>) =
        drift.columns.into_iter().partition(is_moved);
    let first: Vec<ColumnDrift> = drift.score.into_iter().chain(moved).collect();
    let n_still = still.len();
    let more = if n_still > MOST_PICTURES {
        format!(", the first {MOST_PICTURES} drawn")
    } else {
        String::new()
    };
    let rest: Vec<ColumnDrift> = still.into_iter().take(MOST_PICTURES).collect();
    let folded = (!rest.is_empty()).then(|| {
        let open = RwSignal::new(false);
        let rest = StoredValue::new(rest);
        view! {
            <details class="pictures__more" on:toggle=move |_| open.set(true)>
                <summary>{format!("Inputs that did not move ({n_still}{more})")}</summary>
                <Show when=move || open.get()>
                    <div class="chart-grid">{rest.with_value(|rest| rest.iter().map(picture).collect_view())}</div>
                </Show>
            </details>
        }
    });
    view! {
        <div class="chart-grid">{first.iter().map(picture).collect_view()}</div>
        {folded}
    }
}

fn picture(column: &ColumnDrift) -> impl IntoView + use<> {
    let chart = Signal::stored(Chart::Paired(Paired {
        label: column.name.clone(),
        bins: column.bins.clone(),
        reference_name: "training".to_owned(),
        reference: column.reference.clone(),
        current_name: "new rows".to_owned(),
        current: column.current.clone(),
    }));
    let missing = if column.missing_psi > column.psi {
        format!(
            ", missing {} → {}",
            format::percent(column.missing.0),
            format::percent(column.missing.1)
        )
    } else {
        String::new()
    };
    let title = format!(
        "{} · PSI {:.3}{missing}, {}",
        column.name, column.psi, column.verdict
    );
    let name = format!("drift-{}", column.name);
    view! {
        <Panel title=title>
            <ChartView chart=chart name=name.clone() height=200.0/>
        </Panel>
    }
}
