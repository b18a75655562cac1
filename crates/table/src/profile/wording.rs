//! Numbers in sentences and labels.

use crate::{Kind, format_number};

/// Four significant digits, or whole with thousands apart; days and times as they are.
pub(super) fn number(kind: Kind, value: f64) -> String {
    match kind {
        Kind::Date | Kind::Datetime => format_number(kind, value),
        _ if value == value.trunc() && value.abs() < 1e15 || (1e3..1e15).contains(&value.abs()) => {
            whole(value)
        }
        _ if (1e-3..1e3).contains(&value.abs()) => {
            let decimals = if value.abs() >= 100.0 {
                1
            } else if value.abs() >= 10.0 {
                2
            } else {
                3
            };
            let text = format!("{value:.decimals$}");
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        }
        _ => format!("{value:.3e}"),
    }
}

fn whole(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0.0 && digits != "0" {
        format!("-{text}")
    } else {
        text
    }
}

/// A count with thousands apart.
pub(super) fn count(value: usize) -> String {
    whole(value as f64)
}

/// "1 row", "2,000 rows".
pub(super) fn counted(n: usize, what: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {what}{plural}", count(n))
}

/// A share as a percentage with one decimal.
pub(super) fn percent(part: usize, all: usize) -> String {
    let share = 100.0 * part as f64 / all.max(1) as f64;
    if part > 0 && share < 0.05 {
        return "< 0.1 %".into();
    }
    format!("{share:.1} %")
}

/// "`a`", "`a` and `b`", "`a`, `b` and 3 more".
pub(super) fn names(columns: &[String]) -> String {
    let quoted: Vec<String> = columns.iter().map(|name| format!("`{name}`")).collect();
    list(&quoted)
}

/// The same of texts as they are.
pub(super) fn list(texts: &[String]) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] if texts.len() <= 6 => format!("{} and {last}", all.join(", ")),
        all => format!("{} and {} more", all[..5].join(", "), all.len() - 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        let written = [0.0, -12.0, 1234.5, -1e6, 0.12345, 12.3456, 123.456, 1e-7]
            .map(|x| number(Kind::Decimal, x));
        assert_eq!(
            written,
            [
                "0",
                "-12",
                "1,234",
                "-1,000,000",
                "0.123",
                "12.35",
                "123.5",
                "1.000e-7"
            ]
        );
        assert_eq!(number(Kind::Date, 86_400.0), "1970-01-02");
        assert_eq!(
            [count(1_234_567), percent(1, 3), percent(1, 5_000)],
            ["1,234,567", "33.3 %", "< 0.1 %"]
        );
    }

    #[test]
    fn lists_of_names() {
        let list = |n: usize| names(&(0..n).map(|number| number.to_string()).collect::<Vec<_>>());
        assert_eq!(
            [list(1), list(2), list(3)],
            ["`0`", "`0` and `1`", "`0`, `1` and `2`"]
        );
        assert_eq!(list(9), "`0`, `1`, `2`, `3`, `4` and 4 more");
    }
}
