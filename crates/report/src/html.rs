//! The page.

use crate::svg::Palette;
use crate::text::escaped;
use crate::{ReportError, Subject, card, missing, sections};

/// All of its looks.
const STYLE: &str = include_str!("report.css");

/// One HTML page in UTF-8: verdict, alerts, missing values, a card for each column, columns that go together, how the file
/// was read. It follows the reader's light or dark theme, prints, and holds no script.
///
/// # Errors
/// If a chart cannot be drawn, which every chart of a profile can.
pub fn html(subject: &Subject) -> Result<Vec<u8>, ReportError> {
    let mut palette = Palette::default();
    let body = [
        sections::overview(subject),
        sections::alerts(subject.profile),
        missing::section(subject.profile),
        card::section(subject.profile, &mut palette)?,
        sections::correlations(subject.profile, &mut palette)?,
        sections::reading(subject),
    ];
    let title = format!("Profile of {}", subject.file);
    Ok(page(&title, &palette, &body.concat()))
}

/// A page of that title and body.
pub(crate) fn page(title: &str, palette: &Palette, body: &str) -> Vec<u8> {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n\
         <style>\n:root{{{}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n{}</main>\n</body>\n</html>\n",
        escaped(title),
        palette.declarations(false),
        palette.declarations(true),
        body
    )
    .into_bytes()
}
