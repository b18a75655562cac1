//! What must hold of a predictor before it may meet a row. A message says which tree, split or term is wrong.

use tabwright_recipe::{Feature, FeatureKind};

use super::{Constant, Linear, Link, Predictor, Term, Tree, TreeEnsemble, Uncertainty};
use crate::{Model, Task};

/// Widest grid: 2^1023 is the largest power of two that an f64 holds.
const MAX_GRID_BITS: i32 = 1023;

/// Checks that scoring a matrix of the model's features can neither loop nor read out of range, and that every
/// number is finite.
pub(crate) fn check(model: &Model) -> Result<(), String> {
    let fits = matches!(
        (&model.task, model.predictor.link()),
        (Task::Regression, Link::Identity | Link::Log)
            | (Task::Binary { .. }, Link::Sigmoid | Link::Share)
            | (Task::Multiclass { .. }, Link::Softmax | Link::Share)
    );
    ensure(fits, || {
        format!(
            "the link {:?} does not belong to a {} task",
            model.predictor.link(),
            model.task.name()
        )
    })?;
    let (expected, found) = (model.task.n_outputs(), model.predictor.n_outputs());
    ensure(expected == found, || {
        format!("expected {expected} outputs for the task, found {found}")
    })?;
    match &model.predictor {
        Predictor::Constant(constant) => check_constant(constant),
        Predictor::Linear(linear) => check_linear(linear, &model.features),
        Predictor::Trees(trees) => check_trees(trees, &model.features),
    }
}

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(message()) }
}

fn finite<'a>(what: &str, numbers: impl IntoIterator<Item = &'a f64>) -> Result<(), String> {
    match numbers.into_iter().find(|number| !number.is_finite()) {
        Some(number) => Err(format!("{what} is {number}, expected a finite number")),
        None => Ok(()),
    }
}

fn check_constant(constant: &Constant) -> Result<(), String> {
    finite("the constant", &constant.margins)
}

fn check_linear(linear: &Linear, features: &[Feature]) -> Result<(), String> {
    for output in &linear.outputs {
        finite("an intercept", [&output.intercept])?;
        for (position, term) in output.terms.iter().enumerate() {
            check_term(term, features).map_err(|message| format!("term {position}: {message}"))?;
        }
    }
    check_uncertainty(linear, features)
}

/// Standard errors and inflation factors have the shape of what they belong to.
fn check_uncertainty(linear: &Linear, features: &[Feature]) -> Result<(), String> {
    let n_vif = linear.vif.len();
    ensure(n_vif == 0 || n_vif == features.len(), || {
        format!("{n_vif} values in vif for {} features", features.len())
    })?;
    finite("a vif", linear.vif.iter().flatten())?;
    let Uncertainty::Known { freedom, errors } = &linear.uncertainty else {
        return Ok(());
    };
    finite("freedom", freedom)?;
    ensure(errors.len() == linear.outputs.len(), || {
        format!(
            "standard errors of {} outputs for {}",
            errors.len(),
            linear.outputs.len()
        )
    })?;
    for (errors, output) in errors.iter().zip(&linear.outputs) {
        let expected = output.terms.iter().map(|term| match term {
            Term::Number { .. } => 1,
            Term::Levels { coefficients, .. } => coefficients.len() + 1,
        });
        let found = errors.terms.iter().map(Vec::len);
        ensure(found.eq(expected), || {
            "standard errors do not fit the terms".into()
        })?;
        finite("a standard error", [&errors.intercept])?;
        finite("a standard error", errors.terms.iter().flatten().flatten())?;
    }
    Ok(())
}

fn check_term(term: &Term, features: &[Feature]) -> Result<(), String> {
    let (Term::Number { feature, .. } | Term::Levels { feature, .. }) = term;
    let Some(feature) = features.get(*feature) else {
        return Err(format!(
            "feature {feature} does not exist, there are {}",
            features.len()
        ));
    };
    match (term, &feature.kind) {
        (
            Term::Number {
                coefficient, fill, ..
            },
            FeatureKind::Number,
        ) => finite("a coefficient or fill value", [coefficient, fill]),
        (
            Term::Levels {
                coefficients,
                missing,
                unseen,
                ..
            },
            FeatureKind::Category { levels },
        ) => {
            ensure(coefficients.len() == levels.len(), || {
                format!(
                    "{} coefficients for {} levels",
                    coefficients.len(),
                    levels.len()
                )
            })?;
            finite(
                "a level's coefficient",
                coefficients.iter().chain([missing, unseen]),
            )
        }
        _ => Err(format!(
            "does not fit the kind of the feature \"{}\"",
            feature.name
        )),
    }
}

