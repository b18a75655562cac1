//! Keys that work everywhere.

use leptos::ev;
use leptos::prelude::*;

use crate::browser::environment;
use crate::state::{Session, commands};

/// Ctrl+Z undoes, Ctrl+Shift+Z and Ctrl+Y redo (on a Mac the command key), but not while text is typed, which has its own undo.
pub fn listen(session: Session) {
    let handle = window_event_listener(ev::keydown, move |event| {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || environment::is_typing() {
            return;
        }
        match (event.key().to_lowercase().as_str(), event.shift_key()) {
            ("z", false) => commands::project::undo(session),
            ("z", true) | ("y", false) => commands::project::redo(session),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}
