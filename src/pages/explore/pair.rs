//! Two columns against each other, as the picture that fits their kinds.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_chart::Chart;
use tabwright_engine::table::profile::{Pair, PairView};
use tabwright_engine::table::{Kind, Profile};

use crate::charts::ChartView;
use crate::components::{Field, Panel, Select, Status};
use crate::format;
use crate::state::commands::explore;
use crate::state::{Loadable, Session, use_session};

const HEIGHT: f64 = 380.0;
/// The value of the choices that stands for "no column".
const NONE: &str = "";

/// What is chosen, and what came of it.
#[derive(Clone, Copy)]
struct Choice {
    x: RwSignal<String>,
    y: RwSignal<String>,
    colour: RwSignal<String>,
    dense: RwSignal<bool>,
    state: RwSignal<Loadable<Pair>>,
}

impl Choice {
    /// Begins with what tells most, and asks again whenever a column is chosen.
    fn new(session: Session, profile: &Profile) -> Self {
        let (first, second) = most_telling(profile);
        let choice = Self {
            x: RwSignal::new(first),
            y: RwSignal::new(second),
            colour: RwSignal::new(profile.target.clone().unwrap_or_default()),
            dense: RwSignal::new(false),
            state: RwSignal::new(Loadable::Loading),
        };
        let Self {
            x,
            y,
            colour,
            state,
            ..
        } = choice;
        Effect::new(move || {
            let asked = (x.get(), y.get(), colour.get());
            spawn_local(async move {
                let (a, b, group) = asked.clone();
                let group = Some(group).filter(|name| name != NONE);
                let outcome = explore::pair(session, a, b, group).await;
                let now = (
                    x.try_get_untracked(),
                    y.try_get_untracked(),
                    colour.try_get_untracked(),
                );
                // What was chosen meanwhile has asked for itself, and the page may be gone.
                if now == (Some(asked.0), Some(asked.1), Some(asked.2)) {
                    state.set(match outcome {
                        Ok(pair) => Loadable::Ready(Arc::new(pair)),
                        Err(failure) => Loadable::Failed(failure),
                    });
                }
            });
        });
        choice
    }

    fn pair(self) -> Option<Arc<Pair>> {
        self.state.with(|state| state.ready().cloned())
    }

    /// The picture; tracked.
    fn chart(self, profile: &Profile) -> Option<Chart> {
        let pair = self.pair()?;
        let n_groups = pair.groups.len();
        let ordered = pair.group.as_ref().is_some_and(|name| {
            profile.columns.iter().any(|column| {
                column.name == *name && column.kind.is_number() && column.n_distinct > n_groups
            })
        });
        let density = self
            .dense
            .get()
            .then(|| tabwright_chart::density(&pair))
            .flatten();
        Some(density.unwrap_or_else(|| tabwright_chart::pair(&pair, ordered)))
    }
}

/// The two columns, what colours them, and the picture.
#[component]
pub fn TwoColumns(profile: Arc<Profile>) -> impl IntoView {
    let session = use_session();
    let choice = Choice::new(session, &profile);
    let columns = options(&profile);
    let chart = Signal::derive(move || choice.chart(&profile));
    let status = Signal::derive(
        move || match choice.state.with(|state| Status::of(state, "")) {
            // A new choice replaces the picture when it is there: the old one stays until then.
            Status::Loading if chart.with(Option::is_some) => Status::Ready,
            status => status,
        },
    );
    let body = move || match status.get() {
        Status::Ready => chart_or_nothing(chart),
        Status::Failed(why) => view! { <p class="panel__failed">{why}</p> }.into_any(),
        _ => view! { <div style:height=format!("{HEIGHT}px")></div> }.into_any(),
    };
    view! {
        <Panel title="Two columns" testid="two-columns">
            <Choices choice columns=columns.clone()/>
            <p class="pair__words" role="status">{move || choice.pair().map(|pair| words(&pair))}</p>
            {body}
        </Panel>
    }
}

/// The columns that can be drawn: value and label.
fn options(profile: &Profile) -> Vec<(String, String)> {
    profile
        .columns
        .iter()
        .filter(|column| !matches!(column.kind, Kind::Text | Kind::Identifier))
        .map(|column| {
            let label = format!("{} · {}", column.name, column.kind.name());
            (column.name.clone(), label)
        })
        .collect()
}

