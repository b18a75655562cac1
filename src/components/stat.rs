//! A number and what it is.

use leptos::prelude::*;

/// A number with its label.
#[component]
pub fn Stat(
    /// What it is.
    #[prop(into)]
    label: Signal<String>,
    /// The number, rounded for people.
    #[prop(into)]
    value: Signal<String>,
    /// The number in full, on hover.
    #[prop(optional, into)]
    title: Option<Signal<String>>,
    /// The hook for automation, at the number.
    #[prop(optional, into)]
    testid: Option<String>,
    /// The number in full, for automation.
    #[prop(optional, into)]
    data_value: Option<Signal<String>>,
) -> impl IntoView {
    view! {
        <div class="stat">
            <span class="stat__label">{move || label.get()}</span>
            <span
                class="stat__value"
                title=move || title.map(|title| title.get())
                data-testid=testid
                data-value=move || data_value.map(|value| value.get())
            >
                {move || value.get()}
            </span>
        </div>
    }
}
