//! Text cells to typed values.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, DefaultHasher},
};

use super::{
    Decision, MissingTokens,
    cells::{TextColumn, to_text},
    value::{PAIRS, parse_number, parse_time, parse_truth},
};
use crate::{Kind, MISSING_CODE, Values};

/// Misfits that the report shows.
const MAX_MISFITS: usize = 10;
/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// A column's values with what was decided and met on the way.
pub(super) struct Typed {
    pub(super) kind: Decision<Kind>,
    pub(super) values: Values,
    pub(super) n_misfits: usize,
    /// The first misfits as (row, text).
    pub(super) misfits: Vec<(usize, String)>,
}

impl Typed {
    /// Values that all fit.
    pub(super) fn new(kind: Kind, reason: String, values: Values) -> Self {
        Self {
            kind: Decision {
                value: kind,
                reason,
            },
            values,
            n_misfits: 0,
            misfits: Vec::new(),
        }
    }

    fn misfit(&mut self, row: usize, cell: &str) {
        self.n_misfits += 1;
        if self.misfits.len() < MAX_MISFITS {
            self.misfits.push((row, cell.to_string()));
        }
    }
}

/// Builds a column of a kind that was chosen: cells that do not fit become missing.
pub(super) fn build(kind: Kind, column: &TextColumn, missing: &MissingTokens) -> Typed {
    let typed = match kind {
        Kind::Integer => numbers(column, missing, |cell| {
            whole(parse_number(cell)?.value, 1.0)
        }),
        Kind::Decimal => numbers(column, missing, |cell| Some(parse_number(cell)?.value)),
        Kind::Date => numbers(column, missing, |cell| {
            whole(parse_time(cell)?.seconds, DAY)
        }),
        Kind::Datetime => numbers(column, missing, |cell| Some(parse_time(cell)?.seconds)),
        Kind::Boolean => booleans(Dictionary::of(column, missing)),
        Kind::Category | Kind::Text | Kind::Identifier => Typed::new(
            kind,
            String::new(),
            Dictionary::of(column, missing).into_values(),
        ),
    };
    Typed {
        kind: Decision {
            value: kind,
            reason: "chosen by you".into(),
        },
        ..typed
    }
}

fn whole(value: f64, unit: f64) -> Option<f64> {
    (value % unit == 0.0).then_some(value)
}

fn numbers(
    column: &TextColumn,
    missing: &MissingTokens,
    read: impl Fn(&[u8]) -> Option<f64>,
) -> Typed {
    let mut typed = Typed::new(Kind::Decimal, String::new(), Values::Numbers(Vec::new()));
    let mut values = Vec::with_capacity(column.len());
    for (row, cell) in column.iter().enumerate() {
        let value = if missing.contains_bytes(cell) {
            None
        } else {
            Some(read(cell))
        };
        if value == Some(None) {
            typed.misfit(row, &to_text(cell));
        }
        values.push(value.flatten().unwrap_or(f64::NAN));
    }
    typed.values = Values::Numbers(values);
    typed
}

/// A column's different texts, sorted, and which one each row has.
pub(super) struct Dictionary {
    codes: Vec<u32>,
    levels: Vec<String>,
    counts: Vec<u32>,
}

impl Dictionary {
    pub(super) fn of(column: &TextColumn, missing: &MissingTokens) -> Self {
        // Fixed keys: only looked up in, and the same everywhere.
        let mut known: HashMap<&[u8], u32, BuildHasherDefault<DefaultHasher>> = HashMap::default();
        let mut codes = Vec::with_capacity(column.len());
        let mut texts: Vec<(&[u8], u32)> = Vec::new();
        let mut last: Option<(&[u8], u32)> = None;
        for cell in column.iter() {
            let code = match last {
                Some((text, code)) if text == cell => code,
                _ if missing.contains_bytes(cell) => MISSING_CODE,
                _ => *known.entry(cell).or_insert_with(|| {
                    texts.push((cell, 0));
                    texts.len() as u32 - 1
                }),
            };
            if let Some((_, count)) = texts.get_mut(code as usize) {
                *count += 1;
            }
            last = Some((cell, code));
            codes.push(code);
        }
        Self::sorted(codes, &texts)
    }

