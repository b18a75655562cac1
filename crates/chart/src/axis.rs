//! Axes: where ticks stand and how values map to pixels.

use tabwright_table::Kind;

use crate::scene::{Anchor, Box4, Scene};
use crate::text::{self, width};

/// A linear map from values to pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// Maps `low..high` to `from..to`; a range of no width is widened.
    pub fn new(low: f64, high: f64, from: f64, to: f64) -> Self {
        let (low, high) = widened(low, high);
        Self {
            low,
            high,
            from,
            to,
        }
    }

    pub fn pixel(&self, value: f64) -> f64 {
        // Halves: the whole range may be more than a number can hold.
        let share = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        self.from + share * (self.to - self.from)
    }

    /// Round values within the range, at least `apart` pixels from each other.
    pub fn ticks(&self, apart: f64) -> Vec<f64> {
        let room = ((self.to - self.from).abs() / apart)
            .floor()
            .clamp(1.0, 12.0);
        let span = (self.high - self.low) / room;
        if !span.is_finite() {
            return vec![self.low, self.high];
        }
        let step = nice(span);
        let first = (self.low / step - 1e-9).ceil();
        let last = (self.high / step + 1e-9).floor();
        let n = (last - first).clamp(0.0, 24.0) as usize;
        (0..=n).map(|i| (first + i as f64) * step).collect()
    }
}

fn widened(low: f64, high: f64) -> (f64, f64) {
    if !(low.is_finite() && high.is_finite()) {
        return (0.0, 1.0);
    }
    if high > low {
        return (low, high);
    }
    let pad = if low == 0.0 { 0.5 } else { low.abs() * 0.5 };
    (low - pad, low + pad)
}

/// The least of 1, 2, 2.5 and 5 times a power of ten that is not below `step`.
fn nice(step: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 <= step {
        power *= 10.0;
    }
    while power > step {
        power /= 10.0;
    }
    [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|candidate| *candidate >= step * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// Smallest and largest finite value; `None` without one.
pub(crate) fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .filter(|value| value.is_finite())
        .fold(None, |range, value| match range {
            None => Some((value, value)),
            Some((low, high)) => Some((value.min(low), value.max(high))),
        })
}

/// The pixels that labels left of the plot take.
pub(crate) fn label_room<'t>(labels: impl Iterator<Item = &'t str>, size: f64, most: f64) -> f64 {
    labels
        .map(|label| width(label, size))
        .fold(0.0, f64::max)
        .min(most)
        + 6.0
}

/// Numbers below the plot, thinned until they stand apart, and the axis' name below them.
pub(crate) fn bottom(scene: &mut Scene<'_>, plot: Box4, scale: Scale, kind: Kind, name: &str) {
    let (size, muted) = (scene.theme.font_size, scene.theme.muted);
    let apart = if kind.is_number() && matches!(kind, Kind::Date | Kind::Datetime) {
        90.0
    } else {
        56.0
    };
    let mut free_from = f64::NEG_INFINITY;
    let is_whole = |tick: &f64| kind != Kind::Integer || (tick - tick.round()).abs() < 1e-9;
    for tick in scale.ticks(apart).into_iter().filter(is_whole) {
        let (x, text) = (scale.pixel(tick), text::tick(kind, tick));
        let half = width(&text, size) / 2.0;
        let centre = x.clamp(half + 1.0, (scene.width - half - 1.0).max(half + 1.0));
        if centre - half < free_from {
            continue;
        }
        free_from = centre + half + 6.0;
        let axis = scene.theme.axis;
        scene.line((x, plot.bottom), (x, plot.bottom + 3.0), axis);
        scene.label((centre, plot.bottom + 5.0), text, Anchor::Top, muted);
    }
    if !name.is_empty() {
        let middle = f64::midpoint(plot.left, plot.right);
        let text = text::fit(name, size, plot.width());
        scene.label(
            (middle, plot.bottom + 7.0 + size * 1.3),
            text,
            Anchor::Top,
            muted,
        );
    }
}

/// Grid lines with their numbers left of the plot.
pub(crate) fn left(scene: &mut Scene<'_>, plot: Box4, scale: Scale, kind: Kind, name: &str) {
    let theme = scene.theme;
    for tick in scale.ticks(32.0) {
        let y = scale.pixel(tick);
        scene.line((plot.left, y), (plot.right, y), theme.grid);
        scene.label(
            (plot.left - 5.0, y),
            text::tick(kind, tick),
            Anchor::Right,
            theme.muted,
        );
    }
    if !name.is_empty() {
        let middle = f64::midpoint(plot.top, plot.bottom);
        let text = text::fit(name, theme.font_size, plot.height());
        scene.label_upwards((theme.font_size * 0.7, middle), text, theme.muted);
    }
}

/// The room that [`left`] needs for its numbers.
pub(crate) fn left_room(
    (low, high): (f64, f64),
    kind: Kind,
    height: f64,
    size: f64,
    named: bool,
) -> f64 {
    let ticks: Vec<String> = Scale::new(low, high, height, 0.0)
        .ticks(32.0)
        .into_iter()
        .map(|tick| text::tick(kind, tick))
        .collect();
    let name = if named { size * 1.5 } else { 0.0 };
    label_room(ticks.iter().map(String::as_str), size, 110.0) + name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let scale = Scale::new(0.0, 512.3, 0.0, 400.0);
        assert_eq!(
            scale.ticks(56.0),
            vec![0.0, 100.0, 200.0, 300.0, 400.0, 500.0]
        );
        assert_eq!(
            Scale::new(0.0, 1.0, 0.0, 200.0).ticks(50.0),
            vec![0.0, 0.25, 0.5, 0.75, 1.0]
        );
    }

    #[test]
    fn a_single_value_gets_a_range() {
        let scale = Scale::new(7.0, 7.0, 0.0, 100.0);
        assert_eq!(scale.pixel(7.0), 50.0);
        assert!(Scale::new(f64::NAN, 1.0, 0.0, 10.0).pixel(0.5).is_finite());
        let widest = Scale::new(-1.7e308, 1.7e308, 0.0, 100.0);
        assert_eq!(widest.pixel(0.0), 50.0);
        assert_eq!(widest.ticks(20.0), [-1.7e308, 1.7e308]);
    }
}
