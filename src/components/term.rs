//! A term of art with its definition one hover or key away.

use leptos::prelude::*;

use crate::glossary;

/// A word of the glossary. Hover or focus shows its definition, Escape hides it.
#[component]
pub fn Term(
    /// The word as the glossary has it.
    #[prop(into)]
    word: String,
    /// The words on screen, if others.
    #[prop(optional, into)]
    text: Option<String>,
) -> impl IntoView {
    let definition = glossary::define(&word);
    let shown = text.unwrap_or_else(|| word.clone());
    let Some(definition) = definition else {
        return view! { <span>{shown}</span> }.into_any();
    };
    let (open, set_open) = signal(false);
    let id = format!("term-{}", word.replace(' ', "-"));
    view! {
        <span class="term" on:mouseenter=move |_| set_open.set(true) on:mouseleave=move |_| set_open.set(false)>
            <button
                type="button"
                class="term__word"
                aria-describedby=id.clone()
                on:focus=move |_| set_open.set(true)
                on:blur=move |_| set_open.set(false)
                on:click=move |_| set_open.set(true)
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        set_open.set(false);
                    }
                }
            >
                {shown}
            </button>
            <span class="term__definition" class:term__definition--open=open role="tooltip" id=id>{definition}</span>
        </span>
    }
    .into_any()
}
