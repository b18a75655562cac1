//! Messages as JavaScript objects.

use js_sys::{Array, Object, Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tabwright_engine::Event;
use wasm_bindgen::{JsCast, JsValue};

use super::Attach;

/// What a worker posted.
pub(super) struct Incoming {
    /// The event; `None` for the worker's first message, which only says that it listens.
    pub event: Option<Event>,
    /// Its attachments.
    pub attachments: Vec<Uint8Array>,
    /// The worker is about to die of an internal error.
    pub crashed: bool,
}

/// A request as the worker takes it. Buffers are copied, because the page keeps them for a later rebuild.
pub(super) fn outgoing(frame: &impl Serialize, attach: &Attach) -> Result<Object, String> {
    let bytes = tabwright_wire::encode(frame).map_err(|error| error.to_string())?;
    let message = Object::new();
    set(&message, "frame", &Uint8Array::from(bytes.as_slice()));
    if let Some(file) = &attach.file {
        set(&message, "file", file);
    }
    set(
        &message,
        "buffers",
        &attach.buffers.iter().collect::<Array>(),
    );
    Ok(message)
}

/// Reads what a worker posted.
pub(super) fn incoming(data: &JsValue) -> Result<Incoming, String> {
    let event = get::<Uint8Array>(data, "frame")
        .map(|frame| decode(&frame))
        .transpose()?;
    let buffers = get::<Array>(data, "buffers").unwrap_or_default();
    Ok(Incoming {
        event,
        attachments: buffers
            .iter()
            .filter_map(|buffer| buffer.dyn_into().ok())
            .collect(),
        crashed: Reflect::get(data, &"crashed".into()).is_ok_and(|crashed| crashed.is_truthy()),
    })
}

fn decode<T: DeserializeOwned>(frame: &Uint8Array) -> Result<T, String> {
    tabwright_wire::decode(&frame.to_vec()).map_err(|error| error.to_string())
}

fn get<T: JsCast>(data: &JsValue, key: &str) -> Option<T> {
    Reflect::get(data, &key.into()).ok()?.dyn_into().ok()
}

fn set(message: &Object, key: &str, value: &JsValue) {
    // Fails on frozen objects and proxies only.
    let _ = Reflect::set(message, &key.into(), value);
}
