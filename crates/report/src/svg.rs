//! Charts as inline SVG whose colours follow the reader's theme.
//!
//! A chart is drawn twice, in the light and in the dark theme. The two drawings differ in colours only, so each pair of colours
//! becomes one custom property that the page's style sheet gives both values: no picture is in the page twice.

use std::collections::BTreeMap;
use std::fmt::Write;

use plotters::prelude::{IntoDrawingArea, SVGBackend};
use tabwright_chart::{Chart, Theme, draw};

use crate::ReportError;
use crate::text::{chart_table, escaped, harmless};

/// The pairs of colours met so far, each with its number.
#[derive(Default)]
pub(crate) struct Palette(BTreeMap<(String, String), usize>);

impl Palette {
    /// A chart of that size in CSS pixels; it scales with the page.
    pub(crate) fn draw(&mut self, chart: &Chart, size: (u32, u32)) -> Result<String, ReportError> {
        let [light, dark] = [Theme::light(1.0), Theme::dark(1.0)].map(|theme| {
            let mut text = String::new();
            let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
            let drawn = draw(&area, chart, &theme);
            drop(area);
            // Labels are names and levels of the file.
            drawn.map(|_| text.chars().map(harmless).collect::<String>())
        });
        let failed = |why| ReportError::Chart {
            what: chart.summary(),
            why,
        };
        let (light, dark) = (light.map_err(failed)?, dark.map_err(failed)?);
        let head_end = light.find('>').map_or(0, |end| end + 1);
        let head = format!(
            "<svg role=\"img\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" aria-label=\"{2}\">",
            size.0,
            size.1,
            escaped(&chart.summary())
        );
        let dark_end = dark.find('>').map_or(0, |end| end + 1);
        Ok(head + &self.themed(&light[head_end..], &dark[dark_end..]))
    }

    /// The same, and its values as a table below it.
    pub(crate) fn draw_and_tell(
        &mut self,
        chart: &Chart,
        size: (u32, u32),
    ) -> Result<String, ReportError> {
        Ok(self.draw(chart, size)? + &chart_table(chart))
    }

    /// The first drawing with a custom property for each colour.
    fn themed(&mut self, light: &str, dark: &str) -> String {
        let mut out = String::with_capacity(light.len());
        let mut in_dark = dark
            .match_indices("=\"#")
            .map(|(at, _)| colour_at(dark, at + 2));
        let mut rest = light;
        while let Some(at) = rest.find("=\"#") {
            let from = colour_at(rest, at + 2);
            let to = in_dark.next().unwrap_or(from);
            let next = self.0.len();
            let number = *self
                .0
                .entry((from.to_owned(), to.to_owned()))
                .or_insert(next);
            out.push_str(&rest[..at]);
            // Writing to a string cannot fail.
            let _ = write!(out, "=\"var(--c{number})");
            rest = &rest[at + 2 + from.len()..];
        }
        out.push_str(rest);
        out
    }

    /// The properties' declarations, in the light theme or the dark one.
    pub(crate) fn declarations(&self, is_dark: bool) -> String {
        let mut numbered: Vec<_> = self.0.iter().map(|(pair, number)| (number, pair)).collect();
        numbered.sort();
        let mut out = String::new();
        for (number, (light, dark)) in numbered {
            let colour = if is_dark { dark } else { light };
            let _ = write!(out, "--c{number}:{colour};");
        }
        out
    }
}

/// From the `#` to the end of the attribute.
fn colour_at(text: &str, start: usize) -> &str {
    let end = text[start..].find('"').unwrap_or(0);
    &text[start..start + end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use tabwright_chart::HeatMap;

    #[test]
    fn one_drawing_has_the_colours_of_both_themes() {
        let chart = Chart::HeatMap(HeatMap {
            names: vec!["<a>".into(), "b\"".into()],
            values: vec![1.0, 0.9, 0.9, 1.0],
            threshold: 0.3,
        });
        let mut palette = Palette::default();
        let svg = palette.draw(&chart, (200, 160)).unwrap();
        assert!(
            svg.contains("fill=\"var(--c0)\"") && !svg.contains("=\"#"),
            "{svg}"
        );
        assert!(
            !svg.contains("<a>") && svg.contains("aria-label=\"Association of 2 columns"),
            "{svg}"
        );
        let (light, dark) = (palette.declarations(false), palette.declarations(true));
        assert!(light.starts_with("--c0:#FFFFFF;"), "{light}");
        assert!(light != dark && light.matches(':').count() == dark.matches(':').count());
        assert_eq!(palette.draw(&chart, (200, 160)).unwrap(), svg);
    }
}
