//! Numbers as people read them, and how wide a text is.

use tabwright_table::{Kind, format_number};

/// Three significant digits, thousands apart, SI letters from ten thousand: `0.125`, `28`, `1,234`, `12.3k`, `1.2M`.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return "–".to_string();
    }
    if size == 0.0 {
        return "0".to_string();
    }
    if (1e4..1e15).contains(&size) {
        let (unit, letter) = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
            .into_iter()
            .find(|(unit, _)| size >= *unit)
            .unwrap_or((1.0, ""));
        return format!("{}{letter}", signed(&significant(value / unit)));
    }
    if !(1e-4..1e15).contains(&size) {
        return format!("{value:.1e}").replace('-', "−");
    }
    signed(&significant(value))
}

/// With a true minus sign, which is as wide as a digit.
pub(crate) fn signed(text: &str) -> String {
    text.replacen('-', "−", 1)
}

fn significant(value: f64) -> String {
    let size = value.abs();
    if size >= 1000.0 {
        return separated(value.round());
    }
    let decimals = match size {
        s if s >= 100.0 => 1,
        s if s >= 10.0 => 2,
        s if s >= 0.1 => 3,
        s if s >= 0.01 => 4,
        s if s >= 0.001 => 5,
        _ => 6,
    };
    trimmed(&format!("{value:.decimals$}"))
}

fn trimmed(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text.to_string()
    }
}

fn separated(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    if value < 0.0 && digits != "0" {
        text.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with thousands apart.
pub fn count(value: u64) -> String {
    separated(value as f64)
}

/// A share as a percentage with one decimal.
pub fn share(value: f64) -> String {
    if !value.is_finite() {
        "–".to_string()
    } else if value > 0.0 && value < 0.0005 {
        "< 0.1 %".to_string()
    } else {
        format!("{:.1} %", value * 100.0)
    }
}

/// "177 · 19.9 %".
pub(crate) fn count_of(part: u64, all: u64) -> String {
    format!(
        "{} · {}",
        count(part),
        share(part as f64 / all.max(1) as f64)
    )
}

/// A value of a column: days and times as such, else as [`number`].
pub(crate) fn value(kind: Kind, value: f64) -> String {
    match kind {
        Kind::Date => format_number(Kind::Date, value),
        Kind::Datetime => format_number(kind, value).chars().take(16).collect(),
        _ => number(value),
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
    fn numbers_are_rounded_for_people() {
        for (value, expected) in [
            (0.0, "0"),
            (0.125, "0.125"),
            (28.0, "28"),
            (512.3292, "512.3"),
            (1234.0, "1,234"),
            (12_345.0, "12.35k"),
            (500_001.0, "500k"),
            (1_200_000.0, "1.2M"),
            (-0.012_345, "−0.0123"),
            (f64::NAN, "–"),
            (1e-9, "1.0e−9"),
        ] {
            assert_eq!(number(value), expected, "{value}");
        }
    }

    #[test]
    fn counts_and_shares() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count_of(177, 891), "177 · 19.9 %");
        assert_eq!(count_of(5, 20_640), "5 · < 0.1 %");
    }

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
