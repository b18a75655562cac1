//! Bins of a number, with missing values set apart at the right.

use super::{Grows, bin_lines, check_split, expect, group_colours, legend, stack};
use crate::axis::{self, Scale};
use crate::scene::{Anchor, Box4, Part, Scene};
use crate::text::value;
use crate::{ChartError, Histogram};
use tabwright_table::Kind;

/// Width of the bin of missing values, and the gap before it.
const MISSING: (f64, f64) = (18.0, 14.0);

pub(super) fn lay_out(scene: &mut Scene<'_>, chart: &Histogram) -> Result<(), ChartError> {
    if !(chart.counts.is_empty() && chart.edges.is_empty()) {
        expect("edges", chart.counts.len() + 1, chart.edges.len())?;
    }
    check_split(chart.split.as_ref(), chart.counts.len())?;
    let top = legend(scene, chart.split.as_ref()) + 6.0;
    let size = scene.theme.font_size;
    let highest = chart
        .counts
        .iter()
        .copied()
        .chain([chart.n_missing])
        .max()
        .unwrap_or(0)
        .max(1) as f64;
    let bottom = scene.height - size * 2.9 - 4.0;
    let left = axis::left_room((0.0, highest), Kind::Integer, bottom - top, size, true);
    let missing_room = if chart.n_missing > 0 {
        MISSING.0 + MISSING.1
    } else {
        0.0
    };
    let plot = Box4::new(left, top, scene.width - 8.0 - missing_room, bottom);
    let rows = Scale::new(0.0, highest, plot.bottom, plot.top);
    let with_missing = Box4::new(plot.left, plot.top, plot.right + missing_room, plot.bottom);
    axis::left(scene, with_missing, rows, Kind::Integer, "Rows");
    draw_bins(scene, chart, plot, rows);
    if chart.n_missing > 0 {
        draw_missing(scene, chart, plot, rows);
    }
    let colour = scene.theme.axis;
    scene.line((plot.left, plot.bottom), (plot.right, plot.bottom), colour);
    if let (Some(&first), Some(&last)) = (chart.edges.first(), chart.edges.last()) {
        let scale = Scale::new(first, last, plot.left, plot.right);
        axis::bottom(scene, plot, scale, chart.kind, &chart.label);
    }
    Ok(())
}

fn n_rows(chart: &Histogram) -> u64 {
    chart.counts.iter().sum::<u64>() + chart.n_missing
}

fn draw_bins(scene: &mut Scene<'_>, chart: &Histogram, plot: Box4, rows: Scale) {
    let (Some(&first), Some(&last)) = (chart.edges.first(), chart.edges.last()) else {
        return;
    };
    let x = Scale::new(first, last, plot.left, plot.right);
    let colours = chart
        .split
        .as_ref()
        .map(|split| group_colours(scene, split));
    let all = n_rows(chart);
    for (bin, &count) in chart.counts.iter().enumerate() {
        let (low, high) = (chart.edges[bin], chart.edges[bin + 1]);
        // One pixel between bins keeps them apart without a frame.
        let (left, right) = if low == high {
            (plot.left, plot.right)
        } else {
            (x.pixel(low), x.pixel(high) - 1.0)
        };
        let bar = Box4::new(
            left,
            rows.pixel(count as f64),
            right.max(left + 1.0),
            plot.bottom,
        );
        let groups = chart
            .split
            .as_ref()
            .map(|split| (split, split.counts[bin].as_slice()));
        if let (Some(colours), Some((_, counts))) = (&colours, groups) {
            stack(scene, bar, Grows::Up, counts, colours);
        } else {
            let accent = scene.theme.accent;
            scene.rect(bar, accent);
        }
        let area = Box4::new(left, plot.top, right + 1.0, plot.bottom);
        let anchor = (f64::midpoint(left, right), bar.top);
        let title = format!("{} to {}", value(chart.kind, low), value(chart.kind, high));
        scene.area_target(area, anchor, title, bin_lines(count, all, groups));
        scene.stands_for(Part::Bin(bin));
    }
}

fn draw_missing(scene: &mut Scene<'_>, chart: &Histogram, plot: Box4, rows: Scale) {
    let left = plot.right + MISSING.1;
    let bar = Box4::new(
        left,
        rows.pixel(chart.n_missing as f64),
        left + MISSING.0,
        plot.bottom,
    );
    let (muted, line) = (scene.theme.muted, scene.theme.axis);
    scene.hatch(bar, muted);
    scene.line((bar.left, plot.bottom), (bar.right, plot.bottom), line);
    let x = f64::midpoint(bar.left, bar.right).min(scene.width - 20.0);
    let size = scene.theme.font_size;
    scene.label(
        (x, plot.bottom + 7.0 + size * 1.3),
        "missing",
        Anchor::Top,
        muted,
    );
    let groups = chart
        .split
        .as_ref()
        .map(|split| (split, split.missing.as_slice()));
    let lines = bin_lines(chart.n_missing, n_rows(chart), groups);
    let area = Box4::new(bar.left, plot.top, bar.right, plot.bottom);
    scene.area_target(area, (x, bar.top), "missing".to_string(), lines);
    scene.stands_for(Part::Missing);
}
