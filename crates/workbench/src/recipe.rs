//! Changes of a recipe, and what it leaves out.

use std::collections::BTreeSet;

use tabwright_engine::recipe::{Recipe, RecipeStep, Step};
use tabwright_engine::table::profile::Fix;

/// Adds a step at the end.
pub fn add(recipe: &mut Recipe, step: Step) {
    recipe.steps.push(RecipeStep {
        enabled: true,
        step,
    });
}

/// Deletes the step at `index`.
pub fn remove(recipe: &mut Recipe, index: usize) {
    if index < recipe.steps.len() {
        recipe.steps.remove(index);
    }
}

/// Moves the step at `from` to the position `to`.
pub fn shift(recipe: &mut Recipe, from: usize, to: usize) {
    let steps = &mut recipe.steps;
    if from < steps.len() && to < steps.len() {
        let step = steps.remove(from);
        steps.insert(to, step);
    }
}

/// Applies the remedy of an alert as a step.
pub fn apply_fix(recipe: &mut Recipe, fix: &Fix) {
    match fix {
        Fix::Drop { columns } => leave_out(recipe, columns),
        other => add(recipe, Step::of_fix(other)),
    }
}

/// Whether the recipe does already what a remedy would do.
pub fn is_fixed(recipe: &Recipe, fix: &Fix) -> bool {
    match fix {
        Fix::Drop { columns } => {
            let dropped = dropped(recipe);
            columns
                .iter()
                .all(|column| dropped.contains(column.as_str()))
        }
        other => {
            let wanted = Step::of_fix(other);
            enabled(recipe).any(|step| *step == wanted)
        }
    }
}

/// Leaves columns out, in one step at the end.
pub fn leave_out(recipe: &mut Recipe, columns: &[String]) {
    let already = dropped(recipe)
        .into_iter()
        .map(str::to_owned)
        .collect::<BTreeSet<_>>();
    let new = columns
        .iter()
        .filter(|column| !already.contains(*column))
        .cloned();
    match recipe.steps.last_mut() {
        Some(RecipeStep {
            enabled: true,
            step: Step::Drop(drop),
        }) => drop.columns.extend(new),
        _ => add(recipe, Step::drop(new)),
    }
    remove_empty_drops(recipe);
}

/// Leaves out exactly these columns at the end, instead of those that were.
pub fn leave_out_only(recipe: &mut Recipe, columns: Vec<String>) {
    *recipe = before_leaving_out(recipe);
    add(recipe, Step::drop(columns));
    remove_empty_drops(recipe);
}

/// Takes a column in again that a step leaves out.
pub fn take_in(recipe: &mut Recipe, column: &str) {
    for entry in &mut recipe.steps {
        if let Step::Drop(drop) = &mut entry.step {
            drop.columns.retain(|name| name != column);
        }
    }
    remove_empty_drops(recipe);
}

fn remove_empty_drops(recipe: &mut Recipe) {
    recipe
        .steps
        .retain(|entry| !matches!(&entry.step, Step::Drop(drop) if drop.columns.is_empty()));
}

fn enabled(recipe: &Recipe) -> impl Iterator<Item = &Step> {
    recipe
        .steps
        .iter()
        .filter(|entry| entry.enabled)
        .map(|entry| &entry.step)
}

/// Columns that enabled steps leave out.
pub fn dropped(recipe: &Recipe) -> BTreeSet<&str> {
    enabled(recipe)
        .filter_map(|step| {
            if let Step::Drop(drop) = step {
                Some(&drop.columns)
            } else {
                None
            }
        })
        .flatten()
        .map(String::as_str)
        .collect()
}

/// The recipe without the step at its end that leaves features out, so that these can still be scored.
pub fn before_leaving_out(recipe: &Recipe) -> Recipe {
    let mut recipe = recipe.clone();
    if matches!(
        recipe.steps.last(),
        Some(RecipeStep {
            enabled: true,
            step: Step::Drop(_)
        })
    ) {
        recipe.steps.pop();
    }
    recipe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remedy_is_known_to_be_applied() {
        let fix = Fix::Drop {
            columns: vec!["alive".into()],
        };
        let mut recipe = Recipe::new([Step::drop(["alive", "deck"])]);
        assert!(is_fixed(&recipe, &fix) && !is_fixed(&recipe, &Fix::Deduplicate));
        recipe.steps[0].enabled = false;
        assert!(!is_fixed(&recipe, &fix));
    }

    #[test]
    fn only_the_last_drop_is_taken_off_for_ranking() {
        let recipe = Recipe::new([Step::drop(["a"]), Step::deduplicate(), Step::drop(["b"])]);
        assert_eq!(
            before_leaving_out(&recipe),
            Recipe::new([Step::drop(["a"]), Step::deduplicate()])
        );
        let kept = Recipe::new([Step::drop(["a"]), Step::deduplicate()]);
        assert_eq!(before_leaving_out(&kept), kept);
    }

    #[test]
    fn columns_are_left_out_in_one_step_and_taken_in_again() {
        let mut recipe = Recipe::new([Step::deduplicate()]);
        leave_out(&mut recipe, &["a".into()]);
        leave_out(&mut recipe, &["a".into(), "b".into()]);
        assert_eq!(
            recipe,
            Recipe::new([Step::deduplicate(), Step::drop(["a", "b"])])
        );
        leave_out_only(&mut recipe, vec!["c".into()]);
        assert_eq!(dropped(&recipe), BTreeSet::from(["c"]));
        take_in(&mut recipe, "c");
        assert_eq!(recipe, Recipe::new([Step::deduplicate()]));
    }
}
