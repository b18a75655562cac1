//! What every stage begins and ends with.

use leptos::prelude::*;

use super::{Glyph, Icon};
use crate::browser::environment::base_path;

/// Whether pages explain themselves; given by the frame.
#[derive(Clone, Copy)]
pub struct ShowGuidance(pub Signal<bool>);

/// A stage's heading. The children are two sentences on what it decides and why.
#[component]
pub fn PageHead(
    /// The stage's name.
    #[prop(into)]
    title: String,
    /// Beside the heading.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// The two sentences.
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <header class="page-head">
            <div class="page-head__row">
                <h1 tabindex="-1">{title}</h1>
                {actions.map(|actions| view! { <div class="page-head__actions">{actions.run()}</div> })}
            </div>
            <Guidance>{children()}</Guidance>
        </header>
    }
}

/// A paragraph for those who are new to this; hidden by the switch in the top bar.
#[component]
pub fn Guidance(
    /// The paragraph.
    children: ChildrenFn,
) -> impl IntoView {
    let shown =
        use_context::<ShowGuidance>().map_or(Signal::stored(true), |ShowGuidance(shown)| shown);
    view! { <Show when=move || shown.get()><p class="guidance">{children()}</p></Show> }
}

/// What to do next, and the reason, computed from the data.
#[component]
pub fn NextStep(
    /// The stage to go to: its address under the base path, with a slash before it.
    #[prop(into)]
    href: String,
    /// What to do there.
    #[prop(into)]
    title: String,
    /// Why.
    children: Children,
) -> impl IntoView {
    view! {
        <aside class="next-step" aria-label="Suggested next step">
            <p class="next-step__reason">{children()}</p>
            <a href=base_path() + &href class="btn btn--primary">
                <span class="btn__label">{title}</span>
                <Icon glyph=Glyph::Right/>
            </a>
        </aside>
    }
}
