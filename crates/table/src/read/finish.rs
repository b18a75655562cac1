//! What a column's cells mean, from all of them, and its values.

use super::{
    ColumnFormat, DateOrder, Decision, NumberFormat, Question,
    chosen::{Chosen, Misfits},
    coerce::coerced,
    column::{ColumnBuilder, Store},
    formats::{date_orders, number_formats},
    number::read_number,
    numbers::{Numbers, is_sure_comma, read_marked},
    sentinels::{Sentinel, sentinels},
    texts::{Dictionary, Texts},
    time::read_iso,
    times::Times,
    words::{booleans, kind_of_texts, says_yes_and_no},
};
use crate::{Kind, Values};

/// A column's values with what was decided and met on the way.
pub(super) struct Typed {
    pub(super) kind: Decision<Kind>,
    pub(super) values: Values,
    pub(super) n_missing: usize,
    pub(super) misfits: Misfits,
    pub(super) format: Option<ColumnFormat>,
    pub(super) question: Option<Question>,
    pub(super) sentinels: Vec<Sentinel>,
}

impl Typed {
    /// Values that all fit.
    pub(super) fn new(kind: Kind, reason: String, values: Values, n_missing: usize) -> Self {
        Self {
            kind: Decision {
                value: kind,
                reason,
            },
            values,
            n_missing,
            misfits: Misfits::default(),
            format: None,
            question: None,
            sentinels: Vec::new(),
        }
    }

    fn of_levels(kind: Kind, reason: String, levels: Dictionary) -> Self {
        let n_missing = levels.n_missing();
        let Dictionary { codes, levels, .. } = levels;
        Self::new(
            kind,
            reason,
            Values::Codes {
                codes,
                levels: levels.into(),
            },
            n_missing,
        )
    }
}

/// Decides the kind and builds the values.
pub(super) fn finish(column: ColumnBuilder) -> Typed {
    match (column.kind, column.cells) {
        (_, Store::Chosen(chosen)) => finish_chosen(chosen),
        (_, Store::Skipped) => finish_texts(Texts::new(0, 0).into_dictionary()),
        (Some(kind), cells) => of_kind(kind, cells),
        (None, Store::Numbers(numbers)) => finish_numbers(numbers),
        (None, Store::Times(times)) => finish_times(times),
        (None, Store::Texts(texts)) => finish_texts(texts.into_dictionary()),
    }
}

fn finish_chosen(chosen: Chosen) -> Typed {
    let (kind, format) = (chosen.kind(), chosen.format());
    let is_plain = match &format {
        ColumnFormat::Number(format) => format.is_plain(),
        ColumnFormat::Date(order) => *order == DateOrder::Ymd,
    };
    let values = Values::Numbers(chosen.values.into_vec());
    Typed {
        misfits: chosen.misfits,
        format: (!is_plain).then_some(format),
        ..Typed::new(kind, "chosen by you".into(), values, chosen.n_missing)
    }
}

/// Numbers, unless there is none or a comma may mean two things.
fn finish_numbers(numbers: Numbers) -> Typed {
    let n_missing = numbers.n_missing;
    let n_present = numbers.values.len() - n_missing;
    if n_present == 0 || numbers.mark == b',' && !numbers.has_sure_comma() {
        return finish_texts(numbers.into_texts(0).into_dictionary());
    }
    let format = comma_format(numbers.mark);
    let fraction = numbers.fraction.as_deref().map(String::from_utf8_lossy);
    let (kind, reason) = kind_of_numbers(n_present, fraction.as_deref(), format.as_ref());
    let sentinels = sentinels(&numbers);
    let values = Values::Numbers(numbers.values.into_vec());
    Typed {
        format,
        sentinels,
        ..Typed::new(kind, reason, values, n_missing)
    }
}

fn finish_times(times: Times) -> Typed {
    let n_present = times.seconds.len() - times.n_missing;
    let (kind, what) = if times.is_days {
        (Kind::Date, "days")
    } else {
        (Kind::Datetime, "times")
    };
    let reason = format!("all {n_present} values are {what} in ISO 8601 order");
    let values = Values::Numbers(times.seconds.into_vec());
    Typed::new(kind, reason, values, times.n_missing)
}

