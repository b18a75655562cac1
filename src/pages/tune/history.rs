//! What the search has found so far.

use leptos::prelude::*;
use tabwright_chart::{Axis, Chart, LineStyle, Lines, Series};
use tabwright_engine::main_metric;
use tabwright_engine::train::Algorithm;

use super::Plan;
use super::trials::{Shown, best_so_far, of_records, of_search, ranked, value_text};
use crate::charts::ChartView;
use crate::components::{
    Badge, Banner, Cell, DataTable, Panel, Row, Stat, Status, TableColumn, Tone,
};
use crate::format;
use crate::state::commands::tune;
use crate::state::{Session, TrialResult, use_session};

/// Trials of the chosen algorithm: those of the search that runs, else those of the result that is kept.
#[derive(Clone, PartialEq, Default)]
struct Found {
    algorithm: Option<Algorithm>,
    metric: &'static str,
    more_is_better: bool,
    trials: Vec<Shown>,
    is_stale: bool,
}

/// Verdict, plot and table of the trials.
#[component]
pub fn History(plan: Plan) -> impl IntoView {
    let session = use_session();
    let found = Memo::new(move |_| found(session, plan.algorithm.get()));
    let status = Signal::derive(move || match found.with(|found| found.trials.is_empty()) {
        false => Status::Ready,
        true if session.jobs.is_running(tune::TUNING) => Status::Loading,
        true => Status::Empty("No search was run for this algorithm yet.".to_owned()),
    });
    let chart = Signal::derive(move || found.with(chart));
    view! {
        {move || found.with(|found| found.is_stale).then(stale)}
        <Panel title="Trials" status=status>
            <Verdict found/>
            <ChartView chart=chart name="trials" height=220.0/>
            <DataTable
                caption="Trials, best first"
                testid="trials"
                columns=Signal::derive(move || found.with(columns))
                rows=Signal::derive(move || found.with(rows))
            />
        </Panel>
    }
}

fn stale() -> impl IntoView {
    view! {
        <Banner tone=Tone::Warning>
            "This search is out of date: target, recipe, folds or seed have changed since. Run it again."
        </Banner>
    }
}

fn found(session: Session, algorithm: Algorithm) -> Found {
    let Some(info) = session.target_info() else {
        return Found::default();
    };
    let (metric, more_is_better) = main_metric(&info.task);
    let folds = session.project.with(|project| project.folds as usize);
    let running = session.models().search.with(|search| {
        search
            .as_ref()
            .filter(|search| search.algorithm == algorithm)
            .map(|search| of_search(search, folds, metric))
    });
    let kept = session.result(&TrialResult::tuned_id(algorithm.name()));
    let is_stale = running.is_none()
        && kept
            .as_ref()
            .is_some_and(|result| session.project.with(|project| result.is_stale(project)));
    let trials = running
        .or_else(|| kept.map(|result| of_records(&result.trials, metric)))
        .unwrap_or_default();
    Found {
        algorithm: Some(algorithm),
        metric,
        more_is_better,
        trials,
        is_stale,
    }
}

#[component]
fn Verdict(found: Memo<Found>) -> impl IntoView {
    let text = |pick: fn(&Found) -> Option<Shown>| {
        Signal::derive(move || {
            found.with(|found| {
                pick(found).map_or_else(
                    || "–".to_owned(),
                    |trial| {
                        format!(
                            "{} ± {}",
                            format::metric(found.metric, trial.estimate.mean),
                            format::metric(found.metric, trial.estimate.std)
                        )
                    },
                )
            })
        })
    };
    let best = text(|found| {
        ranked(found.trials.clone(), found.more_is_better)
            .into_iter()
            .find(|trial| !trial.is_partial)
    });
    let defaults = text(|found| found.trials.iter().find(|trial| trial.number == 1).cloned());
    let n = Signal::derive(move || {
        found.with(|found| {
            format::count(
                found
                    .trials
                    .iter()
                    .filter(|trial| !trial.is_partial)
                    .count(),
            )
        })
    });
    let name = move |before: &'static str, after: &'static str| {
        Signal::derive(move || {
            found.with(|found| format!("{before}{}{after}", format::metric_name(found.metric)))
        })
    };
    view! {
        <div class="stats trials__stats">
            <Stat label=name("Best ", "") value=best/>
            <Stat label=name("", " of the defaults") value=defaults/>
            <Stat label="Trials complete" value=n/>
        </div>
    }
}

