//! Short remarks in a tone. Red is for trouble only.

use leptos::prelude::*;
use tabwright_engine::model::Verdict;

use super::{Glyph, Icon, IconButton};

/// What a remark means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Tone {
    #[default]
    Neutral,
    Good,
    Info,
    Warning,
    Bad,
}

impl From<Verdict> for Tone {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Stable => Tone::Neutral,
            Verdict::Moderate => Tone::Warning,
            Verdict::Major => Tone::Bad,
        }
    }
}

impl Tone {
    fn name(self) -> &'static str {
        match self {
            Tone::Neutral => "neutral",
            Tone::Good => "good",
            Tone::Info => "info",
            Tone::Warning => "warning",
            Tone::Bad => "bad",
        }
    }

    fn glyph(self) -> Glyph {
        match self {
            Tone::Good => Glyph::Check,
            Tone::Warning | Tone::Bad => Glyph::Alert,
            Tone::Neutral | Tone::Info => Glyph::Info,
        }
    }
}

/// A word or two in a box.
#[component]
pub fn Badge(
    /// What it means.
    #[prop(optional)]
    tone: Tone,
    /// Says more on hover.
    #[prop(optional, into)]
    title: Option<String>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! { <span class=format!("badge badge--{}", tone.name()) title=title>{children()}</span> }
}

/// A message over the width of its place.
#[component]
pub fn Banner(
    /// What it means.
    #[prop(optional)]
    tone: Tone,
    /// If given, it can be dismissed.
    #[prop(optional, into)]
    on_dismiss: Option<UnsyncCallback<()>>,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
    /// The message.
    children: Children,
) -> impl IntoView {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    view! {
        <div class=format!("banner banner--{}", tone.name()) role=role data-testid=testid>
            <Icon glyph=tone.glyph()/>
            <div class="banner__text">{children()}</div>
            {on_dismiss
                .map(|dismiss| view! { <IconButton icon=Glyph::Close label="Dismiss" on_click=move |_| dismiss.run(())/> })}
        </div>
    }
}
