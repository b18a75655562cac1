//! Values as text.

use jiff::{SignedDuration, civil::DateTime};

use crate::{Column, Kind, Values};

/// The value of a row as a person would write it: integers without a fraction, days and times in ISO 8601
/// order, decimals in the shortest form that reads back as the same number; missing is the empty text.
pub fn format_value(column: &Column, row: usize) -> String {
    match &column.values {
        Values::Numbers(numbers) => numbers
            .get(row)
            .map_or_else(String::new, |&x| format_number(column.kind, x)),
        Values::Codes { codes, levels } => codes
            .get(row)
            .and_then(|&code| levels.get(code as usize))
            .cloned()
            .unwrap_or_default(),
    }
}

/// A number of a column of that kind, as [`format_value`] writes it.
pub fn format_number(kind: Kind, number: f64) -> String {
    if number.is_nan() {
        return String::new();
    }
    match kind {
        Kind::Date => format_time(number).map(|text| text[..10].to_string()),
        Kind::Datetime => format_time(number),
        _ => None,
    }
    .unwrap_or_else(|| format_plain(number))
}

fn format_plain(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 {
        "0".into()
    } else if (1e-5..1e16).contains(&size) {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}

/// `YYYY-MM-DD HH:MM:SS[.ffffff]`; nothing beyond the calendar.
fn format_time(seconds: f64) -> Option<String> {
    // A double tells microseconds apart for dates of this age.
    let micros = (seconds * 1e6).round_ties_even();
    if micros.abs() > 9e18 {
        return None;
    }
    let time = DateTime::constant(1970, 1, 1, 0, 0, 0, 0)
        .checked_add(SignedDuration::from_micros(micros as i64))
        .ok()?;
    Some(time.to_string().replacen('T', " ", 1))
}
