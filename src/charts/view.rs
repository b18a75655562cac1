//! A chart with everything that a reader may ask of it.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use tabwright_chart::{Chart, Part, PlotArea, Target};

use super::surface::{on_width, paint, pixel_ratio};
use super::theme::{chart_theme, is_dark};
use crate::browser::frames::draw_soon;

/// A chart on a canvas. The pointer, or the arrow keys, show what lies under them; a table says the same in text.
#[component]
pub fn ChartView(
    /// What to show.
    #[prop(into)]
    chart: Signal<Chart>,
    /// The hook for automation is `chart-<name>`.
    #[prop(into)]
    name: String,
    /// CSS pixels.
    #[prop(into, default = Signal::stored(240.0))]
    height: Signal<f64>,
    /// Hears what was chosen, by dragging over marks or by Shift and the arrow keys; nothing when the choice is taken back.
    /// Where it is absent nothing can be chosen.
    #[prop(optional, into)]
    on_brush: Option<UnsyncCallback<Vec<Part>>>,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let width = RwSignal::new(0.0_f64);
    let plot = RwSignal::new(PlotArea::default());
    let active = RwSignal::new(None::<usize>);
    let problem = RwSignal::new(None::<String>);
    let brush = Brush::new(plot, on_brush);
    Effect::new(move || {
        if let Some(frame) = frame.get() {
            on_width(&frame, move |now| {
                let _ = width.try_set(now);
            });
        }
    });
    redraw(chart, canvas, (width, height), plot, problem);
    Effect::new(move || {
        chart.track();
        active.set(None);
        brush.clear();
    });
    let target = Signal::derive(move || {
        let index = active.get()?;
        plot.with(|plot| plot.targets.get(index).cloned())
    });
    view! {
        <figure class="chart" data-testid=format!("chart-{name}")>
            <div class="chart__frame" node_ref=frame style:height=move || format!("{}px", height.get())>
                <canvas
                    node_ref=canvas
                    class="chart__canvas"
                    role="group"
                    aria-roledescription="chart"
                    aria-description=if brush.hears.is_some() { "Arrow keys go from mark to mark, with Shift they choose." } else { "Arrow keys go from mark to mark." }
                    tabindex="0"
                    aria-label=move || chart.with(Chart::summary)
                    on:pointermove=move |event| {
                        let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
                        let hit = plot.with_untracked(|plot| plot.hit_index(at.0, at.1));
                        if active.get_untracked() != hit {
                            active.set(hit);
                        }
                        if event.buttons() & 1 == 1 {
                            brush.reach(hit);
                        }
                    }
                    on:pointerdown=move |event| {
                        let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
                        brush.begin(plot.with_untracked(|plot| plot.hit_index(at.0, at.1)));
                        // A drag that ends beside the chart ends here too.
                        if let Some(canvas) = canvas.get_untracked().filter(|_| brush.hears.is_some()) {
                            let _ = canvas.set_pointer_capture(event.pointer_id());
                        }
                    }
                    on:lostpointercapture=move |_| brush.tell()
                    on:pointerleave=move |_| active.set(None)
                    on:blur=move |_| active.set(None)
                    on:keydown=move |event| walk(&event, plot, active, brush)
                ></canvas>
                {move || brush.range().and_then(|(first, last)| plot.with(|plot| plot.span(first, last))).map(shade)}
                {move || target.get().map(|target| tip(target, width.get()))}
            </div>
            {move || problem.get().map(|problem| view! { <p class="chart__problem">{problem}</p> })}
            <Table chart=chart/>
        </figure>
    }
}

/// Draws whenever the chart, the size or the theme changes.
fn redraw(
    chart: Signal<Chart>,
    canvas: NodeRef<html::Canvas>,
    (width, height): (RwSignal<f64>, Signal<f64>),
    plot: RwSignal<PlotArea>,
    problem: RwSignal<Option<String>>,
) {
    let is_dark = is_dark();
    Effect::new(move || {
        chart.track();
        let (size, is_dark) = ((width.get(), height.get()), is_dark.get());
        let Some(canvas) = canvas.get().filter(|_| size.0 >= 1.0) else {
            return;
        };
        draw_soon(move || {
            let theme = chart_theme(is_dark, pixel_ratio());
            // The component may be gone by the time of the frame.
            let drawn = chart.try_with_untracked(|chart| paint(&canvas, chart, &theme, size));
            match drawn {
                Some(Ok(area)) => {
                    plot.try_set(area);
                    problem.try_update(Option::take);
                }
                Some(Err(error)) => drop(problem.try_set(Some(error.to_string()))),
                None => {}
            }
        });
    });
}

/// A run of marks that is chosen.
#[derive(Clone, Copy)]
struct Brush {
    plot: RwSignal<PlotArea>,
    /// Where it began, and where it has come to.
    ends: RwSignal<Option<(usize, usize)>>,
    hears: Option<UnsyncCallback<Vec<Part>>>,
}

