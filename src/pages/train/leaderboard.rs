//! Every result with every metric, best first.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::metrics::Metric;
use tabwright_engine::train::Algorithm;

use super::fold_dots::fold_dots;
use crate::components::{
    Badge, Banner, Button, Cell, DataTable, Glyph, Panel, Row, Status, TableColumn, Tone,
};
use crate::format;
use crate::parts::open_leaks;
use crate::state::commands::train;
use crate::state::{Session, TrialResult, Work, use_session};

/// The leaderboard, what is stale in it, and what failed.
#[component]
pub fn Leaderboard() -> impl IntoView {
    let session = use_session();
    let status = Signal::derive(move || match session.results.with(Vec::is_empty) {
        false => Status::Ready,
        true if session.jobs.is_running(Work::Training) => Status::Loading,
        true => Status::Empty(
            "No model is trained yet. Choose algorithms below and press Train.".to_owned(),
        ),
    });
    view! {
        {move || stale_banner(session)}
        {move || failures(session)}
        <Panel title="Leaderboard" status=status class="panel--flush">
            <Board/>
        </Panel>
    }
}

#[component]
fn Board() -> impl IntoView {
    let session = use_session();
    let ranked = Memo::new(move |_| Ranked::of(session));
    let is_leaky = Memo::new(move |_| !open_leaks(session).is_empty());
    view! {
        <DataTable
            caption="Leaderboard"
            testid="leaderboard"
            columns=Signal::derive(move || ranked.with(Ranked::columns))
            rows=Signal::derive(move || ranked.with(|ranked| ranked.rows(is_leaky.get())))
        />
        <p class="panel__note">
            "Mean over folds ± standard deviation, on rows that the model did not see. A dot is a fold, the line their mean; all models \
             share one scale. Fit time and size are those of the model on all rows."
        </p>
    }
}

/// Results, best first.
#[derive(Clone, Default)]
struct Ranked {
    results: Arc<Vec<(TrialResult, bool)>>,
    metrics: Vec<Metric>,
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        let key = |ranked: &Self| {
            let rows = ranked.results.iter();
            rows.map(|(result, stale)| (result.key.clone(), result.summary.clone(), *stale))
                .collect::<Vec<_>>()
        };
        key(self) == key(other)
    }
}

impl Ranked {
    fn of(session: Session) -> Self {
        let mut results: Vec<(TrialResult, bool)> = session.results.with(|results| {
            results
                .iter()
                .map(|result| (result.clone(), session.is_stale(result)))
                .collect()
        });
        results.sort_by(|(a, _), (b, _)| a.loss().total_cmp(&b.loss()));
        let metrics = results
            .first()
            .map_or_else(Vec::new, |(best, _)| best.summary.task.metrics());
        Self {
            results: Arc::new(results),
            metrics,
        }
    }

    fn columns(&self) -> Vec<TableColumn> {
        let metrics = self.metrics.iter().map(|metric| {
            let direction = metric.better().words();
            TableColumn::number(metric.title()).help(format!("{}: {direction}", metric.title()))
        });
        let mut columns = vec![TableColumn::text("Model")];
        columns.extend(metrics);
        columns.extend([
            TableColumn::text("Folds"),
            TableColumn::number("Fit time"),
            TableColumn::number("Size"),
            TableColumn::text("Note"),
        ]);
        columns
    }

    fn rows(&self, is_leaky: bool) -> Vec<Row> {
        let Some(&main) = self.metrics.first() else {
            return Vec::new();
        };
        let is_only_baseline = self
            .results
            .iter()
            .all(|(result, _)| result.key.trial.algorithm == Algorithm::Baseline);
        let shown = self.results.iter().filter(|(result, _)| {
            is_only_baseline || result.key.trial.algorithm != Algorithm::Baseline
        });
        let all = shown.flat_map(|(result, _)| fold_values(&result.summary.folds, main));
        let range = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
        let best = self.results.iter().position(|(_, stale)| !stale);
        let rows = self.results.iter().enumerate();
        rows.map(|(position, (result, stale))| {
            let best = (best == Some(position)).then_some(if is_leaky {
                Best::Leaky
            } else {
                Best::Sound
            });
            self.row(result, *stale, best, (main, range))
        })
        .collect()
    }

