//! Counts over two axes, as shades: the density of points, the map of missing values.

use super::expect;
use crate::axis::{self, Scale, label_room};
use crate::scene::{Anchor, Box4, Scene};
use crate::text::{fit, value, width};
use crate::{ChartError, Grid, GridCells, GridSide};
use tabwright_format::count;

pub(super) fn lay_out(scene: &mut Scene<'_>, chart: &Grid) -> Result<(), ChartError> {
    let (n_x, n_y) = (chart.x.n_cells(), chart.y.n_cells());
    expect("counts", n_x * n_y, chart.counts.len())?;
    if !chart.of.is_empty() {
        expect("wholes", n_x * n_y, chart.of.len())?;
    }
    if n_x == 0 || n_y == 0 {
        return Ok(());
    }
    let plot = plot(scene, chart);
    let (wide, high) = (plot.width() / n_x as f64, plot.height() / n_y as f64);
    let upwards = matches!(chart.y.cells, GridCells::Bins { .. });
    let most = chart.counts.iter().copied().max().unwrap_or(0).max(1) as f64;
    for y in 0..n_y {
        let place = if upwards { n_y - 1 - y } else { y } as f64;
        for x in 0..n_x {
            let at = Box4::new(
                plot.left + wide * x as f64,
                plot.top + high * place,
                plot.left + wide * (x as f64 + 1.0),
                plot.top + high * (place + 1.0),
            );
            draw(scene, chart, (x, y), at, most);
        }
    }
    let line = scene.theme.axis;
    scene.line((plot.left, plot.top), (plot.left, plot.bottom), line);
    scene.line((plot.left, plot.bottom), (plot.right, plot.bottom), line);
    below(scene, &chart.x, plot);
    beside(scene, &chart.y, plot);
    Ok(())
}

/// What the axes leave.
fn plot(scene: &Scene<'_>, chart: &Grid) -> Box4 {
    let size = scene.theme.font_size;
    let left = match &chart.y.cells {
        GridCells::Bins { edges, kind } => {
            axis::left_room(ends(edges), *kind, scene.height * 0.7, size, true)
        }
        GridCells::Names { names } => {
            let names = names.iter().map(String::as_str);
            label_room(names, size, scene.width * 0.25) + size * 1.5
        }
    };
    let below = match &chart.x.cells {
        GridCells::Bins { .. } => size * 3.0 + 4.0,
        GridCells::Names { names } => {
            let longest = names.iter().map(|name| width(name, size));
            longest.fold(0.0, f64::max).min(96.0) + 8.0
        }
    };
    Box4::new(left, 6.0, scene.width - 12.0, scene.height - below)
}

fn ends(edges: &[f64]) -> (f64, f64) {
    match (edges.first(), edges.last()) {
        (Some(&low), Some(&high)) => (low, high),
        _ => (0.0, 1.0),
    }
}

fn draw(scene: &mut Scene<'_>, chart: &Grid, (x, y): (usize, usize), at: Box4, most: f64) {
    let cell = y * chart.x.n_cells() + x;
    let n = chart.counts[cell];
    // Roots, or one crowded cell would leave all others pale.
    let shade = match chart.of.get(cell) {
        Some(&whole) => n as f64 / whole.max(1) as f64,
        None => n as f64 / most,
    }
    .sqrt();
    if n > 0 {
        let [low, high] = scene.theme.sequential;
        scene.rect(at, low.towards(high, shade));
    }
    if n == 0 && chart.of.is_empty() {
        return;
    }
    let said = match chart.of.get(cell) {
        Some(&whole) => format!("{} of {}", count(n), count(whole)),
        None => count(n),
    };
    let lines = vec![
        (chart.x.label.clone(), name_of(&chart.x, x)),
        (chart.y.label.clone(), name_of(&chart.y, y)),
    ];
    let anchor = (f64::midpoint(at.left, at.right), at.top);
    scene.area_target(at, anchor, format!("{said} {}", chart.counted), lines);
}

/// A cell in words.
pub(crate) fn name_of(side: &GridSide, cell: usize) -> String {
    match &side.cells {
        GridCells::Bins { edges, kind } => {
            format!(
                "{} to {}",
                value(*kind, edges[cell]),
                value(*kind, edges[cell + 1])
            )
        }
        GridCells::Names { names } => names[cell].clone(),
    }
}

fn below(scene: &mut Scene<'_>, side: &GridSide, plot: Box4) {
    match &side.cells {
        GridCells::Bins { edges, kind } => {
            let (low, high) = ends(edges);
            let scale = Scale::new(low, high, plot.left, plot.right);
            axis::bottom(scene, plot, scale, *kind, &side.label);
        }
        GridCells::Names { names } => {
            let (size, muted) = (scene.theme.font_size, scene.theme.muted);
            let pitch = plot.width() / names.len() as f64;
            let every = (size * 1.1 / pitch).ceil().max(1.0) as usize;
            for (place, name) in names.iter().enumerate().step_by(every) {
                let name = fit(name, size, 90.0);
                let half = width(&name, size) / 2.0;
                let x = plot.left + pitch * (place as f64 + 0.5);
                scene.label_upwards((x, plot.bottom + 5.0 + half), name, muted);
            }
        }
    }
}

fn beside(scene: &mut Scene<'_>, side: &GridSide, plot: Box4) {
    let (size, muted) = (scene.theme.font_size, scene.theme.muted);
    match &side.cells {
        GridCells::Bins { edges, kind } => {
            let (low, high) = ends(edges);
            let scale = Scale::new(low, high, plot.bottom, plot.top);
            axis::left(scene, plot, scale, *kind, &side.label);
        }
        GridCells::Names { names } => {
            let pitch = plot.height() / names.len() as f64;
            let every = (size * 1.2 / pitch).ceil().max(1.0) as usize;
            for (place, name) in names.iter().enumerate().step_by(every) {
                let y = plot.top + pitch * (place as f64 + 0.5);
                let name = fit(name, size, plot.left - size * 1.5 - 6.0);
                scene.label((plot.left - 5.0, y), name, Anchor::Right, muted);
            }
            let middle = f64::midpoint(plot.top, plot.bottom);
            let text = fit(&side.label, size, plot.height());
            scene.label_upwards((size * 0.7, middle), text, muted);
        }
    }
}
