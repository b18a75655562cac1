//! Columns of words: yes and no, categories, names, free text.

use super::{chosen::Misfits, finish::Typed, number::read_number, texts::Dictionary};
use crate::{Kind, MISSING_CODE, Values};

/// Few rows tell names and categories apart badly: below this many, repeats are not expected.
const FEW_ROWS: usize = 20;
/// Always few levels, whatever the number of rows.
const FEW_LEVELS: usize = 10;
/// Few levels for a file of a thousand rows or less.
const SOME_LEVELS: usize = 50;
/// Names for rows are shorter than this on average, in bytes.
const MAX_NAME_LENGTH: f64 = 40.0;
/// The words of a boolean, no before yes. The last pair counts only where the user chose the kind.
const PAIRS: [[&str; 2]; 5] = [
    ["false", "true"],
    ["no", "yes"],
    ["f", "t"],
    ["n", "y"],
    ["0", "1"],
];
/// The pair of digits in [`PAIRS`].
const DIGITS: usize = 4;

/// Which pair of words and which side of it (0 no, 1 yes) a text is, in upper or lower case.
pub(super) fn read_truth(text: &str) -> Option<(usize, usize)> {
    PAIRS.iter().enumerate().find_map(|(pair, words)| {
        words
            .iter()
            .position(|word| word.eq_ignore_ascii_case(text))
            .map(|side| (pair, side))
    })
}

/// The reason, if every level belongs to one pair of words and both sides are met.
pub(super) fn says_yes_and_no(texts: &Dictionary) -> Option<String> {
    // Two words in three spellings each are plenty.
    if texts.levels.len() > 6 {
        return None;
    }
    let truths: Option<Vec<_>> = texts.levels.iter().map(|level| read_truth(level)).collect();
    let truths = truths?;
    let (pair, _) = *truths.first()?;
    let one_pair = pair != DIGITS && truths.iter().all(|&(other, _)| other == pair);
    let both_sides = (0..2).all(|side| truths.iter().any(|&(_, other)| other == side));
    (one_pair && both_sides).then(|| format!("the values are {}", texts.levels.join(" and ")))
}

/// Texts as yes and no, each side spelt as it is most often; other texts are misfits.
pub(super) fn booleans(kind: Kind, reason: String, texts: Dictionary) -> Typed {
    let mut n_missing = texts.n_missing();
    let truths: Vec<_> = texts.levels.iter().map(|level| read_truth(level)).collect();
    let mut misfits = Misfits::default();
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
            misfits.push(row, texts.levels[level].as_bytes());
            n_missing += 1;
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
    let values = Values::Codes {
        codes,
        levels: levels.to_vec().into(),
    };
    Typed {
        misfits,
        ..Typed::new(kind, reason, values, n_missing)
    }
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

/// Category, name or free text, and why.
pub(super) fn kind_of_texts(texts: &Dictionary) -> (Kind, String) {
    let (n_levels, n_present) = (texts.levels.len(), texts.n_present());
    let counts = format!(
        "{n_levels} different texts in {n_present} values{}",
        numbers_among(texts, n_present)
    );
    let few = SOME_LEVELS
        .min(FEW_LEVELS.max(n_present / 2))
        .max(n_present / 10);
    if n_levels <= few {
        return (Kind::Category, counts);
    }
    let is_distinct = n_present >= FEW_ROWS && n_levels * 100 >= n_present * 95;
    if is_distinct && looks_like_names(&texts.levels) {
        return (
            Kind::Identifier,
            format!("{counts}, short and without blanks: a name for each row"),
        );
    }
    (Kind::Text, format!("{counts}: too many for categories"))
}

/// What keeps a column that is mostly numbers from being one.
fn numbers_among(texts: &Dictionary, n_present: usize) -> String {
    let (mut n_other, mut first) = (0, None);
    for (level, &count) in texts.levels.iter().zip(&texts.counts) {
        if read_number(level.as_bytes()).is_none() {
            n_other += count as usize;
            first.get_or_insert(level);
            if n_other * 2 > n_present {
                return String::new();
            }
        }
    }
    let share = n_other as f64 / n_present as f64 * 100.0;
    first.map_or_else(String::new, |first| {
        format!(", {share:.2} % of which are no numbers, such as {first}")
    })
}

fn looks_like_names(levels: &[String]) -> bool {
    let n_levels = levels.len() as f64;
    let length: usize = levels.iter().map(String::len).sum();
    let n_blank = levels.iter().filter(|level| level.contains(' ')).count();
    length as f64 / n_levels < MAX_NAME_LENGTH && n_blank * 10 < levels.len()
}
