//! Curves over two numeric axes, with what to compare them with.

use crate::axis::{self, Scale, extent};
use crate::scene::{Anchor, Box4, Scene};
use crate::text::width;
use crate::{Axis, Guide, LineStyle, Lines};

/// Two axes and the plot between them.
pub(super) struct Frame {
    pub plot: Box4,
    pub x: Scale,
    pub y: Scale,
}

/// Draws axes and grid below a legend of height `top`.
pub(super) fn frame(
    scene: &mut Scene<'_>,
    top: f64,
    axes: (&Axis, &Axis),
    x: (f64, f64),
    y: (f64, f64),
) -> Frame {
    let size = scene.theme.font_size;
    let bottom = scene.height - size * 2.9 - 4.0;
    let left = axis::left_room(
        y,
        axes.1.shown_kind(),
        bottom - top,
        size,
        !axes.1.label.is_empty(),
    );
    let plot = Box4::new(left, top + 6.0, scene.width - 12.0, bottom);
    let frame = Frame {
        plot,
        x: Scale::new(x.0, x.1, plot.left, plot.right),
        y: Scale::new(y.0, y.1, plot.bottom, plot.top),
    };
    axis::left(scene, plot, frame.y, axes.1.shown_kind(), &axes.1.label);
    axis::bottom(scene, plot, frame.x, axes.0.shown_kind(), &axes.0.label);
    let colour = scene.theme.axis;
    scene.line((plot.left, plot.bottom), (plot.right, plot.bottom), colour);
    frame
}

/// The axis' range: as given, else that of the values.
pub(super) fn range(axis: &Axis, values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = extent(values).unwrap_or((0.0, 1.0));
    (axis.min.unwrap_or(low), axis.max.unwrap_or(high))
}

pub(super) fn lay_out(scene: &mut Scene<'_>, chart: &Lines) {
    let n = chart.series.len();
    let colours: Vec<_> = (0..n)
        .map(|index| {
            if n == 1 {
                scene.theme.accent
            } else {
                scene.theme.group(index, n, false)
            }
        })
        .collect();
    let entries: Vec<_> = chart
        .series
        .iter()
        .map(|series| series.name.clone())
        .zip(colours.clone())
        .collect();
    let top = if n > 1 { scene.legend(&entries) } else { 0.0 };
    let points = || {
        chart
            .series
            .iter()
            .flat_map(|series| series.points.iter().copied())
    };
    let x = range(&chart.x, points().map(|point| point.0));
    let spread = chart.guides.iter().flat_map(|guide| match guide {
        Guide::Spread { points, .. } => points.as_slice(),
        _ => &[],
    });
    let ends = spread.flat_map(|&(_, low, high)| [low, high]);
    let y = range(&chart.y, points().map(|point| point.1).chain(ends));
    let frame = frame(scene, top, (&chart.x, &chart.y), x, y);
    for guide in chart
        .guides
        .iter()
        .filter(|guide| !matches!(guide, Guide::Mark { .. }))
    {
        draw_guide(scene, &frame, guide);
    }
    for (series, colour) in chart.series.iter().zip(colours) {
        let at: Vec<(f64, f64)> = series
            .points
            .iter()
            .filter(|point| point.0.is_finite() && point.1.is_finite())
            .map(|point| (frame.x.pixel(point.0), frame.y.pixel(point.1)))
            .collect();
        if series.style != LineStyle::Line {
            for &place in &at {
                scene.dot(place, 3.0, colour, 1.0);
            }
        }
        if series.style != LineStyle::Dots && at.len() > 1 {
            scene.path(at, colour, 2.0);
        }
        add_targets(scene, chart, &frame, series);
    }
    for guide in chart
        .guides
        .iter()
        .filter(|guide| matches!(guide, Guide::Mark { .. }))
    {
        draw_guide(scene, &frame, guide);
    }
}

fn add_targets(scene: &mut Scene<'_>, chart: &Lines, frame: &Frame, series: &crate::Series) {
    for &(x, y) in series
        .points
        .iter()
        .filter(|point| point.0.is_finite() && point.1.is_finite())
    {
        let lines = vec![
            (chart.x.label.clone(), chart.x.written(x)),
            (chart.y.label.clone(), chart.y.written(y)),
        ];
        scene.point_target(
            (frame.x.pixel(x), frame.y.pixel(y)),
            series.name.clone(),
            lines,
        );
    }
}

fn draw_guide(scene: &mut Scene<'_>, frame: &Frame, guide: &Guide) {
    let (axis, muted, text) = (scene.theme.axis, scene.theme.muted, scene.theme.text);
    let (plot, size) = (frame.plot, scene.theme.font_size);
    match guide {
        Guide::Diagonal { label } => {
            let at = |v: f64| (frame.x.pixel(v), frame.y.pixel(v));
            scene.dashed(at(0.0), at(1.0), axis);
            let (x, y) = at(0.62);
            let room = width(label, size) / 2.0;
            scene.label(
                ((x + room + 14.0).min(plot.right - room), y + size),
                label,
                Anchor::Centre,
                muted,
            );
        }
        Guide::Level { y, label } => {
            let height = frame.y.pixel(*y);
            scene.dashed((plot.left, height), (plot.right, height), axis);
            scene.label(
                (plot.left + 6.0, height - size * 0.8),
                label,
                Anchor::Left,
                muted,
            );
        }
        Guide::Spread { points, .. } => {
            for &(x, low, high) in points {
                let (x, low, high) = (frame.x.pixel(x), frame.y.pixel(low), frame.y.pixel(high));
                scene.line((x, low), (x, high), muted);
                for end in [low, high] {
                    scene.line((x - 3.0, end), (x + 3.0, end), muted);
                }
            }
        }
        Guide::Mark { x, y, label } => {
            let (x, y) = (frame.x.pixel(*x), frame.y.pixel(*y));
            scene.dot((x, y), 5.0, text, 1.0);
            let fits_right = x + 10.0 + width(label, size) < plot.right;
            let (place, anchor) = if fits_right {
                (x + 9.0, Anchor::Left)
            } else {
                (x - 9.0, Anchor::Right)
            };
            scene.label(
                (place, (y + size).min(plot.bottom - size)),
                label,
                anchor,
                text,
            );
        }
    }
}