fn finish_texts(levels: Dictionary) -> Typed {
    if levels.levels.is_empty() {
        return Typed::of_levels(Kind::Category, "every value is missing".into(), levels);
    }
    let numbers = plain_numbers(&levels, b'.').or_else(|| plain_numbers(&levels, b','));
    if let Some(typed) = numbers.or_else(|| iso_times(&levels)) {
        return typed;
    }
    if levels
        .levels
        .iter()
        .all(|level| read_number(level.as_bytes()).is_some())
    {
        return names_of_digits(levels);
    }
    if let Some(reason) = says_yes_and_no(&levels) {
        return booleans(Kind::Boolean, reason, levels);
    }
    let numbers = number_formats(&levels.levels);
    if let [format] = &numbers[..] {
        return formatted_numbers(format, &levels);
    }
    let orders = date_orders(&levels.levels);
    if let [order] = orders[..] {
        return local_times(order, &levels);
    }
    let formats = (numbers.into_iter().map(ColumnFormat::Number))
        .chain(orders.into_iter().map(ColumnFormat::Date));
    let question = Question::between(formats.collect(), &levels.levels[0], "they stay text");
    let (kind, reason) = kind_of_texts(&levels);
    Typed {
        question,
        ..Typed::of_levels(kind, reason, levels)
    }
}

/// Numbers that looked like names at first: a cell with a decimal mark came after them. A comma has to be one that can
/// be nothing else.
fn plain_numbers(levels: &Dictionary, mark: u8) -> Option<Typed> {
    let texts = || levels.levels.iter().map(String::as_bytes);
    let numbers: Option<Vec<_>> = texts().map(|cell| read_marked(cell, mark)).collect();
    let numbers = numbers?;
    let has_mark = texts().any(|cell| cell.contains(&mark));
    let may_be = match mark {
        b'.' => has_mark || !numbers.iter().any(|number| number.is_code),
        _ => has_mark && texts().any(is_sure_comma),
    };
    if !may_be {
        return None;
    }
    let format = comma_format(mark);
    let n_present = levels.n_present();
    let fraction = numbers.iter().position(|number| !number.is_whole);
    let fraction = fraction.map(|at| levels.levels[at].as_str());
    let (kind, reason) = kind_of_numbers(n_present, fraction, format.as_ref());
    let values = look_up(levels, numbers.iter().map(|number| number.value));
    Some(Typed {
        format,
        ..Typed::new(kind, reason, values, levels.n_missing())
    })
}

/// What a decimal mark is called where it is not the plain one.
fn comma_format(mark: u8) -> Option<ColumnFormat> {
    (mark == b',').then(|| {
        ColumnFormat::Number(NumberFormat {
            decimal: ',',
            ..NumberFormat::default()
        })
    })
}

/// Whole numbers, unless there is a cell that is more than sign and digits.
fn kind_of_numbers(
    n_present: usize,
    fraction: Option<&str>,
    format: Option<&ColumnFormat>,
) -> (Kind, String) {
    let Some(cell) = fraction else {
        let reason = format!("all {n_present} values are whole numbers");
        return (Kind::Integer, reason);
    };
    let how = match format {
        Some(format) => format!("numbers with {}", format.label()),
        None => "numbers, some with a fraction or an exponent".into(),
    };
    let reason = format!("all {n_present} values are {how} such as {cell}");
    (Kind::Decimal, reason)
}

fn names_of_digits(levels: Dictionary) -> Typed {
    let is_code =
        |level: &&String| read_number(level.as_bytes()).is_some_and(|number| number.is_code);
    let code = levels
        .levels
        .iter()
        .find(is_code)
        .cloned()
        .unwrap_or_default();
    let why = if code.starts_with('0') {
        "a leading zero"
    } else {
        "more than 15 digits"
    };
    let reason =
        format!("digit strings such as {code} with {why} are names, which numbers would not keep");
    Typed::of_levels(Kind::Identifier, reason, levels)
}

