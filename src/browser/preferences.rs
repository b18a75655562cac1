//! Small choices that outlive the page: theme, guidance, width of a column.

use leptos::prelude::window;

/// What was kept under that name; `None` also where the browser keeps nothing (private windows).
pub fn get(name: &str) -> Option<String> {
    window()
        .local_storage()
        .ok()
        .flatten()?
        .get_item(&key(name))
        .ok()
        .flatten()
}

/// Keeps a choice, if the browser lets it.
pub fn set(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage only means that the choice is not kept.
        let _ = storage.set_item(&key(name), value);
    }
}

fn key(name: &str) -> String {
    format!("tabwright.{name}")
}
