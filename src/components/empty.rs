//! A place where nothing is yet.

use leptos::prelude::*;

/// What is missing, and how to come by it.
#[component]
pub fn Empty(
    /// What is missing.
    #[prop(into)]
    title: String,
    /// How to come by it.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty__title">{title}</p>
            <div class="empty__text">{children()}</div>
        </div>
    }
}