/// Times that came after something that looked like a number.
fn iso_times(levels: &Dictionary) -> Option<Typed> {
    let times: Option<Vec<_>> = levels
        .levels
        .iter()
        .map(|level| read_iso(level.as_bytes()))
        .collect();
    let times = times?;
    let (kind, what) = if times.iter().all(|&(_, form)| form == 0) {
        (Kind::Date, "days")
    } else {
        (Kind::Datetime, "times")
    };
    let reason = format!(
        "all {} values are {what} in ISO 8601 order",
        levels.n_present()
    );
    let values = look_up(levels, times.iter().map(|&(seconds, _)| seconds));
    Some(Typed::new(kind, reason, values, levels.n_missing()))
}

fn formatted_numbers(format: &NumberFormat, levels: &Dictionary) -> Typed {
    let numbers: Vec<_> = levels
        .levels
        .iter()
        .map(|level| format.read(level))
        .collect();
    let is_whole = numbers.iter().flatten().all(|number| number.is_whole);
    let kind = if is_whole {
        Kind::Integer
    } else {
        Kind::Decimal
    };
    let format_chosen = ColumnFormat::Number(format.clone());
    let reason = format!(
        "all {} values are numbers with {} such as {}",
        levels.n_present(),
        format_chosen.label(),
        levels.levels[0]
    );
    let value =
        |number: &Option<super::number::Number>| number.map_or(f64::NAN, |number| number.value);
    let values = look_up(levels, numbers.iter().map(value));
    Typed {
        format: Some(format_chosen),
        ..Typed::new(kind, reason, values, levels.n_missing())
    }
}

fn local_times(order: DateOrder, levels: &Dictionary) -> Typed {
    let times: Vec<_> = (levels.levels.iter())
        .filter_map(|level| order.read(level.as_bytes()))
        .collect();
    let (kind, what) = if times.iter().all(|time| time.is_day) {
        (Kind::Date, "days")
    } else {
        (Kind::Datetime, "times")
    };
    let reason = format!(
        "all {} values are {what} in the order {}",
        levels.n_present(),
        order.label()
    );
    let values = look_up(levels, times.iter().map(|time| time.seconds));
    Typed {
        format: Some(ColumnFormat::Date(order)),
        ..Typed::new(kind, reason, values, levels.n_missing())
    }
}

/// Each row's number, where each level has one.
fn look_up(levels: &Dictionary, numbers: impl Iterator<Item = f64>) -> Values {
    let numbers: Vec<f64> = numbers.collect();
    let number = |&code: &u32| numbers.get(code as usize).copied().unwrap_or(f64::NAN);
    Values::Numbers(levels.codes.iter().map(number).collect())
}

/// A column of a kind that was chosen, in the format that fits most: cells that do not fit become missing.
fn of_kind(kind: Kind, cells: Store) -> Typed {
    let reason = || "chosen by you".to_string();
    let texts = match cells {
        Store::Numbers(numbers) => {
            let is_all = match kind {
                Kind::Integer => numbers.fraction.is_none(),
                _ => kind == Kind::Decimal && numbers.mark == b'.',
            };
            if is_all {
                let n_missing = numbers.n_missing;
                let values = Values::Numbers(numbers.values.into_vec());
                return Typed::new(kind, reason(), values, n_missing);
            }
            numbers.into_texts(0)
        }
        Store::Times(times) => {
            if kind == Kind::Datetime || kind == Kind::Date && times.is_days {
                let n_missing = times.n_missing;
                let values = Values::Numbers(times.seconds.into_vec());
                return Typed::new(kind, reason(), values, n_missing);
            }
            times.into_texts(0)
        }
        Store::Texts(texts) => texts,
        Store::Chosen(chosen) => return finish_chosen(chosen),
        Store::Skipped => Texts::new(0, 0),
    };
    let levels = texts.into_dictionary();
    match kind {
        Kind::Boolean => booleans(kind, reason(), levels),
        Kind::Category | Kind::Text | Kind::Identifier => Typed::of_levels(kind, reason(), levels),
        _ => coerced(kind, &levels),
    }
}
