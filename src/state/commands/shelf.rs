//! The projects that this browser keeps, each at a place of its own: which one this tab has, what is kept of it, which others there are.
//!
//! A tab holds a lock on the place of its project, so that no two tabs write to one. Another project never takes the place of the present
//! one: it gets a new place, and the one before stays among the recent ones.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::{Area, Failure, Project};
use tabwright_workbench::recent::{self, Recent, key, name_of, new_place};
use wasm_bindgen::JsValue;

use crate::browser::environment::now_ms;
use crate::browser::storage::{self, Store};
use crate::browser::tab::{self, Held};
use crate::state::Session;

/// The name under which a tab remembers its place.
const TAB: &str = "tabwright.place";
/// The key of a project document.
pub(super) const CURRENT: &str = "current";
/// The key of what a list shows of a project.
const ABOUT: &str = "about";
/// How long a page may take to let go of its lock: attempts, and milliseconds between them.
const RELEASE_ATTEMPTS: u32 = 20;
const RELEASE_MS: i32 = 100;
/// Where a project can keep something.
const STORES: [Store; 3] = [Store::Project, Store::Files, Store::Results];

/// A project at the moment in which another takes its place on screen.
pub(super) struct Leaving {
    about: Recent,
    document: String,
}

/// Keeps something of the present project; why not, if the browser does not, is said in the top bar.
pub(super) async fn put(session: Session, store: Store, name: &str, value: &JsValue) {
    let place = session.place();
    if let Err(why) = storage::put(store, &key(&place, name), value).await {
        session.not_kept.set(Some(why));
    }
}

/// Keeps something of a project that may have left the screen meanwhile, unless it was deleted.
pub(super) async fn put_at(
    session: Session,
    place: &str,
    store: Store,
    name: &str,
    value: &JsValue,
) {
    if place == session.place() {
        put(session, store, name, value).await;
    } else if get(place, Store::Project, ABOUT).await.is_some()
        && let Err(why) = storage::put(store, &key(place, name), value).await
    {
        session.not_kept.set(Some(why));
    }
}

/// What is kept of a project under a name.
pub(super) async fn get(place: &str, store: Store, name: &str) -> Option<JsValue> {
    storage::get(store, &key(place, name)).await.ok().flatten()
}

/// The names of what is kept of a project in a store.
pub(super) async fn names(place: &str, store: Store) -> Vec<String> {
    let keys = storage::keys(store).await.unwrap_or_default();
    let own = keys.iter().filter_map(|key| name_of(place, key));
    own.map(str::to_owned).collect()
}

/// Forgets something of the present project.
pub(super) async fn forget(session: Session, store: Store, name: &str) {
    let place = session.place();
    // What cannot be deleted was not kept either.
    let _ = storage::delete(store, &key(&place, name)).await;
}

/// Takes the lock of a place; `None` if another tab has it.
pub(super) async fn claim(place: &str) -> Option<Held> {
    tab::hold(&format!("tabwright-project-{place}")).await
}

/// Makes a place this tab's, with its lock.
pub(super) fn enter(session: Session, place: &str, held: Held) {
    tab::remember(TAB, place);
    session.set_place(place.to_owned(), Some(held));
}

/// Makes a new place this tab's: for another project.
pub(super) fn enter_new(session: Session) {
    let place = new_place(now_ms(), js_sys::Math::random());
    tab::remember(TAB, &place);
    session.set_place(place.clone(), None);
    spawn_local(async move {
        // Nobody else knows the place yet.
        if let Some(held) = claim(&place).await
            && session.place() == place
        {
            session.set_place(place, Some(held));
        }
    });
}

/// The place of the project that the tab had before a reload, else of the latest one; `None` if another tab has that.
pub(super) async fn at_start(session: Session) -> Option<(String, Held)> {
    refresh(session).await;
    if let Some(own) = tab::remembered(TAB) {
        // A reload asks for the lock while the page before it may still be letting go.
        for _ in 0..RELEASE_ATTEMPTS {
            if let Some(held) = claim(&own).await {
                return Some((own, held));
            }
            tab::pause(RELEASE_MS).await;
        }
        return None;
    }
    let latest = session
        .recent
        .with_untracked(|all| all.first().map(|latest| latest.place.clone()))?;
    let held = claim(&latest).await?;
    Some((latest, held))
}

