//! Numbers: predicted against actual, residuals, error by the size of the target.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_chart::{self as chart, Chart, Histogram};
use tabwright_engine::model::{Evaluation, EvaluationDetail};
use tabwright_engine::table::Kind;

use crate::charts::ChartView;
use crate::components::{Cell, DataTable, Panel, Row, TableColumn};
use crate::format;

/// The charts of a regression.
#[component]
pub fn Regression(evaluation: Arc<Evaluation>) -> impl IntoView {
    let n_rows = evaluation.n_rows;
    let EvaluationDetail::Regression {
        points,
        residual_edges,
        residual_counts,
        error_by_decile,
    } = Arc::unwrap_or_clone(evaluation).detail
    else {
        return ().into_any();
    };
    let against = Signal::stored(chart::predicted_actual(&points, n_rows));
    let residuals = Signal::stored(Chart::Histogram(Histogram {
        label: "residual (actual − predicted)".to_owned(),
        kind: Kind::Decimal,
        edges: residual_edges,
        counts: residual_counts,
        n_missing: 0,
        split: None,
    }));
    let rows = Signal::stored(decile_rows(&error_by_decile));
    let columns = Signal::stored(vec![
        TableColumn::text("Actual value"),
        TableColumn::number("Mean absolute error"),
    ]);
    view! {
        <div class="chart-grid">
            <Panel title="Predicted against actual"><ChartView chart=against name="predicted" height=340.0/></Panel>
            <Panel title="Residuals"><ChartView chart=residuals name="residuals" height=340.0/></Panel>
            <Panel title="Error by decile of the actual value" class="panel--flush">
                <DataTable caption="Mean absolute error by decile of the actual value" columns=columns rows=rows/>
            </Panel>
        </div>
    }
    .into_any()
}

fn decile_rows(errors: &[f64]) -> Vec<Row> {
    let most = errors
        .iter()
        .copied()
        .fold(0.0, f64::max)
        .max(f64::MIN_POSITIVE);
    let rows = errors.iter().enumerate();
    rows.map(|(decile, &error)| {
        let name = match decile {
            0 => "lowest tenth".to_owned(),
            9 => "highest tenth".to_owned(),
            _ => format!("{} % to {} %", decile * 10, decile * 10 + 10),
        };
        Row::new(vec![
            Cell::number(decile as f64, name),
            Cell::number(error, format::number(error)).bar(error / most),
        ])
    })
    .collect()
}
