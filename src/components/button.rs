//! Buttons.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::{Glyph, Icon};

/// How much a button asks for attention. One primary button a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ButtonKind {
    Primary,
    #[default]
    Secondary,
    Quiet,
    Danger,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            ButtonKind::Primary => "btn btn--primary",
            ButtonKind::Secondary => "btn",
            ButtonKind::Quiet => "btn btn--quiet",
            ButtonKind::Danger => "btn btn--danger",
        }
    }
}

/// A button with a label.
#[component]
pub fn Button(
    /// Called on click, Enter and Space.
    #[prop(into)]
    on_click: UnsyncCallback<MouseEvent>,
    /// How much attention it asks for.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether it does nothing now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Before the label.
    #[prop(optional, into)]
    icon: Option<Glyph>,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
    /// Says more on hover.
    #[prop(optional, into)]
    title: Option<String>,
    /// Whether it is what Enter in a field of its form presses.
    #[prop(optional)]
    submits: bool,
    /// The label.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=if submits { "submit" } else { "button" }
            class=kind.class()
            disabled=disabled
            data-testid=testid
            title=title
            on:click=move |event| on_click.run(event)
        >
            {icon.map(|glyph| view! { <Icon glyph/> })}
            <span class="btn__label">{children()}</span>
        </button>
    }
}

/// A button with an icon only; the label is its name and tooltip.
#[component]
pub fn IconButton(
    /// The icon.
    icon: Glyph,
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// Called on click, Enter and Space.
    #[prop(into)]
    on_click: UnsyncCallback<MouseEvent>,
    /// Whether it does nothing now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// For switches: whether it is on.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="btn btn--icon"
            disabled=disabled
            aria-label=move || label.get()
            aria-pressed=move || pressed.map(|pressed| pressed.get().to_string())
            title=move || label.get()
            data-testid=testid
            on:click=move |event| on_click.run(event)
        >
            <Icon glyph=icon/>
        </button>
    }
}