    fn row(
        &self,
        result: &TrialResult,
        stale: bool,
        best: Option<Best>,
        (main, range): (Metric, (f64, f64)),
    ) -> Row {
        let mut cells = vec![name_cell(result, stale, best)];
        for &metric in &self.metrics {
            cells.push(metric_cell(result, metric));
        }
        let values = fold_values(&result.summary.folds, main);
        cells.push(Cell::text("").view(move || fold_dots(main, &values, range)));
        let summary = &result.summary;
        cells.push(Cell::number(
            summary.fit_seconds,
            format::duration_ms(summary.fit_seconds * 1000.0),
        ));
        cells.push(Cell::number(
            summary.model_bytes as f64,
            format::bytes(summary.model_bytes as f64),
        ));
        cells.push(Cell::text(note(result)));
        let row = Row::new(cells).algorithm(result.key.id());
        match (stale, best.is_some()) {
            (true, _) => row.class("row--muted"),
            (false, true) => row.class("row--marked"),
            (false, false) => row,
        }
    }
}

/// What there is to say of the best model.
#[derive(Clone, Copy)]
enum Best {
    Sound,
    /// A column that gives the target away goes into it.
    Leaky,
}

fn name_cell(result: &TrialResult, stale: bool, best: Option<Best>) -> Cell {
    let title = result.key.title();
    Cell::text(title.clone()).view(move || {
        view! {
            <span class="model-name">
                {title.clone()}
                {best.map(|best| match best {
                    Best::Sound => view! { <Badge tone=Tone::Good>"best"</Badge> }.into_any(),
                    Best::Leaky => view! {
                        <Badge tone=Tone::Bad title="A column that gives the target away goes into it">"best by a leak?"</Badge>
                    }
                    .into_any(),
                })}
                {stale.then(|| view! { <Badge tone=Tone::Warning title="Settings have changed since">"stale"</Badge> })}
            </span>
        }
        .into_any()
    })
}

fn metric_cell(result: &TrialResult, metric: Metric) -> Cell {
    let Some(estimate) = result.estimate(metric) else {
        return Cell::text("–");
    };
    let mean = metric.text(estimate.mean);
    let spread = format!(" ± {}", metric.text(estimate.std));
    Cell::number(estimate.mean, mean.clone())
        .title(format!(
            "{} ± {}",
            format::exact(estimate.mean),
            format::exact(estimate.std)
        ))
        .metric(metric.key(), estimate.mean)
        .view(move || {
            view! {
                <span>{mean.clone()}</span>
                <span class="spread">{spread.clone()}</span>
            }
            .into_any()
        })
}

fn note(result: &TrialResult) -> String {
    let summary = &result.summary;
    // Each is a sentence or two: several would make a row of a table a page, and Evaluate has them above the coefficients.
    let mut notes: Vec<String> = match summary.warnings.len() {
        0 | 1 => summary.warnings.clone(),
        n => vec![format!("{n} remarks: see Evaluate")],
    };
    // That a fit came to its end is on Evaluate; that it did not, nobody may miss.
    let convergence = summary.report.convergence.iter();
    notes.extend(
        convergence
            .filter(|end| !end.is_reached())
            .map(ToString::to_string),
    );
    if result.key.is_tuned {
        notes.push(format!("best of {} trials", result.n_trials()));
    }
    notes.extend(result.summary.notes.iter().cloned());
    if result.summary.folds.is_empty() {
        notes.push("not tested: validation is off".to_owned());
    }
    notes.join("; ")
}

fn fold_values(folds: &[BTreeMap<String, f64>], metric: Metric) -> Vec<f64> {
    folds
        .iter()
        .filter_map(|fold| fold.get(metric.key()).copied())
        .collect()
}

fn stale_banner(session: Session) -> Option<AnyView> {
    let n_stale = session.results.with(|results| {
        let stale = results.iter().filter(|result| session.is_stale(result));
        stale.count()
    });
    if n_stale == 0 || session.jobs.are_fitting() {
        return None;
    }
    let sentence = format!(
        "{} out of date: table, target, recipe, parameters, validation or seed have changed since.",
        format::counted(n_stale, "result is", "results are")
    );
    let banner = view! {
        <Banner tone=Tone::Warning>
            <span class="banner__row">
                {sentence}
                <Button icon=Glyph::Refresh on_click=move |_| spawn_local(train::rerun_stale(session))>"Train them again"</Button>
            </span>
        </Banner>
    };
    Some(banner.into_any())
}

fn failures(session: Session) -> Option<AnyView> {
    let failures = session.models().failures.get();
    if failures.is_empty() {
        return None;
    }
    let items = failures.into_iter().map(|(algorithm, failure)| {
        view! { <li><strong>{algorithm.title()}</strong>": "{failure.message}</li> }
    });
    let banner = view! {
        <Banner tone=Tone::Bad>
            <p>"Not trained in the last run; the others are kept:"</p>
            <ul class="failures">{items.collect_view()}</ul>
        </Banner>
    };
    Some(banner.into_any())
}
