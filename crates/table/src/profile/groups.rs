//! The target's rows in a few groups, which distributions are split by.

use super::{summary, wording};
use crate::{Column, Kind, MISSING_CODE, Values, format_number};

/// More groups than this no chart tells apart.
pub(super) const MAX_GROUPS: usize = 12;
/// The group of rows that are in none.
const NO_GROUP: u8 = u8::MAX;

/// Which group each row is in.
pub(super) struct TargetGroups {
    pub(super) labels: Vec<String>,
    of_row: Vec<u8>,
}

impl TargetGroups {
    /// The twelve most frequent levels; or the values of a number that has no more; or its four quantile ranges.
    pub(super) fn of(target: &Column) -> Self {
        match &target.values {
            Values::Codes { codes, levels } => Self::of_levels(codes, levels),
            Values::Numbers(values) => Self::of_numbers(target.kind, values),
        }
    }

    fn of_levels(codes: &[u32], levels: &[String]) -> Self {
        let counts = super::distribution::level_counts(codes, levels.len());
        let mut shown: Vec<usize> = (0..levels.len())
            .filter(|&level| counts[level] > 0)
            .collect();
        shown.sort_by_key(|&level| std::cmp::Reverse(counts[level]));
        shown.truncate(MAX_GROUPS);
        shown.sort_unstable();
        let mut group_of_level = vec![NO_GROUP; levels.len()];
        for (group, &level) in shown.iter().enumerate() {
            group_of_level[level] = group as u8;
        }
        let group = |&code: &u32| {
            if code == MISSING_CODE {
                NO_GROUP
            } else {
                group_of_level[code as usize]
            }
        };
        Self {
            labels: shown.iter().map(|&level| levels[level].clone()).collect(),
            of_row: codes.iter().map(group).collect(),
        }
    }

    fn of_numbers(kind: Kind, values: &[f64]) -> Self {
        let sorted = summary::sorted(values);
        let mut distinct: Vec<f64> = sorted
            .chunk_by(|a, b| a == b)
            .take(MAX_GROUPS + 1)
            .map(|run| run[0])
            .collect();
        let (labels, cuts) = if distinct.len() <= MAX_GROUPS {
            let labels = distinct
                .iter()
                .map(|&value| format_number(kind, value))
                .collect();
            distinct.pop();
            (labels, distinct)
        } else {
            let mut cuts = [0.25, 0.5, 0.75]
                .map(|probability| summary::quantile(&sorted, probability))
                .to_vec();
            cuts.dedup();
            cuts.retain(|cut| Some(cut) != sorted.last());
            (range_labels(kind, &cuts), cuts)
        };
        let group = |value: &f64| {
            if value.is_nan() {
                NO_GROUP
            } else {
                cuts.partition_point(|cut| cut < value) as u8
            }
        };
        Self {
            labels,
            of_row: values.iter().map(group).collect(),
        }
    }

    /// The group of a row, if it is in one.
    pub(super) fn of_row(&self, row: usize) -> Option<usize> {
        Some(self.of_row[row])
            .filter(|&group| group != NO_GROUP)
            .map(usize::from)
    }
}

fn range_labels(kind: Kind, cuts: &[f64]) -> Vec<String> {
    let shown: Vec<String> = cuts.iter().map(|&cut| wording::number(kind, cut)).collect();
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
        return vec!["all".into()];
    };
    std::iter::once(format!("≤ {first}"))
        .chain(
            shown
                .windows(2)
                .map(|pair| format!("{} – {}", pair[0], pair[1])),
        )
        .chain(std::iter::once(format!("> {last}")))
        .collect()
}
