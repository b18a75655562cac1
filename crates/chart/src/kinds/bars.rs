//! Levels as horizontal bars, each with its count; other levels and missing values last.

use super::{Grows, bin_lines, check_split, group_colours, legend, stack};
use crate::axis::{Scale, label_room};
use crate::scene::{Anchor, Box4, Part, Scene};
use crate::text::{fit, width};
use crate::{Bars, ChartError, Split};
use tabwright_format::{count, count_share};

/// What a row of the picture is.
enum Row<'c> {
    Level(&'c str, u64, Option<&'c [u64]>),
    Other(u64),
    Missing(u64, Option<&'c [u64]>),
}

impl<'c> Row<'c> {
    fn name(&self) -> String {
        match self {
            Row::Level("", ..) => "(blank)".to_string(),
            Row::Level(name, ..) => (*name).to_string(),
            Row::Other(_) => "other levels".to_string(),
            Row::Missing(..) => "missing".to_string(),
        }
    }

    fn count(&self) -> u64 {
        match self {
            Row::Level(_, count, _) | Row::Other(count) | Row::Missing(count, _) => *count,
        }
    }

    fn groups(&self) -> Option<&'c [u64]> {
        match self {
            Row::Level(_, _, groups) | Row::Missing(_, groups) => *groups,
            Row::Other(_) => None,
        }
    }
}

pub(super) fn lay_out(scene: &mut Scene<'_>, chart: &Bars) -> Result<(), ChartError> {
    check_split(chart.split.as_ref(), chart.levels.len())?;
    let top = legend(scene, chart.split.as_ref()) + 2.0;
    let rows = shown_rows(chart, scene.height - top);
    let size = scene.theme.font_size;
    let names: Vec<String> = rows.iter().map(Row::name).collect();
    let left = label_room(names.iter().map(String::as_str), size, scene.width * 0.32);
    let all =
        chart.levels.iter().map(|level| level.1).sum::<u64>() + chart.n_other + chart.n_missing;
    let longest = rows
        .iter()
        .map(|row| width(&count_share(row.count(), all), size))
        .fold(0.0, f64::max);
    let right = (scene.width - longest - 10.0).max(left + 20.0);
    let most = rows.iter().map(Row::count).max().unwrap_or(0).max(1);
    let scale = Scale::new(0.0, most as f64, left, right);
    let pitch = ((scene.height - top) / rows.len().max(1) as f64).min(24.0);
    for (index, (row, name)) in rows.iter().zip(&names).enumerate() {
        let y = top + pitch * index as f64;
        let line = Box4::new(
            left,
            y + pitch * 0.14,
            scale.pixel(row.count() as f64),
            y + pitch * 0.86,
        );
        let name = fit(name, size, left - 6.0);
        let (text, muted) = (scene.theme.text, scene.theme.muted);
        let middle = y + pitch / 2.0;
        scene.label(
            (left - 5.0, middle),
            name,
            Anchor::Right,
            if matches!(row, Row::Level(..)) {
                text
            } else {
                muted
            },
        );
        scene.label(
            (line.right + 5.0, middle),
            count_share(row.count(), all),
            Anchor::Left,
            muted,
        );
        draw_bar(scene, chart.split.as_ref(), row, line);
        let groups = chart.split.as_ref().zip(row.groups());
        let lines = bin_lines(row.count(), all, groups);
        let area = Box4::new(0.0, y, scene.width, y + pitch);
        scene.area_target(area, (line.right, middle), row.name(), lines);
        scene.stands_for(match row {
            Row::Level(..) => Part::Level(index),
            Row::Other(_) => Part::Other,
            Row::Missing(..) => Part::Missing,
        });
    }
    let axis = scene.theme.axis;
    scene.line((left, top), (left, top + pitch * rows.len() as f64), axis);
    Ok(())
}

/// The levels that have room at 14 pixels each; the rest joins "other levels".
fn shown_rows(chart: &Bars, height: f64) -> Vec<Row<'_>> {
    let extra = usize::from(chart.n_missing > 0) + 1;
    let room = ((height / 14.0) as usize).saturating_sub(extra).max(1);
    let shown = if chart.levels.len() <= room + usize::from(chart.n_other == 0) {
        chart.levels.len()
    } else {
        room
    };
    let groups = |index: usize| {
        chart
            .split
            .as_ref()
            .map(|split: &Split| split.counts[index].as_slice())
    };
    let mut rows: Vec<Row<'_>> = chart.levels[..shown]
        .iter()
        .enumerate()
        .map(|(index, (name, count))| Row::Level(name, *count, groups(index)))
        .collect();
    let hidden: u64 = chart.levels[shown..].iter().map(|level| level.1).sum();
    if hidden + chart.n_other > 0 {
        rows.push(Row::Other(hidden + chart.n_other));
    }
    if chart.n_missing > 0 {
        let groups = chart.split.as_ref().map(|split| split.missing.as_slice());
        rows.push(Row::Missing(chart.n_missing, groups));
    }
    rows
}

fn draw_bar(scene: &mut Scene<'_>, split: Option<&Split>, row: &Row<'_>, at: Box4) {
    let theme = scene.theme;
    match (row, split) {
        (Row::Missing(..), _) => scene.hatch(at, theme.muted),
        (Row::Other(_), _) => scene.rect(at, theme.axis),
        (Row::Level(_, _, Some(counts)), Some(split)) => {
            let colours = group_colours(scene, split);
            stack(scene, at, Grows::Right, counts, &colours);
        }
        (Row::Level(..), _) => scene.rect(at, theme.accent),
    }
}

/// What the picture says in a sentence.
pub(crate) fn most_frequent(chart: &Bars) -> String {
    match chart.levels.first() {
        Some((name, rows)) => format!("most frequent {name} ({} rows)", count(*rows)),
        None => "no level".to_string(),
    }
}
