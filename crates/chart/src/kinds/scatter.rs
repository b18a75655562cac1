//! Points over two numeric axes.

use super::lines::{frame, range};
use super::{expect, named_colours, named_legend};
use crate::scene::Scene;
use tabwright_format::count;

use crate::{Axis, ChartError, Colour, Scatter};

/// More points than this are thinned at an even stride, so that a redraw stays within a frame.
const MOST_POINTS: usize = 3000;

pub(super) fn lay_out(scene: &mut Scene<'_>, chart: &Scatter) -> Result<(), ChartError> {
    if let Some(groups) = &chart.groups {
        expect("groups of points", chart.points.len(), groups.of.len())?;
    }
    let finite: Vec<Dot> = dots(scene, chart).collect();
    let stride = finite.len().div_ceil(MOST_POINTS).max(1);
    let shown: Vec<&Dot> = finite.iter().step_by(stride).collect();
    let places: Vec<(f64, f64)> = finite.iter().map(|dot| dot.at).collect();
    let (x, y) = ranges(chart, &places);
    let mut top = note(scene, chart, shown.len());
    if let Some(groups) = chart.groups.as_ref().filter(|_| top == 0.0) {
        let colours = named_colours(scene, &groups.groups);
        top = named_legend(scene, &groups.groups, &colours);
    }
    let frame = frame(scene, top, (&chart.x, &chart.y), x, y);
    let alpha = if shown.len() > 500 { 0.35 } else { 0.6 };
    for dot in &shown {
        let at = (frame.x.pixel(dot.at.0), frame.y.pixel(dot.at.1));
        scene.dot(at, 2.0, dot.colour, alpha);
        let mut lines = vec![
            (chart.x.label.clone(), chart.x.written(dot.at.0)),
            (chart.y.label.clone(), chart.y.written(dot.at.1)),
        ];
        lines.extend(dot.group.clone());
        scene.point_target(at, "row".to_string(), lines);
    }
    let (text, axis) = (scene.theme.text, scene.theme.axis);
    let over = if shown.len() > 500 { text } else { axis };
    let at = |x: f64, y: f64| (frame.x.pixel(x), frame.y.pixel(y));
    if chart.diagonal {
        scene.dashed(at(x.0, x.0), at(x.1, x.1), over);
    }
    if let Some(ends) = chart.line.and_then(|line| within(line, x, y)) {
        scene.dashed(at(ends[0].0, ends[0].1), at(ends[1].0, ends[1].1), text);
    }
    if let Some(groups) = &chart.groups {
        let colours = named_colours(scene, &groups.groups);
        for (line, colour) in chart.group_lines.iter().zip(colours) {
            if let Some(ends) = line.and_then(|line| within(line, x, y)) {
                scene.path(ends.map(|end| at(end.0, end.1)).to_vec(), colour, 2.0);
            }
        }
    }
    Ok(())
}

/// A point as it is drawn.
struct Dot {
    at: (f64, f64),
    colour: Colour,
    /// What its groups are groups of, and its own.
    group: Option<(String, String)>,
}

fn dots<'c>(scene: &Scene<'_>, chart: &'c Scatter) -> impl Iterator<Item = Dot> + use<'c> {
    let (accent, muted) = (scene.theme.accent, scene.theme.axis);
    let groups = chart
        .groups
        .as_ref()
        .map(|groups| (groups, named_colours(scene, &groups.groups)));
    let points = chart.points.iter().enumerate();
    points
        .filter(|(_, point)| point.0.is_finite() && point.1.is_finite())
        .map(move |(position, &at)| {
            let Some((groups, colours)) = &groups else {
                return Dot {
                    at,
                    colour: accent,
                    group: None,
                };
            };
            let group = groups.of[position].filter(|&group| group < colours.len());
            Dot {
                at,
                colour: group.map_or(muted, |group| colours[group]),
                group: group.map(|group| {
                    let names = &groups.groups;
                    (names.label.clone(), names.names[group].clone())
                }),
            }
        })
}

/// The part of a line that lies within the plot.
fn within((intercept, slope): (f64, f64), x: (f64, f64), y: (f64, f64)) -> Option<[(f64, f64); 2]> {
    let (mut from, mut to) = x;
    if slope != 0.0 {
        let crossings = [(y.0 - intercept) / slope, (y.1 - intercept) / slope];
        from = from.max(crossings[0].min(crossings[1]));
        to = to.min(crossings[0].max(crossings[1]));
    } else if !(y.0..=y.1).contains(&intercept) {
        return None;
    }
    (from < to).then(|| [from, to].map(|x| (x, intercept + slope * x)))
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
