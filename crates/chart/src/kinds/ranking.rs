//! A bar a name with a whisker of one standard deviation.

use crate::Ranking;
use crate::axis::{Scale, extent, label_room};
use crate::scene::{Anchor, Box4, Scene};
use crate::text::{fit, width};
use tabwright_format::number;

pub(super) fn lay_out(scene: &mut Scene<'_>, chart: &Ranking) {
    let size = scene.theme.font_size;
    let bottom = scene.height - size * 1.6;
    let room = (bottom / 15.0).max(1.0) as usize;
    let rows = &chart.rows[..chart.rows.len().min(room)];
    let left = label_room(
        rows.iter().map(|row| row.0.as_str()),
        size,
        scene.width * 0.36,
    );
    let ends = rows
        .iter()
        .flat_map(|row| [row.1 - row.2, row.1 + row.2, 0.0]);
    let (low, high) = extent(ends).unwrap_or((0.0, 1.0));
    let longest = rows
        .iter()
        .map(|row| width(&number(row.1), size))
        .fold(0.0, f64::max);
    let scale = Scale::new(
        low,
        high,
        left,
        (scene.width - longest - 12.0).max(left + 20.0),
    );
    let pitch = (bottom / rows.len().max(1) as f64).min(24.0);
    let (text, muted, accent) = (scene.theme.text, scene.theme.muted, scene.theme.accent);
    let zero = scale.pixel(0.0);
    for (index, (name, value, spread)) in rows.iter().enumerate() {
        let (y, middle) = (pitch * index as f64, pitch * (index as f64 + 0.5));
        let end = scale.pixel(*value);
        scene.rect(
            Box4::new(
                zero.min(end),
                y + pitch * 0.18,
                zero.max(end),
                y + pitch * 0.82,
            ),
            accent,
        );
        scene.label(
            (left - 5.0, middle),
            fit(name, size, left - 6.0),
            Anchor::Right,
            text,
        );
        if *spread > 0.0 {
            let (from, to) = (scale.pixel(value - spread), scale.pixel(value + spread));
            scene.path(vec![(from, middle), (to, middle)], text, 1.0);
            for x in [from, to] {
                scene.path(vec![(x, middle - 3.0), (x, middle + 3.0)], text, 1.0);
            }
        }
        let after = scale.pixel(value + spread).max(zero) + 5.0;
        scene.label((after, middle), number(*value), Anchor::Left, muted);
        let lines = vec![
            (chart.label.clone(), number(*value)),
            ("standard deviation over folds".to_string(), number(*spread)),
        ];
        let area = Box4::new(0.0, y, scene.width, y + pitch);
        scene.area_target(area, (end, middle), name.clone(), lines);
    }
    let axis = scene.theme.axis;
    scene.line((zero, 0.0), (zero, pitch * rows.len() as f64), axis);
    let hidden = chart.rows.len() - rows.len();
    let note = if hidden > 0 {
        format!("{} ({hidden} more in the table)", chart.label)
    } else {
        chart.label.clone()
    };
    let place = (scene.width / 2.0, pitch * rows.len() as f64 + size);
    let note = fit(&note, size, scene.width);
    scene.label(place, note, Anchor::Centre, muted);
}
