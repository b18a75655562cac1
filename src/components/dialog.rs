//! A modal dialog on the native element, which keeps the focus inside and closes on Escape.

use leptos::html;
use leptos::prelude::*;

use super::{Glyph, IconButton};

/// A dialog that is open while `open` is true. Its content is made when it opens.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The heading.
    #[prop(into)]
    title: String,
    /// The content.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // It fails only where the element is not in the page.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let children = StoredValue::new(children);
    let name = title.clone();
    view! {
        <dialog node_ref=dialog class="dialog" aria-label=name on:close=move |_| open.set(false)>
            <header class="dialog__head">
                <h2>{title}</h2>
                <IconButton icon=Glyph::Close label="Close" on_click=move |_| open.set(false)/>
            </header>
            <div class="dialog__body">
                <Show when=move || open.get()>{children.with_value(|children| children())}</Show>
            </div>
        </dialog>
    }
}
