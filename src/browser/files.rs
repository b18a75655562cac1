//! Files that come in: dropped, chosen, pasted, fetched from the own origin.

use js_sys::{Array, Uint8Array};
use leptos::ev;
use leptos::prelude::{
    Get, ReadSignal, Set, event_target, on_cleanup, signal, window, window_event_listener,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DragEvent, Event, File, FilePropertyBag, HtmlInputElement, Response};

use super::environment::url_of;
use super::reason;

/// Listens for files dropped anywhere in the window; gives whether one is being dragged over it. Call it within a
/// component: the listeners go with it. A zone of its own stops the events' propagation.
pub fn on_file_drop(take: impl Fn(Vec<File>, f64) + 'static) -> ReadSignal<Option<f64>> {
    let (dragging, set_dragging) = signal(None);
    let over = window_event_listener(ev::dragover, move |event: DragEvent| {
        if carries_files(&event) {
            // Without this the browser would open the file in place of the page.
            event.prevent_default();
            // Tenths are enough to tell places apart, and a pointer moves a lot.
            let at = (across(&event) * 10.0).round() / 10.0;
            if dragging.get() != Some(at) {
                set_dragging.set(Some(at));
            }
        }
    });
    let leave = window_event_listener(ev::dragleave, move |event: DragEvent| {
        // Leaving the window has no element on the other side.
        if event.related_target().is_none() {
            set_dragging.set(None);
        }
    });
    let drop = window_event_listener(ev::drop, move |event: DragEvent| {
        set_dragging.set(None);
        if carries_files(&event) {
            event.prevent_default();
            take(dropped_files(&event), across(&event));
        }
    });
    on_cleanup(move || {
        over.remove();
        leave.remove();
        drop.remove();
    });
    dragging
}

/// How far across the window the pointer is, from 0 at the left to 1 at the right.
fn across(event: &DragEvent) -> f64 {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    f64::from(event.client_x()) / width.unwrap_or(1.0).max(1.0)
}

/// Whether files are dragged, not text or links.
pub fn carries_files(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

/// The files that were dropped.
pub fn dropped_files(event: &DragEvent) -> Vec<File> {
    event
        .data_transfer()
        .and_then(|transfer| transfer.files())
        .as_ref()
        .map(list)
        .unwrap_or_default()
}

/// The files that were chosen in an `<input type="file">`. The input is emptied, so that the same file can be chosen again.
pub fn chosen_files(event: &Event) -> Vec<File> {
    let input: HtmlInputElement = event_target(event);
    let files = input.files().as_ref().map(list).unwrap_or_default();
    input.set_value("");
    files
}

fn list(files: &web_sys::FileList) -> Vec<File> {
    (0..files.length())
        .filter_map(|index| files.get(index))
        .collect()
}

/// The bytes of a small file, such as a bundle.
///
/// # Errors
/// If it cannot be read any more.
pub async fn read_bytes(file: &Blob) -> Result<Uint8Array, String> {
    let buffer = JsFuture::from(file.array_buffer())
        .await
        .map_err(|error| reason(&error))?;
    Ok(Uint8Array::new(&buffer))
}

/// Text that was pasted, as a file.
///
/// # Errors
/// If the browser has no room for it.
pub fn file_from_text(name: &str, text: &str) -> Result<File, String> {
    file_from(name, "text/csv", &text.into())
}

/// Bytes, as a file.
///
/// # Errors
/// If the browser has no room for them.
pub fn file_from_bytes(name: &str, bytes: &Uint8Array) -> Result<File, String> {
    file_from(name, "application/octet-stream", bytes)
}

fn file_from(name: &str, media_type: &str, part: &JsValue) -> Result<File, String> {
    let options = FilePropertyBag::new();
    options.set_type(media_type);
    File::new_with_u8_array_sequence_and_options(&Array::of1(part), name, &options)
        .map_err(|error| reason(&error))
}

/// Something that was served beside the page, such as `samples/titanic.csv`, as a file named by its last part.
///
/// # Errors
/// If it is not there.
pub async fn fetch_file(path: &str) -> Result<File, String> {
    let unreachable = |why: String| format!("{path} cannot be fetched: {why}");
    let fetched = JsFuture::from(window().fetch_with_str(&url_of(path)))
        .await
        .map_err(|e| unreachable(reason(&e)))?;
    let response: Response = fetched.unchecked_into();
    if !response.ok() {
        return Err(unreachable(format!(
            "the server answered {}",
            response.status()
        )));
    }
    let body = response
        .array_buffer()
        .map_err(|e| unreachable(reason(&e)))?;
    let buffer = JsFuture::from(body)
        .await
        .map_err(|e| unreachable(reason(&e)))?;
    file_from_bytes(
        path.rsplit('/').next().unwrap_or(path),
        &Uint8Array::new(&buffer),
    )
}
