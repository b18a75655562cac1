//! Local ways to write numbers and days: reading them, and telling which one a column has.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Kind;

use super::{
    number::{Number, read_number},
    time::{Time, read_iso, read_local},
};

/// Signs and codes that may stand with every number of a column; longer ones before those that end alike.
const UNITS: [&str; 20] = [
    "%", "US$", "R$", "A$", "C$", "$", "€", "£", "¥", "₹", "₽", "₩", "USD", "EUR", "GBP", "CHF",
    "JPY", "CNY", "INR", "kr",
];
/// Decimal mark and separator of thousands.
const MARKS: [(char, Option<char>); 8] = [
    ('.', None),
    (',', None),
    ('.', Some(',')),
    (',', Some('.')),
    ('.', Some(' ')),
    (',', Some(' ')),
    ('.', Some('\'')),
    (',', Some('\'')),
];

/// How the numbers of a column are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberFormat {
    /// Between whole part and fraction: a point or a comma.
    pub decimal: char,
    /// Between groups of three digits; a blank stands for no-break blanks too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
    /// What stands before or behind each number and is dropped: `%`, or the sign or code of a currency. 12.5 % is
    /// held as 12.5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

impl Default for NumberFormat {
    fn default() -> Self {
        Self {
            decimal: '.',
            thousands: None,
            unit: None,
        }
    }
}

/// Which part of a day comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Year, month, day: ISO 8601 and its kin.
    Ymd,
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

/// How the cells of a column are written, where there is more than one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnFormat {
    /// Numbers.
    Number(NumberFormat),
    /// Days and times.
    Date(DateOrder),
}

impl ColumnFormat {
    /// The format in a few words.
    pub fn label(&self) -> String {
        match self {
            ColumnFormat::Number(format) => format.label(),
            ColumnFormat::Date(order) => order.label().into(),
        }
    }
}

impl NumberFormat {
    /// `-1234.5`, and nothing else about it.
    pub(super) fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    fn label(&self) -> String {
        let decimal = if self.decimal == ',' {
            "a decimal comma"
        } else {
            "a decimal point"
        };
        let thousands = match self.thousands {
            None => "",
            Some(',') => ", commas between thousands",
            Some('.') => ", points between thousands",
            Some(' ') => ", blanks between thousands",
            Some(_) => ", apostrophes between thousands",
        };
        let unit = self
            .unit
            .as_ref()
            .map_or_else(String::new, |unit| format!(", {unit} dropped"));
        format!("{decimal}{thousands}{unit}")
    }

    /// Reads a number that is written so.
    pub(super) fn read(&self, cell: &str) -> Option<Number> {
        if self.is_plain() {
            return read_number(cell.as_bytes());
        }
        let (outer, mut rest) = sign(cell.trim());
        let mut inner = None;
        if let Some(unit) = &self.unit {
            rest =
                (rest.strip_prefix(unit.as_str())).or_else(|| rest.strip_suffix(unit.as_str()))?;
            (inner, rest) = sign(rest.trim());
        }
        if outer.is_some() && inner.is_some() {
            return None;
        }
        let (whole, fraction) = match rest.split_once(self.decimal) {
            None => (rest, None),
            Some((whole, fraction)) => (whole, Some(fraction)),
        };
        let mut text = String::with_capacity(cell.len() + 1);
        if outer.or(inner) == Some(true) {
            text.push('-');
        }
        self.join_groups(whole, &mut text)?;
        if let Some(fraction) = fraction {
            if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            text.push('.');
            text.push_str(fraction);
        }
        read_number(text.as_bytes()).filter(|number| !number.is_code)
    }

    /// Appends the digits of a whole part: all together, or one to three and then threes.
    fn join_groups(&self, whole: &str, out: &mut String) -> Option<()> {
        let is_separator = |c: char| match self.thousands {
            Some(' ') => matches!(c, ' ' | '\u{A0}' | '\u{202F}'),
            Some(separator) => c == separator,
            None => false,
        };
        let mut groups = whole.split(is_separator);
        let first = groups.next()?;
        let is_grouped = first.len() < whole.len();
        if first.is_empty() || is_grouped && (first.len() > 3 || first.starts_with('0')) {
            return None;
        }
        for (place, group) in [first].into_iter().chain(groups).enumerate() {
            if !group.bytes().all(|byte| byte.is_ascii_digit()) || place > 0 && group.len() != 3 {
                return None;
            }
            out.push_str(group);
        }
        Some(())
    }
}

