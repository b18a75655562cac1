//! The projects that this browser keeps.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_workbench::recent::{MOST, Recent};

use crate::components::{Glyph, Icon, IconButton};
use crate::format;
use crate::state::{commands, use_session};

/// All kept projects but the one that is open, latest first: each opens at a click, and can be deleted.
#[component]
pub fn RecentProjects() -> impl IntoView {
    let session = use_session();
    let others = Memo::new(move |_| {
        let present = commands::shelf::present(session);
        let mut all = session.recent.get();
        all.retain(|recent| Some(&recent.place) != present.as_ref());
        all
    });
    let total = move || others.with(|all| all.iter().map(Recent::bytes).sum::<u64>() as f64);
    view! {
        <Show
            when=move || others.with(|all| !all.is_empty())
            fallback=|| view! { <p class="muted">"No other project is kept in this browser."</p> }
        >
            <ul class="recent" data-testid="recent-projects">
                <For each=move || others.get() key=|recent| (recent.place.clone(), recent.n_models, recent.name.clone()) let(recent)>
                    <Entry recent/>
                </For>
            </ul>
            <p class="muted">
                {move || format!("{} in this browser, nowhere else. The {MOST} latest are kept.", format::bytes(total()))}
            </p>
        </Show>
    }
}

#[component]
fn Entry(recent: Recent) -> impl IntoView {
    let session = use_session();
    let about = format!(
        "{} · {} · {}",
        recent.file,
        format::counted(recent.n_models, "model", "models"),
        format::bytes(recent.bytes() as f64)
    );
    let (name, place) = (recent.name.clone(), recent.place.clone());
    let open = move |_| spawn_local(commands::project::open_recent(session, recent.clone()));
    let delete = move |_| spawn_local(commands::shelf::delete(session, place.clone()));
    view! {
        <li class="recent__item">
            <button type="button" class="recent__open" on:click=open>
                <Icon glyph=Glyph::File/>
                <span class="recent__name">{name.clone()}</span>
                <span class="muted">{about}</span>
            </button>
            <IconButton icon=Glyph::Trash label=format!("Delete the project {name} from this browser") on_click=delete/>
        </li>
    }
}
