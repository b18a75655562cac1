//! One file a way to lay a chart out.

mod bars;
mod boxes;
mod confusion;
mod grid;
mod heat_map;
mod histogram;
mod lines;
mod paired;
mod ranking;
mod scatter;

pub(crate) use bars::most_frequent;
pub(crate) use confusion::margins as confusion_margins;
pub(crate) use grid::name_of as grid_cell_name;

use crate::scene::{Box4, Scene};
use crate::theme::Colour;
use crate::{Chart, ChartError, Groups, Split};

/// Lays a chart out over the whole scene.
pub(crate) fn lay_out(scene: &mut Scene<'_>, chart: &Chart) -> Result<(), ChartError> {
    match chart {
        Chart::Histogram(chart) => histogram::lay_out(scene, chart),
        Chart::Bars(chart) => bars::lay_out(scene, chart),
        Chart::Lines(chart) => {
            lines::lay_out(scene, chart);
            Ok(())
        }
        Chart::Scatter(chart) => scatter::lay_out(scene, chart),
        Chart::HeatMap(chart) => heat_map::lay_out(scene, chart),
        Chart::Confusion(chart) => confusion::lay_out(scene, chart),
        Chart::Ranking(chart) => {
            ranking::lay_out(scene, chart);
            Ok(())
        }
        Chart::Paired(chart) => paired::lay_out(scene, chart),
        Chart::Boxes(chart) => {
            boxes::lay_out(scene, chart);
            Ok(())
        }
        Chart::Grid(chart) => grid::lay_out(scene, chart),
    }
}

fn expect(what: &'static str, expected: usize, found: usize) -> Result<(), ChartError> {
    if expected == found {
        return Ok(());
    }
    Err(ChartError::Shape {
        what,
        expected,
        found,
    })
}

fn check_split(split: Option<&Split>, n_bins: usize) -> Result<(), ChartError> {
    let Some(split) = split else { return Ok(()) };
    expect("bins with group counts", n_bins, split.counts.len())?;
    for counts in split.counts.iter().chain([&split.missing]) {
        expect("group counts in a bin", split.groups.len(), counts.len())?;
    }
    Ok(())
}

fn legend(scene: &mut Scene<'_>, split: Option<&Split>) -> f64 {
    let Some(split) = split else { return 0.0 };
    let colours = group_colours(scene, split);
    legend_of(scene, &split.groups, split.ordered, &colours)
}

fn legend_of(scene: &mut Scene<'_>, names: &[String], ordered: bool, colours: &[Colour]) -> f64 {
    match (names.first(), names.last()) {
        (Some(first), Some(last)) if ordered => scene.ramp_legend(first, colours, last),
        _ => {
            let entries: Vec<_> = names.iter().cloned().zip(colours.iter().copied()).collect();
            scene.legend(&entries)
        }
    }
}

fn group_colours(scene: &Scene<'_>, split: &Split) -> Vec<Colour> {
    colours_of(scene, split.groups.len(), split.ordered)
}

fn colours_of(scene: &Scene<'_>, n: usize, ordered: bool) -> Vec<Colour> {
    (0..n)
        .map(|index| scene.theme.group(index, n, ordered))
        .collect()
}

fn named_legend(scene: &mut Scene<'_>, groups: &Groups, colours: &[Colour]) -> f64 {
    legend_of(scene, &groups.names, groups.ordered, colours)
}

fn named_colours(scene: &Scene<'_>, groups: &Groups) -> Vec<Colour> {
    colours_of(scene, groups.names.len(), groups.ordered)
}

/// The tip's lines for a bin: rows of all rows, then each group's.
fn bin_lines(rows: u64, all: u64, groups: Option<(&Split, &[u64])>) -> Vec<(String, String)> {
    let mut lines = vec![("rows".to_string(), tabwright_format::count_share(rows, all))];
    if let Some((split, counts)) = groups {
        for (name, count) in split.groups.iter().zip(counts) {
            lines.push((
                format!("{} {name}", split.label),
                tabwright_format::count_share(*count, rows),
            ));
        }
    }
    lines
}

/// Which end of a bar is its foot.
#[derive(Clone, Copy)]
enum Grows {
    Up,
    Right,
}

/// Parts of a bar, one on the other, each as long as its share of the whole.
fn stack(scene: &mut Scene<'_>, at: Box4, grows: Grows, counts: &[u64], colours: &[Colour]) {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return;
    }
    let mut below = 0;
    for (count, colour) in counts.iter().zip(colours) {
        if *count == 0 {
            continue;
        }
        let (from, to) = (
            below as f64 / total as f64,
            (below + count) as f64 / total as f64,
        );
        below += count;
        let part = match grows {
            Grows::Up => Box4::new(
                at.left,
                at.bottom - at.height() * to,
                at.right,
                at.bottom - at.height() * from,
            ),
            Grows::Right => Box4::new(
                at.left + at.width() * from,
                at.top,
                at.left + at.width() * to,
                at.bottom,
            ),
        };
        scene.rect(part, *colour);
    }
}
