//! A symmetric matrix as a triangle of coloured cells.

use super::expect;
use crate::axis::label_room;
use crate::scene::{Anchor, Box4, Scene};
use crate::text::{fit, width};
use crate::{ChartError, Colour, HeatMap};
use tabwright_format::fixed;

pub(super) fn lay_out(scene: &mut Scene<'_>, chart: &HeatMap) -> Result<(), ChartError> {
    let n = chart.names.len();
    expect("values", n * n, chart.values.len())?;
    if n == 0 {
        return Ok(());
    }
    let size = scene.theme.font_size;
    let names = || chart.names.iter().map(String::as_str);
    let left = label_room(names(), size, scene.width * 0.3);
    let below = names()
        .map(|name| width(name, size))
        .fold(0.0, f64::max)
        .min(96.0)
        + 6.0;
    let cell = ((scene.width - left - 4.0) / n as f64)
        .min((scene.height - below) / n as f64)
        .min(64.0);
    for row in 0..n {
        let y = 2.0 + row as f64 * cell;
        for column in 0..=row {
            let at = Box4::new(
                left + column as f64 * cell,
                y,
                left + (column as f64 + 1.0) * cell,
                y + cell,
            );
            draw_cell(scene, chart, (row, column), at);
        }
        // Cells too small for a label each: every second or third name only.
        if row % (size / cell).ceil().max(1.0) as usize == 0 {
            draw_names(
                scene,
                &chart.names[row],
                left,
                below,
                (row as f64 + 0.5) * cell,
                n as f64 * cell,
            );
        }
    }
    Ok(())
}

fn draw_names(scene: &mut Scene<'_>, name: &str, left: f64, below: f64, along: f64, side: f64) {
    let (size, muted) = (scene.theme.font_size, scene.theme.muted);
    let name_left = fit(name, size, left - 6.0);
    scene.label((left - 5.0, 2.0 + along), name_left, Anchor::Right, muted);
    let name_below = fit(name, size, below - 6.0);
    let half = width(&name_below, size) / 2.0;
    scene.label_upwards((left + along, side + 7.0 + half), name_below, muted);
}

fn draw_cell(scene: &mut Scene<'_>, chart: &HeatMap, (row, column): (usize, usize), at: Box4) {
    let n = chart.names.len();
    let value = chart.values[row * n + column];
    let inner = Box4::new(at.left + 0.5, at.top + 0.5, at.right - 0.5, at.bottom - 0.5);
    let shown = row != column && value.is_finite() && value.abs() >= chart.threshold;
    let theme = scene.theme;
    let fill = if shown {
        theme.signed(value)
    } else {
        theme.background.towards(theme.grid, 0.5)
    };
    scene.rect(inner, fill);
    if shown && at.width() >= 30.0 {
        let ink = if fill.is_light() {
            Colour(24, 30, 36)
        } else {
            Colour(255, 255, 255)
        };
        let middle = (
            f64::midpoint(at.left, at.right),
            f64::midpoint(at.top, at.bottom),
        );
        scene.label(middle, fixed(value, 2), Anchor::Centre, ink);
    }
    if row != column {
        let text = if value.is_finite() {
            fixed(value, 3)
        } else {
            "–".to_string()
        };
        let title = format!("{} – {}", chart.names[row], chart.names[column]);
        let anchor = (f64::midpoint(at.left, at.right), at.top);
        scene.area_target(at, anchor, title, vec![("association".to_string(), text)]);
    }
}
