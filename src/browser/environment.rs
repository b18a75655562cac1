//! What this browser and machine are.

use futures::channel::oneshot;
use js_sys::Reflect;
use leptos::prelude::{document, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, Url};

/// The address of something that was served beside the page, under any sub-path.
pub fn url_of(relative: &str) -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    Url::new_with_base(relative, &base).map_or_else(|_| relative.to_owned(), |url| url.href())
}

/// What the page says of its build in a `<meta>` of that name.
pub fn said_by_page(name: &str) -> Option<String> {
    let meta = document()
        .query_selector(&format!("meta[name=\"{name}\"]"))
        .ok()??;
    meta.get_attribute("content")
}

/// The path under which the app is served, without the last slash: `""` at a host's root, `"/tabwright"` under a sub-path.
/// Stages are one level deep, so it is the folder of the present address.
pub fn base_path() -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    let path = Url::new(&base)
        .map(|url| url.pathname())
        .unwrap_or_default();
    path.rfind('/')
        .map_or_else(String::new, |end| path[..end].to_owned())
}

/// Lets the page do what else it has to, such as draw, before the calling task goes on. By a message and not a timer, which a tab in
/// the background gets once a second: training there must not wait for it.
pub async fn yield_now() {
    // No browser that runs the app is without channels; one that has none goes on in the same task.
    let Ok(channel) = MessageChannel::new() else {
        return;
    };
    let (resume, resumed) = oneshot::channel();
    let hear = Closure::once(move || {
        // Nobody waits any more if the task was dropped.
        let _ = resume.send(());
    });
    channel
        .port1()
        .set_onmessage(Some(hear.as_ref().unchecked_ref()));
    if channel.port2().post_message(&JsValue::NULL).is_ok() {
        let _ = resumed.await;
    }
    channel.port1().close();
}

/// Milliseconds since 1970.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// A stretch of time that the browser's own timeline shows, under Timings in its developer tools.
pub struct Stretch {
    name: String,
    mark: String,
}

impl Stretch {
    /// Begins it; `number` tells stretches of one name apart.
    pub fn begin(name: &str, number: u32) -> Self {
        let (name, mark) = (
            format!("tabwright {name}"),
            format!("tabwright {name} {number}"),
        );
        if let Some(performance) = window().performance() {
            // A timeline that cannot be written is no reason to stop.
            let _ = performance.mark(&mark);
        }
        Self { name, mark }
    }

    /// Ends it.
    pub fn end(self) {
        if let Some(performance) = window().performance() {
            let _ = performance.measure_with_start_mark(&self.name, &self.mark);
            performance.clear_marks_with_mark_name(&self.mark);
        }
    }
}

/// Hardware threads; 1 where the browser does not say.
pub fn hardware_threads() -> usize {
    (window().navigator().hardware_concurrency() as usize).max(1)
}

/// The machine's memory in GiB, rounded and cut by the browser; only some tell.
pub fn memory_gib() -> Option<f64> {
    Reflect::get(&window().navigator(), &"deviceMemory".into())
        .ok()?
        .as_f64()
}

/// Bytes that the page's own heap takes; only some browsers tell.
pub fn heap_bytes() -> Option<f64> {
    let performance = window().performance()?;
    let memory = Reflect::get(&performance, &"memory".into())
        .ok()
        .filter(JsValue::is_object)?;
    Reflect::get(&memory, &"usedJSHeapSize".into())
        .ok()?
        .as_f64()
}

/// The title of the window.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Moves the focus to the heading of the page, if there is one.
pub fn focus_heading() {
    if let Ok(Some(heading)) = document().query_selector("main h1") {
        focus(&heading);
    }
}

/// Moves the focus to the first element of a selector, once what is about to change on the page has.
pub fn focus_soon(selector: String) {
    leptos::prelude::request_animation_frame(move || {
        if let Ok(Some(element)) = document().query_selector(&selector) {
            focus(&element);
        }
    });
}

/// Moves the focus to an element, if that can have it.
pub fn focus(element: &web_sys::Element) {
    if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
        let _ = element.focus();
    }
}

/// Whether the focus is where text is typed.
pub fn is_typing() -> bool {
    document()
        .active_element()
        .is_some_and(|element| match element.tag_name().as_str() {
            "TEXTAREA" => true,
            "INPUT" => {
                let kind = element.get_attribute("type").unwrap_or_default();
                matches!(kind.as_str(), "" | "text" | "number" | "search")
            }
            _ => false,
        })
}
