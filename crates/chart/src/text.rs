//! A column's values at ticks and in sentences, and how wide a text is.

use tabwright_format::{compact, number};
use tabwright_table::{Kind, format_number};

/// A value of a column: days and times as such, else as [`number`].
pub(crate) fn value(kind: Kind, value: f64) -> String {
    time(kind, value).unwrap_or_else(|| number(value))
}

/// [`value`] where room is dear: at a tick.
pub(crate) fn tick(kind: Kind, value: f64) -> String {
    time(kind, value).unwrap_or_else(|| compact(value))
}

fn time(kind: Kind, value: f64) -> Option<String> {
    match kind {
        Kind::Date => Some(format_number(Kind::Date, value)),
        Kind::Datetime => Some(format_number(kind, value).chars().take(16).collect()),
        _ => None,
    }
}

/// Estimated width of a text in a usual sans-serif font, in the unit of `size`.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

/// Shares of the font size in `DejaVu Sans`, the widest of the usual interface fonts: labels fit in all of them.
fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '|' | '\'' | '.' | ',' | ':' | ';' | '!' | 'I' => 0.3,
        ' ' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' | '·' => 0.39,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.96,
        'A'..='Z' => 0.71,
        '≤' | '≥' | '<' | '>' | '=' | '+' | '−' | '&' => 0.84,
        c if (c as u32) >= 0x1100 => 1.0,
        _ => 0.63,
    }
}

/// The text, or as much of it as fits, with an ellipsis.
pub(crate) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_string();
    }
    let mut cut = String::new();
    let mut taken = width("…", size);
    for c in text.chars() {
        taken += em(c) * size;
        if taken > room {
            break;
        }
        cut.push(c);
    }
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_to_the_room() {
        assert_eq!(fit("short", 10.0, 100.0), "short");
        let cut = fit("a very long label indeed", 10.0, 60.0);
        assert!(cut.ends_with('…') && width(&cut, 10.0) <= 60.0, "{cut}");
    }

    #[test]
    fn days_are_written_as_days() {
        assert_eq!(value(Kind::Date, 86_400.0), "1970-01-02");
    }
}
