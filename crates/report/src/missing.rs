//! Where values are missing: by column, together, and from top to bottom of the file.

use std::fmt::Write;

use tabwright_chart::missing_map;
use tabwright_format::percent;
use tabwright_table::Profile;
use tabwright_table::profile::Missingness;

use crate::text::{chart_table, count_of, escaped, table};

/// Columns on the map.
const MAX_COLUMNS: usize = 40;
/// Pixels of the map's bar for one column, of its room for names, and of its width without them.
const BAR: usize = 14;
const NAMES: usize = 190;
const WIDTH: usize = 600;

/// The section; nothing if no value is missing.
pub(crate) fn section(profile: &Profile) -> String {
    let missing = &profile.missing;
    if missing.columns.is_empty() {
        return "<section>\n<h2>Missing values</h2>\n<p>No value is missing.</p>\n</section>\n"
            .to_owned();
    }
    let n_rows = profile.n_rows;
    let by_column = missing.columns.iter().filter_map(|name| {
        let column = profile.columns.iter().find(|column| column.name == *name)?;
        let part = column.n_missing as f64 / n_rows.max(1) as f64;
        let bar = format!(
            "<span class=\"share\" style=\"width:{:.1}px\"></span>{}",
            part * 120.0,
            count_of(column.n_missing, n_rows)
        );
        Some(vec![escaped(name), bar])
    });
    let columns = table(
        "Missing values by column",
        &["Column", "Missing"],
        by_column,
    );
    let patterns = table(
        "Columns that are missing together",
        &["Missing", "Rows"],
        patterns(missing, n_rows),
    );
    format!(
        "<section>\n<h2>Missing values</h2>\n{}\n<div class=\"pair\"><div>{patterns}</div><div>{columns}</div></div>\n</section>\n",
        map(missing) + &chart_table(&missing_map(missing))
    )
}

fn patterns(missing: &Missingness, n_rows: usize) -> impl Iterator<Item = Vec<String>> {
    let listed = missing.patterns.iter().map(move |pattern| {
        let names: Vec<String> = pattern
            .columns
            .iter()
            .filter_map(|&index| missing.columns.get(index))
            .map(|name| escaped(name))
            .collect();
        let names = if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(", ")
        };
        vec![names, count_of(pattern.n_rows as usize, n_rows)]
    });
    let rest = (missing.n_other > 0).then(|| {
        let n = missing.n_patterns - missing.patterns.len();
        vec![
            format!("{n} other patterns"),
            count_of(missing.n_other as usize, n_rows),
        ]
    });
    listed.chain(rest)
}

/// A bar a column, the file from left to right; the darker, the more is missing there.
fn map(missing: &Missingness) -> String {
    let shown = missing.columns.len().min(MAX_COLUMNS);
    let (width, height) = (NAMES + WIDTH, shown * BAR + 4);
    let mut out = format!(
        "<svg class=\"map\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         aria-label=\"Missing values of {shown} columns from the first row to the last\">"
    );
    let step = WIDTH as f64 / missing.map.len().max(1) as f64;
    for (index, name) in missing.columns.iter().take(shown).enumerate() {
        let top = index * BAR;
        let short: String = name.chars().take(28).collect();
        // Writing to a string cannot fail, here and below.
        let _ = write!(
            out,
            "<text x=\"0\" y=\"{}\">{}</text>",
            top + 11,
            escaped(&short)
        );
        for (stripe, rows) in missing.map.iter().enumerate() {
            let n_missing = rows.n_missing.get(index).copied().unwrap_or(0);
            if n_missing == 0 {
                continue;
            }
            let part = n_missing as f64 / rows.n_rows.max(1) as f64;
            let _ = write!(
                out,
                "<rect x=\"{:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{}\" opacity=\"{:.2}\"><title>rows {} to {}: {}</title></rect>",
                NAMES as f64 + stripe as f64 * step,
                step,
                BAR - 2,
                0.15 + 0.85 * part,
                rows.start + 1,
                rows.start + rows.n_rows,
                percent(part)
            );
        }
    }
    out + "</svg>"
}
