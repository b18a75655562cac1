//! Parts of a page that come a frame after the others.

use leptos::prelude::*;

use crate::browser::frames::build_soon;

/// Its children are made in a frame of their own, after those that stand before them: a page of many parts then answers the
/// keyboard while it is built.
#[component]
pub fn Later(
    /// What is made later.
    children: ChildrenFn,
) -> impl IntoView {
    let is_due = RwSignal::new(false);
    build_soon(move || {
        // The page may have been left by then.
        let _ = is_due.try_set(true);
    });
    view! { <Show when=move || is_due.get()>{children()}</Show> }
}