    fn sorted(mut codes: Vec<u32>, texts: &[(&[u8], u32)]) -> Self {
        // The order of UTF-8 bytes is the order of code points.
        let mut order: Vec<u32> = (0..texts.len() as u32).collect();
        order.sort_unstable_by_key(|&code| texts[code as usize].0);
        let mut new_codes = vec![0; texts.len()];
        for (new, &old) in order.iter().enumerate() {
            new_codes[old as usize] = new as u32;
        }
        for code in codes.iter_mut().filter(|code| **code != MISSING_CODE) {
            *code = new_codes[*code as usize];
        }
        let (levels, counts) = order
            .iter()
            .map(|&old| texts[old as usize])
            .map(|(text, count)| (to_text(text), count))
            .unzip();
        Self {
            codes,
            levels,
            counts,
        }
    }

    pub(super) fn levels(&self) -> &[String] {
        &self.levels
    }

    /// Rows that are not missing.
    pub(super) fn n_present(&self) -> usize {
        self.counts.iter().map(|&count| count as usize).sum()
    }

    pub(super) fn into_values(self) -> Values {
        Values::Codes {
            codes: self.codes,
            levels: self.levels,
        }
    }
}

/// Texts as yes and no, each side spelt as it is most often; other texts are misfits.
pub(super) fn booleans(texts: Dictionary) -> Typed {
    let truths: Vec<_> = texts
        .levels
        .iter()
        .map(|level| parse_truth(level))
        .collect();
    let mut typed = Typed::new(Kind::Boolean, String::new(), Values::Numbers(Vec::new()));
    let mut codes = texts.codes;
    for (row, code) in codes
        .iter_mut()
        .enumerate()
        .filter(|(_, code)| **code != MISSING_CODE)
    {
        let level = *code as usize;
        if let Some((_, side)) = truths[level] {
            *code = side as u32;
        } else {
            typed.misfit(row, &texts.levels[level]);
            *code = MISSING_CODE;
        }
    }
    let spelling = |wanted: usize| {
        let met = truths
            .iter()
            .zip(texts.levels.iter().zip(&texts.counts))
            .filter_map(|(truth, (level, &count))| {
                truth
                    .filter(|&(_, side)| side == wanted)
                    .map(|(pair, _)| (count, pair, level.as_str()))
            });
        // The first of the most frequent: levels are sorted, so the order of rows does not matter.
        met.fold(None, |best: Option<(u32, usize, &str)>, other| match best {
            Some(best) if best.0 >= other.0 => Some(best),
            _ => Some(other),
        })
    };
    let levels = match (spelling(0), spelling(1)) {
        (Some((_, _, no)), Some((_, _, yes))) => [no.to_string(), yes.to_string()],
        (Some((_, pair, no)), None) => [no.to_string(), in_case_of(no, PAIRS[pair][1])],
        (None, Some((_, pair, yes))) => [in_case_of(yes, PAIRS[pair][0]), yes.to_string()],
        (None, None) => PAIRS[0].map(String::from),
    };
    typed.values = Values::Codes {
        codes,
        levels: levels.to_vec(),
    };
    typed
}

/// `word` in capitals, capitalised or small, as `model` is.
fn in_case_of(model: &str, word: &str) -> String {
    let upper = word.to_ascii_uppercase();
    let is_upper = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase());
    match model.split_at_checked(1) {
        Some((first, rest)) if is_upper(first) && is_upper(rest) => upper,
        Some((first, _)) if is_upper(first) => format!("{}{}", &upper[..1], &word[1..]),
        _ => word.to_string(),
    }
}
