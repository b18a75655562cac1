//! Changes of a recipe, what it leaves out, and what speaks against it.

use std::collections::BTreeSet;

use tabwright_engine::PreviewStep;
use tabwright_engine::recipe::formula::Formula;
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

/// Why a step cannot stand beside a target: what a new row does not have cannot be computed from, and what is left out cannot be
/// predicted. `None` if it can.
pub fn against_target(step: &Step, target: &str) -> Option<String> {
    match step {
        // The target itself may be computed anew: its logarithm is predicted then.
        Step::Derive(derive) if derive.column != target => {
            let columns = Formula::parse(&derive.formula).ok()?.columns();
            columns.contains(target).then(|| {
                format!(
                    "“{}” is computed from the target, “{target}”, which new rows do not have: such a model cannot be used.",
                    derive.column
                )
            })
        }
        Step::Drop(dropped) if dropped.columns.iter().any(|column| column == target) => Some(
            format!("The target, “{target}”, is left out: there is nothing to predict then."),
        ),
        _ => None,
    }
}

/// The first step in force that cannot stand, by position, and why: because of the target, or because it leaves no row.
pub fn objection(
    recipe: &Recipe,
    target: &str,
    preview: Option<&[PreviewStep]>,
) -> Option<(usize, String)> {
    let steps = recipe.steps.iter().enumerate();
    let mut objections = steps.filter(|(_, entry)| entry.enabled).filter_map(
        |(position, entry)| {
            let is_empty = matches!(
                preview.and_then(|steps| steps.get(position)),
                Some(PreviewStep::Applied(outcome)) if outcome.n_rows.1 == 0 && outcome.n_rows.0 > 0
            );
            let why = against_target(&entry.step, target)
                .or_else(|| is_empty.then(|| "No row is left after this step.".to_owned()))?;
            Some((position, why))
        },
    );
    objections.next()
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

    #[test]
    fn a_step_that_the_target_forbids_is_named() {
        let derive = |column: &str, formula: &str| {
            let step = serde_json::json!({"step": "derive", "column": column, "formula": formula});
            serde_json::from_value::<Step>(step).unwrap()
        };
        let leak = derive("ratio", "fare / (survived + 1)");
        assert!(
            against_target(&leak, "survived")
                .is_some_and(|why| why.contains("computed from the target"))
        );
        assert_eq!(against_target(&leak, "age"), None);
        assert_eq!(against_target(&derive("fare", "ln(fare)"), "fare"), None);
        let dropped = Step::drop(vec!["survived".to_owned()]);
        assert!(against_target(&dropped, "survived").is_some());

        let mut recipe = Recipe::default();
        add(&mut recipe, derive("one", "1"));
        add(&mut recipe, leak);
        assert_eq!(
            objection(&recipe, "survived", None).map(|(place, _)| place),
            Some(1)
        );
        recipe.steps[1].enabled = false;
        assert_eq!(objection(&recipe, "survived", None), None);
        let outcome = |after| {
            PreviewStep::Applied(tabwright_engine::recipe::StepOutcome {
                n_rows: (10, after),
                n_columns: (2, 3),
                summary: String::new(),
            })
        };
        assert_eq!(objection(&recipe, "survived", Some(&[outcome(3)])), None);
        let empty = objection(&recipe, "survived", Some(&[outcome(0)]));
        assert_eq!(empty.map(|(place, _)| place), Some(0));
    }
}
