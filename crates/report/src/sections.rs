//! The parts of the page that are about the whole table.

use std::fmt::Write;

use tabwright_chart::heat_map;
use tabwright_format::percent;
use tabwright_table::Profile;
use tabwright_table::profile::{Correlations, Severity};

use crate::svg::Palette;
use crate::text::{coefficient, count, count_of, escaped, prose, table};
use crate::{ReportError, Subject};

/// Weaker associations than this are left empty in the matrix and out of the list.
const THRESHOLD: f64 = 0.3;
/// Pairs in the list.
const MAX_PAIRS: usize = 30;

/// The verdict and three numbers.
pub(crate) fn overview(subject: &Subject) -> String {
    let profile = subject.profile;
    let about = match &profile.target {
        Some(target) => format!("Distributions split by <code>{}</code>.", escaped(target)),
        None => "No target chosen.".to_owned(),
    };
    format!(
        "<header>\n<h1>{}</h1>\n<p class=\"verdict\">{}</p>\n<dl class=\"stats\"><div><dt>Rows × columns</dt><dd>{} × {}</dd></div>\
         <div><dt>Missing cells</dt><dd><data value=\"{}\">{}</data></dd></div><div><dt>Duplicate rows</dt><dd>{}</dd></div></dl>\n\
         <p class=\"muted\">{about}</p>\n</header>\n",
        escaped(subject.file),
        prose(&profile.verdict()),
        count(profile.n_rows),
        count(profile.columns.len()),
        profile.missing_share,
        percent(profile.missing_share),
        count_of(profile.n_duplicate_rows, profile.n_rows),
    )
}

/// What was found, worst first.
pub(crate) fn alerts(profile: &Profile) -> String {
    let mut out = format!("<section>\n<h2>Alerts · {}</h2>\n", profile.alerts.len());
    if profile.alerts.is_empty() {
        return out + "<p>Nothing found that would mislead a model.</p>\n</section>\n";
    }
    out.push_str("<ol class=\"alerts\">\n");
    for alert in &profile.alerts {
        let (class, word) = match alert.severity {
            Severity::Blocking => ("blocking", "Blocking"),
            Severity::Warning => ("warning", "Warning"),
            Severity::Note => ("note", "Note"),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "<li><span class=\"severity {class}\">{word}</span><div><p>{}</p><p class=\"muted\">{}</p></div></li>",
            prose(&alert.message),
            prose(&alert.advice)
        );
    }
    out + "</ol>\n</section>\n"
}

/// The matrix and its strongest pairs.
pub(crate) fn correlations(
    profile: &Profile,
    palette: &mut Palette,
) -> Result<String, ReportError> {
    let found = &profile.correlations;
    let n = found.names.len();
    let mut out = "<section>\n<h2>Columns that go together</h2>\n".to_owned();
    if n < 2 {
        return Ok(
            out + "<p>Fewer than two columns can be compared: free text, identifiers and constants are left out.</p>\n</section>\n"
        );
    }
    let side = (140 + 34 * n as u32).clamp(220, 760);
    let chart = palette.draw_and_tell(&heat_map(found, THRESHOLD), (side, side))?;
    let rows = strongest(found).into_iter().map(|(a, b, r, pearson)| {
        let pearson = pearson.map_or_else(|| "–".to_owned(), coefficient);
        vec![escaped(a), escaped(b), coefficient(r), pearson]
    });
    let list = table(
        &format!("Pairs from {THRESHOLD} on, strongest first"),
        &["Column", "With", "Association", "Pearson"],
        rows,
    );
    let note = found.note.as_ref().map_or_else(String::new, |note| {
        format!("<p class=\"muted\">{}.</p>", escaped(note))
    });
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<div class=\"pair\"><div>{chart}</div><div>{list}</div></div>\n<p class=\"muted\">Spearman's rank correlation for two numbers, \
         bias-corrected Cramér's V for two categories, the bias-corrected correlation ratio for one of each. Rows where either is missing are left \
         out.</p>\n{note}"
    );
    Ok(out + "</section>\n")
}

/// Pairs by strength, with Pearson's r where it is defined.
fn strongest(found: &Correlations) -> Vec<(&str, &str, f64, Option<f64>)> {
    let n = found.names.len();
    let mut pairs = Vec::new();
    for row in 0..n {
        for column in row + 1..n {
            let at = row * n + column;
            let r = found.values.get(at).copied().unwrap_or(0.0);
            if r.abs() >= THRESHOLD {
                let pearson = found.pearson.get(at).copied().flatten();
                pairs.push((
                    found.names[row].as_str(),
                    found.names[column].as_str(),
                    r,
                    pearson,
                ));
            }
        }
    }
    pairs.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    pairs.truncate(MAX_PAIRS);
    pairs
}

/// How the file was read.
pub(crate) fn reading(subject: &Subject) -> String {
    let read = subject.read;
    let delimiter = match read.delimiter.value {
        '\t' => "tab".to_owned(),
        other => escaped(&other.to_string()),
    };
    let mut items = vec![
        format!(
            "Encoding {}, cells separated by <code>{delimiter}</code>.",
            read.encoding.value.label()
        ),
        format!(
            "{} rows with another number of cells than the header were kept aside.",
            read.n_bad_rows
        ),
    ];
    items.extend(read.notes.iter().map(|note| escaped(note)));
    let items = items.join("</li><li>");
    format!(
        "<section>\n<h2>How it was read</h2>\n<ul><li>{items}</li></ul>\n<p class=\"muted\">Counts, moments, quantiles and extremes are exact, \
         over all rows; missing values are in none of them. Made by Tabwright on the reader's own machine.</p>\n</section>\n"
    )
}
