//! What a file becomes that is dropped anywhere on the window, and the way back from it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

use crate::browser::{File, files};
use crate::components::{Banner, Button, Glyph, Tone};
use crate::format;
use crate::state::{Session, Stage, commands, use_session};

/// What a dropped file can be for. Beside a table the place of the drop decides; without one there is nothing else than to open it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// Set it beside the present table.
    Compare,
    /// Open it in place of the present project.
    Open,
    /// Score it by a model.
    Score,
}

impl Wish {
    /// From left to right.
    const ALL: [Wish; 3] = [Wish::Compare, Wish::Open, Wish::Score];

    /// That of a place across the window: the middle opens.
    fn at(across: f64) -> Self {
        match across {
            ..0.3 => Wish::Compare,
            0.7.. => Wish::Score,
            _ => Wish::Open,
        }
    }

    fn stage(self) -> Stage {
        match self {
            Wish::Compare => Stage::Explore,
            Wish::Open => Stage::Data,
            Wish::Score => Stage::Monitor,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Wish::Compare => "Compare",
            Wish::Open => "Open",
            Wish::Score => "Score",
        }
    }

    fn help(self, name: &str) -> String {
        match self {
            Wish::Compare => format!("with {name}: what changed, column by column"),
            Wish::Open => format!("in place of {name}, which stays among the recent projects"),
            Wish::Score => "by a model, and see whether its inputs have moved".to_owned(),
        }
    }
}

/// The veil while a file is dragged over the window, with a field for each thing that it can become.
#[component]
pub fn DropVeil() -> impl IntoView {
    let session = use_session();
    let navigate = use_navigate();
    let dragging = files::on_file_drop(move |dropped, across| {
        let Some(file) = dropped.into_iter().next() else {
            return;
        };
        let wish = if untrack(move || session.has_table()) {
            Wish::at(across)
        } else {
            Wish::Open
        };
        navigate(
            wish.stage().href(),
            leptos_router::NavigateOptions::default(),
        );
        take(session, wish, file);
    });
    let fields = move || {
        let name = session
            .table_info()
            .map_or_else(String::new, |info| info.file.clone());
        let field = move |wish: Wish| {
            let help = wish.help(&name);
            let is_here = move || {
                dragging
                    .get()
                    .is_some_and(|across| Wish::at(across) == wish)
            };
            view! {
                <div class="drop-veil__field" class:drop-veil__field--here=is_here>
                    <p>{wish.title()}</p>
                    <p class="drop-veil__help">{help}</p>
                </div>
            }
        };
        Wish::ALL.map(field).collect_view()
    };
    view! {
        <Show when=move || dragging.get().is_some()>
            <div class="drop-veil" aria-hidden="true">
                <Show when=move || session.has_table() fallback=|| view! { <p class="drop-veil__only">"Drop the file to open it"</p> }>
                    {fields}
                </Show>
            </div>
        </Show>
    }
}

fn take(session: Session, wish: Wish, file: File) {
    match wish {
        Wish::Compare => commands::explore::compare(session, file),
        Wish::Open => spawn_local(commands::data::open(session, file)),
        Wish::Score => commands::monitor::score_by_best(session, file),
    }
}

/// Says that another project took the place of one, and offers the way back.
#[component]
pub fn Replaced() -> impl IntoView {
    let session = use_session();
    move || {
        let before = session.replaced.get()?;
        let models = match before.n_models {
            0 => String::new(),
            n => format!(" and its {}", format::counted(n, "model", "models")),
        };
        let back = format!("Back to {}", before.name);
        Some(view! {
            <Banner tone=Tone::Info testid="replaced" on_dismiss=move |()| commands::shelf::stay(session)>
                <span class="banner__row">
                    {format!("This took the place of {}{models}, which is kept.", before.name)}
                    <Button
                        icon=Glyph::Undo
                        testid="replaced-back"
                        on_click=move |_| spawn_local(commands::project::go_back(session))
                    >
                        {back}
                    </Button>
                </span>
            </Banner>
        })
    }
}
