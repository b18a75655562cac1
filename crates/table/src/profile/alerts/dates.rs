//! Days and times that were read as text.

use super::{Asked, Weighted};
use crate::profile::{AlertRule, Fix, Severity};
use crate::{Kind, Values};

/// Levels that are looked at.
const MAX_LOOKED_AT: usize = 1000;
/// Levels that say anything.
const MIN_LEVELS: usize = 3;
/// Share of the levels that must look like dates.
const MOSTLY: f64 = 0.8;

/// How a date is written.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// `2024-01-31`, as dates are read.
    Iso,
    /// The same and a time.
    IsoTime,
    /// `31.01.2024`, `1/31/24`, `2024/01/31`, with or without a time.
    Numbers,
    /// `31 Jan 2024`, `January 31, 2024`.
    Named,
}

/// Texts of which most look like dates.
pub(super) fn as_text(asked: &Asked) -> Option<Weighted> {
    let Values::Codes { levels, .. } = &asked.column.values else {
        return None;
    };
    if levels.len() < MIN_LEVELS || asked.profile.kind == Kind::Boolean {
        return None;
    }
    let step = levels.len().div_ceil(MAX_LOOKED_AT);
    let looked_at = || levels.iter().step_by(step);
    let forms: Vec<Form> = looked_at().filter_map(|level| form_of(level)).collect();
    if (forms.len() as f64) < MOSTLY * looked_at().count() as f64 {
        return None;
    }
    let n_iso = forms
        .iter()
        .filter(|form| matches!(form, Form::Iso | Form::IsoTime))
        .count();
    let is_readable = n_iso as f64 >= MOSTLY * forms.len() as f64;
    let example = looked_at().find(|level| form_of(level).is_some())?;
    let message = format!(
        "`{}` holds dates as text, as \"{example}\": a model cannot use them so.",
        asked.name()
    );
    let advice = if is_readable {
        "Read it as a date; what does not fit becomes missing."
    } else {
        "Write them as YYYY-MM-DD, with HH:MM:SS behind it if there is a time: then they are read as dates."
    };
    let kind = if forms.contains(&Form::IsoTime) {
        Kind::Datetime
    } else {
        Kind::Date
    };
    let column = asked.name().to_owned();
    let fix = (is_readable && !asked.is_target).then_some(Fix::SetKind { column, kind });
    Some(
        asked
            .alert(
                AlertRule::DateAsText,
                Severity::Warning,
                1.0,
                message,
                advice,
            )
            .with(fix),
    )
}

/// How a text writes a date, if it is one. A month beyond the twelfth or a day beyond the 31st is none.
fn form_of(text: &str) -> Option<Form> {
    let text = text.trim();
    if !(6..=40).contains(&text.len()) || !text.is_ascii() {
        return None;
    }
    let (date, time) = split_time(text);
    if !is_time(time) {
        return None;
    }
    let parts: Vec<&str> = date
        .split(['-', '.', '/', ' ', ','])
        .filter(|part| !part.is_empty())
        .collect();
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    if let Some(numbers) = whole_numbers([first, second, third]) {
        if !is_calendar(numbers) {
            return None;
        }
        let is_iso = date.len() == 10 && date.as_bytes()[4] == b'-' && date.as_bytes()[7] == b'-';
        return Some(match (is_iso, time.is_empty()) {
            (true, true) => Form::Iso,
            (true, false) => Form::IsoTime,
            _ => Form::Numbers,
        });
    }
    let is_named = parts.iter().filter(|part| is_month(part)).count() == 1;
    let n_numbers = parts
        .iter()
        .filter(|part| part.parse::<u16>().is_ok())
        .count();
    (is_named && n_numbers == 2).then_some(Form::Named)
}

/// The date, and what is behind it from the first blank or `T` before a colon on.
fn split_time(text: &str) -> (&str, &str) {
    let Some(colon) = text.find(':') else {
        return (text, "");
    };
    match text[..colon].rfind([' ', 'T']) {
        Some(blank) => (&text[..blank], &text[blank + 1..]),
        None => (text, text),
    }
}

fn is_time(time: &str) -> bool {
    time.chars().all(|c| {
        c.is_ascii_digit()
            || matches!(
                c,
                ':' | '.' | '+' | '-' | 'Z' | ' ' | 'A' | 'P' | 'M' | 'a' | 'p' | 'm'
            )
    })
}

fn whole_numbers(parts: [&&str; 3]) -> Option<[u16; 3]> {
    let [a, b, c] = parts.map(|part| {
        let is_short =
            matches!(part.len(), 1 | 2 | 4) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| is_short)
    });
    Some([a?, b?, c?])
}

/// Year first, or year last with day and month in either order.
fn is_calendar([a, b, c]: [u16; 3]) -> bool {
    let is_year = |year: u16| (1800..2200).contains(&year);
    let is_day_and_month = |a: u16, b: u16| {
        let (low, high) = (a.min(b), a.max(b));
        (1..=12).contains(&low) && high <= 31
    };
    is_year(a) && is_day_and_month(b, c) || (is_year(c) || c < 100) && is_day_and_month(a, b)
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    word.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_other_texts() {
        for text in [
            "31.12.2020",
            "1/31/24",
            "2024/01/31 10:15",
            "5 Jan 2020",
            "January 5, 2020",
            "2020-01-05T10:00:00Z",
        ] {
            assert!(form_of(text).is_some(), "{text}");
        }
        for text in [
            "192.168.1.1",
            "1.2.3",
            "40.40.2020",
            "may be so",
            "1/2",
            "10:30:00",
            "St. John 5",
            "2020-13-45",
            "é1.12.2020",
        ] {
            assert!(form_of(text).is_none(), "{text}");
        }
        assert!(form_of("2020-01-05") == Some(Form::Iso));
        assert!(form_of("2020-01-05 10:00") == Some(Form::IsoTime));
    }
}
