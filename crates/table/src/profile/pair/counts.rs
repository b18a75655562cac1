//! Two categories: rows by pair of levels.

use serde::{Deserialize, Serialize};

use super::{Rows, top_levels};

/// Levels that are listed each way.
const MAX_LEVELS: usize = 12;

/// Rows by pair of levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// The most frequent levels of x, most frequent first; at most twelve.
    pub x_levels: Vec<String>,
    /// The most frequent levels of y, most frequent first; at most twelve.
    pub y_levels: Vec<String>,
    /// Rows that have both: `counts[x * n_y + y]`.
    pub counts: Vec<u64>,
    /// The same for each group; empty without groups.
    pub by_group: Vec<Vec<u64>>,
    /// Rows of which a level is not listed.
    pub n_other: u64,
}

pub(super) fn of(
    (x, x_levels): (&[u32], &[String]),
    (y, y_levels): (&[u32], &[String]),
    rows: &Rows,
) -> Counts {
    let shown = |codes: &[u32], levels: &[String]| {
        let (order, ..) = top_levels(codes, levels.len(), &rows.used, MAX_LEVELS);
        let mut places = vec![usize::MAX; levels.len()];
        for (place, &level) in order.iter().enumerate() {
            places[level as usize] = place;
        }
        let names: Vec<String> = order
            .iter()
            .map(|&level| levels[level as usize].clone())
            .collect();
        (names, places)
    };
    let (x_names, x_places) = shown(x, x_levels);
    let (y_names, y_places) = shown(y, y_levels);
    let mut counts = vec![0; x_names.len() * y_names.len()];
    let mut by_group = vec![counts.clone(); rows.n_groups];
    let mut n_other = 0;
    for &row in &rows.used {
        let places = (
            x_places[x[row as usize] as usize],
            y_places[y[row as usize] as usize],
        );
        if places.0 == usize::MAX || places.1 == usize::MAX {
            n_other += 1;
            continue;
        }
        let cell = places.0 * y_names.len() + places.1;
        counts[cell] += 1;
        if let Some(group) = rows.group(row) {
            by_group[group][cell] += 1;
        }
    }
    Counts {
        x_levels: x_names,
        y_levels: y_names,
        counts,
        by_group,
        n_other,
    }
}
