//! What the page takes from the browser besides drawing and workers. The rest of the app knows no `web_sys` but its event
//! and file types.

pub mod clipboard;
pub mod download;
pub mod environment;
pub mod files;
pub mod frames;
pub mod offline;
pub mod preferences;
pub mod storage;
pub mod tab;
pub mod theme;

use wasm_bindgen::JsValue;
pub use web_sys::File;

/// What a rejected promise or a thrown value says, as a person reads it.
fn reason(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &"message".into())
        .ok()
        .and_then(|message| message.as_string())
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "no reason given".to_owned())
}