/// Checks an ensemble against the features that it splits.
pub(super) fn check_trees(trees: &TreeEnsemble, features: &[Feature]) -> Result<(), String> {
    ensure(trees.grid_bits.abs() <= MAX_GRID_BITS, || {
        format!("grid_bits is {}", trees.grid_bits)
    })?;
    on_grid("base", &trees.base, trees.grid_bits)?;
    for (position, tree) in trees.trees.iter().enumerate() {
        check_tree(tree, trees, features)
            .map_err(|message| format!("tree {position}: {message}"))?;
    }
    Ok(())
}

/// Finite and a whole multiple of 2^−bits.
fn on_grid(what: &str, values: &[f64], bits: i32) -> Result<(), String> {
    finite(what, values)?;
    let off = values.iter().find(|&&value| {
        let scaled = libm::scalbn(value, bits);
        !scaled.is_finite() || scaled != scaled.trunc()
    });
    match off {
        Some(value) => Err(format!(
            "{what} has {value}, which is no whole multiple of 2^-{bits}"
        )),
        None => Ok(()),
    }
}

fn check_tree(tree: &Tree, ensemble: &TreeEnsemble, features: &[Feature]) -> Result<(), String> {
    check_lengths(tree, ensemble.base.len())?;
    finite("a threshold", &tree.threshold)?;
    finite("a gain", &tree.gain)?;
    on_grid("a leaf", &tree.leaf, ensemble.grid_bits)?;
    for split in 0..tree.n_splits() {
        check_split(tree, split, features)
            .map_err(|message| format!("split {split}: {message}"))?;
    }
    check_shape(tree)
}

fn check_lengths(tree: &Tree, n_outputs: usize) -> Result<(), String> {
    let n_splits = tree.n_splits();
    let lengths = [
        ("threshold", tree.threshold.len()),
        ("levels", tree.levels.len()),
        ("missing_left", tree.missing_left.len()),
        ("left", tree.left.len()),
        ("right", tree.right.len()),
        ("gain", tree.gain.len()),
        ("split_rows", tree.split_rows.len()),
    ];
    for (name, length) in lengths {
        ensure(length == n_splits, || {
            format!("{name} has {length} values for {n_splits} splits")
        })?;
    }
    ensure(n_splits < i32::MAX as usize, || {
        format!("{n_splits} splits are too many")
    })?;
    let n_leaves = tree.n_leaves();
    ensure(n_leaves == n_splits + 1, || {
        format!("{n_leaves} leaves for {n_splits} splits")
    })?;
    let n_values = match tree.output {
        Some(output) if output as usize >= n_outputs => {
            return Err(format!(
                "output {output} does not exist, there are {n_outputs}"
            ));
        }
        Some(_) => n_leaves,
        None => n_leaves * n_outputs,
    };
    ensure(tree.leaf.len() == n_values, || {
        format!("{} leaf values, expected {n_values}", tree.leaf.len())
    })
}

fn check_split(tree: &Tree, split: usize, features: &[Feature]) -> Result<(), String> {
    let Some(feature) = features.get(tree.feature[split] as usize) else {
        return Err(format!(
            "feature {} does not exist, there are {}",
            tree.feature[split],
            features.len()
        ));
    };
    let set = &tree.levels[split];
    match &feature.kind {
        FeatureKind::Number => ensure(set.is_empty(), || {
            format!("a set of levels on the number \"{}\"", feature.name)
        }),
        FeatureKind::Category { levels } => {
            ensure(!set.is_empty(), || {
                format!("no set of levels on the category \"{}\"", feature.name)
            })?;
            ensure(set.is_sorted_by(|a, b| a < b), || {
                "its levels are not ascending".into()
            })?;
            ensure(
                set.iter().all(|&level| (level as usize) < levels.len()),
                || {
                    format!(
                        "a level beyond the {} of \"{}\"",
                        levels.len(),
                        feature.name
                    )
                },
            )
        }
    }
}

