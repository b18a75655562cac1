//! Code to copy.

use leptos::prelude::*;

use super::{Button, ButtonKind, Glyph};

/// A block of code and a button that copies it.
#[component]
pub fn CodeBlock(
    /// The code.
    #[prop(into)]
    code: Signal<String>,
    /// What it is, for its name.
    #[prop(into)]
    label: String,
    /// Copies the text that it is given.
    #[prop(into)]
    on_copy: UnsyncCallback<String>,
) -> impl IntoView {
    let (copied, set_copied) = signal(false);
    let copy = move |_| {
        on_copy.run(code.get());
        set_copied.set(true);
        set_timeout(
            move || {
                // It is gone with its page.
                let _ = set_copied.try_set(false);
            },
            std::time::Duration::from_secs(2),
        );
    };
    view! {
        <figure class="code" aria-label=label>
            <pre tabindex="0"><code>{move || code.get()}</code></pre>
            <Button kind=ButtonKind::Quiet icon=Glyph::Copy on_click=copy>
                {move || if copied.get() { "Copied" } else { "Copy" }}
            </Button>
        </figure>
    }
}
