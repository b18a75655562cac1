//! The app kept on this machine: whether it works without a network, and whether a newer version waits. `public/offline.js` is the
//! service worker behind it.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::{Signal, set_timeout, window};
use leptos::task::spawn_local;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Event, EventTarget, ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration,
};

use super::environment::said_by_page;

/// The page first: what it is made of is fetched a second time, from the browser's own cache as a rule.
const AFTER: Duration = Duration::from_secs(2);

/// How far the keeping is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// This version is kept: the page works without a network.
    Whole,
    /// A newer version is kept beside this one, and is taken by [`take_update`].
    Update,
}

/// How far the keeping is, for whoever shows it.
#[derive(Clone, Copy)]
pub struct KeptHere(pub Signal<Option<Kept>>);

/// Begins to keep the app, where the host and the browser can, and tells what came of it, now and later.
pub fn keep(hear: impl Fn(Kept) + Clone + 'static) {
    // Only a hosted build asks for it.
    let Some(script) = said_by_page("tabwright-offline") else {
        return;
    };
    set_timeout(
        move || {
            spawn_local(async move {
                // Refused, or a file did not come: then the page lives from the network, as it did so far.
                if let Some(registration) = register(&script).await {
                    watch(&registration, hear);
                }
            });
        },
        AFTER,
    );
}

/// Loads the page anew with the version that waits.
pub fn take_update() {
    spawn_local(async {
        let reload = || {
            // Without a window there is nothing to load anew.
            let _ = window().location().reload();
        };
        let Some(container) = container() else {
            return reload();
        };
        let registration = match JsFuture::from(container.get_registration()).await {
            Ok(registration) => registration.dyn_into::<ServiceWorkerRegistration>().ok(),
            Err(_) => None,
        };
        match registration.and_then(|registration| registration.waiting()) {
            Some(waiting) => {
                listen(&container, "controllerchange", reload);
                // The worker's script takes this one word.
                if waiting
                    .post_message(&JsValue::from_str("take over"))
                    .is_err()
                {
                    reload();
                }
            }
            // Another tab has taken it.
            None => reload(),
        }
    });
}

/// None where pages may not have workers of this kind: over http from another machine, or in some private windows.
fn container() -> Option<ServiceWorkerContainer> {
    let container = window().navigator().service_worker();
    (!container.is_undefined()).then_some(container)
}

async fn register(script: &str) -> Option<ServiceWorkerRegistration> {
    let registered = JsFuture::from(container()?.register(script)).await.ok()?;
    registered.dyn_into().ok()
}

fn watch(registration: &ServiceWorkerRegistration, hear: impl Fn(Kept) + Clone + 'static) {
    let tell = {
        let (registration, said) = (registration.clone(), Rc::new(Cell::new(None)));
        move || {
            let now = kept(&registration);
            if now.is_some() && said.replace(now) != now {
                now.into_iter().for_each(&hear);
            }
        }
    };
    let follow = {
        let tell = tell.clone();
        move |worker: &ServiceWorker| listen(worker, "statechange", tell.clone())
    };
    if let Some(installing) = registration.installing() {
        follow(&installing);
    }
    let found = registration.clone();
    listen(registration, "updatefound", move || {
        if let Some(installing) = found.installing() {
            follow(&installing);
        }
    });
    tell();
}

fn kept(registration: &ServiceWorkerRegistration) -> Option<Kept> {
    registration.active()?;
    Some(match registration.waiting() {
        Some(_) => Kept::Update,
        None => Kept::Whole,
    })
}

/// Listens for as long as the page lives.
fn listen(target: &EventTarget, event: &str, on_event: impl Fn() + 'static) {
    let on_event = Closure::<dyn FnMut(Event)>::new(move |_| on_event());
    // It fails for no event.
    let _ = target.add_event_listener_with_callback(event, on_event.as_ref().unchecked_ref());
    on_event.forget();
}
