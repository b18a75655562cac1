//! A card with a title and one of four states.

use leptos::children::ViewFn;
use leptos::prelude::*;
use tabwright_workbench::stamped::Loadable;

use super::{Glyph, Icon};

/// What a panel shows in place of its content, if anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Status {
    /// Nothing yet, and what to do about it.
    Empty(String),
    /// On its way.
    Loading,
    /// No content, and why.
    Failed(String),
    /// The content.
    #[default]
    Ready,
}

impl Status {
    /// That of what is here, on its way or not to be had; `empty` says what to do to fill it.
    pub fn of<T>(loadable: &Loadable<T>, empty: &str) -> Self {
        match loadable {
            Loadable::Empty => Status::Empty(empty.to_owned()),
            Loadable::Loading => Status::Loading,
            Loadable::Ready(_) => Status::Ready,
            Loadable::Failed(failure) => Status::Failed(failure.message.clone()),
        }
    }
}

/// A card: title, actions, content. The content is made only while the status is ready.
#[component]
pub fn Panel(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Which of the four states.
    #[prop(optional, into)]
    status: Signal<Status>,
    /// Beside the heading.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// Classes besides `panel`.
    #[prop(optional, into)]
    class: String,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
    /// The content.
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    let body = move || match status.get() {
        Status::Ready => children.with_value(|children| children()).into_any(),
        Status::Loading => view! { <Skeleton/> }.into_any(),
        Status::Empty(text) => view! { <p class="panel__empty">{text}</p> }.into_any(),
        Status::Failed(text) => view! {
            <p class="panel__failed"><Icon glyph=Glyph::Alert/><span>{text}</span></p>
        }
        .into_any(),
    };
    view! {
        <section class=format!("panel {class}") data-testid=testid aria-busy=move || (status.get() == Status::Loading).to_string()>
            <header class="panel__head">
                <h2>{move || title.get()}</h2>
                {actions.map(|actions| view! { <div class="panel__actions">{actions.run()}</div> })}
            </header>
            <div class="panel__body">{body}</div>
        </section>
    }
}

/// Grey lines where text will stand. No fake axes, no fake numbers.
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">"Loading"</span>
            <span class="skeleton__line"></span>
            <span class="skeleton__line"></span>
            <span class="skeleton__line"></span>
        </div>
    }
}
