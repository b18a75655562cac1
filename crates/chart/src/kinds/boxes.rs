//! Quartiles, whiskers and outliers of a number, a row a level.

use super::named_colours;
use crate::axis::{self, Scale, extent, label_room};
use crate::scene::{Anchor, Box4, Scene};
use crate::text::{fit, value};
use crate::{BoxRow, Boxes, Colour};
use tabwright_format::count;

/// A row of boxes is at most so high, in CSS pixels.
const MOST_PITCH: f64 = 34.0;

pub(super) fn lay_out(scene: &mut Scene<'_>, chart: &Boxes) {
    let colours = chart
        .groups
        .as_ref()
        .map_or_else(Vec::new, |groups| named_colours(scene, groups));
    let top = match &chart.groups {
        Some(groups) => super::named_legend(scene, groups, &colours),
        None => 0.0,
    } + 4.0;
    let Some(range) = extent(chart.boxes.iter().flat_map(reach)) else {
        return;
    };
    let size = scene.theme.font_size;
    let levels: Vec<&[BoxRow]> = chart.boxes.chunk_by(|a, b| a.level == b.level).collect();
    let names = || levels.iter().map(|level| name(level));
    let left = label_room(names(), size, scene.width * 0.3);
    let bottom = scene.height - size * 3.0 - 4.0;
    let pitch = ((bottom - top) / levels.len().max(1) as f64).min(MOST_PITCH);
    let plot = Box4::new(
        left,
        top,
        scene.width - 12.0,
        top + pitch * levels.len() as f64,
    );
    let scale = Scale::new(range.0, range.1, plot.left + 4.0, plot.right - 4.0);
    axis::bottom(scene, plot, scale, chart.kind, &chart.label);
    let (text, line) = (scene.theme.text, scene.theme.axis);
    for (index, level) in levels.iter().enumerate() {
        let y = top + pitch * index as f64;
        let shown = fit(name(level), size, left - 6.0);
        scene.label((left - 5.0, y + pitch / 2.0), shown, Anchor::Right, text);
        let each = pitch * 0.8 / level.len() as f64;
        for (place, row) in level.iter().enumerate() {
            let from = y + pitch * 0.1 + each * place as f64;
            let colour = row
                .group
                .and_then(|group| colours.get(group).copied())
                .unwrap_or(scene.theme.accent);
            draw(scene, chart, row, scale, (from, from + each), colour);
        }
    }
    scene.line((left, top), (left, plot.bottom), line);
    scene.line((left, plot.bottom), (plot.right, plot.bottom), line);
}

fn name(level: &[BoxRow]) -> &str {
    match level.first().map(|row| row.level.as_str()) {
        None => "",
        Some("") => "(blank)",
        Some(name) => name,
    }
}

/// All that is drawn of a box.
fn reach(row: &BoxRow) -> impl Iterator<Item = f64> + '_ {
    row.five.iter().chain(&row.outliers).copied()
}

fn draw(
    scene: &mut Scene<'_>,
    chart: &Boxes,
    row: &BoxRow,
    scale: Scale,
    (top, bottom): (f64, f64),
    colour: Colour,
) {
    let [low, q1, median, q3, high] = row.five.map(|x| scale.pixel(x));
    let middle = f64::midpoint(top, bottom);
    let inset = ((bottom - top) * 0.12).min(3.0);
    let body = Box4::new(q1, top + inset, q3.max(q1 + 1.0), bottom - inset);
    scene.path(vec![(low, middle), (q1, middle)], colour, 1.0);
    scene.path(vec![(q3, middle), (high, middle)], colour, 1.0);
    for end in [low, high] {
        scene.path(
            vec![(end, body.top + 2.0), (end, body.bottom - 2.0)],
            colour,
            1.0,
        );
    }
    let (background, text) = (scene.theme.background, scene.theme.text);
    scene.rect(body, background.towards(colour, 0.45));
    scene.path(vec![(median, body.top), (median, body.bottom)], text, 2.0);
    for &outlier in &row.outliers {
        scene.dot((scale.pixel(outlier), middle), 1.6, colour, 0.6);
    }
    let written = |x: f64| value(chart.kind, x);
    let group = row.group.zip(chart.groups.as_ref());
    let title = match group.and_then(|(group, groups)| groups.names.get(group)) {
        Some(group) => format!("{}, {group}", row.level),
        None => row.level.clone(),
    };
    let lines = vec![
        ("rows".to_owned(), count(row.n)),
        ("median".to_owned(), written(row.five[2])),
        (
            "middle half".to_owned(),
            format!("{} to {}", written(row.five[1]), written(row.five[3])),
        ),
        (
            "whiskers".to_owned(),
            format!("{} to {}", written(row.five[0]), written(row.five[4])),
        ),
        ("mean".to_owned(), written(row.mean)),
        ("beyond the whiskers".to_owned(), count(row.n_outliers)),
    ];
    let area = Box4::new(0.0, top, scene.width, bottom);
    scene.area_target(area, (median, top), title, lines);
}
