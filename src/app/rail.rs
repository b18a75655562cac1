//! The left rail: the lifecycle, each stage with its state and its result in one line.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::browser::environment;
use crate::components::{Glyph, Icon};
use crate::state::{Stage, StageState, use_session};

/// The rail.
#[component]
pub fn Rail() -> impl IntoView {
    view! {
        <nav class="rail" aria-label="Stages">
            <ol class="rail__stages">{Stage::ALL.into_iter().map(|stage| view! { <StageLink stage/> }).collect_view()}</ol>
            <div class="rail__foot">
                <RailLink href="/glossary" title="Glossary">
                    <Icon glyph=Glyph::Book/>
                    <span class="rail__name">"Glossary"</span>
                </RailLink>
            </div>
        </nav>
    }
}

#[component]
fn StageLink(stage: Stage) -> impl IntoView {
    let session = use_session();
    let progression = Memo::new(move |_| stage.progression(session));
    let state = move || progression.with(|progression| progression.state);
    let line = move || progression.with(|progression| progression.line.clone());
    view! {
        <li>
            <RailLink
                href=stage.href()
                title=stage.title()
                attr:data-testid=format!("nav-{}", stage.name())
                attr:data-state=move || state_name(state())
            >
                <Icon glyph=glyph(stage)/>
                <span class="rail__text">
                    <span class="rail__name">{stage.title()}</span>
                    <span class="rail__line">{line}</span>
                </span>
                <span class="rail__dot" aria-hidden="true"></span>
                <span class="visually-hidden">{move || format!(", {}", state_name(state()))}</span>
            </RailLink>
        </li>
    }
}

/// A link that knows whether it is where we are. The router's own links leave the base path out.
#[component]
fn RailLink(href: &'static str, title: &'static str, children: Children) -> impl IntoView {
    let path = use_location().pathname;
    let base = environment::base_path();
    let full = format!("{base}{href}");
    let is_here = move || {
        path.with(|path| {
            let here = path
                .strip_prefix(base.as_str())
                .unwrap_or(path)
                .trim_matches('/');
            here == href.trim_matches('/')
                || (href == Stage::Data.href() && matches!(here, "data" | "index.html"))
        })
    };
    view! {
        <a class="rail__link" href=full title=title aria-current=move || is_here().then_some("page")>
            {children()}
        </a>
    }
}

fn state_name(state: StageState) -> &'static str {
    match state {
        StageState::Empty => "empty",
        StageState::Ready => "ready",
        StageState::Running => "running",
        StageState::Stale => "stale",
        StageState::Done => "done",
    }
}

fn glyph(stage: Stage) -> Glyph {
    match stage {
        Stage::Data => Glyph::Data,
        Stage::Explore => Glyph::Explore,
        Stage::Wrangle => Glyph::Wrangle,
        Stage::Features => Glyph::Features,
        Stage::Train => Glyph::Train,
        Stage::Tune => Glyph::Tune,
        Stage::Evaluate => Glyph::Evaluate,
        Stage::Export => Glyph::Export,
        Stage::Monitor => Glyph::Monitor,
    }
}
