//! The top bar: what is open, how large it is, what it is about; undo, theme, guidance.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::environment;
use crate::browser::offline::{self, Kept, KeptHere};
use crate::components::{Badge, Button, ButtonKind, Dialog, Glyph, Icon, IconButton, Tone};
use crate::format;
use crate::parts::RecentProjects;
use crate::state::{History, Theme, commands, use_session};

/// How often memory in use is looked at.
const MEMORY_PERIOD: Duration = Duration::from_secs(2);

/// The bar.
#[component]
pub fn TopBar() -> impl IntoView {
    view! {
        <header class="top-bar">
            <span class="brand" role="img" aria-label="Tabwright"><BrandMark/><span class="brand__name">"Tabwright"</span></span>
            <ProjectName/>
            <TableFacts/>
            <span class="top-bar__gap"></span>
            <Update/>
            <Privacy/>
            <Actions/>
        </header>
    }
}

/// The logo: a table whose last column is a tree's branch.
#[component]
fn BrandMark() -> impl IntoView {
    view! {
        <svg class="brand__mark" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            <rect x="1" y="1" width="18" height="18" rx="4" fill="currentColor"></rect>
            <path d="M5 6h10M5 10h5M5 14h5M10 10c3 0 2 4 5 4" class="brand__stroke"></path>
        </svg>
    }
}

#[component]
fn ProjectName() -> impl IntoView {
    let session = use_session();
    let name = move || session.project.with(|project| project.name.clone());
    view! {
        <Show when=move || session.has_table()>
            <input
                type="text"
                class="project-name"
                aria-label="Project name"
                spellcheck="false"
                data-testid="project-name"
                prop:value=name
                on:change=move |event| {
                    let name = event_target_value(&event);
                    session.edit_field("name", |project| name.trim().clone_into(&mut project.name));
                }
            />
        </Show>
    }
}

#[component]
fn TableFacts() -> impl IntoView {
    let session = use_session();
    let facts = move || {
        session.table_info().map(|info| {
            let (rows, columns) = (info.n_rows, info.schema.columns.len());
            view! {
                <span class="facts">
                    <span class="facts__file" title=format!("{}, {}", info.file, format::bytes(info.n_bytes as f64))>
                        {info.file.clone()}
                    </span>
                    <span class="facts__size">
                        <span data-testid="row-count" data-value=rows.to_string()>{format::count(rows)}</span>
                        " × "
                        <span data-testid="column-count" data-value=columns.to_string()>{format::count(columns)}</span>
                        <span class="visually-hidden">" (rows × columns)"</span>
                    </span>
                </span>
            }
        })
    };
    let target = move || {
        session.has_table().then(|| match session.project.with(|project| project.target.clone()) {
            Some(target) => {
                let task = session.target_info().map(|info| info.task.name());
                view! {
                    <span class="facts__target" title="The target: what the model learns to predict">
                        <Icon glyph=Glyph::Target size=14/>
                        <span>{target}</span>
                        {task.map(|task| view! { <span class="facts__task">{task}</span> })}
                    </span>
                }
                .into_any()
            }
            None => view! { <Badge tone=Tone::Warning>"no target yet"</Badge> }.into_any(),
        })
    };
    view! { {facts}{target} }
}

/// A newer version waits: taking it loads the page anew, and what is kept of the project comes back.
#[component]
fn Update() -> impl IntoView {
    let kept = expect_context::<KeptHere>().0;
    view! {
        <Show when=move || kept.get() == Some(Kept::Update)>
            <Button testid="take-update" title="The page is loaded anew; the project comes back" on_click=|_| offline::take_update()>
                "New version: reload"
            </Button>
        </Show>
    }
}

#[component]
fn Privacy() -> impl IntoView {
    let session = use_session();
    let (heap, set_heap) = signal(environment::heap_bytes());
    if let Ok(timer) = set_interval_with_handle(
        move || set_heap.set(environment::heap_bytes()),
        MEMORY_PERIOD,
    ) {
        on_cleanup(move || timer.clear());
    }
    let memory = move || {
        let table = session
            .table_info()
            .map_or(0.0, |info| info.memory_bytes as f64);
        let heap = heap.get();
        (table > 0.0 || heap.is_some()).then(|| {
            let title = match heap {
                Some(heap) => format!("The page uses {}, the table's columns {}", format::bytes(heap), format::bytes(table)),
                None => format!("The table's columns use {}", format::bytes(table)),
            };
            view! {
                <span class="memory" title=title>{format::bytes(table + heap.unwrap_or(0.0))}<span class="visually-hidden">" in use"</span></span>
            }
        })
    };
    let not_kept = move || {
        session.not_kept.get().map(
            |why| view! { <Badge tone=Tone::Warning title=why>"not kept over a reload"</Badge> },
        )
    };
    view! {
        {not_kept}
        {memory}
        <span class="privacy" title="The file is read in this browser. The page may not connect to any other server.">
            <Icon glyph=Glyph::Shield size=14/>
            <span class="privacy__text">"Nothing leaves this page"</span>
        </span>
    }
}

