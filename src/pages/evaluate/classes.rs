//! Several classes, and the confusion matrix for any number of them.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_chart as chart;
use tabwright_engine::metrics::CurvePoint;
use tabwright_engine::model::{Evaluation, EvaluationDetail};

use crate::charts::ChartView;
use crate::components::{Panel, Select};
use crate::format;

/// Counts of truth × called.
#[derive(Clone)]
pub struct Matrix {
    /// The classes.
    pub classes: Vec<String>,
    /// Row-major.
    pub counts: Vec<u64>,
}

impl Matrix {
    fn row(&self, truth: usize) -> &[u64] {
        let n = self.classes.len();
        &self.counts[truth * n..(truth + 1) * n]
    }

    fn column_sum(&self, called: usize) -> u64 {
        (0..self.classes.len())
            .map(|truth| self.row(truth)[called])
            .sum()
    }
}

/// Confusion matrix, one-against-the-rest curves, calibration.
#[component]
pub fn Multiclass(evaluation: Arc<Evaluation>) -> impl IntoView {
    let EvaluationDetail::Multiclass {
        classes,
        confusion,
        curves,
        calibration,
    } = Arc::unwrap_or_clone(evaluation).detail
    else {
        return ().into_any();
    };
    let matrix = Matrix {
        classes: classes.clone(),
        counts: confusion,
    };
    let selected = RwSignal::new(classes.first().cloned().unwrap_or_default());
    let options: Vec<(String, String)> = classes
        .iter()
        .map(|class| (class.clone(), format!("{class} against the rest")))
        .collect();
    let options = Signal::stored(options);
    let classes = StoredValue::new(classes);
    let position = move || {
        classes.with_value(|classes| {
            classes
                .iter()
                .position(|class| selected.with(|s| s == class))
                .unwrap_or(0)
        })
    };
    let curves = StoredValue::new(curves);
    let of_class = move |draw: fn(&str, &[CurvePoint]) -> chart::Chart| {
        Signal::derive(move || {
            let position = position();
            curves.with_value(|curves| {
                let curve = curves.get(position).map_or(&[][..], Vec::as_slice);
                selected.with(|name| draw(name, curve))
            })
        })
    };
    let roc = of_class(|name, curve| chart::roc(&[(name, curve)], None));
    let recall = of_class(|name, curve| chart::precision_recall(&[(name, curve)], None));
    let calibration = StoredValue::new(calibration);
    let reliability = Signal::derive(move || {
        let position = position();
        calibration.with_value(|bins| {
            let bins = bins.get(position).map_or(&[][..], Vec::as_slice);
            selected.with(|name| chart::calibration(&[(name, bins)]))
        })
    });
    view! {
        <Panel title="Confusion matrix: a row is called the class with the highest probability" class="confusion-panel">
            {confusion_table(&matrix)}
        </Panel>
        <div class="class-select">
            <Select
                label="Class of the curves"
                options=options
                value=selected
                on_change=move |class| selected.set(class)
                testid="class-select"
            />
        </div>
        <div class="chart-grid">
            <Panel title="ROC curve"><ChartView chart=roc name="roc" height=300.0/></Panel>
            <Panel title="Precision and recall"><ChartView chart=recall name="pr" height=300.0/></Panel>
            <Panel title="Calibration"><ChartView chart=reliability name="calibration" height=300.0/></Panel>
        </div>
    }
    .into_any()
}

/// The matrix as a table: recall at the end of a row, precision at the foot of a column. Cells are shaded by their share of
/// the row.
pub fn confusion_table(matrix: &Matrix) -> AnyView {
    let n = matrix.classes.len();
    let total: u64 = matrix.counts.iter().sum();
    let heads = matrix
        .classes
        .iter()
        .map(|class| view! { <th scope="col" class="num">{class.clone()}</th> });
    let rows = (0..n).map(|truth| matrix_row(matrix, truth, total));
    let precisions = (0..n).map(|called| {
        let hits = matrix.row(called)[called];
        view! { <td class="num">{rate(hits, matrix.column_sum(called))}</td> }
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Confusion matrix">
            <table class="table matrix" data-testid="chart-confusion">
                <caption class="visually-hidden">"Rows by true class and called class"</caption>
                <thead>
                    <tr>
                        <th scope="col">"True class ↓ called →"</th>
                        {heads.collect_view()}
                        <th scope="col" class="num">"Recall"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">"Precision"</th>
                        {precisions.collect_view()}
                        <td></td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
    .into_any()
}

fn matrix_row(matrix: &Matrix, truth: usize, total: u64) -> impl IntoView + use<> {
    let row_sum: u64 = matrix.row(truth).iter().sum();
    let cells = matrix
        .row(truth)
        .iter()
        .enumerate()
        .map(|(called, &count)| {
            let share = count as f64 / row_sum.max(1) as f64;
            let class = if called == truth {
                "num matrix__cell matrix__cell--right"
            } else {
                "num matrix__cell matrix__cell--wrong"
            };
            view! {
                <td class=class style:--share=format!("{:.3}", share)>
                    {format::count_share(count as usize, total as usize)}
                </td>
            }
        });
    view! {
        <tr>
            <th scope="row">{matrix.classes[truth].clone()}</th>
            {cells.collect_view()}
            <td class="num">{rate(matrix.row(truth)[truth], row_sum)}</td>
        </tr>
    }
}

fn rate(hits: u64, of: u64) -> String {
    if of == 0 {
        "–".to_owned()
    } else {
        format::fixed(hits as f64 / of as f64, 3)
    }
}
