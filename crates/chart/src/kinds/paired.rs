//! Two distributions side by side in each bin, on one axis.

use super::expect;
use crate::axis::{self, Scale};
use crate::scene::{Anchor, Box4, Scene};
use crate::text::{fit, width};
use crate::{ChartError, Paired};
use tabwright_format::percent;
use tabwright_table::Kind;

pub(super) fn lay_out(scene: &mut Scene<'_>, chart: &Paired) -> Result<(), ChartError> {
    let n = chart.bins.len();
    expect("reference shares", n, chart.reference.len())?;
    expect("current shares", n, chart.current.len())?;
    if n == 0 {
        return Ok(());
    }
    let theme = scene.theme;
    let (size, colours) = (theme.font_size, [theme.axis, theme.accent]);
    let entries = [
        (chart.reference_name.clone(), colours[0]),
        (chart.current_name.clone(), colours[1]),
    ];
    let top = scene.legend(&entries) + 4.0;
    let finite = |value: &f64| if value.is_finite() { *value } else { 0.0 };
    let highest = chart
        .reference
        .iter()
        .chain(&chart.current)
        .map(finite)
        .fold(0.01, f64::max);
    let bottom = scene.height - size * 3.0 - 4.0;
    let left = axis::left_room(
        (0.0, highest * 100.0),
        Kind::Decimal,
        bottom - top,
        size,
        true,
    );
    let plot = Box4::new(left, top, scene.width - 8.0, bottom);
    let scale = Scale::new(0.0, highest * 100.0, plot.bottom, plot.top);
    axis::left(scene, plot, scale, Kind::Decimal, "% of rows");
    let pitch = plot.width() / n as f64;
    for bin in 0..n {
        let x = plot.left + pitch * bin as f64;
        let pair = [finite(&chart.reference[bin]), finite(&chart.current[bin])];
        let bar = (pitch * 0.42).max(1.0);
        for (side, value) in pair.iter().enumerate() {
            let from = x + pitch * 0.06 + side as f64 * bar;
            scene.rect(
                Box4::new(from, scale.pixel(value * 100.0), from + bar, plot.bottom),
                colours[side],
            );
        }
        let lines = vec![
            (chart.reference_name.clone(), percent(pair[0])),
            (chart.current_name.clone(), percent(pair[1])),
        ];
        let area = Box4::new(x, plot.top, x + pitch, plot.bottom);
        let anchor = (x + pitch / 2.0, scale.pixel(pair[0].max(pair[1]) * 100.0));
        scene.area_target(area, anchor, chart.bins[bin].clone(), lines);
    }
    scene.line(
        (plot.left, plot.bottom),
        (plot.right, plot.bottom),
        colours[0],
    );
    bin_labels(scene, chart, plot, pitch);
    Ok(())
}

fn bin_labels(scene: &mut Scene<'_>, chart: &Paired, plot: Box4, pitch: f64) {
    let (size, muted) = (scene.theme.font_size, scene.theme.muted);
    let mut free_from = f64::NEG_INFINITY;
    for (bin, label) in chart.bins.iter().enumerate() {
        let text = fit(label, size, (pitch * 2.0).max(64.0));
        let half = width(&text, size) / 2.0;
        let x = (plot.left + pitch * (bin as f64 + 0.5))
            .clamp(half + 1.0, (scene.width - half - 1.0).max(half + 1.0));
        if x - half < free_from {
            continue;
        }
        free_from = x + half + 6.0;
        scene.label((x, plot.bottom + 5.0), text, Anchor::Top, muted);
    }
    let name = fit(&chart.label, size, plot.width());
    scene.label(
        (
            f64::midpoint(plot.left, plot.right),
            plot.bottom + 7.0 + size * 1.3,
        ),
        name,
        Anchor::Top,
        muted,
    );
}
