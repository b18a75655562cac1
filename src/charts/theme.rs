//! Which theme is on, and its colours for charts.

use std::cell::OnceCell;

use leptos::prelude::*;
use leptos::web_sys;
use tabwright_chart::{Colour, Theme};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MutationObserver, MutationObserverInit};

use crate::browser::theme::token;

thread_local! {
    static IS_DARK: OnceCell<ArcRwSignal<bool>> = const { OnceCell::new() };
}

/// Whether the page is dark: as `data-theme` says, else as the system does.
pub(super) fn is_dark() -> ArcRwSignal<bool> {
    IS_DARK.with(|cell| cell.get_or_init(watch).clone())
}

/// The charts' colours, taken from the page's style sheet.
pub(super) fn chart_theme(is_dark: bool, scale: f64) -> Theme {
    let theme = if is_dark {
        Theme::dark(scale)
    } else {
        Theme::light(scale)
    };
    let page = |name: &str, or: Colour| parse(&token(name)).unwrap_or(or);
    Theme {
        background: page("--surface", theme.background),
        text: page("--text", theme.text),
        muted: page("--chart-text", theme.muted),
        grid: page("--chart-grid", theme.grid),
        axis: page("--chart-axis", theme.axis),
        accent: page("--accent", theme.accent),
        categorical: std::array::from_fn(|index| {
            page(&format!("--cat-{}", index + 1), theme.categorical[index])
        }),
        diverging: [("--div-1", 0), ("--div-4", 1), ("--div-7", 2)]
            .map(|(name, at)| page(name, theme.diverging[at])),
        sequential: [("--seq-2", 0), ("--seq-7", 1)]
            .map(|(name, at)| page(name, theme.sequential[at])),
        ..theme
    }
}

fn parse(text: &str) -> Option<Colour> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let channel = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some(Colour(channel(0)?, channel(2)?, channel(4)?))
}

fn now() -> bool {
    let chosen = document()
        .document_element()
        .and_then(|root| root.get_attribute("data-theme"));
    match chosen.as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => system_query().is_some_and(|query| query.matches()),
    }
}

fn system_query() -> Option<web_sys::MediaQueryList> {
    window()
        .match_media("(prefers-color-scheme: dark)")
        .ok()
        .flatten()
}

/// Watches attribute and system for as long as the page lives.
fn watch() -> ArcRwSignal<bool> {
    let signal = ArcRwSignal::new(now());
    let told = {
        let signal = signal.clone();
        Closure::<dyn Fn()>::new(move || signal.set(now()))
    };
    if let (Ok(observer), Some(root)) = (
        MutationObserver::new(told.as_ref().unchecked_ref()),
        document().document_element(),
    ) {
        let what = MutationObserverInit::new();
        what.set_attributes(true);
        // It fails on contradictory options only.
        let _ = observer.observe_with_options(&root, &what);
    }
    if let Some(query) = system_query() {
        query.set_onchange(Some(told.as_ref().unchecked_ref()));
        // The list would be collected, and its listener with it.
        std::mem::forget(query);
    }
    told.forget();
    signal
}
