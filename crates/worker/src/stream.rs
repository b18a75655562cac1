//! A file as it comes: the browser reads ahead in another process while this one parses.

use js_sys::{Reflect, Uint8Array};
use tabwright_engine::{Area, Command, Failure, Input, Reading, Request};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ReadableStreamDefaultReader};

use crate::file::unreadable;
use crate::host::WorkerHost;

/// Reads the file of a [`Command::Load`]; `None` for all other commands, whose files the engine reads itself.
pub async fn read(
    request: &Request,
    posted: &File,
    input: &Input,
    host: &WorkerHost,
) -> Option<Result<Reading, Failure>> {
    let (Command::Load { options }, Some(source)) = (&request.command, &input.file) else {
        return None;
    };
    let mut reading = Reading::new(source.as_ref(), options, host);
    let pieces: ReadableStreamDefaultReader = posted.stream().get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let piece = match next(&pieces).await {
            Ok(Some(piece)) => piece,
            Ok(None) => return Some(Ok(reading)),
            Err(error) => {
                let message = format!("{}: {}", source.name(), unreadable(&error));
                return Some(Err(Failure::new(Area::Data, message)));
            }
        };
        bytes.resize(piece.length() as usize, 0);
        piece.copy_to(&mut bytes);
        if let Err(failure) = reading.push(&bytes, request.job, host) {
            // The rest is of no use, and a browser may keep it ready.
            let _ = pieces.cancel();
            return Some(Err(failure));
        }
    }
}

/// The next piece; `None` at the end.
async fn next(pieces: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let result = JsFuture::from(pieces.read()).await?;
    if Reflect::get(&result, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    Ok(Some(
        Reflect::get(&result, &"value".into())?.unchecked_into(),
    ))
}
