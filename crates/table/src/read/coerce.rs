//! A column of a chosen kind of numbers or times: which format its cells are in, and what they are in it.

use super::{
    ColumnFormat, DateOrder, Question,
    chosen::{Misfits, fits},
    finish::Typed,
    formats::possible_formats,
    texts::Dictionary,
};
use crate::{Kind, MISSING_CODE, Values};

/// The values of levels, as one format reads them.
struct Reading<'a> {
    format: &'a ColumnFormat,
    /// Rows that are read, and those of them that are of the kind.
    n_rows: (u64, u64),
    values: Vec<Option<f64>>,
}

impl<'a> Reading<'a> {
    fn new(format: &'a ColumnFormat, kind: Kind, levels: &Dictionary) -> Self {
        let read = |level: &String| match format {
            ColumnFormat::Number(format) => Some(format.read(level)?.value),
            ColumnFormat::Date(order) => Some(order.read(level.as_bytes())?.seconds),
        };
        let mut n_rows = (0, 0);
        let value = |(level, &count)| {
            let value = read(level)?;
            n_rows.0 += u64::from(count);
            let fitting = Some(value).filter(|&value| fits(Some(kind), value))?;
            n_rows.1 += u64::from(count);
            Some(fitting)
        };
        let values = levels
            .levels
            .iter()
            .zip(&levels.counts)
            .map(value)
            .collect();
        Self {
            format,
            n_rows,
            values,
        }
    }
}

/// Numbers, days or times in the format that reads most rows. Where others read as many but not the same, that is a
/// question, and only what is plain is read until it is answered.
pub(super) fn coerced(kind: Kind, levels: &Dictionary) -> Typed {
    let formats = candidate_formats(kind, levels);
    let mut readings = formats
        .iter()
        .map(|format| Reading::new(format, kind, levels));
    let plain = readings.next();
    // Those that read most rows: whether they are of the kind counts after that, or a decimal point would be
    // taken for one between thousands where whole numbers are wanted.
    let mut best: Vec<Reading> = Vec::new();
    for reading in readings {
        let most = best.first().map_or((0, 0), |best| best.n_rows);
        if reading.n_rows > most {
            best.clear();
        }
        if reading.n_rows >= most && best.iter().all(|other| other.values != reading.values) {
            best.push(reading);
        }
    }
    let plain_rows = plain.as_ref().map_or(0, |plain| plain.n_rows.0);
    best.retain(|best| best.n_rows.0 > plain_rows);
    let question = Question::between(
        best.iter().map(|best| best.format.clone()).collect(),
        levels.levels.first().map_or("", String::as_str),
        "cells that are written so are missing",
    );
    let (format, values) = match &mut best[..] {
        [best] => (Some(best.format.clone()), std::mem::take(&mut best.values)),
        _ => (None, plain.map_or_else(Vec::new, |plain| plain.values)),
    };
    let mut misfits = Misfits::default();
    let mut n_missing = 0;
    let number = |(row, &code): (usize, &u32)| {
        let value = values.get(code as usize).copied().flatten();
        if value.is_none() {
            n_missing += 1;
            if code != MISSING_CODE {
                misfits.push(row, levels.levels[code as usize].as_bytes());
            }
        }
        value.unwrap_or(f64::NAN)
    };
    let numbers = Values::Numbers(levels.codes.iter().enumerate().map(number).collect());
    Typed {
        misfits,
        format,
        question,
        ..Typed::new(kind, "chosen by you".into(), numbers, n_missing)
    }
}

/// What the cells may be written in, the plain format first.
fn candidate_formats(kind: Kind, levels: &Dictionary) -> Vec<ColumnFormat> {
    if matches!(kind, Kind::Date | Kind::Datetime) {
        return DateOrder::ALL.map(ColumnFormat::Date).to_vec();
    }
    let formats = possible_formats(&levels.levels).into_iter();
    formats.map(ColumnFormat::Number).collect()
}
