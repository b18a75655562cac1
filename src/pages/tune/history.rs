//! What the search has found so far.

use std::collections::BTreeMap;

use leptos::prelude::*;
use tabwright_chart::{Axis, Chart, LineStyle, Lines, Series};
use tabwright_engine::metrics::{Better, Estimate, Metric, mean_std};
use tabwright_engine::model::{OuterFold, Tuned};
use tabwright_engine::train::{Algorithm, State};

use super::Plan;
use crate::charts::ChartView;
use crate::components::{
    Badge, Banner, Cell, DataTable, Panel, Row, Stat, Status, TableColumn, Tone,
};
use crate::format;
use crate::state::commands::tune;
use crate::state::{Session, Work, use_session};
use tabwright_workbench::keys::ResultKey;
use tabwright_workbench::trials::{Shown, best_so_far, of_records, of_search, ranked, value_text};

/// Trials of the chosen algorithm: those of the search that runs, else those of the result that is kept.
#[derive(Clone, PartialEq, Default)]
struct Found {
    algorithm: Option<Algorithm>,
    /// The metric that they are compared by; absent where there is no target, and so no trial.
    metric: Option<Metric>,
    trials: Vec<Shown>,
    /// How good the search itself is, where that was asked for.
    nested: Option<String>,
    is_stale: bool,
}

impl Found {
    fn title(&self) -> &'static str {
        self.metric.map_or("", Metric::title)
    }

    fn better(&self) -> Better {
        self.metric.map_or(Better::Higher, Metric::better)
    }

    /// `0.871 ± 0.012`.
    fn text(&self, estimate: Estimate) -> String {
        let text = |value| {
            self.metric
                .map_or_else(String::new, |metric| metric.text(value))
        };
        format!("{} ± {}", text(estimate.mean), text(estimate.std))
    }
}

