//! What belongs to one tab: what it remembers over a reload, and what it holds so that no other tab does.

use futures::channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// What the tab remembered under that name; `None` also where the browser keeps nothing.
pub fn remembered(name: &str) -> Option<String> {
    let storage = window().session_storage().ok().flatten()?;
    storage.get_item(name).ok().flatten()
}

/// Remembers a text for as long as the tab is open.
pub fn remember(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        // A forbidden storage only means that a reload opens the latest project.
        let _ = storage.set_item(name, value);
    }
}

/// Waits for so many milliseconds.
pub async fn pause(ms: i32) {
    let passed = Promise::new(&mut |resolve, _| {
        // A timer that cannot be set fails only in a page that is gone.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(passed).await;
}

/// A lock that this tab has until the value is dropped, or the tab is closed.
#[derive(Debug, Default)]
pub struct Held {
    /// Lets go; `None` where the browser has no locks.
    release: Option<Function>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            // A promise's resolver does not throw.
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// Takes the lock of that name by the Web Locks API; `None` if another tab has it.
pub async fn hold(name: &str) -> Option<Held> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok();
    let Some(locks) = locks.filter(JsValue::is_object) else {
        return Some(Held::default());
    };
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let (send, receive) = oneshot::channel();
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() {
            // Whoever asked may be gone: then there is nobody to tell.
            let _ = send.send(None);
            return JsValue::UNDEFINED;
        }
        let mut release = None;
        let until = Promise::new(&mut |resolve, _| release = Some(resolve));
        let _ = send.send(Some(Held { release }));
        until.into()
    });
    let options = Object::new();
    // Setting a property of a fresh plain object cannot fail.
    let _ = Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE);
    let asked = request.call3(&locks, &name.into(), &options, &granted);
    if asked.is_err() {
        return Some(Held::default());
    }
    receive.await.ok().flatten()
}