fn chart(found: &Found) -> Chart {
    let complete = found.trials.iter().filter(|trial| !trial.is_partial);
    let name = format::metric_name(found.metric);
    Chart::Lines(Lines {
        title: format!("{name} by trial"),
        x: Axis::fitted("Trial"),
        y: Axis::fitted(format!("{name}, mean over folds")),
        series: vec![
            Series {
                name: "best so far".to_owned(),
                points: best_so_far(&found.trials, found.more_is_better),
                style: LineStyle::Line,
            },
            Series {
                name: "trial".to_owned(),
                points: complete
                    .map(|trial| (trial.number as f64, trial.estimate.mean))
                    .collect(),
                style: LineStyle::Dots,
            },
        ],
        guides: Vec::new(),
    })
}

/// The parameters that differ between trials, with their labels.
fn varied(found: &Found) -> Vec<(&'static str, &'static str)> {
    let Some(algorithm) = found.algorithm else {
        return Vec::new();
    };
    let specs = algorithm.params().iter();
    specs
        .filter(|spec| {
            found
                .trials
                .iter()
                .any(|trial| trial.params.contains_key(spec.name))
        })
        .map(|spec| (spec.name, spec.label))
        .collect()
}

fn columns(found: &Found) -> Vec<TableColumn> {
    let mut columns = vec![
        TableColumn::text("Trial"),
        TableColumn::number(format::metric_name(found.metric)),
    ];
    columns.extend(
        varied(found)
            .into_iter()
            .map(|(_, label)| TableColumn::number(label)),
    );
    columns
}

fn rows(found: &Found) -> Vec<Row> {
    let varied = varied(found);
    let trials = ranked(found.trials.clone(), found.more_is_better)
        .into_iter()
        .enumerate();
    trials
        .map(|(position, trial)| {
            let is_best = position == 0 && !trial.is_partial;
            let mut cells = vec![
                trial_cell(&trial, is_best),
                value_cell(found.metric, &trial),
            ];
            cells.extend(
                varied
                    .iter()
                    .map(|(name, _)| param_cell(found, &trial, name)),
            );
            let row = Row::new(cells);
            if is_best {
                row.class("row--marked")
            } else {
                row
            }
        })
        .collect()
}

fn trial_cell(trial: &Shown, is_best: bool) -> Cell {
    let number = trial.number;
    let is_partial = trial.is_partial;
    Cell::number(number as f64, number.to_string()).view(move || {
        view! {
            <span class="model-name">
                {number}
                {(number == 1).then(|| view! { <Badge>"defaults"</Badge> })}
                {is_best.then(|| view! { <Badge tone=Tone::Good>"best"</Badge> })}
                {is_partial.then(|| view! { <Badge>"running"</Badge> })}
            </span>
        }
        .into_any()
    })
}

fn value_cell(metric: &'static str, trial: &Shown) -> Cell {
    let estimate = trial.estimate;
    let text = format!(
        "{} ± {}",
        format::metric(metric, estimate.mean),
        format::metric(metric, estimate.std)
    );
    Cell::number(estimate.mean, text).metric(metric, estimate.mean)
}

/// A parameter that a trial does not name has its default.
fn param_cell(found: &Found, trial: &Shown, name: &str) -> Cell {
    if let Some(value) = trial.params.get(name) {
        return Cell::text(value_text(value));
    }
    let spec = found
        .algorithm
        .and_then(|algorithm| algorithm.params().iter().find(|spec| spec.name == name));
    Cell::text(spec.map_or_else(String::new, |spec| value_text(&spec.default_value())))
}
