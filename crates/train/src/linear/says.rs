//! What is said of a fit: whether it converged, and what a reader of its weights must know.

use super::design::{Column, Design, Origin};
use super::factor::Factor;
use super::family::Family;
use super::newton::{Limits, Outcome, Penalised, Solved};
use super::problem::Problem;
use crate::report::{Convergence, Stop};

/// Share of a standardised column from which on it is called a part of another.
const PART: f64 = 1e-6;
/// Columns that a sentence names.
const MOST_NAMES: usize = 5;

/// Whether the solver reached its tolerance.
pub(super) fn convergence(
    penalised: &Penalised<'_>,
    solved: &Solved,
    limits: Limits,
) -> Convergence {
    let Problem { design, .. } = penalised.problem;
    if design.columns.is_empty() {
        return Convergence::Constant;
    }
    let at = Stop {
        slope: solved.slope,
        iterations: solved.iterations,
    };
    match &solved.outcome {
        Outcome::Converged => Convergence::Reached {
            at,
            kept: (penalised.penalty.l1 > 0.0).then(|| kept(solved, design.n_unknowns())),
        },
        Outcome::Unfinished => Convergence::Unfinished {
            at,
            tolerance: limits.tolerance,
        },
        Outcome::Separated(_) => Convergence::Unbounded { at },
    }
}

/// Weights that are not 0, and all; each output's first unknown is its intercept.
fn kept(solved: &Solved, n: usize) -> (usize, usize) {
    let weights = solved.unknowns.iter().enumerate();
    let weights = weights.filter(|(position, _)| !position.is_multiple_of(n));
    let kept = weights
        .clone()
        .filter(|(_, weight)| **weight != 0.0)
        .count();
    (kept, weights.count())
}

/// What must not be overlooked.
pub(super) fn warnings(
    penalised: &Penalised<'_>,
    solved: &Solved,
    repeats: &Factor,
) -> Vec<String> {
    let design = penalised.problem.design;
    let mut warnings = Vec::new();
    match &solved.outcome {
        Outcome::Converged => {}
        Outcome::Unfinished => warnings.push(
            "The solver stopped before the best weights were found: raise max_iterations, tolerance or l2.".into(),
        ),
        Outcome::Separated(along) => warnings.push(separated(penalised.problem, along)),
    }
    warnings.extend(repeated(design, repeats, penalised.penalty.is_none()));
    for &feature in &design.trimmed {
        warnings.push(format!(
            "\"{}\" has more levels than are weighed: only the most frequent ones have a weight, the others count as unseen.",
            design.features[feature].name
        ));
    }
    warnings
}

fn separated(problem: &Problem<'_>, along: &[usize]) -> String {
    let n = problem.design.n_unknowns();
    let mut columns: Vec<usize> = along.iter().map(|unknown| unknown % n - 1).collect();
    let mut seen = vec![false; n];
    columns.retain(|&column| !std::mem::replace(&mut seen[column], true));
    let names = named(problem.design, &columns);
    let what = match problem.family {
        Family::Poisson => "rows that all count 0 apart from the others",
        _ => "classes apart without an error",
    };
    format!(
        "Separation: {names} tell some {what}, so the best weights are infinite and what is shown depends on where the solver \
         stopped. Set l2 above 0, or leave that out."
    )
}

/// A sentence for each column that is a combination of others. The levels of one category may well add up to 1 where a penalty
/// decides between them.
fn repeated(design: &Design<'_>, repeats: &Factor, is_held: bool) -> Vec<String> {
    let mut sentences = Vec::new();
    for unknown in (1..design.n_unknowns()).filter(|&unknown| !repeats.free[unknown]) {
        let parts = repeats.combination(unknown);
        let others: Vec<usize> = (1..unknown)
            .filter(|&other| parts[other].abs() > PART)
            .map(|other| other - 1)
            .collect();
        let column = unknown - 1;
        let is_own = |other: &usize| is_level(design.columns[*other], design.columns[column].0);
        if !is_held && others.iter().all(is_own) {
            continue;
        }
        let what = match others.as_slice() {
            [other] => format!("repeats \"{}\"", design.name(*other)),
            others => format!("is a combination of {}", named(design, others)),
        };
        let outcome = if is_held {
            "its weight is held at 0"
        } else {
            "the penalty shares their weight between them"
        };
        sentences.push(format!(
            "Collinearity: \"{}\" {what}; {outcome}.",
            design.name(column)
        ));
    }
    sentences
}

fn is_level((of, origin): Column, feature: usize) -> bool {
    of == feature && !matches!(origin, Origin::Number { .. })
}

fn named(design: &Design<'_>, columns: &[usize]) -> String {
    let mut names: Vec<String> = columns
        .iter()
        .take(MOST_NAMES)
        .map(|&column| format!("\"{}\"", design.name(column)))
        .collect();
    if columns.len() > MOST_NAMES {
        names.push(format!("{} more", columns.len() - MOST_NAMES));
    }
    names.join(", ")
}
