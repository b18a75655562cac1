//! A dot for each fold on a line that all models share.

use leptos::prelude::*;
use tabwright_engine::metrics::Metric;

const WIDTH: f64 = 96.0;
const HEIGHT: f64 = 16.0;
const MARGIN: f64 = 4.0;

/// The folds' values of one model; `range` is that of all models but the baseline, which would press the others together.
pub fn fold_dots(metric: Metric, values: &[f64], range: (f64, f64)) -> AnyView {
    let (low, high) = range;
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    if !(low..=high).contains(&mean) {
        return view! { <span class="fold-dots__off">"off this scale"</span> }.into_any();
    }
    // Folds that all agree stand in the middle.
    let x = |value: f64| {
        let share = if high > low {
            (value - low) / (high - low)
        } else {
            0.5
        };
        MARGIN + share * (WIDTH - 2.0 * MARGIN)
    };
    let dot = |&value: &f64| {
        view! { <circle class="fold-dots__dot" cx=format!("{:.2}", x(value)) cy=HEIGHT / 2.0 r="2.5"></circle> }
    };
    let texts: Vec<String> = values.iter().map(|&value| metric.text(value)).collect();
    let label = format!("{} by fold: {}", metric.title(), texts.join(", "));
    view! {
        <svg class="fold-dots" width=WIDTH height=HEIGHT viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>
            <line class="fold-dots__axis" x1="0" x2=WIDTH y1=HEIGHT / 2.0 y2=HEIGHT / 2.0></line>
            {values.iter().filter(|value| (low..=high).contains(*value)).map(dot).collect_view()}
            <line class="fold-dots__mean" x1=format!("{:.2}", x(mean)) x2=format!("{:.2}", x(mean)) y1="2" y2=HEIGHT - 2.0></line>
        </svg>
    }
    .into_any()
}
