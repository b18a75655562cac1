//! What the fit on all rows tells besides its errors: the loss by round, rows out of the bag, steps of pruning.

use std::collections::BTreeMap;

use leptos::prelude::*;
use tabwright_chart::{Axis, Chart, Guide, LineStyle, Lines, Series};
use tabwright_engine::metrics::Metric;
use tabwright_engine::train::{FitReport, LossCurve, PruningPath};
use tabwright_workbench::said::{of_loss, picked};

use crate::charts::ChartView;
use crate::components::{Cell, DataTable, Panel, Row, Stat, TableColumn};
use crate::format;
use crate::state::use_session;

/// Steps of a pruning path that are listed; the chart shows them all.
const LISTED: usize = 12;

/// A panel for each thing that the selected result's fit tells.
#[component]
pub fn FitPanels() -> impl IntoView {
    let session = use_session();
    let report = Memo::new(move |_| {
        session
            .subject()
            .map_or_else(FitReport::default, |result| result.summary.report)
    });
    move || {
        let report = report.get();
        let loss = report.curve.map(|curve| view! { <Loss curve/> });
        let out_of_bag = (!report.out_of_bag.is_empty())
            .then(|| view! { <OutOfBag metrics=report.out_of_bag/> });
        let pruning = report
            .pruning
            .filter(|path| path.leaves.len() > 1)
            .map(|path| view! { <Pruning path/> });
        view! {
            {loss}
            {out_of_bag}
            {pruning}
        }
    }
}

#[component]
fn OutOfBag(metrics: BTreeMap<String, f64>) -> impl IntoView {
    let stat = |(metric, &value): (Metric, &f64)| {
        view! {
            <Stat
                label=metric.title()
                value=metric.text(value)
                title=Signal::stored(format::exact(value))
                testid=format!("out-of-bag-{metric}")
                data_value=Signal::stored(format::exact(value))
            />
        }
    };
    let metrics = StoredValue::new(metrics);
    view! {
        <Panel title="Out of the bag">
            <div class="stats">{metrics.with_value(|metrics| Metric::among(metrics).map(stat).collect_view())}</div>
            <p class="panel__note">
                "The forest on all rows, each row scored by the trees that did not draw it: close to what cross-validation says, without \
                 further fits."
            </p>
        </Panel>
    }
}

#[component]
fn Loss(curve: LossCurve) -> impl IntoView {
    let said = StoredValue::new(of_loss(&curve));
    let chart = Signal::stored(loss_chart(&curve));
    view! {
        <Panel title="Loss by round" testid="loss-curve">
            <ChartView chart name="loss" height=240.0/>
            <p class="panel__note">{said.get_value()}</p>
        </Panel>
    }
}

fn loss_chart(curve: &LossCurve) -> Chart {
    let series = |name: &str, losses: &[f64]| Series {
        name: name.to_owned(),
        points: losses
            .iter()
            .enumerate()
            .map(|(round, &loss)| (round as f64, loss))
            .collect(),
        style: LineStyle::Line,
    };
    let best = curve.best_round as usize;
    let mark = curve.kept_aside.get(best).map(|&loss| Guide::Mark {
        x: best as f64,
        y: loss,
        label: format!("least after {}", format::count(best)),
    });
    Chart::Lines(Lines {
        title: format!("Mean {} by round", curve.loss),
        x: Axis::counted("Rounds"),
        y: Axis::fitted(format!("Mean {}", curve.loss)),
        series: vec![
            series("rows kept aside", &curve.kept_aside),
            series("rows learnt from", &curve.learnt),
        ],
        guides: mark.into_iter().collect(),
    })
}

#[component]
fn Pruning(path: PruningPath) -> impl IntoView {
    let columns = vec![
        TableColumn::number("Pruning"),
        TableColumn::number("Leaves"),
        TableColumn::number("Impurity"),
    ];
    let (columns, rows) = (Signal::stored(columns), Signal::stored(steps(&path)));
    let chart = Signal::stored(pruning_chart(&path));
    view! {
        <Panel title="Pruning path" testid="pruning">
            <ChartView chart name="pruning" height=240.0/>
            <DataTable caption="Steps of pruning" columns rows/>
            <p class="panel__note">
                "Each step cuts off the branch that is worth least. To keep the tree of a step, set the parameter Pruning to its value on \
                 the Train stage."
            </p>
        </Panel>
    }
}

fn pruning_chart(path: &PruningPath) -> Chart {
    let leaves = path.leaves.iter().map(|&n| f64::from(n));
    Chart::Lines(Lines {
        title: "Impurity by leaves".to_owned(),
        x: Axis::counted("Leaves"),
        y: Axis::fitted("Impurity of the training rows"),
        series: vec![Series {
            name: "impurity".to_owned(),
            points: leaves.zip(path.impurities.iter().copied()).rev().collect(),
            style: LineStyle::LineAndDots,
        }],
        guides: Vec::new(),
    })
}

/// Some steps, evenly picked, the first and the last among them.
fn steps(path: &PruningPath) -> Vec<Row> {
    let row = |at: usize| {
        let (alpha, impurity) = (path.alphas[at], path.impurities[at]);
        Row::new(vec![
            Cell::number(alpha, format::number(alpha)),
            Cell::number(
                f64::from(path.leaves[at]),
                format::count(path.leaves[at] as usize),
            ),
            Cell::number(impurity, format::number(impurity)),
        ])
    };
    picked(path.alphas.len(), LISTED)
        .into_iter()
        .map(row)
        .collect()
}
