//! A posted file as the engine reads it: synchronously, by slices.

use js_sys::Uint8Array;
use tabwright_engine::Source;
use wasm_bindgen::JsValue;
use web_sys::{File, FileReaderSync};

/// A file that the page handed over. Nothing is read before the engine asks.
pub struct PostedFile {
    file: File,
    reader: FileReaderSync,
}

impl PostedFile {
    /// Takes a file.
    ///
    /// # Errors
    /// If there are no synchronous readers, that is, outside of a worker.
    pub fn new(file: File) -> Result<Self, String> {
        let reader = FileReaderSync::new().map_err(|error| reason(&error))?;
        Ok(Self { file, reader })
    }
}

impl Source for PostedFile {
    fn name(&self) -> String {
        self.file.name()
    }

    fn len(&self) -> u64 {
        self.file.size() as u64
    }

    fn read(&self, start: u64, end: u64) -> Result<Vec<u8>, String> {
        let slice = self
            .file
            .slice_with_f64_and_f64(start as f64, end as f64)
            .map_err(|error| reason(&error))?;
        let buffer = self
            .reader
            .read_as_array_buffer(&slice)
            .map_err(|error| unreadable(&error))?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }
}

/// What is said where a file that was there cannot be read.
pub fn unreadable(error: &JsValue) -> String {
    format!(
        "the file cannot be read any more ({}); was it moved or changed? Choose it again",
        reason(error)
    )
}

fn reason(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &"message".into())
        .ok()
        .and_then(|message| message.as_string())
        .or_else(|| error.as_string())
        .unwrap_or_else(|| format!("{error:?}"))
}
