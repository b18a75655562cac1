//! Truth by rows, call by columns; recall on the row margins, precision on the column margins.

use super::expect;
use crate::axis::label_room;
use crate::scene::{Anchor, Box4, Scene};
use crate::text::fit;
use crate::{ChartError, Colour, Confusion};
use tabwright_format::{count, percent};

pub(super) fn lay_out(scene: &mut Scene<'_>, chart: &Confusion) -> Result<(), ChartError> {
    let n = chart.classes.len();
    expect("counts", n * n, chart.counts.len())?;
    if n == 0 {
        return Ok(());
    }
    let size = scene.theme.font_size;
    let (text, muted) = (scene.theme.text, scene.theme.muted);
    let left = label_room(
        chart.classes.iter().map(String::as_str),
        size,
        scene.width * 0.25,
    ) + size * 1.5;
    let top = size * 3.2;
    let (margin_right, margin_below) = (62.0, size * 2.0);
    let cell_width = ((scene.width - left - margin_right) / n as f64).min(180.0);
    let cell_height = ((scene.height - top - margin_below) / n as f64).min(90.0);
    let side = (cell_width * n as f64, cell_height * n as f64);
    scene.label(
        (left + side.0 / 2.0, size * 0.7),
        "Called",
        Anchor::Centre,
        muted,
    );
    scene.label_upwards((size * 0.7, top + side.1 / 2.0), "Truth", muted);
    scene.label(
        (left + side.0 + 31.0, top - size * 0.9),
        "recall",
        Anchor::Centre,
        muted,
    );
    scene.label(
        (left - 5.0, top + side.1 + size),
        "precision",
        Anchor::Right,
        muted,
    );
    for (index, class) in chart.classes.iter().enumerate() {
        let x = left + (index as f64 + 0.5) * cell_width;
        let y = top + (index as f64 + 0.5) * cell_height;
        scene.label(
            (x, top - size * 0.9),
            fit(class, size, cell_width - 4.0),
            Anchor::Centre,
            text,
        );
        scene.label(
            (left - 5.0, y),
            fit(class, size, left - size * 1.5 - 6.0),
            Anchor::Right,
            text,
        );
        let (recall, precision) = margins(chart, index);
        scene.label(
            (left + side.0 + 31.0, y),
            percent(recall),
            Anchor::Centre,
            text,
        );
        scene.label(
            (x, top + side.1 + size),
            percent(precision),
            Anchor::Centre,
            text,
        );
        for called in 0..n {
            let left = left + called as f64 * cell_width;
            let top = top + index as f64 * cell_height;
            draw_cell(
                scene,
                chart,
                (index, called),
                Box4::new(left, top, left + cell_width, top + cell_height),
            );
        }
    }
    Ok(())
}

/// Recall and precision of a class.
pub(crate) fn margins(chart: &Confusion, class: usize) -> (f64, f64) {
    let n = chart.classes.len();
    let hits = chart.counts[class * n + class] as f64;
    let truth: u64 = chart.counts[class * n..(class + 1) * n].iter().sum();
    let called: u64 = (0..n).map(|row| chart.counts[row * n + class]).sum();
    (hits / truth as f64, hits / called as f64)
}

fn draw_cell(scene: &mut Scene<'_>, chart: &Confusion, (truth, called): (usize, usize), at: Box4) {
    let n = chart.classes.len();
    let rows = chart.counts[truth * n + called];
    let of_truth: u64 = chart.counts[truth * n..(truth + 1) * n].iter().sum();
    let all: u64 = chart.counts.iter().sum();
    let part = rows as f64 / of_truth.max(1) as f64;
    let fill = scene.theme.shade(part);
    let inner = Box4::new(at.left + 1.0, at.top + 1.0, at.right - 1.0, at.bottom - 1.0);
    scene.rect(inner, fill);
    let ink = if fill.is_light() {
        Colour(24, 30, 36)
    } else {
        Colour(255, 255, 255)
    };
    let (x, y) = (
        f64::midpoint(at.left, at.right),
        f64::midpoint(at.top, at.bottom),
    );
    let size = scene.theme.font_size;
    if at.height() >= size * 2.8 && at.width() >= 44.0 {
        scene.label((x, y - size * 0.65), count(rows), Anchor::Centre, ink);
        scene.label(
            (x, y + size * 0.65),
            percent(rows as f64 / all.max(1) as f64),
            Anchor::Centre,
            ink,
        );
    } else {
        scene.label(
            (x, y),
            fit(&count(rows), size, at.width()),
            Anchor::Centre,
            ink,
        );
    }
    let title = format!(
        "truth {}, called {}",
        chart.classes[truth], chart.classes[called]
    );
    let lines = vec![
        ("rows".to_string(), count(rows)),
        (format!("of truth {}", chart.classes[truth]), percent(part)),
        (
            "of all rows".to_string(),
            percent(rows as f64 / all.max(1) as f64),
        ),
    ];
    scene.area_target(at, (x, at.top), title, lines);
}
