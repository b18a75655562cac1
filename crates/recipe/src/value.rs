//! Texts to yes and no, and times to their parts.

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
    use tabwright_table::parse_time;

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
            let _ = parse_truth(&text);
        }

        #[test]
        fn a_day_reads_back(seconds in -5_000_000_000_i64..100_000_000_000) {
            let time = date_time(seconds as f64).unwrap();
            prop_assert_eq!(parse_time(&time.to_string()), Some(seconds as f64));
        }
    }
}
