//! Distributions in a word's height: inline pictures for headings and table cells.

use leptos::prelude::*;
use tabwright_engine::table::profile::{ColumnProfile, Distribution};

const WIDTH: f64 = 72.0;
const HEIGHT: f64 = 20.0;
/// More bars than this are thinner than a pixel.
const MOST_BARS: usize = 36;

/// A bar: its rows, and those of each target group; no groups without a target.
struct Bar {
    rows: u64,
    groups: Vec<u64>,
}

/// A column's distribution: bins or levels, and missing values as a bar of their own at the right.
#[component]
pub fn Spark(
    /// The column.
    column: ColumnProfile,
    /// Whether the target's groups are ranges in ascending order, which are coloured by a ramp.
    #[prop(optional)]
    ordered: bool,
) -> impl IntoView {
    let missing = column.n_missing as u64;
    let bars = bars(&column.distribution);
    let highest = bars.iter().map(|bar| bar.rows).chain([missing]).max();
    let highest = highest.unwrap_or(0).max(1) as f64;
    let n_slots = bars.len() + if missing > 0 { 2 } else { 0 };
    let pitch = (WIDTH / n_slots.max(1) as f64).min(12.0);
    let high = |rows: u64| match rows {
        0 => 0.0,
        rows => (rows as f64 / highest * HEIGHT).max(1.0),
    };
    let rect = |slot: usize, from: f64, height: f64, class: String| {
        view! {
            <rect
                class=class
                x=format!("{:.2}", slot as f64 * pitch)
                y=format!("{:.2}", HEIGHT - from - height)
                width=format!("{:.2}", (pitch - 0.5).max(0.5))
                height=format!("{height:.2}")
            ></rect>
        }
    };
    let mut rects = Vec::new();
    for (slot, bar) in bars.iter().enumerate() {
        if bar.groups.is_empty() {
            rects.push(rect(slot, 0.0, high(bar.rows), "spark__bar".to_owned()));
            continue;
        }
        let share = high(bar.rows) / bar.rows.max(1) as f64;
        let mut below = 0;
        for (group, &rows) in bar.groups.iter().enumerate().filter(|(_, rows)| **rows > 0) {
            let class = group_class(group, bar.groups.len(), ordered);
            rects.push(rect(slot, below as f64 * share, rows as f64 * share, class));
            below += rows;
        }
    }
    let gap =
        (missing > 0).then(|| rect(n_slots - 1, 0.0, high(missing), "spark__missing".to_owned()));
    let label = format!("Distribution of {}, {missing} missing", column.name);
    view! {
        <svg class="spark" width=WIDTH height=HEIGHT viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>
            {rects}
            {gap}
        </svg>
    }
}

/// The class that colours a group as the charts do: eight hues for classes, seven shades for ranges.
fn group_class(group: usize, n_groups: usize, ordered: bool) -> String {
    if ordered {
        // The palest shade of all would not be seen.
        let shade = 2 + group * 5 / n_groups.saturating_sub(1).max(1);
        format!("spark__shade-{shade}")
    } else {
        format!("spark__hue-{}", group % 8 + 1)
    }
}

fn bars(distribution: &Distribution) -> Vec<Bar> {
    let bar = |rows: u64, groups: Option<&Vec<u64>>| Bar {
        rows,
        groups: groups.cloned().unwrap_or_default(),
    };
    match distribution {
        Distribution::Histogram {
            counts, by_target, ..
        } => {
            let together = counts.len().div_ceil(MOST_BARS).max(1);
            let bins = (0..counts.len()).step_by(together);
            bins.map(|first| {
                let bins = first..(first + together).min(counts.len());
                let groups = by_target.get(bins.clone()).unwrap_or_default();
                let n_groups = groups.first().map_or(0, Vec::len);
                let sum = |group: usize| groups.iter().map(|bin| bin[group]).sum();
                Bar {
                    rows: counts[bins].iter().sum(),
                    groups: (0..n_groups).map(sum).collect(),
                }
            })
            .collect()
        }
        Distribution::Levels {
            top,
            n_other,
            by_target,
            ..
        } => {
            let levels = top.iter().enumerate();
            let levels = levels.map(|(level, (_, rows))| bar(*rows, by_target.get(level)));
            let other = Some(*n_other).filter(|&other| other > 0);
            levels.chain(other.map(|rows| bar(rows, None))).collect()
        }
    }
}
