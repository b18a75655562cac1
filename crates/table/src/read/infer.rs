//! What a column's cells mean, from all of them.

use super::{
    Decision, MissingTokens,
    build::{Dictionary, Typed, booleans},
    cells::TextColumn,
    value::{DIGITS, Number, Time, parse_number, parse_time, parse_truth},
};
use crate::{Kind, Values};

/// Few rows tell names and categories apart badly: below this many, repeats are not expected.
const FEW_ROWS: usize = 20;
/// Always few levels, whatever the number of rows.
const FEW_LEVELS: usize = 10;
/// Few levels for a file of a thousand rows or less.
const SOME_LEVELS: usize = 50;
/// Names for rows are shorter than this on average, in bytes.
const MAX_NAME_LENGTH: f64 = 40.0;

/// Decides the kind and builds the values.
pub(super) fn infer(column: &TextColumn, missing: &MissingTokens) -> Typed {
    infer_numbers(column, missing)
        .or_else(|| infer_times(column, missing))
        .unwrap_or_else(|| infer_texts(column, missing))
}

fn infer_numbers(column: &TextColumn, missing: &MissingTokens) -> Option<Typed> {
    let mut fractional: Option<&[u8]> = None;
    let mut code: Option<&[u8]> = None;
    let (numbers, n_present) = read_all(column, missing, |cell| {
        let Number {
            value,
            is_whole,
            is_code,
        } = parse_number(cell)?;
        if !is_whole {
            fractional.get_or_insert(cell);
        }
        if is_code {
            code.get_or_insert(cell);
        }
        Some(value)
    })?;
    if n_present == 0 {
        return None;
    }
    let show = String::from_utf8_lossy;
    let (kind, reason) = match (fractional, code) {
        (None, Some(code)) => {
            let codes = Dictionary::of(column, missing);
            let code = show(code);
            let why = if code.starts_with('0') {
                "a leading zero"
            } else {
                "more than 15 digits"
            };
            let reason = format!(
                "digit strings such as {code} with {why} are names, which numbers would not keep"
            );
            return Some(Typed::new(Kind::Identifier, reason, codes.into_values()));
        }
        (None, None) => (
            Kind::Integer,
            format!("all {n_present} values are whole numbers"),
        ),
        (Some(cell), _) => {
            let reason = format!(
                "all {n_present} values are numbers, some with a fraction such as {}",
                show(cell)
            );
            (Kind::Decimal, reason)
        }
    };
    Some(Typed::new(kind, reason, Values::Numbers(numbers)))
}

fn infer_times(column: &TextColumn, missing: &MissingTokens) -> Option<Typed> {
    let mut is_day_only = true;
    let (seconds, n_present) = read_all(column, missing, |cell| {
        let Time { seconds, is_day } = parse_time(cell)?;
        is_day_only &= is_day;
        Some(seconds)
    })?;
    if n_present == 0 {
        return None;
    }
    let (kind, what) = if is_day_only {
        (Kind::Date, "days")
    } else {
        (Kind::Datetime, "times")
    };
    let reason = format!("all {n_present} values are {what} in ISO 8601 order");
    Some(Typed::new(kind, reason, Values::Numbers(seconds)))
}

/// Reads every present cell, or gives up at the first that cannot be read.
fn read_all<'a>(
    column: &'a TextColumn,
    missing: &MissingTokens,
    mut read: impl FnMut(&'a [u8]) -> Option<f64>,
) -> Option<(Vec<f64>, usize)> {
    let mut values = Vec::with_capacity(column.len());
    let mut n_present = 0;
    for cell in column.iter() {
        if missing.contains_bytes(cell) {
            values.push(f64::NAN);
        } else {
            values.push(read(cell)?);
            n_present += 1;
        }
    }
    Some((values, n_present))
}

fn infer_texts(column: &TextColumn, missing: &MissingTokens) -> Typed {
    let texts = Dictionary::of(column, missing);
    if texts.n_present() == 0 {
        let values = texts.into_values();
        return Typed::new(Kind::Category, "every value is missing".into(), values);
    }
    if let Some(reason) = says_yes_and_no(&texts) {
        return Typed {
            kind: Decision {
                value: Kind::Boolean,
                reason,
            },
            ..booleans(texts)
        };
    }
    let (kind, reason) = kind_of_texts(&texts);
    Typed::new(kind, reason, texts.into_values())
}

/// The reason, if every level belongs to one pair of words and both sides are met.
fn says_yes_and_no(texts: &Dictionary) -> Option<String> {
    // Two words in three spellings each are plenty.
    if texts.levels().len() > 6 {
        return None;
    }
    let truths: Option<Vec<_>> = texts
        .levels()
        .iter()
        .map(|level| parse_truth(level))
        .collect();
    let truths = truths?;
    let (pair, _) = *truths.first()?;
    let one_pair = pair != DIGITS && truths.iter().all(|&(other, _)| other == pair);
    let both_sides = (0..2).all(|side| truths.iter().any(|&(_, other)| other == side));
    (one_pair && both_sides).then(|| format!("the values are {}", texts.levels().join(" and ")))
}

fn kind_of_texts(texts: &Dictionary) -> (Kind, String) {
    let (n_levels, n_present) = (texts.levels().len(), texts.n_present());
    let counts = format!("{n_levels} different texts in {n_present} values");
    let few = SOME_LEVELS
        .min(FEW_LEVELS.max(n_present / 2))
        .max(n_present / 10);
    if n_levels <= few {
        return (Kind::Category, counts);
    }
    let is_distinct = n_present >= FEW_ROWS && n_levels * 100 >= n_present * 95;
    if is_distinct && looks_like_names(texts.levels()) {
        return (
            Kind::Identifier,
            format!("{counts}, short and without blanks: a name for each row"),
        );
    }
    (Kind::Text, format!("{counts}: too many for categories"))
}

fn looks_like_names(levels: &[String]) -> bool {
    let n_levels = levels.len() as f64;
    let length: usize = levels.iter().map(String::len).sum();
    let n_blank = levels.iter().filter(|level| level.contains(' ')).count();
    length as f64 / n_levels < MAX_NAME_LENGTH && n_blank * 10 < levels.len()
}
