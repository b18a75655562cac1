//! Whether more rows would help.

use leptos::prelude::*;
use tabwright_chart::{Axis, Chart, Guide, LineStyle, Lines, Series};
use tabwright_engine::metrics::Estimate;
use tabwright_engine::train::{LearningCurve, LearningPoint};

use crate::charts::ChartView;
use crate::components::{Button, Cell, DataTable, Glyph, Panel, Row, Status, TableColumn};
use crate::format;
use crate::state::commands::evaluate;
use crate::state::{Session, Work, facts, use_session};

/// The curve of the selected result; made when asked for, since it takes five times as long as its folds.
#[component]
pub fn Learning() -> impl IntoView {
    let session = use_session();
    let curve = Memo::new(move |_| session.fact::<facts::LearningCurve>());
    let status = Signal::derive(move || {
        curve.with(|curve| {
            Status::of(curve, "Fits the model to a tenth, a third, … of the training rows: if the curve still climbs at its end, more rows would help.")
        })
    });
    let made = move || curve.with(|curve| curve.ready().cloned());
    let has_folds = move || {
        session
            .subject()
            .is_some_and(|result| result.key.trial.validation.n_folds() > 0)
    };
    let view_of = move || {
        made().map(|curve| {
            let drawn = chart(&curve);
            let listed = rows(&curve);
            let name = curve.metric.title();
            let columns = vec![
                TableColumn::number("Rows learnt from"),
                TableColumn::number(format!("{name}, held out")),
                TableColumn::number(format!("{name}, rows learnt from")),
            ];
            view! {
                <ChartView chart=Signal::stored(drawn) name="learning" height=240.0/>
                <DataTable
                    caption="Learning curve"
                    testid="learning"
                    columns=Signal::stored(columns)
                    rows=Signal::stored(listed)
                />
                <p class="panel__note">
                    "Mean over folds; whiskers are ± one standard deviation on held-out rows. Both curves meet where more rows bring nothing; a wide gap says that the model \
                     knows its training rows by heart."
                </p>
            }
        })
    };
    view! {
        <Show when=has_folds>
            <Panel title="Learning curve" status=status actions=move || action(session)>
                {view_of}
            </Panel>
        </Show>
    }
}

fn action(session: Session) -> impl IntoView + use<> {
    let is_busy = Signal::derive(move || {
        session.jobs.is_running(Work::Learning) || session.jobs.are_fitting()
    });
    let run = move |_| evaluate::learn(session);
    view! {
        <Button icon=Glyph::Play disabled=is_busy testid="learning-run" on_click=run>"Draw it"</Button>
    }
}

/// The metric against rows, with whiskers of a standard deviation on held-out rows.
fn chart(curve: &LearningCurve) -> Chart {
    let name = curve.metric.title();
    let points = |value: &dyn Fn(&LearningPoint) -> Option<f64>| -> Vec<(f64, f64)> {
        let points = curve.points.iter();
        points
            .filter_map(|point| Some((point.rows, value(point)?)))
            .collect()
    };
    let series = |name: &str, points, style| Series {
        name: name.to_owned(),
        points,
        style,
    };
    let spread = curve.points.iter().filter_map(|point| {
        let held_out = point.held_out?;
        let (low, high) = (held_out.mean - held_out.std, held_out.mean + held_out.std);
        Some((point.rows, low, high))
    });
    Chart::Lines(Lines {
        title: format!("{name} by rows learnt from"),
        x: Axis::counted("Rows learnt from"),
        y: Axis::fitted(name),
        series: vec![
            series(
                "held out",
                points(&|point| Some(point.held_out?.mean)),
                LineStyle::LineAndDots,
            ),
            series(
                "rows learnt from",
                points(&|point| Some(point.learnt?.mean)),
                LineStyle::LineAndDots,
            ),
        ],
        guides: vec![Guide::Spread {
            points: spread.collect(),
            label: "± one standard deviation over folds".to_owned(),
        }],
    })
}

fn rows(curve: &LearningCurve) -> Vec<Row> {
    let cell = |estimate: Option<Estimate>| match estimate {
        Some(found) => Cell::number(
            found.mean,
            format!(
                "{} ± {}",
                curve.metric.text(found.mean),
                curve.metric.text(found.std)
            ),
        ),
        None => Cell::text("–"),
    };
    let row = |point: &LearningPoint| {
        Row::new(vec![
            Cell::number(point.rows, format::count(point.rows.round() as usize)),
            cell(point.held_out),
            cell(point.learnt),
        ])
    };
    curve.points.iter().map(row).collect()
}