/// A leading sign, whether it is a minus, and what follows.
fn sign(text: &str) -> (Option<bool>, &str) {
    for (sign, negative) in [('-', true), ('\u{2212}', true), ('+', false)] {
        if let Some(rest) = text.strip_prefix(sign) {
            return (Some(negative), rest.trim_start());
        }
    }
    (None, text)
}

impl DateOrder {
    /// The order in words, with an example.
    pub fn label(self) -> &'static str {
        match self {
            DateOrder::Ymd => "year, month, day (2024-12-31)",
            DateOrder::Dmy => "day, month, year (31/12/2024)",
            DateOrder::Mdy => "month, day, year (12/31/2024)",
        }
    }

    /// Reads a day or a time of that order.
    pub(super) fn read(self, cell: &[u8]) -> Option<Time> {
        let iso = || {
            let (seconds, form) = read_iso(cell)?;
            Some(Time {
                seconds,
                is_day: form == 0,
            })
        };
        match self {
            DateOrder::Ymd => iso().or_else(|| read_local(cell, self)),
            _ => read_local(cell, self),
        }
    }
}

/// The unit that stands with a number.
fn unit_of(cell: &str) -> Option<&'static str> {
    let stands = |unit: &str| {
        let rest = (cell.strip_prefix(unit)).or_else(|| cell.strip_suffix(unit));
        let rest = rest.or_else(|| sign(cell).1.strip_prefix(unit));
        rest.is_some_and(|rest| rest.bytes().any(|byte| byte.is_ascii_digit()))
    };
    UNITS.into_iter().find(|unit| stands(unit))
}

/// Whether a cell is a number, a day or a time in some local way.
pub(super) fn is_local(cell: &str) -> bool {
    let unit = unit_of(cell);
    let is_number = |(decimal, thousands)| {
        let unit = unit.map(ToString::to_string);
        let format = NumberFormat {
            decimal,
            thousands,
            unit,
        };
        format.read(cell).is_some()
    };
    let is_day = |order: DateOrder| order.read(cell.as_bytes()).is_some();
    cell.bytes().any(|byte| byte.is_ascii_digit())
        && (MARKS.into_iter().any(is_number) || DateOrder::ALL.into_iter().any(is_day))
}

/// The formats that can read some of the texts, the plain one first: with no unit or one that is met, and with marks
/// that are met.
pub(super) fn possible_formats(levels: &[String]) -> Vec<NumberFormat> {
    let met: BTreeSet<&str> = levels.iter().filter_map(|level| unit_of(level)).collect();
    let is_met = |mark: char| match mark {
        '.' => true,
        ' ' => levels
            .iter()
            .any(|level| level.contains([' ', '\u{A0}', '\u{202F}'])),
        mark => levels.iter().any(|level| level.contains(mark)),
    };
    let marks = MARKS.map(|(decimal, thousands)| {
        // A decimal mark that is not met may still go with points between thousands.
        let may_be = match thousands {
            Some('.') => true,
            Some(thousands) => is_met(thousands),
            None => is_met(decimal),
        };
        (decimal, thousands, may_be)
    });
    let mut formats = Vec::new();
    for unit in std::iter::once(None).chain(met.into_iter().map(Some)) {
        for (decimal, thousands, _) in marks.into_iter().filter(|&(_, _, may_be)| may_be) {
            formats.push(NumberFormat {
                decimal,
                thousands,
                unit: unit.map(ToString::to_string),
            });
        }
    }
    formats
}

/// The formats that read every one of the texts, and do not all give the same numbers: one is certain, several
/// are a question.
pub(super) fn number_formats(levels: &[String]) -> Vec<NumberFormat> {
    let Some(first) = levels.first() else {
        return Vec::new();
    };
    let unit = unit_of(first);
    let mut fitting: Vec<NumberFormat> = Vec::new();
    for (decimal, thousands) in MARKS {
        let format = NumberFormat {
            decimal,
            thousands,
            unit: unit.map(ToString::to_string),
        };
        let fits = levels.iter().all(|level| format.read(level).is_some());
        let value =
            |format: &NumberFormat, level: &str| format.read(level).map(|number| number.value);
        let is_new = |other: &NumberFormat| {
            levels
                .iter()
                .any(|level| value(other, level) != value(&format, level))
        };
        if fits && fitting.iter().all(is_new) {
            fitting.push(format);
        }
    }
    fitting
}

