//! All columns against the target and against each other.

use super::{
    ColumnProfile, Correlations,
    association::{Side, associate},
    leak::{Goal, Leak},
    matrix::Matrices,
    order::Workspace,
    wording,
};
use crate::{Kind, Table};

/// Rows that are compared; enough that chance moves a coefficient by less than a hundredth.
pub(super) const MAX_ROWS: usize = 200_000;
/// Rows that are compared where many columns lack values, whose ranks must be found anew for each pair: a coefficient is
/// then within a hundredth.
const MAX_GAPPY_ROWS: usize = 50_000;
/// Numeric columns that lack values, from which on they are many.
const MANY_GAPPY: usize = 8;
/// Columns that are compared with each other.
const MAX_COLUMNS: usize = 60;

/// What comparing columns gave.
pub(super) struct Measured {
    /// One a column: strength of the relation to the target, 0 to 1.
    pub(super) with_target: Vec<Option<f64>>,
    /// Columns that predict the target too well.
    pub(super) leaks: Vec<Leak>,
    pub(super) correlations: Correlations,
}

/// Compares every column with the target, and up to sixty with each other.
pub(super) fn measure(
    table: &Table,
    profiles: &[ColumnProfile],
    target: Option<usize>,
    workspace: &mut Workspace,
) -> Measured {
    let n_gappy = profiles
        .iter()
        .filter(|profile| profile.kind.is_number() && profile.n_missing > 0)
        .count();
    let most = if n_gappy < MANY_GAPPY {
        MAX_ROWS
    } else {
        MAX_GAPPY_ROWS
    };
    let rows = evenly_spaced(table.n_rows(), most);
    let mut side = |index: usize| Side::of(&table.columns()[index].values, &rows, workspace);
    let mut compared: Vec<usize> = (0..profiles.len())
        .filter(|&index| is_compared(&profiles[index]))
        .collect();
    let n_comparable = compared.len();
    let goal = target
        .filter(|target| compared.contains(target))
        .map(|target| (target, Goal::new(side(target))));
    let mut with_target = vec![None; profiles.len()];
    let mut leaks = Vec::new();
    let mut sides = Vec::new();
    for &index in &compared {
        let side = side(index);
        if let Some((_, goal)) = goal.as_ref().filter(|(target, _)| *target != index) {
            let association = associate(&side, &goal.side);
            with_target[index] = Some(association.abs());
            leaks.extend(goal.leak(index, &side, association));
        }
        // Prepared columns take room: held only if all of them can be.
        if n_comparable <= MAX_COLUMNS {
            sides.push(side);
        }
    }
    if let Some((_, goal)) = &goal {
        let marks = (0..profiles.len()).filter(|&index| is_mark(&profiles[index]));
        leaks.extend(marks.filter_map(|index| {
            let values = &table.columns()[index].values;
            goal.leak_of_gaps(
                index,
                rows.iter().map(|&row| values.is_missing(row as usize)),
            )
        }));
    }
    if n_comparable > MAX_COLUMNS {
        compared = strongest(&compared, target, &with_target);
        sides = compared.iter().map(|&index| side(index)).collect();
    }
    let matrices = Matrices::of(&sides);
    let correlations = Correlations {
        names: compared
            .iter()
            .map(|&index| profiles[index].name.clone())
            .collect(),
        values: matrices.values,
        pearson: matrices.pearson,
        note: note(n_comparable, goal.is_some(), rows.len(), table.n_rows()),
    };
    Measured {
        with_target,
        leaks,
        correlations,
    }
}

fn is_compared(profile: &ColumnProfile) -> bool {
    profile.n_distinct > 1 && !matches!(profile.kind, Kind::Text | Kind::Identifier)
}

/// One value or none, as a cross in a box: only whether it is there can say something.
fn is_mark(profile: &ColumnProfile) -> bool {
    profile.n_distinct == 1 && profile.n_missing > 0
}

/// At most so many rows, all if there are no more.
pub(super) fn evenly_spaced(n_rows: usize, most: usize) -> Vec<u32> {
    let n_compared = n_rows.min(most) as u64;
    (0..n_compared)
        .map(|at| (at * n_rows as u64 / n_compared) as u32)
        .collect()
}

/// The target and the columns that go with it most, in their own order; without a target the first.
fn strongest(compared: &[usize], target: Option<usize>, with_target: &[Option<f64>]) -> Vec<usize> {
    let strength = |index: usize| {
        if Some(index) == target {
            2.0
        } else {
            with_target[index].unwrap_or(0.0)
        }
    };
    let mut order = compared.to_vec();
    order.sort_by(|&a, &b| strength(b).total_cmp(&strength(a)));
    order.truncate(MAX_COLUMNS);
    order.sort_unstable();
    order
}

fn note(
    n_comparable: usize,
    has_goal: bool,
    n_compared_rows: usize,
    n_rows: usize,
) -> Option<String> {
    let mut notes = Vec::new();
    if n_comparable > MAX_COLUMNS {
        let which = if has_goal {
            "the sixty that go with the target most"
        } else {
            "the first sixty"
        };
        notes.push(format!(
            "of {} comparable columns, {which} are shown",
            wording::count(n_comparable)
        ));
    }
    if n_compared_rows < n_rows {
        let (some, all) = (wording::count(n_compared_rows), wording::count(n_rows));
        // The standard error of r is at most 1 / √(n − 1), twice that covers 95 %.
        let error = 2.0 / (n_compared_rows as f64 - 1.0).sqrt();
        notes.push(format!(
            "measured on {some} of {all} rows, evenly spaced: within ± {error:.3} of all rows' in 95 of 100 cases"
        ));
    }
    (!notes.is_empty()).then(|| notes.join("; "))
}
