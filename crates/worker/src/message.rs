//! Messages as JavaScript objects.

use js_sys::{Array, Object, Reflect, Uint8Array};
use tabwright_engine::{Event, Input, Request, Source};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;

use crate::file::PostedFile;

/// Reads a message from the page; the file also as it came.
pub fn read(data: &JsValue) -> Result<(Request, Input, Option<File>), String> {
    let frame: Uint8Array = get(data, "frame").ok_or("a message without a frame")?;
    let request = tabwright_wire::decode(&frame.to_vec()).map_err(|error| error.to_string())?;
    let posted = get::<File>(data, "file");
    let file = match &posted {
        Some(file) => Some(Box::new(PostedFile::new(file.clone())?) as Box<dyn Source>),
        None => None,
    };
    let buffers: Array = get(data, "buffers").unwrap_or_default();
    let attachments = buffers
        .iter()
        .filter_map(|buffer| buffer.dyn_into::<Uint8Array>().ok())
        .map(|b| b.to_vec());
    Ok((
        request,
        Input {
            file,
            attachments: attachments.collect(),
            ..Input::default()
        },
        posted,
    ))
}

/// An event as a message, and what of it is to be transferred.
pub fn write(
    event: &Event,
    attachments: &[Vec<u8>],
    crashed: bool,
) -> Result<(Object, Array), String> {
    let frame = tabwright_wire::encode(event).map_err(|error| error.to_string())?;
    let message = Object::new();
    let frame = Uint8Array::from(frame.as_slice());
    let transfer = Array::of1(&frame.buffer());
    let buffers = Array::new();
    for attachment in attachments {
        let buffer = Uint8Array::from(attachment.as_slice());
        transfer.push(&buffer.buffer());
        buffers.push(&buffer);
    }
    set(&message, "frame", &frame);
    set(&message, "buffers", &buffers);
    if crashed {
        set(&message, "crashed", &JsValue::TRUE);
    }
    Ok((message, transfer))
}

fn get<T: JsCast>(data: &JsValue, key: &str) -> Option<T> {
    Reflect::get(data, &key.into()).ok()?.dyn_into().ok()
}

fn set(message: &Object, key: &str, value: &JsValue) {
    // Fails on frozen objects and proxies only.
    let _ = Reflect::set(message, &key.into(), value);
}
