//! Text in a page: escaped, and numbers for people with the exact value beside them.

use std::fmt::Write;

use tabwright_chart::{Chart, TextTable};
use tabwright_format::{fixed, number, percent};
use tabwright_table::{Kind, format_number};

/// Instead of a number that the JSON has null for.
const NOTHING: &str = "<data value=\"null\">–</data>";

/// A text as the content of an element or of an attribute in double quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(harmless(c)),
        }
    }
    out
}

/// Instead of what no page may hold, and of what would turn the direction of the text behind it, a mark.
pub(crate) fn harmless(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        c if c.is_control() => '\u{fffd}',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    }
}

/// A sentence with names between backquotes: those are set as code.
pub(crate) fn prose(sentence: &str) -> String {
    let mut out = String::new();
    let mut is_code = false;
    let n_marks = sentence.matches('`').count();
    for (at, part) in sentence.split('`').enumerate() {
        // A mark without a second one is part of a name.
        if at > 0 && !(n_marks % 2 == 1 && at == n_marks) {
            is_code = !is_code;
            out.push_str(if is_code { "<code>" } else { "</code>" });
        } else if at > 0 {
            out.push('`');
        }
        out.push_str(&escaped(part));
    }
    out
}

/// A number for people, and all of its digits for machines and on hovering. One that is not finite is nothing, as in the
/// JSON.
pub(crate) fn value(kind: Kind, x: f64) -> String {
    if !x.is_finite() {
        return NOTHING.to_owned();
    }
    let exact = format_number(kind, x);
    match kind {
        Kind::Date | Kind::Datetime => format!("<data value=\"{exact}\">{exact}</data>"),
        _ => format!(
            "<data value=\"{exact}\" title=\"{exact}\">{}</data>",
            number(x)
        ),
    }
}

/// A count with thousands apart.
pub(crate) fn count(n: usize) -> String {
    format!("<data value=\"{n}\">{}</data>", tabwright_format::count(n))
}

/// A count and its share of all rows.
pub(crate) fn count_of(n: usize, all: usize) -> String {
    if n == 0 {
        return count(0);
    }
    format!("{} · {}", count(n), percent(n as f64 / all.max(1) as f64))
}

/// A coefficient with two decimals and a true minus sign.
pub(crate) fn coefficient(r: f64) -> String {
    if !r.is_finite() {
        return NOTHING.to_owned();
    }
    format!("<data value=\"{r}\" title=\"{r}\">{}</data>", fixed(r, 2))
}

/// A table; cells are HTML.
pub(crate) fn table(
    caption: &str,
    headers: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> String {
    let mut out = format!("<table><caption>{}</caption><thead><tr>", escaped(caption));
    for header in headers {
        // Writing to a string cannot fail, here and below.
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(header));
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for (place, cell) in row.into_iter().enumerate() {
            let _ = match place {
                0 => write!(out, "<th scope=\"row\">{cell}</th>"),
                _ => write!(out, "<td>{cell}</td>"),
            };
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    out
}

/// A chart's values, folded away below it.
pub(crate) fn chart_table(chart: &Chart) -> String {
    let TextTable {
        headers,
        rows,
        n_more,
    } = chart.table();
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let rows = rows
        .iter()
        .map(|row| row.iter().map(|cell| escaped(cell)).collect());
    let more = match n_more {
        0 => String::new(),
        n => format!(
            "<p class=\"muted\">And {} more rows.</p>",
            tabwright_format::count(n)
        ),
    };
    let list = table(&chart.summary(), &headers, rows);
    format!(
        "<details class=\"chart-table\"><summary>Chart as a table</summary>{list}{more}</details>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_element() {
        assert_eq!(
            escaped("<b a=\"x\" c='y'>&\u{202e}\u{0}"),
            "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;\u{fffd}\u{fffd}"
        );
        assert_eq!(prose("`a<b` is x"), "<code>a&lt;b</code> is x");
        assert_eq!(prose("odd ` one"), "odd ` one");
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(
            value(Kind::Decimal, 29.699_117_647),
            "<data value=\"29.699117647\" title=\"29.699117647\">29.7</data>"
        );
        assert_eq!(
            value(Kind::Date, 86_400.0),
            "<data value=\"1970-01-02\">1970-01-02</data>"
        );
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(value(Kind::Decimal, x), NOTHING);
            assert_eq!(coefficient(x), NOTHING);
            assert_eq!(serde_json::to_value(x).unwrap(), serde_json::Value::Null);
        }
        assert_eq!(
            coefficient(-0.5),
            "<data value=\"-0.5\" title=\"-0.5\">−0.50</data>"
        );
    }
}