impl Brush {
    fn new(plot: RwSignal<PlotArea>, hears: Option<UnsyncCallback<Vec<Part>>>) -> Self {
        Self {
            plot,
            ends: RwSignal::new(None),
            hears,
        }
    }

    fn begin(self, at: Option<usize>) {
        if self.hears.is_some() {
            self.ends.set(at.map(|at| (at, at)));
        }
    }

    fn reach(self, at: Option<usize>) {
        if let (Some((from, to)), Some(at)) = (self.ends.get_untracked(), at)
            && to != at
        {
            self.ends.set(Some((from, at)));
        }
    }

    /// First and last; tracked.
    fn range(self) -> Option<(usize, usize)> {
        let (from, to) = self.ends.get()?;
        Some((from.min(to), from.max(to)))
    }

    fn tell(self) {
        let Some(hears) = self.hears else { return };
        let range = untrack(move || self.range());
        hears.run(self.plot.with_untracked(|plot| {
            let chosen = range.and_then(|(first, last)| plot.targets.get(first..=last));
            let parts = chosen.unwrap_or_default().iter();
            parts.map(|target| target.part).collect()
        }));
    }

    fn clear(self) {
        if self.ends.get_untracked().is_some() {
            self.ends.set(None);
            self.tell();
        }
    }
}

/// What is chosen, shaded.
fn shade([left, top, right, bottom]: [f64; 4]) -> impl IntoView {
    view! {
        <div
            class="chart__brush"
            aria-hidden="true"
            style:left=format!("{left}px")
            style:top=format!("{top}px")
            style:width=format!("{}px", right - left)
            style:height=format!("{}px", bottom - top)
        ></div>
    }
}

/// Arrow keys go from mark to mark; with Shift they choose those that they pass.
fn walk(
    event: &KeyboardEvent,
    plot: RwSignal<PlotArea>,
    active: RwSignal<Option<usize>>,
    brush: Brush,
) {
    let n = plot.with_untracked(|plot| plot.targets.len());
    if n == 0 {
        return;
    }
    let now = active.get_untracked();
    let next = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => Some(now.map_or(0, |index| (index + 1).min(n - 1))),
        "ArrowLeft" | "ArrowUp" => Some(now.map_or(n - 1, |index| index.saturating_sub(1))),
        "Home" => Some(0),
        "End" => Some(n - 1),
        "Escape" if now.is_some() || untrack(move || brush.range()).is_some() => None,
        _ => return,
    };
    event.prevent_default();
    if !event.shift_key() {
        brush.clear();
    } else if brush.hears.is_some() {
        if untrack(move || brush.range()).is_none() {
            brush.begin(now.or(next));
        }
        brush.reach(next);
        brush.tell();
    }
    active.set(next);
}

/// What is pointed at; left of the place where there is no room right of it.
fn tip(target: Target, width: f64) -> impl IntoView {
    let (x, y) = target.anchor;
    let is_right = x > width * 0.55;
    let lines = target.tip.lines.into_iter();
    view! {
        <div class="chart__pin" aria-hidden="true" style:left=format!("{x}px") style:top=format!("{y}px")></div>
        <div
            class="chart__tip"
            class:chart__tip--left=is_right
            role="status"
            style:left=format!("{x}px")
            style:top=format!("{}px", y.max(0.0))
        >
            <strong>{target.tip.title}</strong>
            {lines
                .map(|(name, value)| view! { <span class="chart__tip-line"><span>{name}</span><b>{value}</b></span> })
                .collect_view()}
        </div>
    }
}

/// The chart's values; made when it is opened.
#[component]
fn Table(chart: Signal<Chart>) -> impl IntoView {
    let open = RwSignal::new(false);
    let table = move || {
        let table = chart.with(Chart::table);
        let label = chart.with(Chart::summary);
        let cells = |row: Vec<String>| {
            let mut cells = row.into_iter();
            let first = cells
                .next()
                .map(|text| view! { <th scope="row">{text}</th> });
            view! { <tr>{first}{cells.map(|text| view! { <td class="num">{text}</td> }).collect_view()}</tr> }
        };
        let more = (table.n_more > 0).then(|| {
            view! { <p class="chart__more">{format!("and {} more rows", crate::format::count(table.n_more))}</p> }
        });
        view! {
            <div class="table-scroll chart__table" tabindex="0" role="region" aria-label=label>
                <table class="table">
                    <thead>
                        <tr>{table.headers.into_iter().map(|text| view! { <th scope="col">{text}</th> }).collect_view()}</tr>
                    </thead>
                    <tbody>{table.rows.into_iter().map(cells).collect_view()}</tbody>
                </table>
                {more}
            </div>
        }
    };
    view! {
        <details
            class="chart__details"
            on:toggle=move |_| open.update(|open| *open = !*open)
        >
            <summary>"Show as table"</summary>
            <Show when=move || open.get()>{table}</Show>
        </details>
    }
}
