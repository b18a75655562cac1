//! Values to bins, and what a bin is called.

use std::collections::HashMap;

use tabwright_table::{Column, Kind, Values, format_number, format_value};

use super::{Bins, DECILES, MAX_LEVELS};
use crate::coerce::is_time;
use crate::text::short;

/// Deciles as values that occur, so that each bin holds a tenth where values do not repeat.
pub(super) fn number_bins(numbers: &[f64]) -> Bins {
    let mut sorted: Vec<f64> = numbers.iter().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut edges: Vec<f64> = Vec::with_capacity(DECILES);
    if let Some(&smallest) = sorted.first() {
        edges.extend((1..DECILES).map(|k| sorted[(k * sorted.len()).div_ceil(DECILES) - 1]));
        // Where the smallest value fills a bin of its own, values below it are news.
        if edges.first() == Some(&smallest) && smallest > f64::MIN {
            edges.insert(0, smallest.next_down());
        }
        edges.dedup();
    }
    let counts = count_numbers(&edges, numbers).bins;
    Bins::Number { edges, counts }
}

pub(super) fn level_bins(codes: &[u32], names: &[String], may_name: bool) -> Bins {
    let mut counts = vec![0_u64; names.len()];
    for &code in codes {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    let mut order: Vec<usize> = (0..names.len())
        .filter(|&level| counts[level] > 0)
        .collect();
    order.sort_by(|&a, &b| {
        counts[b]
            .cmp(&counts[a])
            .then_with(|| names[a].cmp(&names[b]))
    });
    let rest = order.split_off(if may_name {
        order.len().min(MAX_LEVELS)
    } else {
        0
    });
    let named = |levels: &[usize]| {
        levels
            .iter()
            .map(|&level| names[level].clone())
            .collect::<Vec<String>>()
    };
    Bins::Levels {
        levels: named(&order),
        rare_levels: if may_name { named(&rest) } else { Vec::new() },
        counts: order.iter().map(|&level| counts[level]).collect(),
        n_other: rest.iter().map(|&level| counts[level]).sum(),
    }
}

/// New rows on a reference's bins.
pub(super) struct Counts {
    pub bins: Vec<u64>,
    pub n_missing: u64,
    pub n_unseen: u64,
}

pub(super) fn count_numbers(edges: &[f64], numbers: &[f64]) -> Counts {
    let mut found = Counts {
        bins: vec![0; edges.len() + 1],
        n_missing: 0,
        n_unseen: 0,
    };
    for x in numbers {
        if x.is_nan() {
            found.n_missing += 1;
        } else {
            found.bins[edges.partition_point(|edge| edge < x)] += 1;
        }
    }
    found
}

/// The levels' counts, then one for all others.
pub(super) fn count_levels(levels: &[String], rare_levels: &[String], column: &Column) -> Counts {
    let mut found = Counts {
        bins: vec![0; levels.len() + 1],
        n_missing: 0,
        n_unseen: 0,
    };
    let other = levels.len();
    let bins: HashMap<&str, usize> = levels
        .iter()
        .enumerate()
        .map(|(bin, level)| (level.as_str(), bin))
        .chain(rare_levels.iter().map(|level| (level.as_str(), other)))
        .collect();
    // Without a named level nothing is known of what training saw.
    let can_be_unseen = !levels.is_empty();
    let mut count = |text: Option<&str>| match text {
        None => found.n_missing += 1,
        Some(text) => {
            let bin = bins.get(text);
            found.bins[bin.copied().unwrap_or(other)] += 1;
            found.n_unseen += u64::from(bin.is_none() && can_be_unseen);
        }
    };
    match &column.values {
        Values::Codes { codes, levels } => {
            for &code in codes {
                count(levels.get(code as usize).map(String::as_str));
            }
        }
        Values::Numbers(numbers) => {
            for (row, number) in numbers.iter().enumerate() {
                let text = format_value(column, row);
                count((!number.is_nan()).then_some(text.as_str()));
            }
        }
    }
    found
}

impl Bins {
    /// All counts, other levels last.
    pub(super) fn counts(&self) -> Vec<u64> {
        match self {
            Bins::Number { counts, .. } => counts.clone(),
            Bins::Levels {
                counts, n_other, ..
            } => counts.iter().copied().chain([*n_other]).collect(),
        }
    }

    /// A label a count; edges of days and times are written as such.
    pub(super) fn labels(&self, kind: Kind) -> Vec<String> {
        match self {
            Bins::Number { edges, .. } => (0..=edges.len())
                .map(|bin| number_label(edges, bin, kind))
                .collect(),
            Bins::Levels { levels, .. } => levels
                .iter()
                .cloned()
                .chain(["other".to_string()])
                .collect(),
        }
    }

    /// What cannot be: counts that do not match the bins, edges that do not ascend.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (n_bins, n_counts, ascends) = match self {
            Bins::Number { edges, counts } => (
                edges.len() + 1,
                counts.len(),
                edges.is_sorted_by(|a, b| a < b),
            ),
            Bins::Levels { levels, counts, .. } => (levels.len(), counts.len(), true),
        };
        if n_bins != n_counts {
            return Err(format!("{n_counts} counts for {n_bins} bins"));
        }
        if ascends {
            Ok(())
        } else {
            Err("the edges of its bins do not ascend".into())
        }
    }
}

fn number_label(edges: &[f64], bin: usize, kind: Kind) -> String {
    let text = |edge: f64| {
        if is_time(kind) {
            format_number(kind, edge)
        } else {
            short(edge)
        }
    };
    let above = bin.checked_sub(1).map(|edge| edges[edge]);
    match (above, edges.get(bin)) {
        (None, None) => "all".into(),
        // The bin below the smallest value, and the bin of that value alone.
        (None, Some(to)) if edges.get(1) == Some(&to.next_up()) => format!("< {}", text(edges[1])),
        (Some(from), Some(&to)) if from.next_up() == to => format!("= {}", text(to)),
        (None, Some(&to)) => format!("≤ {}", text(to)),
        (Some(from), Some(&to)) => format!("{} – {}", text(from), text(to)),
        (Some(from), None) => format!("> {}", text(from)),
    }
}