/// Verdict, plot and table of the trials.
#[component]
pub fn History(plan: Plan) -> impl IntoView {
    let session = use_session();
    let found = Memo::new(move |_| found(session, plan.algorithm.get()));
    let status = Signal::derive(move || match found.with(|found| found.trials.is_empty()) {
        false => Status::Ready,
        true if session.jobs.is_running(Work::Tuning) => Status::Loading,
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
            "This search is out of date: target, recipe, validation or seed have changed since. Run it again."
        </Banner>
    }
}

fn found(session: Session, algorithm: Algorithm) -> Found {
    let Some(info) = session.target_info() else {
        return Found::default();
    };
    let metric = info.task.main_metric();
    let under_way = tune::unfinished(session)
        .filter(|search| search.algorithm() == algorithm && !search.tuner.kept().is_empty());
    let running = under_way.map(|search| of_search(&search.tuner.search().standings(), metric));
    let kept = session.result(&ResultKey::tuned_id(algorithm));
    let is_stale =
        running.is_none() && kept.as_ref().is_some_and(|result| session.is_stale(result));
    let tuned = kept.and_then(|result| result.tuned);
    let nested = tuned
        .as_ref()
        .filter(|_| running.is_none())
        .and_then(|tuned| nested_text(tuned, metric));
    let trials = running
        .or_else(|| tuned.map(|tuned| of_records(&tuned.trials, metric)))
        .unwrap_or_default();
    Found {
        algorithm: Some(algorithm),
        metric: Some(metric),
        trials,
        nested,
        is_stale,
    }
}

/// How good the search itself is, beside what it thought.
fn nested_text(tuned: &Tuned, metric: Metric) -> Option<String> {
    let nested = tuned.nested.as_ref()?;
    let estimate = |pick: fn(&OuterFold) -> &BTreeMap<String, f64>| {
        let folds = nested.folds.iter();
        let values = folds.filter_map(|fold| pick(fold).get(metric.key()).copied());
        mean_std(&values.collect::<Vec<f64>>())
    };
    let outer = estimate(|fold| &fold.metrics)?;
    let inner = estimate(|fold| &fold.inner)?;
    Some(format!(
        "Validated as a whole, in {}: the search reaches {} {} ± {} on rows that no trial saw; it thought {}.",
        nested.validation,
        metric.title(),
        metric.text(outer.mean),
        metric.text(outer.std),
        metric.text(inner.mean)
    ))
}

#[component]
fn Verdict(found: Memo<Found>) -> impl IntoView {
    let text = |pick: fn(&Found) -> Option<Shown>| {
        Signal::derive(move || {
            found.with(|found| {
                pick(found).map_or_else(|| "–".to_owned(), |trial| found.text(trial.estimate))
            })
        })
    };
    let best = text(|found| {
        ranked(found.trials.clone(), found.better())
            .into_iter()
            .find(Shown::is_complete)
    });
    let defaults = text(|found| found.trials.iter().find(|trial| trial.number == 1).cloned());
    let n = Signal::derive(move || {
        found.with(|found| {
            format::count(
                found
                    .trials
                    .iter()
                    .filter(|trial| trial.is_complete())
                    .count(),
            )
        })
    });
    let name = move |before: &'static str, after: &'static str| {
        Signal::derive(move || found.with(|found| format!("{before}{}{after}", found.title())))
    };
    view! {
        <div class="stats trials__stats">
            <Stat label=name("Best ", "") value=best/>
            <Stat label=name("", " of the defaults") value=defaults/>
            <Stat label="Trials complete" value=n/>
        </div>
        {move || {
            let nested = found.with(|found| found.nested.clone());
            nested.map(|text| view! { <p class="trials__nested" data-testid="tune-nested-score">{text}</p> })
        }}
    }
}

fn chart(found: &Found) -> Chart {
    let name = found.title();
    let points = |state: State| -> Vec<(f64, f64)> {
        let trials = found.trials.iter().filter(|trial| trial.state == state);
        trials
            .map(|trial| (trial.number as f64, trial.estimate.mean))
            .collect()
    };
    let dots = |name: &str, points| Series {
        name: name.to_owned(),
        points,
        style: LineStyle::Dots,
    };
    let mut series = vec![
        Series {
            name: "best so far".to_owned(),
            points: best_so_far(&found.trials, found.better()),
            style: LineStyle::Line,
        },
        dots("trial", points(State::Complete)),
    ];
    let stopped = points(State::Stopped);
    if !stopped.is_empty() {
        series.push(dots("stopped early", stopped));
    }
    Chart::Lines(Lines {
        title: format!("{name} by trial"),
        x: Axis::counted("Trial"),
        y: Axis::fitted(format!("{name}, mean over folds")),
        series,
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
        TableColumn::number(found.title()),
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
    let trials = ranked(found.trials.clone(), found.better())
        .into_iter()
        .enumerate();
    trials
        .map(|(position, trial)| {
            let is_best = position == 0 && trial.is_complete();
            let mut cells = vec![trial_cell(&trial, is_best), value_cell(found, &trial)];
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
    let state = match trial.state {
        State::Complete => None,
        State::Open => Some("running".to_owned()),
        State::Stopped => Some(format!("stopped at {}", format::percent(trial.share))),
    };
    Cell::number(number as f64, number.to_string()).view(move || {
        view! {
            <span class="model-name">
                {number}
                {(number == 1).then(|| view! { <Badge>"defaults"</Badge> })}
                {is_best.then(|| view! { <Badge tone=Tone::Good>"best"</Badge> })}
                {state.clone().map(|state| view! { <Badge>{state}</Badge> })}
            </span>
        }
        .into_any()
    })
}

fn value_cell(found: &Found, trial: &Shown) -> Cell {
    let estimate = trial.estimate;
    let cell = Cell::number(estimate.mean, found.text(estimate));
    match found.metric {
        Some(metric) => cell.metric(metric.key(), estimate.mean),
        None => cell,
    }
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
