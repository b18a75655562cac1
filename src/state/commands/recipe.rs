//! The steps between the table and training: what they are, what they do, and which features they leave.

use std::time::Duration;

use leptos::prelude::*;
use tabwright_engine::recipe::{Recipe, RecipeStep, Step};
use tabwright_engine::table::profile::Fix;
use tabwright_engine::{Failure, Previewed, calls};
use tabwright_workbench::recipe;
pub use tabwright_workbench::recipe::{before_leaving_out, dropped, is_fixed};

use crate::state::Session;
use crate::state::facts::{PREVIEW_ROWS, Ranking};

/// A preview of what is being typed waits until nothing changed for this long.
const PAUSE: Duration = Duration::from_millis(150);

fn edit(session: Session, change: impl FnOnce(&mut Recipe)) {
    session.edit(|project| change(&mut project.recipe));
}

/// Adds a step at the end.
pub fn add(session: Session, step: Step) {
    edit(session, |recipe| recipe::add(recipe, step));
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
    edit(session, |recipe| recipe::remove(recipe, index));
}

/// Moves the step at `from` to the position `to`.
pub fn shift(session: Session, from: usize, to: usize) {
    edit(session, |recipe| recipe::shift(recipe, from, to));
}

fn edit_step(session: Session, index: usize, change: impl FnOnce(&mut RecipeStep)) {
    edit(session, |recipe| {
        if let Some(entry) = recipe.steps.get_mut(index) {
            change(entry);
        }
    });
}

/// Applies the remedy of an alert as a step.
pub fn apply_fix(session: Session, fix: &Fix) {
    edit(session, |recipe| recipe::apply_fix(recipe, fix));
}

/// Leaves columns out, in one step at the end.
pub fn leave_out(session: Session, columns: &[String]) {
    edit(session, |recipe| recipe::leave_out(recipe, columns));
}

/// Leaves out exactly these columns at the end, instead of those that were.
pub fn leave_out_only(session: Session, columns: Vec<String>) {
    edit(session, |recipe| recipe::leave_out_only(recipe, columns));
}

/// Takes a column in again that a step leaves out.
pub fn take_in(session: Session, column: &str) {
    edit(session, |recipe| recipe::take_in(recipe, column));
}

/// Ranks the features again after a failure or a stop.
pub fn rank_again(session: Session) {
    session.ask_again::<Ranking>();
}

/// What a recipe would do to the table.
///
/// # Errors
/// If no table is there; a step that fails is part of the preview.
pub async fn preview_of(session: Session, recipe: Recipe) -> Result<Previewed, Failure> {
    let call = calls::Preview {
        recipe,
        count: PREVIEW_ROWS,
    };
    session.engines.ask_table(call).await
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
