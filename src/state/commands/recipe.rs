//! The steps between the table and training: what they are, what they do, and which features they leave.

use std::collections::BTreeSet;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::recipe::{Recipe, RecipeStep, Step};
use tabwright_engine::table::profile::Fix;
use tabwright_engine::{Command, Failure, Reply};

use super::unexpected;
use crate::state::{Preview, Ranking, Session, Stamped};
use crate::worker::Attach;

/// Rows of a preview.
const PREVIEW_ROWS: usize = 60;
/// A preview waits until nothing changed for this long.
const PAUSE: Duration = Duration::from_millis(150);
/// The job's title, which also says whether one runs.
const RANKING: &str = "Ranking features";

// ---- changing the recipe ------------------------------------------------------------------------------------------

/// Adds a step at the end.
pub fn add(session: Session, step: Step) {
    session.edit(|project| {
        project.recipe.steps.push(RecipeStep {
            enabled: true,
            step,
        });
    });
}

/// Changes the settings of the step at `index`.
pub fn replace(session: Session, index: usize, step: Step) {
    edit_step(session, index, |entry| entry.step = step);
}

/// Switches the step at `index` on or off.
pub fn set_enabled(session: Session, index: usize, enabled: bool) {
    edit_step(session, index, |entry| entry.enabled = enabled);
}

/// Deletes the step at `index`.
pub fn remove(session: Session, index: usize) {
    session.edit(|project| {
        if index < project.recipe.steps.len() {
            project.recipe.steps.remove(index);
        }
    });
}

/// Moves the step at `from` to the position `to`.
pub fn shift(session: Session, from: usize, to: usize) {
    session.edit(|project| {
        let steps = &mut project.recipe.steps;
        if from < steps.len() && to < steps.len() {
            let step = steps.remove(from);
            steps.insert(to, step);
        }
    });
}

fn edit_step(session: Session, index: usize, change: impl FnOnce(&mut RecipeStep)) {
    session.edit(|project| {
        if let Some(entry) = project.recipe.steps.get_mut(index) {
            change(entry);
        }
    });
}

/// Applies the remedy of an alert as a step.
pub fn apply_fix(session: Session, fix: &Fix) {
    match fix {
        Fix::Drop { columns } => leave_out(session, columns),
        other => add(session, Step::of_fix(other)),
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
pub fn leave_out(session: Session, columns: &[String]) {
    session.edit(|project| {
        let recipe = &mut project.recipe;
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
            _ => recipe.steps.push(RecipeStep {
                enabled: true,
                step: Step::drop(new),
            }),
        }
        remove_empty_drops(recipe);
    });
}

/// Leaves out exactly these columns at the end, instead of those that were.
pub fn leave_out_only(session: Session, columns: Vec<String>) {
    session.edit(|project| {
        project.recipe = before_leaving_out(&project.recipe);
        project.recipe.steps.push(RecipeStep {
            enabled: true,
            step: Step::drop(columns),
        });
        remove_empty_drops(&mut project.recipe);
    });
}

/// Takes a column in again that a step leaves out.
pub fn take_in(session: Session, column: &str) {
    session.edit(|project| {
        for entry in &mut project.recipe.steps {
            if let Step::Drop(drop) = &mut entry.step {
                drop.columns.retain(|name| name != column);
            }
        }
        remove_empty_drops(&mut project.recipe);
    });
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

// ---- asking the engine --------------------------------------------------------------------------------------------

/// What a recipe would do to the table.
///
/// # Errors
/// If no table is there; a step that fails is part of the preview.
pub async fn preview_of(session: Session, recipe: Recipe) -> Result<Preview, Failure> {
    match session
        .ask(Command::Preview {
            recipe,
            count: PREVIEW_ROWS,
        })
        .await?
    {
        Reply::Preview {
            steps,
            schema,
            rows,
        } => Ok(Preview {
            steps,
            schema,
            rows,
        }),
        _ => Err(unexpected()),
    }
}

/// Calls `work` when `changed` has not for a moment; only for the last change. For as long as the caller's owner lives.
pub fn after_pause<T: Clone + PartialEq + Send + Sync + 'static>(
    changed: impl Fn() -> Option<T> + Send + Sync + 'static,
    work: impl Fn(T) + Copy + 'static,
) {
    let generation = StoredValue::new(0_u32);
    let changed = Memo::new(move |_| changed());
    Effect::new(move || {
        let Some(value) = changed.get() else { return };
        generation.update_value(|generation| *generation += 1);
        let mine = generation.get_value();
        set_timeout(
            move || {
                if generation.try_get_value() == Some(mine) {
                    work(value);
                }
            },
            PAUSE,
        );
    });
}

/// Keeps the preview up with table and recipe for as long as the calling page is open. The last one stays, marked as stale, until
/// the next is here.
pub fn follow_preview(session: Session) {
    after_pause(
        move || session.preview_inputs(),
        move |now| {
            if session
                .preview
                .with_untracked(|preview| preview.is_current(&now))
            {
                return;
            }
            if session
                .preview
                .with_untracked(|preview| preview.value.ready().is_none())
            {
                session.preview.set(Stamped::loading(now.clone()));
            }
            spawn_local(async move {
                let outcome = preview_of(session, now.recipe.clone()).await;
                if untrack(move || session.preview_inputs()).as_ref() == Some(&now) {
                    session.preview.set(Stamped::settled(now, outcome));
                }
            });
        },
    );
}

/// Keeps the ranking up with table, target and recipe for as long as the calling page is open. The last one stays, marked as
/// stale, until the next is here.
pub fn follow_ranking(session: Session) {
    Effect::new(move || {
        if session.rank_inputs().is_some() {
            rank(session);
        }
    });
}

/// Ranks the features, unless the ranking is there or on its way.
pub fn rank(session: Session) {
    if !untrack(move || session.jobs.is_running(RANKING)) {
        spawn_local(rank_until_current(session));
    }
}

/// Inputs that change while the engine works are ranked next.
async fn rank_until_current(session: Session) {
    while let Some(now) = untrack(move || session.rank_inputs()) {
        if session
            .ranking
            .with_untracked(|ranking| ranking.is_current(&now))
        {
            return;
        }
        if session
            .ranking
            .with_untracked(|ranking| ranking.value.ready().is_none())
        {
            session.ranking.set(Stamped::loading(now.clone()));
        }
        let command = Command::Rank {
            target: now.target.clone(),
            task: now.task,
            recipe: now.recipe.clone(),
        };
        let outcome = session
            .call(RANKING, command, Attach::none())
            .await
            .and_then(|answer| match answer.reply {
                Reply::Ranking { ranks, excluded } => Ok(Ranking { ranks, excluded }),
                _ => Err(unexpected()),
            });
        let is_cancelled = outcome.as_ref().is_err_and(|failure| failure.cancelled);
        session.ranking.set(Stamped::settled(now, outcome));
        if is_cancelled {
            return;
        }
    }
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
}
