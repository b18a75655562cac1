//! The target's rows in a few groups, which distributions are split by.

use super::{order::Workspace, wording};
use crate::{Column, Kind, Values, format_number};

/// More groups than this no chart tells apart.
pub(super) const MAX_GROUPS: usize = 12;

/// Which group each row is in.
pub(super) struct TargetGroups {
    pub(super) labels: Vec<String>,
    of_row: Vec<u8>,
}

impl TargetGroups {
    /// The twelve most frequent levels; or the values of a number that has no more; or its four quantile ranges.
    pub(super) fn of(target: &Column, workspace: &mut Workspace) -> Self {
        match &target.values {
            Values::Codes { codes, levels } => Self::of_levels(codes, levels),
            Values::Numbers(values) => Self::of_numbers(target.kind, values, workspace),
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
        let no_group = shown.len() as u8;
        let mut group_of_level = vec![no_group; levels.len()];
        for (group, &level) in shown.iter().enumerate() {
            group_of_level[level] = group as u8;
        }
        let group = |&code: &u32| {
            let of_level = group_of_level.get(code as usize);
            of_level.copied().unwrap_or(no_group)
        };
        Self {
            labels: shown.iter().map(|&level| levels[level].clone()).collect(),
            of_row: codes.iter().map(group).collect(),
        }
    }

    fn of_numbers(kind: Kind, values: &[f64], workspace: &mut Workspace) -> Self {
        let ascending = workspace.ascending(values);
        let mut distinct: Vec<f64> = ascending
            .runs()
            .take(MAX_GROUPS + 1)
            .map(|(value, _)| value)
            .collect();
        let (labels, cuts): (Vec<String>, _) = if distinct.len() <= MAX_GROUPS {
            let labels = distinct
                .iter()
                .map(|&value| format_number(kind, value))
                .collect();
            distinct.pop();
            (labels, distinct)
        } else {
            let mut cuts = [0.25, 0.5, 0.75]
                .map(|probability| ascending.quantile(probability))
                .to_vec();
            cuts.dedup();
            let largest = ascending.range().map(|(_, largest)| largest);
            cuts.retain(|cut| Some(*cut) != largest);
            (range_labels(kind, &cuts), cuts)
        };
        let no_group = labels.len() as u8;
        let group = |value: &f64| {
            if value.is_finite() {
                cuts.partition_point(|cut| cut < value) as u8
            } else {
                no_group
            }
        };
        Self {
            labels,
            of_row: values.iter().map(group).collect(),
        }
    }

    /// One group a row; the number of groups where it is in none.
    pub(super) fn of_rows(&self) -> &[u8] {
        &self.of_row
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
