//! Text to values and times to their parts, as reading a file does it.

use jiff::{SignedDuration, civil::DateTime};

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
/// Seconds of a day.
pub(crate) const DAY: f64 = 86_400.0;

/// Words that say no and yes.
const TRUTHS: [[&str; 2]; 5] = [
    ["false", "true"],
    ["no", "yes"],
    ["f", "t"],
    ["n", "y"],
    ["0", "1"],
];

/// A finite decimal number with nothing around it but blanks.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    // The standard parser also takes "inf" and "nan".
    let is_plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    text.parse()
        .ok()
        .filter(|number: &f64| is_plain && number.is_finite())
}

/// Seconds since 1970-01-01T00:00 of `YYYY-MM-DD`, alone or with `HH:MM[:SS[.fff]]` behind a blank or `T`.
pub(crate) fn parse_time(text: &str) -> Option<f64> {
    let text = text.trim();
    let (day, clock) = text.split_at_checked(10)?;
    // The parser knows more forms than a file may have: week dates, offsets, time zones.
    let is_day = day.char_indices().all(|(at, c)| match at {
        4 | 7 => c == '-',
        _ => c.is_ascii_digit(),
    });
    let clock = clock.strip_suffix('Z').unwrap_or(clock);
    let is_clock = clock.is_empty()
        || clock.contains(':')
            && clock.starts_with([' ', 'T'])
            && clock[1..]
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.'));
    if !is_day || !is_clock {
        return None;
    }
    let time: DateTime = text.strip_suffix('Z').unwrap_or(text).parse().ok()?;
    let since = time.duration_since(EPOCH);
    Some(since.as_secs() as f64 + f64::from(since.subsec_nanos()) / 1e9)
}

/// Which pair of words a text is from, and whether it is its yes.
pub(crate) fn parse_truth(text: &str) -> Option<(usize, bool)> {
    let text = text.trim();
    TRUTHS.iter().enumerate().find_map(|(pair, words)| {
        words
            .iter()
            .position(|word| word.eq_ignore_ascii_case(text))
            .map(|side| (pair, side == 1))
    })
}

/// The words of a pair: no, then yes.
pub(crate) fn truth_words(pair: usize) -> [String; 2] {
    TRUTHS.get(pair).unwrap_or(&TRUTHS[0]).map(str::to_owned)
}

/// The day and time at these seconds since 1970-01-01T00:00; `None` where missing or beyond the calendar.
pub(crate) fn date_time(seconds: f64) -> Option<DateTime> {
    // Year 9999 ends before 2.6e11 seconds: the cast below is exact.
    if seconds.is_nan() || seconds.abs() > 1e12 {
        return None;
    }
    EPOCH
        .checked_add(SignedDuration::from_secs(seconds.floor() as i64))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_plain_decimals() {
        assert_eq!(parse_number(" -1.5e3 "), Some(-1500.0));
        for text in ["inf", "nan", "1,5", "0x10", "1e999", "", "e", "1 2"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
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

    #[test]
    fn truths_come_in_pairs() {
        assert_eq!(parse_truth("YES"), Some((1, true)));
        assert_eq!(parse_truth("0"), Some((4, false)));
        assert_eq!(parse_truth("maybe"), None);
        assert_eq!(truth_words(1), ["no", "yes"]);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = (parse_number(&text), parse_time(&text), parse_truth(&text));
        }

        #[test]
        fn a_day_reads_back(seconds in -5_000_000_000_i64..100_000_000_000) {
            let time = date_time(seconds as f64).unwrap();
            prop_assert_eq!(parse_time(&time.to_string()), Some(seconds as f64));
        }
    }
}
