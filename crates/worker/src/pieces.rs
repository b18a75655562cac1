//! A file's bytes, piece by piece: a small one from its own stream, a large one from a worker that reads ahead.

use futures::StreamExt;
use futures::channel::mpsc::{self, UnboundedReceiver};
use js_sys::{ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, File, MessageEvent, ReadableStreamDefaultReader, Worker};

use crate::host::WorkerHost;

/// Starting another worker takes longer than reading a file that is not larger than this.
const SMALL_FILE: f64 = 16.0 * 1024.0 * 1024.0;

/// Where the next piece comes from.
pub enum Pieces {
    /// The file's own stream.
    Own(Stream),
    /// A worker that reads ahead.
    Ahead(Reader),
}

/// A file's stream; dropping it cancels the stream: a browser may keep the rest ready.
pub struct Stream(ReadableStreamDefaultReader);

/// A worker that reads a file; dropping it ends the worker.
pub struct Reader {
    worker: Worker,
    said: UnboundedReceiver<JsValue>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Pieces {
    /// Begins to read; a large file by the reader that waits, or a new one.
    ///
    /// # Errors
    /// If the browser refuses to start a worker.
    pub fn of(file: &File, ready: &mut Option<Reader>, host: &WorkerHost) -> Result<Self, JsValue> {
        if file.size() <= SMALL_FILE {
            let stream = file.stream().get_reader();
            return Ok(Pieces::Own(Stream(stream.unchecked_into())));
        }
        let reader = match ready.take() {
            Some(ready) => ready,
            None => Reader::start(host)?,
        };
        reader.worker.post_message(file)?;
        Ok(Pieces::Ahead(reader))
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// If the file cannot be read any more.
    pub async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        match self {
            Pieces::Own(stream) => stream.next().await,
            Pieces::Ahead(reader) => reader.next().await,
        }
    }
}

impl Stream {
    async fn next(&self) -> Result<Option<Uint8Array>, JsValue> {
        let result = JsFuture::from(self.0.read()).await?;
        if Reflect::get(&result, &"done".into())?.is_truthy() {
            return Ok(None);
        }
        let value = Reflect::get(&result, &"value".into())?;
        Ok(Some(value.unchecked_into()))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let _ = self.0.cancel();
    }
}

impl Reader {
    /// Starts a worker that waits for a file.
    ///
    /// # Errors
    /// If the browser refuses to.
    pub fn start(host: &WorkerHost) -> Result<Self, JsValue> {
        let worker = Worker::new(&host.reader())?;
        let (say, said) = mpsc::unbounded();
        let say_error = say.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            // The other end lives as long as the worker.
            let _ = say.unbounded_send(event.data());
        });
        let on_error = Closure::<dyn FnMut(Event)>::new(move |_| {
            let _ = say_error.unbounded_send("its reader did not start".into());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            said,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        let said = self.said.next().await.unwrap_or(JsValue::NULL);
        if said.is_null() {
            return Ok(None);
        }
        let buffer: ArrayBuffer = said.dyn_into()?;
        // That it was taken; the next one may come.
        self.worker.post_message(&buffer.byte_length().into())?;
        Ok(Some(Uint8Array::new(&buffer)))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