impl DateOrder {
    /// All of them, the plain one first.
    pub(super) const ALL: [DateOrder; 3] = [DateOrder::Ymd, DateOrder::Dmy, DateOrder::Mdy];
}

/// The orders in which every one of the texts is a day or a time.
pub(super) fn date_orders(levels: &[String]) -> Vec<DateOrder> {
    let orders = DateOrder::ALL.into_iter();
    let fits = |order: &DateOrder| {
        levels
            .iter()
            .all(|level| order.read(level.as_bytes()).is_some())
    };
    if levels.is_empty() {
        return Vec::new();
    }
    orders.filter(fits).collect()
}

impl Kind {
    /// How cells of that kind are written where nothing else is said: `-1234.5`, `2024-12-31`.
    pub fn plain_format(self) -> ColumnFormat {
        match self {
            Kind::Date | Kind::Datetime => ColumnFormat::Date(DateOrder::Ymd),
            _ => ColumnFormat::Number(NumberFormat::default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn formats(levels: &[&str]) -> String {
        let levels: Vec<String> = levels.iter().map(ToString::to_string).collect();
        let labels: Vec<_> = number_formats(&levels)
            .iter()
            .map(NumberFormat::label)
            .collect();
        labels.join(" or ")
    }

    fn read(format: (char, Option<char>, Option<&str>), cell: &str) -> Option<f64> {
        let format = NumberFormat {
            decimal: format.0,
            thousands: format.1,
            unit: format.2.map(String::from),
        };
        format.read(cell).map(|number| number.value)
    }

    #[test]
    fn formats_are_told_apart_by_all_levels() {
        assert_eq!(formats(&["1,5", "2"]), "a decimal comma");
        assert_eq!(
            formats(&["1,234"]),
            "a decimal comma or a decimal point, commas between thousands"
        );
        assert_eq!(
            formats(&["1,234", "12.5"]),
            "a decimal point, commas between thousands"
        );
        assert_eq!(
            formats(&["1.234", "2,5"]),
            "a decimal comma, points between thousands"
        );
        assert_eq!(
            formats(&["$1,234.50", "-$3"]),
            "a decimal point, commas between thousands, $ dropped"
        );
        assert_eq!(
            formats(&["1.234,50 €", "3 €"]),
            "a decimal comma, points between thousands, € dropped"
        );
        assert_eq!(formats(&["12.5 %", "3%"]), "a decimal point, % dropped");
        assert_eq!(
            formats(&["1.234 €"]),
            "a decimal point, € dropped or a decimal comma, points between thousands, € dropped"
        );
        assert_eq!(
            formats(&["12 345,6", "1\u{202F}000"]),
            "a decimal comma, blanks between thousands"
        );
        for levels in [
            &["1.5", "2,5"][..],
            &["12 %", "3"],
            &["$"],
            &["1,23,4"],
            &["0,123,456"],
            &["x", "1,5"],
        ] {
            assert_eq!(formats(levels), "", "{levels:?}");
        }
    }

    #[test]
    fn local_cells() {
        for cell in [
            "1",
            "1,5",
            "$5",
            "-$5",
            "12 %",
            "1 234,5",
            "31/12/2023",
            "1.2.2024 6:30 PM",
        ] {
            assert!(is_local(cell), "{cell}");
        }
        for cell in ["", "$", "x1", "1,2,3", "31/31/2023", "12 x", "2023 %%"] {
            assert!(!is_local(cell), "{cell}");
        }
    }

    #[test]
    fn formatted_numbers() {
        assert_eq!(
            read(('.', Some(','), Some("$")), "-$1,234.50"),
            Some(-1234.5)
        );
        assert_eq!(
            read(('.', Some(','), Some("$")), "$-1,234.50"),
            Some(-1234.5)
        );
        assert_eq!(read(('.', Some(','), Some("$")), "-$-1"), None);
        assert_eq!(
            read((',', Some('.'), Some("€")), "1.234,50 €"),
            Some(1234.5)
        );
        assert_eq!(read((',', Some('.'), None), "1.2345"), None);
        assert_eq!(read(('.', None, Some("%")), "007 %"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(cell in "[-+0-9.,' %$€\u{A0}]{0,12}") {
            let _ = formats(&[&cell]);
        }
    }
}
