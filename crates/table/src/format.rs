//! Values as text, and back.

use jiff::{SignedDuration, civil::DateTime};

use crate::{
    Column, Kind, Values,
    read::{read_iso, read_number},
};

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
        Kind::Date => calendar_time(number).map(format_day),
        Kind::Datetime => calendar_time(number).map(format_time),
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

/// To the microsecond; nothing beyond the calendar.
fn calendar_time(seconds: f64) -> Option<DateTime> {
    // A double tells microseconds apart for dates of this age.
    let micros = (seconds * 1e6).round_ties_even();
    if micros.abs() > 9e18 {
        return None;
    }
    DateTime::constant(1970, 1, 1, 0, 0, 0, 0)
        .checked_add(SignedDuration::from_micros(micros as i64))
        .ok()
}

/// `YYYY-MM-DD`; six digits and a sign before the year 0. Part by part, because jiff's printer brings the texts of all of its
/// errors, 50 kB of the page.
fn format_day(time: DateTime) -> String {
    let (year, month, day) = (time.year(), time.month(), time.day());
    match year {
        ..0 => format!("-{:06}-{month:02}-{day:02}", -year),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    }
}

/// `YYYY-MM-DD HH:MM:SS[.ffffff]`
fn format_time(time: DateTime) -> String {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let mut text = format!("{} {hour:02}:{minute:02}:{second:02}", format_day(time));
    let micros = time.subsec_nanosecond() / 1000;
    if micros > 0 {
        text += format!(".{micros:06}").trim_end_matches('0');
    }
    text
}

/// The number that a text is, with nothing around it but blanks: sign, digits, a decimal point, an exponent. Every
/// number is finite.
pub fn parse_number(text: &str) -> Option<f64> {
    Some(read_number(text.trim().as_bytes())?.value)
}

/// Seconds since 1970-01-01T00:00 of `YYYY-MM-DD`, alone or with `HH:MM[:SS[.fff]]` after a blank or `T`, and perhaps a
/// final `Z`, with nothing around it but blanks.
pub fn parse_time(text: &str) -> Option<f64> {
    Some(read_iso(text.trim().as_bytes())?.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: f64 = 86_400.0;

    #[test]
    fn numbers_are_plain_decimals() {
        assert_eq!(parse_number(" -1.5e3 "), Some(-1500.0));
        for text in ["inf", "nan", "1,5", "0x10", "1e999", "", "e", "1 2"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_written_as_jiff_prints_them() {
        for seconds in [
            0.0,
            1.5,
            -1e-6,
            951_827_696.789,
            -62_167_219_201.0,
            -3e11,
            2.5e11,
        ] {
            let time = calendar_time(seconds).unwrap();
            assert_eq!(format_time(time), time.to_string().replacen('T', " ", 1));
            assert_eq!(format_day(time), time.date().to_string());
        }
        assert_eq!(calendar_time(1e15), None);
    }

    #[test]
    fn times_are_iso_days_with_or_without_a_clock() {
        assert_eq!(parse_time("1970-01-02"), Some(DAY));
        assert_eq!(parse_time("1970-01-01 01:00"), Some(3600.0));
        assert_eq!(parse_time("1969-12-31T23:59:59.5Z"), Some(-0.5));
        for text in [
            "2024-02-30",
            "2024-W01-1",
            "2024-01-01T00:00+02:00",
            "20240101",
            "2024-01-01 10",
            "é024-01-01",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = (parse_number(&text), parse_time(&text));
        }

        #[test]
        fn what_is_written_is_read(number in any::<f64>().prop_filter("finite", |x| x.is_finite()), seconds in -60_000_000_000_i64..250_000_000_000) {
            prop_assert_eq!(parse_number(&format_number(Kind::Decimal, number)), Some(number));
            prop_assert_eq!(parse_time(&format_number(Kind::Datetime, seconds as f64)), Some(seconds as f64));
        }
    }
}
