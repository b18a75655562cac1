//! The page of a trained model: `report.html` of a bundle.

mod charts;
mod origin;
mod quality;

use tabwright_model::bundle::BundleParts;

use crate::ReportError;
use crate::html::page;
use crate::svg::Palette;

/// One HTML page in UTF-8: what the model is, how good it is on rows that it did not see, what it relies on, what a challenger
/// must meet, how it was found, and what it reads. It follows the reader's light or dark theme, prints, and holds no script.
///
/// # Errors
/// If a chart cannot be drawn, which every chart of an evaluation can.
pub fn model_html(parts: &BundleParts) -> Result<Vec<u8>, ReportError> {
    let mut palette = Palette::default();
    let body = [
        origin::overview(parts),
        quality::section(parts),
        charts::section(parts, &mut palette)?,
        quality::gate(parts),
        origin::search(parts),
        origin::inputs(parts),
    ];
    let title = format!("Model {}", parts.name);
    Ok(page(&title, &palette, &body.concat()))
}