#[component]
fn Actions() -> impl IntoView {
    let session = use_session();
    let no_undo = Signal::derive(move || !commands::project::can_undo(session));
    let no_redo = Signal::derive(move || !session.history.with(History::can_redo));
    let guidance = Signal::derive(move || session.guidance.get());
    let empty = Signal::derive(move || !session.has_table());
    let asks_to_close = RwSignal::new(false);
    let shows_recent = RwSignal::new(false);
    let show_recent = move |_| {
        spawn_local(commands::shelf::refresh(session));
        shows_recent.set(true);
    };
    view! {
        <div class="top-bar__actions" role="toolbar" aria-label="Project">
            <IconButton icon=Glyph::Undo label="Undo (Ctrl+Z)" disabled=no_undo testid="undo" on_click=move |_| commands::project::undo(session)/>
            <IconButton icon=Glyph::Redo label="Redo (Ctrl+Shift+Z)" disabled=no_redo testid="redo" on_click=move |_| commands::project::redo(session)/>
            <IconButton icon=Glyph::Save label="Save the project to a file" disabled=empty testid="project-save" on_click=move |_| spawn_local(commands::project::save(session))/>
            <IconButton icon=Glyph::Recent label="Recent projects" testid="project-recent" on_click=show_recent/>
            <IconButton icon=Glyph::New label="Close the project and begin another" disabled=empty testid="project-close" on_click=move |_| asks_to_close.set(true)/>
            <IconButton
                icon=Glyph::Help
                label="Explanations"
                pressed=guidance
                testid="guidance-switch"
                on_click=move |_| commands::project::set_guidance(session, !session.guidance.get_untracked())
            />
            <ThemeSwitch/>
        </div>
        <CloseDialog open=asks_to_close/>
        <Dialog open=shows_recent title="Recent projects"><RecentProjects/></Dialog>
    }
}

/// A closed project stays kept, unless that is not wanted: so it asks.
#[component]
fn CloseDialog(open: RwSignal<bool>) -> impl IntoView {
    let session = use_session();
    let what = move || match session.results.with(Vec::len) {
        0 => "its settings".to_owned(),
        n => format!(
            "its settings and {}",
            format::counted(n, "trained model", "trained models")
        ),
    };
    let save = move |_| spawn_local(commands::project::save(session));
    let close = move |_| {
        open.set(false);
        spawn_local(commands::project::close(session));
    };
    let forget = move |_| {
        open.set(false);
        spawn_local(commands::project::forget(session));
    };
    view! {
        <Dialog open title="Close the project?">
            <p>
                {move || format!("It stays among the recent projects of this browser, with its table, {}. ", what())}
                "Delete it if others use this browser; your table's own file is not touched."
            </p>
            <div class="dialog__actions">
                <Button icon=Glyph::Save on_click=save>"Save to a file"</Button>
                <Button kind=ButtonKind::Danger testid="project-forget" on_click=forget>"Delete it here"</Button>
                <Button kind=ButtonKind::Primary testid="project-close-confirm" on_click=close>"Close it"</Button>
            </div>
        </Dialog>
    }
}

#[component]
fn ThemeSwitch() -> impl IntoView {
    let session = use_session();
    let next = move || match session.theme.get() {
        Theme::System => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::System,
    };
    let label = Signal::derive(move || {
        format!(
            "Theme: {}; switch to {}",
            session.theme.get().name(),
            next().name()
        )
    });
    let button = move || {
        let icon = match session.theme.get() {
            Theme::System => Glyph::Screen,
            Theme::Light => Glyph::Sun,
            Theme::Dark => Glyph::Moon,
        };
        view! { <Icon glyph=icon/> }
    };
    view! {
        <button
            type="button"
            class="btn btn--icon"
            data-testid="theme-switch"
            aria-label=label
            title=label
            on:click=move |_| commands::project::set_theme(session, untrack(next))
        >
            {button}
        </button>
    }
}