#[component]
fn Choices(choice: Choice, columns: Vec<(String, String)>) -> impl IntoView {
    let Choice {
        x,
        y,
        colour,
        dense,
        ..
    } = choice;
    let mut colours = vec![(NONE.to_owned(), "nothing".to_owned())];
    colours.extend(columns.clone());
    let (columns, colours) = (Signal::stored(columns), Signal::stored(colours));
    let forms = Signal::stored(
        [("points", "points"), ("density", "density of all rows")]
            .map(|(value, label)| (value.to_owned(), label.to_owned()))
            .to_vec(),
    );
    let form = Signal::derive(move || if dense.get() { "density" } else { "points" }.to_owned());
    let can_be_dense = move || {
        choice
            .pair()
            .is_some_and(|pair| matches!(pair.view, PairView::Points(_)))
    };
    view! {
        <div class="pair__choice">
            <Field label="Across">
                <Select options=columns value=x on_change=move |name| x.set(name) testid="pair-x"/>
            </Field>
            <Field label="Up">
                <Select options=columns value=y on_change=move |name| y.set(name) testid="pair-y"/>
            </Field>
            <Field label="Colour">
                <Select options=colours value=colour on_change=move |name| colour.set(name) testid="pair-colour"/>
            </Field>
            <Show when=can_be_dense>
                <Field label="Drawn as">
                    <Select
                        options=forms
                        value=form
                        on_change=move |form: String| dense.set(form == "density")
                        testid="pair-form"
                    />
                </Field>
            </Show>
        </div>
    }
}

/// CSS pixels of the picture: a few bars or boxes need less.
fn height(chart: &Chart) -> f64 {
    match chart {
        Chart::Bars(bars) => (40.0 + 26.0 * bars.levels.len() as f64).clamp(100.0, HEIGHT),
        Chart::Boxes(boxes) => (80.0 + 30.0 * boxes.boxes.len() as f64).clamp(140.0, HEIGHT),
        _ => HEIGHT,
    }
}

fn chart_or_nothing(chart: Signal<Option<Chart>>) -> AnyView {
    if chart.with_untracked(Option::is_none) {
        return ().into_any();
    }
    // The component stays while its chart changes: no flicker.
    let shown = Signal::derive(move || {
        chart.get().unwrap_or_else(|| {
            Chart::Ranking(tabwright_chart::Ranking {
                title: String::new(),
                label: String::new(),
                rows: Vec::new(),
            })
        })
    });
    let height = Signal::derive(move || shown.with(height));
    view! { <ChartView chart=shown name="pair" height/> }.into_any()
}

/// The column that goes most closely with the target, and the target; without one the first two.
fn most_telling(profile: &Profile) -> (String, String) {
    let shown = || {
        profile
            .columns
            .iter()
            .filter(|column| !matches!(column.kind, Kind::Text | Kind::Identifier))
    };
    let leaks: Vec<&String> = profile
        .alerts
        .iter()
        .filter(|alert| alert.rule == tabwright_engine::table::profile::AlertRule::Leak)
        .flat_map(|alert| &alert.columns)
        .collect();
    let best = shown()
        .filter(|column| !leaks.contains(&&column.name))
        .filter_map(|column| Some((column, column.target_association?)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(column, _)| column.name.clone());
    let mut names = shown().map(|column| column.name.clone());
    match (best, &profile.target) {
        (Some(best), Some(target)) => (best, target.clone()),
        _ => (
            names.next().unwrap_or_default(),
            names.next().unwrap_or_default(),
        ),
    }
}

/// How closely they go together, and which rows are not on the picture.
fn words(pair: &Pair) -> String {
    let measure = pair.measure.name();
    let line = match &pair.view {
        PairView::Points(points) => points.line.as_ref(),
        PairView::Boxes(_) | PairView::Counts(_) => None,
    };
    let explained = line.map_or_else(String::new, |line| {
        let share = format::percent(line.pearson * line.pearson);
        let whose = match &pair.group {
            Some(_) => "one straight line through all of them",
            None => "the straight line",
        };
        format!("; {whose} explains {share} of the variance")
    });
    let left_out = match pair.n_rows - pair.n_used {
        0 => String::new(),
        n => format!(
            "; {} without a value of one of them left out",
            format::counted(n, "row", "rows")
        ),
    };
    let strength = format::fixed(pair.association, 2);
    let rows = if pair.n_ranked < pair.n_used {
        let (some, all) = (pair.n_ranked as u64, pair.n_used as u64);
        let (some, all) = (format::count(some), format::count(all));
        format!("{some} of {all} rows, evenly spaced")
    } else {
        format::counted(pair.n_used, "row", "rows")
    };
    let not_drawn = pair.not_drawn();
    let not_drawn = not_drawn.map_or_else(String::new, |rows| format!("; {rows}"));
    format!("{measure} {strength} on {rows}{explained}{left_out}{not_drawn}.")
}
