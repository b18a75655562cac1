//! How long texts are, and which are the shortest and the longest.

use serde::{Deserialize, Serialize};

/// Texts that are listed at each end.
const N_EXTREMES: usize = 3;
/// Characters of a listed text that are kept.
const MAX_SHOWN: usize = 120;

/// Lengths of a column's texts in characters, missing left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextSummary {
    /// Of the shortest text.
    pub min_length: usize,
    /// Of the longest text.
    pub max_length: usize,
    /// Over all rows.
    pub mean_length: f64,
    /// The shortest texts, shortest first; at most three. Equally long ones in their own order.
    pub shortest: Vec<TextExtreme>,
    /// The longest texts, longest first; at most three.
    pub longest: Vec<TextExtreme>,
}

/// A text at one end of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextExtreme {
    /// The text; its first 120 characters and an ellipsis if it is longer.
    pub text: String,
    /// Characters in all of it.
    pub length: usize,
    /// Rows that have it.
    pub n_rows: u64,
}

/// From the rows of each level; nothing if there is none.
pub(super) fn summarise(levels: &[String], counts: &[u64]) -> Option<TextSummary> {
    let mut lengths: Vec<(usize, usize)> = levels
        .iter()
        .enumerate()
        .filter(|(level, _)| counts[*level] > 0)
        .map(|(level, text)| (text.chars().count(), level))
        .collect();
    let (n_rows, n_characters) = lengths
        .iter()
        .fold((0, 0.0), |(rows, sum), &(length, level)| {
            (
                rows + counts[level],
                sum + length as f64 * counts[level] as f64,
            )
        });
    let &(min_length, _) = lengths.iter().min()?;
    let &(max_length, _) = lengths.iter().max()?;
    let listed = |&(length, level): &(usize, usize)| TextExtreme {
        text: shortened(&levels[level], length),
        length,
        n_rows: counts[level],
    };
    let shortest = first(&mut lengths, |&(length, level)| (length, level));
    let shortest = shortest.iter().map(listed).collect();
    let longest = first(&mut lengths, |&(length, level)| {
        (usize::MAX - length, level)
    });
    let longest = longest.iter().map(listed).collect();
    Some(TextSummary {
        min_length,
        max_length,
        mean_length: n_characters / n_rows as f64,
        shortest,
        longest,
    })
}

/// The first few by a key, in its order.
fn first<T, K: Ord>(all: &mut [T], key: impl Fn(&T) -> K) -> &[T] {
    let n = all.len().min(N_EXTREMES);
    if all.len() > n {
        all.select_nth_unstable_by_key(n, &key);
    }
    let first = &mut all[..n];
    first.sort_unstable_by_key(&key);
    first
}

fn shortened(text: &str, length: usize) -> String {
    if length <= MAX_SHOWN {
        return text.to_owned();
    }
    text.chars().take(MAX_SHOWN).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_characters_of_rows() {
        let levels = ["ä", "bb", "ccc", "dd", "unused text"].map(str::to_owned);
        let found = summarise(&levels, &[3, 1, 1, 1, 0]).unwrap();
        assert_eq!(
            (found.min_length, found.max_length, found.mean_length),
            (1, 3, 10.0 / 6.0)
        );
        let texts = |list: &[TextExtreme]| {
            let texts = list.iter().map(|extreme| extreme.text.clone());
            texts.collect::<Vec<_>>()
        };
        assert_eq!(texts(&found.shortest), ["ä", "bb", "dd"]);
        assert_eq!(texts(&found.longest), ["ccc", "bb", "dd"]);
        assert_eq!(found.shortest[0].n_rows, 3);
        assert_eq!(summarise(&levels, &[0; 5]), None);
    }

    #[test]
    fn a_long_text_is_cut_and_its_length_is_not() {
        let found = summarise(&["é".repeat(500)], &[1]).unwrap();
        assert_eq!(found.longest[0].length, 500);
        assert_eq!(found.longest[0].text.chars().count(), 121);
    }
}
