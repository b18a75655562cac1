//! A laid out chart on a plotters backend.

use plotters::coord::Shift;
use plotters::prelude::{
    Circle, Color, DrawingArea, DrawingBackend, PathElement, RGBAColor, Rectangle,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle, FontTransform, TextStyle};

use crate::kinds;
use crate::scene::{Anchor, Box4, Mark, PlotArea, Scene};
use crate::{Chart, Colour, Theme};

/// Why a chart was not drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChartError {
    /// The backend failed.
    #[error("the chart could not be drawn: {0}")]
    Backend(String),
    /// Lengths in the chart's values do not fit each other.
    #[error("the chart's values do not fit each other: expected {expected} {what}, found {found}")]
    Shape {
        /// What was counted.
        what: &'static str,
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

/// The system's interface font, as canvas and SVG name it.
const FONT: &str = "system-ui, sans-serif";

/// Draws a chart over the whole area, whose size is in device pixels.
///
/// # Errors
/// If the values' lengths do not fit each other, or the backend fails.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    chart: &Chart,
    theme: &Theme,
) -> Result<PlotArea, ChartError> {
    let (width, height) = area.dim_in_pixel();
    let mut scene = Scene::new(
        theme,
        f64::from(width) / theme.scale,
        f64::from(height) / theme.scale,
    );
    kinds::lay_out(&mut scene, chart)?;
    area.fill(&colour(theme.background, 1.0))
        .map_err(|error| failed(&error))?;
    for mark in &scene.marks {
        draw_mark(area, mark, theme)?;
    }
    area.present().map_err(|error| failed(&error))?;
    Ok(PlotArea {
        targets: scene.targets,
    })
}

fn failed(error: &impl std::fmt::Display) -> ChartError {
    ChartError::Backend(error.to_string())
}

fn colour(colour: Colour, alpha: f64) -> RGBAColor {
    RGBAColor(colour.0, colour.1, colour.2, alpha)
}

fn draw_mark<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    mark: &Mark,
    theme: &Theme,
) -> Result<(), ChartError> {
    let scale = theme.scale;
    let at = |point: (f64, f64)| {
        (
            (point.0 * scale).round() as i32,
            (point.1 * scale).round() as i32,
        )
    };
    let corners = |at4: &Box4| [at((at4.left, at4.top)), at((at4.right, at4.bottom))];
    let stroke = |width: f64| (width * scale).round().max(1.0) as u32;
    let drawn = match mark {
        Mark::Rect {
            at: place,
            colour: c,
        } => area.draw(&Rectangle::new(
            visible(corners(place)),
            colour(*c, 1.0).filled(),
        )),
        Mark::Hatch {
            at: place,
            colour: c,
        } => return hatch(area, *place, *c, scale),
        Mark::Path {
            points,
            colour: c,
            width,
        } => {
            let points: Vec<_> = points.iter().map(|&point| at(point)).collect();
            area.draw(&PathElement::new(
                points,
                colour(*c, 1.0).stroke_width(stroke(*width)),
            ))
        }
        Mark::Dashed {
            from,
            to,
            colour: c,
        } => return dashed(area, *from, *to, *c, scale),
        Mark::Dot {
            at: place,
            radius,
            colour: c,
            alpha,
        } => {
            let radius = (radius * scale).round().max(1.0) as i32;
            area.draw(&Circle::new(
                at(*place),
                radius,
                colour(*c, *alpha).filled(),
            ))
        }
        Mark::Label {
            at: place,
            text,
            anchor,
            colour: c,
            upwards,
        } => area.draw_text(text, &style(theme, *anchor, *c, *upwards), at(*place)),
    };
    drawn.map_err(|error| failed(&error))
}

/// A filled rectangle of at least one pixel each way, so that a bin with a single row is seen.
fn visible([from, to]: [(i32, i32); 2]) -> [(i32, i32); 2] {
    let top = from.1.min(to.1 - 1);
    [(from.0, top), (to.0.max(from.0 + 1), to.1)]
}

fn style(theme: &Theme, anchor: Anchor, c: Colour, upwards: bool) -> TextStyle<'static> {
    let font = FontDesc::new(
        FontFamily::Name(FONT),
        theme.font_size * theme.scale,
        FontStyle::Normal,
    );
    let font = if upwards {
        font.transform(FontTransform::Rotate270)
    } else {
        font
    };
    let pos = match anchor {
        Anchor::Left => Pos::new(HPos::Left, VPos::Center),
        Anchor::Right => Pos::new(HPos::Right, VPos::Center),
        Anchor::Centre => Pos::new(HPos::Center, VPos::Center),
        Anchor::Top => Pos::new(HPos::Center, VPos::Top),
    };
    TextStyle {
        font,
        color: colour(c, 1.0).to_backend_color(),
        pos,
    }
}

/// Slanted lines in a frame.
fn hatch<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    place: Box4,
    c: Colour,
    scale: f64,
) -> Result<(), ChartError> {
    const APART: f64 = 5.0;
    let ink = colour(c, 1.0).stroke_width(scale.round().max(1.0) as u32);
    let (width, height) = (place.width(), place.height());
    let lines = ((width + height) / APART).ceil() as usize;
    for line in 1..lines {
        // The line x + y = reach, cut to the rectangle (from its lower left corner).
        let reach = line as f64 * APART;
        let from = if reach <= height {
            (0.0, reach)
        } else {
            (reach - height, height)
        };
        let to = if reach <= width {
            (reach, 0.0)
        } else {
            (width, reach - width)
        };
        let pixel = |(x, y): (f64, f64)| {
            (
                ((place.left + x) * scale).round() as i32,
                ((place.bottom - y) * scale).round() as i32,
            )
        };
        area.draw(&PathElement::new(vec![pixel(from), pixel(to)], ink))
            .map_err(|error| failed(&error))?;
    }
    let corner = |x: f64, y: f64| ((x * scale).round() as i32, (y * scale).round() as i32);
    area.draw(&Rectangle::new(
        [
            corner(place.left, place.top),
            corner(place.right, place.bottom),
        ],
        ink,
    ))
    .map_err(|error| failed(&error))
}

fn dashed<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    from: (f64, f64),
    to: (f64, f64),
    c: Colour,
    scale: f64,
) -> Result<(), ChartError> {
    const DASH: f64 = 5.0;
    let ink = colour(c, 1.0).stroke_width(scale.round().max(1.0) as u32);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = (dx * dx + dy * dy).sqrt();
    let n = (length / (2.0 * DASH)).ceil().min(400.0) as usize;
    for dash in 0..n {
        let pixel = |along: f64| {
            let share = (along / length).min(1.0);
            (
                ((from.0 + dx * share) * scale).round() as i32,
                ((from.1 + dy * share) * scale).round() as i32,
            )
        };
        let start = dash as f64 * 2.0 * DASH;
        area.draw(&PathElement::new(
            vec![pixel(start), pixel(start + DASH)],
            ink,
        ))
        .map_err(|error| failed(&error))?;
    }
    Ok(())
}