/// Every split but the root and every leaf is the child of exactly one split, which comes before it.
fn check_shape(tree: &Tree) -> Result<(), String> {
    let mut split_seen = vec![false; tree.n_splits()];
    let mut leaf_seen = vec![false; tree.n_leaves()];
    if let Some(root) = split_seen.first_mut() {
        *root = true;
    } else {
        leaf_seen[0] = true;
    }
    for (split, (&left, &right)) in tree.left.iter().zip(&tree.right).enumerate() {
        for child in [left, right] {
            let (seen, position) = if child >= 0 {
                (&mut split_seen, child as usize)
            } else {
                (&mut leaf_seen, !child as usize)
            };
            ensure(child < 0 || position > split, || {
                format!("split {split}: its child {child} does not come after it")
            })?;
            let Some(seen) = seen.get_mut(position) else {
                return Err(format!("split {split}: its child {child} does not exist"));
            };
            ensure(!std::mem::replace(seen, true), || {
                format!("split {split}: its child {child} has two parents")
            })?;
        }
    }
    let all = split_seen.iter().chain(&leaf_seen).all(|&seen| seen);
    ensure(all, || "a split or leaf has no parent".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predictor::scorer::tests::features;

    /// `a <= 0.5`, then on the right `c in {1, 2}`.
    fn sound() -> TreeEnsemble {
        let tree = Tree {
            output: Some(0),
            feature: vec![0, 2],
            threshold: vec![0.5, 0.0],
            levels: vec![vec![], vec![1, 2]],
            missing_left: vec![true, false],
            left: vec![-1, -2],
            right: vec![1, -3],
            gain: vec![2.0, 1.0],
            split_rows: vec![9, 6],
            leaf: vec![0.5, -0.25, 1.0],
            leaf_rows: vec![3, 3, 3],
        };
        TreeEnsemble {
            base: vec![0.25],
            trees: vec![tree],
            link: Link::Sigmoid,
            grid_bits: 2,
        }
    }

    #[track_caller]
    fn refused(change: impl FnOnce(&mut TreeEnsemble), message: &str) {
        let mut trees = sound();
        check_trees(&trees, &features()).unwrap();
        change(&mut trees);
        let found = check_trees(&trees, &features()).unwrap_err();
        assert!(found.contains(message), "{found}");
    }

    #[test]
    fn unsound_trees_are_refused() {
        refused(
            |e| e.trees[0].feature[0] = 3,
            "tree 0: split 0: feature 3 does not exist",
        );
        refused(
            |e| e.trees[0].right[0] = 0,
            "split 0: its child 0 does not come after it",
        );
        refused(
            |e| e.trees[0].right[0] = 2,
            "split 0: its child 2 does not exist",
        );
        refused(
            |e| e.trees[0].right[1] = -4,
            "split 1: its child -4 does not exist",
        );
        refused(|e| e.trees[0].left[1] = i32::MIN, "does not exist");
        refused(|e| e.trees[0].right[1] = -2, "two parents");
        refused(|e| e.trees[0].threshold[0] = f64::NAN, "a threshold is NaN");
        refused(|e| e.trees[0].gain[0] = f64::INFINITY, "a gain is inf");
        refused(|e| e.trees[0].leaf[0] = 0.1, "no whole multiple");
        refused(|e| e.base[0] = 0.3, "base has 0.3");
        refused(|e| e.trees[0].leaf.push(0.0), "4 leaf values, expected 3");
        refused(|e| e.trees[0].output = Some(1), "output 1 does not exist");
        refused(|e| e.trees[0].leaf_rows.push(1), "4 leaves for 2 splits");
        refused(
            |e| e.trees[0].missing_left.clear(),
            "missing_left has 0 values for 2 splits",
        );
    }

    #[test]
    fn sets_belong_to_categories_only() {
        refused(
            |e| e.trees[0].levels[0] = vec![1],
            "a set of levels on the number \"a\"",
        );
        refused(
            |e| e.trees[0].levels[1] = vec![],
            "no set of levels on the category \"c\"",
        );
        refused(|e| e.trees[0].levels[1] = vec![2, 1], "not ascending");
        refused(|e| e.trees[0].levels[1] = vec![70], "a level beyond the 70");
    }
}