/// What the present project is, for the list; `None` without a table.
fn about(session: Session) -> Option<Recent> {
    let project = session.project.get_untracked();
    let source = project.source?;
    let (n_models, model_bytes) = session.results.with_untracked(|results| {
        let parts = results.iter().flat_map(|result| result.parts.iter());
        let bytes = parts.map(|part| u64::from(part.length())).sum();
        (results.len(), bytes)
    });
    Some(Recent {
        place: session.place(),
        name: project.name,
        file: source.file,
        n_bytes: source.n_bytes,
        n_models,
        model_bytes,
        at_ms: now_ms(),
    })
}

/// The present project as it is to be kept; `None` without a table.
pub(super) fn leaving(session: Session) -> Option<Leaving> {
    let document = session.project.with_untracked(serde_json::to_string).ok()?;
    Some(Leaving {
        about: about(session)?,
        document,
    })
}

/// Keeps a project's document and what a list shows of it.
pub(super) async fn keep(session: Session, project: Leaving) {
    let Leaving { about, document } = project;
    let Ok(text) = serde_json::to_string(&about) else {
        return;
    };
    let mut outcome = Ok(());
    for (name, text) in [(CURRENT, document), (ABOUT, text)] {
        let kept = storage::put(Store::Project, &key(&about.place, name), &text.into()).await;
        outcome = outcome.and(kept);
    }
    session.not_kept.set(outcome.err());
}

/// Offers the way back to a project that another has just taken the place of, keeps that, and lets the oldest go.
pub(super) async fn put_away(session: Session, before: Option<Leaving>) {
    if let Some(before) = before {
        session.replaced.set(Some(before.about.clone()));
        keep(session, before).await;
    }
    refresh(session).await;
    let place = session.place();
    let surplus = session
        .recent
        .with_untracked(|all| recent::surplus(all, &place));
    for place in surplus {
        delete(session, place).await;
    }
}

/// The place of the project that is open; tracked.
pub fn present(session: Session) -> Option<String> {
    session.has_table().then(|| session.place())
}

/// Lists the kept projects anew.
pub async fn refresh(session: Session) {
    let mut found = Vec::new();
    for key in storage::keys(Store::Project).await.unwrap_or_default() {
        if let Some((place, ABOUT)) = key.split_once('/')
            && let Some(text) = get(place, Store::Project, ABOUT).await
            && let Some(about) = text
                .as_string()
                .and_then(|text| serde_json::from_str(&text).ok())
        {
            let place = place.to_owned();
            found.push(Recent { place, ..about });
        }
    }
    found.extend(of_earlier_build().await);
    session.recent.set(recent::sorted(found));
}

/// The one project that an earlier build kept.
async fn of_earlier_build() -> Option<Recent> {
    let text = get("", Store::Project, CURRENT).await?.as_string()?;
    let project = Project::from_json(&text).ok()?;
    let source = project.source?;
    Some(Recent {
        name: project.name,
        file: source.file,
        n_bytes: source.n_bytes,
        n_models: names("", Store::Results).await.len(),
        ..Recent::default()
    })
}

/// Deletes a kept project, unless a tab has it.
pub async fn delete(session: Session, place: String) {
    if claim(&place).await.is_none() {
        session.report(&Failure::new(
            Area::Data,
            "the project is open in a tab: close it there, then delete it",
        ));
        return;
    }
    erase(session, &place).await;
}

/// Deletes all that is kept at a place.
pub(super) async fn erase(session: Session, place: &str) {
    for store in STORES {
        for name in names(place, store).await {
            // What cannot be deleted was not kept either.
            let _ = storage::delete(store, &key(place, &name)).await;
        }
    }
    session.replaced.update(|replaced| {
        replaced.take_if(|replaced| replaced.place == place);
    });
    refresh(session).await;
}

/// Takes away the offer to go back.
pub fn stay(session: Session) {
    session.replaced.set(None);
}
