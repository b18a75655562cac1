//! The theme as an attribute of `<html>`, which the style sheets and charts read.

use leptos::prelude::{document, window};

/// Sets `data-theme`; `None` leaves it to `prefers-color-scheme`.
pub fn set_theme(theme: Option<&str>) {
    let Some(root) = document().document_element() else {
        return;
    };
    // Both fail on malformed names only.
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// The value of a custom property at the root, such as `--accent`; empty if there is none.
pub fn token(name: &str) -> String {
    document()
        .document_element()
        .and_then(|root| window().get_computed_style(&root).ok().flatten())
        .and_then(|style| style.get_property_value(name).ok())
        .map(|value| value.trim().to_owned())
        .unwrap_or_default()
}
