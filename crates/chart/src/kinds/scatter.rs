//! Points over two numeric axes.

use super::lines::{frame, range};
use crate::scene::Scene;
use crate::text::{count, number};
use crate::{Axis, Scatter};

/// More points than this are thinned at an even stride, so that a redraw stays within a frame.
const MOST_POINTS: usize = 3000;

pub(super) fn lay_out(scene: &mut Scene<'_>, chart: &Scatter) {
    let finite: Vec<(f64, f64)> = chart
        .points
        .iter()
        .copied()
        .filter(|point| point.0.is_finite() && point.1.is_finite())
        .collect();
    let stride = finite.len().div_ceil(MOST_POINTS).max(1);
    let shown: Vec<(f64, f64)> = finite.iter().copied().step_by(stride).collect();
    let (x, y) = ranges(chart, &finite);
    let top = note(scene, chart, shown.len());
    let frame = frame(scene, top, (&chart.x, &chart.y), x, y);
    let (accent, axis) = (scene.theme.accent, scene.theme.axis);
    let alpha = if shown.len() > 500 { 0.35 } else { 0.6 };
    for &(x_value, y_value) in &shown {
        let at = (frame.x.pixel(x_value), frame.y.pixel(y_value));
        scene.dot(at, 2.0, accent, alpha);
        let lines = vec![
            (chart.x.label.clone(), number(x_value)),
            (chart.y.label.clone(), number(y_value)),
        ];
        scene.point_target(at, "row".to_string(), lines);
    }
    if chart.diagonal {
        let at = |value: f64| (frame.x.pixel(value), frame.y.pixel(value));
        let text = if shown.len() > 500 {
            scene.theme.text
        } else {
            axis
        };
        scene.dashed(at(x.0), at(x.1), text);
    }
}

fn ranges(chart: &Scatter, points: &[(f64, f64)]) -> ((f64, f64), (f64, f64)) {
    if !chart.diagonal {
        return (
            range(&chart.x, points.iter().map(|point| point.0)),
            range(&chart.y, points.iter().map(|point| point.1)),
        );
    }
    let both = range(
        &Axis::default(),
        points.iter().flat_map(|point| [point.0, point.1]),
    );
    (both, both)
}

/// Says so where not every row is drawn.
fn note(scene: &mut Scene<'_>, chart: &Scatter, shown: usize) -> f64 {
    let n_rows = chart.n_rows.max(chart.points.len() as u64);
    if shown as u64 >= n_rows {
        return 0.0;
    }
    let (size, muted) = (scene.theme.font_size, scene.theme.muted);
    let text = format!("{} of {} rows", count(shown as u64), count(n_rows));
    scene.label((2.0, size * 0.8), text, crate::scene::Anchor::Left, muted);
    size * 1.6
}
