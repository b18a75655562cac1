//! A file as it comes: read in other threads while this one parses.

use tabwright_engine::{Area, Command, Failure, Input, Reading, Request};
use wasm_bindgen::JsValue;
use web_sys::File;

use crate::file::unreadable;
use crate::host::WorkerHost;
use crate::pieces::{Pieces, Reader};

/// Reads the file of a [`Command::Load`]; `None` for all other commands, whose files the engine reads itself.
pub async fn read(
    request: &Request,
    posted: &File,
    input: &Input,
    ready: &mut Option<Reader>,
    host: &WorkerHost,
) -> Option<Result<Reading, Failure>> {
    let (Command::Load { options }, Some(source)) = (&request.command, &input.file) else {
        return None;
    };
    let reading = Reading::new(source.as_ref(), options, host);
    let failed = |error: JsValue| {
        let message = format!("{}: {}", source.name(), unreadable(&error));
        Failure::new(Area::Data, message)
    };
    Some(match Pieces::of(posted, ready, host) {
        Ok(pieces) => parse(pieces, reading, request.job, host, failed).await,
        Err(error) => Err(failed(error)),
    })
}

async fn parse(
    mut pieces: Pieces,
    mut reading: Reading,
    job: u32,
    host: &WorkerHost,
    failed: impl Fn(JsValue) -> Failure,
) -> Result<Reading, Failure> {
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await.map_err(&failed)? {
        bytes.resize(piece.length() as usize, 0);
        piece.copy_to(&mut bytes);
        reading.push(&bytes, job, host)?;
    }
    Ok(reading)
}
