//! Distributions in a word's height: inline pictures for headings and table cells.

use leptos::prelude::*;
use tabwright_engine::table::profile::{ColumnProfile, Distribution};

const WIDTH: f64 = 72.0;
const HEIGHT: f64 = 20.0;
/// More bars than this are thinner than a pixel.
const MOST_BARS: usize = 36;

/// A column's distribution: bins or levels, and missing values as a bar of their own at the right.
#[component]
pub fn Spark(
    /// The column.
    column: ColumnProfile,
) -> impl IntoView {
    let missing = column.n_missing as u64;
    let counts = bars(&column.distribution);
    let highest = counts
        .iter()
        .copied()
        .chain([missing])
        .max()
        .unwrap_or(0)
        .max(1) as f64;
    let n_slots = counts.len() + if missing > 0 { 2 } else { 0 };
    let pitch = (WIDTH / n_slots.max(1) as f64).min(12.0);
    let rect = |slot: usize, count: u64, class: &'static str| {
        let height = if count == 0 {
            0.0
        } else {
            (count as f64 / highest * HEIGHT).max(1.0)
        };
        view! {
            <rect
                class=class
                x=format!("{:.2}", slot as f64 * pitch)
                y=format!("{:.2}", HEIGHT - height)
                width=format!("{:.2}", (pitch - 0.5).max(0.5))
                height=format!("{height:.2}")
            ></rect>
        }
    };
    let bins = counts
        .iter()
        .enumerate()
        .map(|(slot, &count)| rect(slot, count, "spark__bar"))
        .collect_view();
    let gap = (missing > 0).then(|| rect(n_slots - 1, missing, "spark__missing"));
    let label = format!("Distribution of {}, {missing} missing", column.name);
    view! {
        <svg class="spark" width=WIDTH height=HEIGHT viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>
            {bins}
            {gap}
        </svg>
    }
}

fn bars(distribution: &Distribution) -> Vec<u64> {
    match distribution {
        Distribution::Histogram { counts, .. } => {
            let together = counts.len().div_ceil(MOST_BARS).max(1);
            counts
                .chunks(together)
                .map(|chunk| chunk.iter().sum())
                .collect()
        }
        Distribution::Levels { top, n_other, .. } => {
            let levels = top.iter().map(|level| level.1);
            levels
                .chain(Some(*n_other).filter(|&other| other > 0))
                .collect()
        }
    }
}
