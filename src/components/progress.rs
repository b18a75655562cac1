//! A bar that fills.

use leptos::prelude::*;

/// How far something is.
#[component]
pub fn Progress(
    /// Share of 1; `None`: not known.
    #[prop(into)]
    value: Signal<Option<f64>>,
    /// What it is the progress of.
    #[prop(into)]
    label: Signal<String>,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    view! {
        <progress
            class="progress"
            max="1"
            value=move || value.get().map(|share| share.clamp(0.0, 1.0).to_string())
            aria-label=move || label.get()
            data-testid=testid
        ></progress>
    }
}
