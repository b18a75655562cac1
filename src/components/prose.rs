//! Sentences with names in them.

use leptos::prelude::*;

/// Text in which what stands between backticks is set as code.
#[component]
pub fn Prose(
    /// The text.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    let parts = text.split('`').enumerate().map(|(position, part)| {
        let part = part.to_owned();
        if position % 2 == 1 {
            view! { <code>{part}</code> }.into_any()
        } else {
            part.into_any()
        }
    });
    view! { <span>{parts.collect_view()}</span> }
}
