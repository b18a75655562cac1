//! One cell's text to a day or a time and back.

use std::io::Write;

use super::{
    DateOrder,
    number::{POWERS, read_digits},
};

/// Seconds of a day.
pub(super) const DAY: f64 = 86_400.0;

/// Seconds since 1970-01-01T00:00.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Time {
    pub(super) seconds: f64,
    /// A day only.
    pub(super) is_day: bool,
}

/// How an ISO 8601 time was written, in a byte: 0 is a day only; otherwise 1, plus 1 for a `T` where others have a
/// blank, plus 2 for a final `Z`, plus 4 for seconds, and 4 more for each digit of their fraction.
pub(crate) type IsoForm = u8;

/// Reads `YYYY-MM-DD`, alone or with `HH:MM[:SS[.fff]]` after a blank or `T`, and a final `Z` (UTC).
pub(crate) fn read_iso(cell: &[u8]) -> Option<(f64, IsoForm)> {
    let (day, clock) = cell.split_at_checked(10)?;
    if day[4] != b'-' || day[7] != b'-' {
        return None;
    }
    let year = i64::from(two_digits(&day[..2])? * 100 + two_digits(&day[2..4])?);
    let seconds = day_seconds(year, two_digits(&day[5..7])?, two_digits(&day[8..])?)?;
    let (separator, clock) = match clock {
        [] => return Some((seconds, 0)),
        [b' ', clock @ ..] => (0, clock),
        [b'T', clock @ ..] => (1, clock),
        _ => return None,
    };
    let (zone, clock) = clock
        .strip_suffix(b"Z")
        .map_or((0, clock), |clock| (2, clock));
    let (of_day, precision) = read_clock(clock, 2)?;
    Some((seconds + of_day, 1 + separator + zone + 4 * precision))
}

/// Writes what [`read_iso`] read, if its seconds are exact enough.
pub(super) fn write_iso(seconds: f64, form: IsoForm, out: &mut Vec<u8>) {
    let precision = form.saturating_sub(1) / 4;
    let n_fraction = usize::from(precision.saturating_sub(1));
    let unit = POWERS[n_fraction.min(9)];
    let ticks = (seconds * unit).round_ties_even() as i64;
    let ticks_a_second = unit as i64;
    let whole = ticks.div_euclid(ticks_a_second);
    let (days, of_day) = (whole.div_euclid(86_400), whole.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    // Writing to a vector does not fail.
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
    if form == 0 {
        return;
    }
    out.push(if (form - 1) & 1 == 1 { b'T' } else { b' ' });
    let _ = write!(out, "{:02}:{:02}", of_day / 3600, of_day / 60 % 60);
    if precision > 0 {
        let _ = write!(out, ":{:02}", of_day % 60);
    }
    if n_fraction > 0 {
        let fraction = ticks.rem_euclid(ticks_a_second);
        let _ = write!(out, ".{fraction:0n_fraction$}");
    }
    if (form - 1) & 2 == 2 {
        out.push(b'Z');
    }
}

/// Reads a day of that order (`/`, `.` or `-` between its parts, the year of four digits), alone or with
/// `H:MM[:SS[.fff]]` and perhaps `AM` or `PM` after a blank.
pub(super) fn read_local(cell: &[u8], order: DateOrder) -> Option<Time> {
    let n_day = cell
        .iter()
        .position(|&byte| byte == b' ' || byte == b'T')
        .unwrap_or(cell.len());
    let (day, clock) = cell.split_at(n_day);
    let separator = *day.iter().find(|byte| !byte.is_ascii_digit())?;
    if !matches!(separator, b'/' | b'.' | b'-') {
        return None;
    }
    let mut parts = day.split(|&byte| byte == separator);
    let parts = [
        parts.next()?,
        parts.next()?,
        parts.next()?,
        parts.next().unwrap_or(b""),
    ];
    let [year, month, day, b""] = (match order {
        DateOrder::Ymd => parts,
        DateOrder::Dmy => [parts[2], parts[1], parts[0], parts[3]],
        DateOrder::Mdy => [parts[2], parts[0], parts[1], parts[3]],
    }) else {
        return None;
    };
    if year.len() != 4 || month.len() > 2 || day.len() > 2 {
        return None;
    }
    let seconds = day_seconds(
        read_digits(year)?,
        read_digits(month)? as u32,
        read_digits(day)? as u32,
    )?;
    let [_, clock @ ..] = clock else {
        return Some(Time {
            seconds,
            is_day: true,
        });
    };
    Some(Time {
        seconds: seconds + read_local_clock(clock)?,
        is_day: false,
    })
}

fn read_local_clock(clock: &[u8]) -> Option<f64> {
    let half = |suffix: &[u8; 2]| {
        let (clock, end) = clock.split_last_chunk::<2>()?;
        end.eq_ignore_ascii_case(suffix)
            .then(|| clock.strip_suffix(b" ").unwrap_or(clock))
    };
    let (clock, afternoon) = match (half(b"AM"), half(b"PM")) {
        (Some(clock), _) => (clock, Some(0.0)),
        (_, Some(clock)) => (clock, Some(DAY / 2.0)),
        _ => (clock, None),
    };
    let (seconds, _) = read_clock(clock, 1)?;
    match afternoon {
        None => Some(seconds),
        // 12:30 AM is half an hour after midnight; there is no 0:30 AM and no 13:30 PM.
        Some(offset) => (3600.0..13.0 * 3600.0)
            .contains(&seconds)
            .then_some(seconds % (DAY / 2.0) + offset),
    }
}

/// Seconds of the day, and how precisely they are given: 0 to the minute, 1 to the second, then one more for each
/// digit of the fraction. The hour has at least `n_hour` digits.
fn read_clock(clock: &[u8], n_hour: usize) -> Option<(f64, u8)> {
    let colon = clock.iter().position(|&byte| byte == b':')?;
    let (hours, rest) = clock.split_at(colon);
    if hours.len() < n_hour || hours.len() > 2 {
        return None;
    }
    let hours = read_digits(hours)?;
    let (minutes, rest) = rest[1..].split_at_checked(2)?;
    let minutes = i64::from(two_digits(minutes)?);
    let (mut seconds, mut fraction, mut precision) = (0, 0.0, 0);
    if let [b':', rest @ ..] = rest {
        let (whole, digits) = rest.split_at_checked(2)?;
        seconds = i64::from(two_digits(whole)?);
        precision = 1;
        fraction = match digits {
            [] => 0.0,
            [b'.', digits @ ..] if digits.len() <= 9 => {
                precision += digits.len() as u8;
                read_digits(digits)? as f64 / POWERS.get(digits.len())?
            }
            _ => return None,
        };
    } else if !rest.is_empty() {
        return None;
    }
    (hours < 24 && minutes < 60 && seconds < 60).then(|| {
        (
            (hours * 3600 + minutes * 60 + seconds) as f64 + fraction,
            precision,
        )
    })
}

#[inline]
fn two_digits(text: &[u8]) -> Option<u32> {
    let [tens, ones] = text else {
        return None;
    };
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| u32::from(tens * 10 + ones))
}

