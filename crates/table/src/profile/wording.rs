//! Numbers in sentences and labels.

pub(super) use tabwright_format::count;

use crate::{Kind, format_number};

/// Four significant digits, or whole with thousands apart; days and times as they are.
pub(super) fn number(kind: Kind, value: f64) -> String {
    match kind {
        Kind::Date | Kind::Datetime => format_number(kind, value),
        // As whole as the edges of bins are: three digits would not tell them apart.
        _ if value == value.trunc() && value.abs() < 1e15 || (1e3..1e15).contains(&value.abs()) => {
            let sign = if value <= -0.5 { "−" } else { "" };
            format!("{sign}{}", count(value.abs().round() as u64))
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
            text.trim_end_matches('0')
                .trim_end_matches('.')
                .replacen('-', "−", 1)
        }
        _ => format!("{value:.3e}").replace('-', "−"),
    }
}

/// "1 row", "2,000 rows".
pub(super) fn counted(n: usize, what: &str) -> String {
    tabwright_format::counted(n, what, &format!("{what}s"))
}

/// A part as a percentage of all.
pub(super) fn percent(part: usize, all: usize) -> String {
    tabwright_format::percent(part as f64 / all.max(1) as f64)
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
                "−12",
                "1,235",
                "−1,000,000",
                "0.123",
                "12.35",
                "123.5",
                "1.000e−7"
            ]
        );
        assert_eq!(number(Kind::Date, 86_400.0), "1970-01-02");
        assert_eq!(
            [count(1_234_567_usize), percent(1, 3), percent(1, 5_000)],
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