/// Seconds from 1970-01-01 to the start of a day of the Gregorian calendar (Hinnant, "chrono-compatible low-level
/// date algorithms": the year starts in March, so that the leap day is its last).
fn day_seconds(year: i64, month: u32, day: u32) -> Option<f64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if day == 0 || day > length {
        return None;
    }
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(((era * 146_097 + day_of_era - 719_468) * 86_400) as f64)
}

/// The day that is so many days after 1970-01-01, as year, month, day (the same source).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date;
    use proptest::prelude::*;

    fn written(cell: &str) -> Option<String> {
        let (seconds, form) = read_iso(cell.as_bytes())?;
        let mut out = Vec::new();
        write_iso(seconds, form, &mut out);
        Some(String::from_utf8(out).unwrap())
    }

    #[test]
    fn iso_times_come_back() {
        for cell in [
            "2024-02-29",
            "0001-01-01",
            "0000-12-31",
            "9999-12-31",
            "1969-12-31 23:59",
            "2024-01-01T00:00Z",
            "2024-01-01 08:00:00",
            "1969-12-31T23:59:59.5",
            "2024-01-01 00:00:01.250Z",
            "2019-03-23 20:21:09.123456",
        ] {
            assert_eq!(written(cell).as_deref(), Some(cell));
        }
        for cell in [
            "2023-02-29",
            "2024-13-01",
            "2024-02-29 24:00",
            "2024-02-29 1:00",
            "2024-02-29 01:00:00.",
            "2024-2-29",
            "2024-01-01 10:00:60",
        ] {
            assert_eq!(written(cell), None, "{cell}");
        }
    }

    #[test]
    fn local_orders() {
        let day =
            |cell: &str, order| read_local(cell.as_bytes(), order).map(|time| time.seconds / DAY);
        assert_eq!(day("31/12/1970", DateOrder::Dmy), Some(364.0));
        assert_eq!(day("31/12/1970", DateOrder::Mdy), None);
        assert_eq!(day("1.2.1970", DateOrder::Dmy), Some(31.0));
        assert_eq!(day("1-2-1970", DateOrder::Mdy), Some(1.0));
        assert_eq!(day("1970/1/02", DateOrder::Ymd), Some(1.0));
        assert_eq!(day("1/1/1970 6:00 PM", DateOrder::Dmy), Some(0.75));
        assert_eq!(day("1/1/1970 12:00am", DateOrder::Dmy), Some(0.0));
        assert_eq!(day("1/1/1970 13:00 PM", DateOrder::Dmy), None);
        for cell in [
            "1/2/70",
            "1/2.1970",
            "1/2/1970/3",
            "1//1970",
            "1/2/1970 x",
            "12:30",
            "1/2/1970 ",
        ] {
            assert_eq!(day(cell, DateOrder::Dmy), None, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn days_are_those_of_the_calendar(year in 0..=9999_i16, month in 1..=12_i8, day in 1..=31_i8) {
            let expected = Date::new(year, month, day).ok().map(|date| date.duration_since(Date::constant(1970, 1, 1)).as_secs() as f64);
            prop_assert_eq!(day_seconds(i64::from(year), month as u32, day as u32), expected);
            if let Some(seconds) = expected {
                prop_assert_eq!(civil((seconds / DAY) as i64), (i64::from(year), i64::from(month), i64::from(day)));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(cell in "[0-9/.: TZ-]{0,24}") {
            for order in [DateOrder::Ymd, DateOrder::Dmy, DateOrder::Mdy] {
                let _ = read_local(cell.as_bytes(), order);
            }
            let _ = written(&cell);
        }
    }
}
