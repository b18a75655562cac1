//! One `Worker` object and its listeners.

use js_sys::Object;
use tabwright_engine::BUILD;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::message::{Incoming, incoming};
use crate::browser::environment::url_of;

/// The loader that Trunk writes beside the worker's module.
const LOADER: &str = "tabwright-worker_loader.js";

/// What a worker says.
pub(super) enum Said {
    /// A message.
    Message(Incoming),
    /// It died, or never came up; the browser's reason.
    Died(String),
}

/// A running worker; dropping it terminates the worker.
pub(super) struct Link {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Link {
    /// Starts a worker. The address carries the build, so that a cached loader of another build is not taken.
    pub fn start(hear: impl Fn(Said) + Clone + 'static) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let url = url_of(&format!("{LOADER}?build={BUILD}"));
        let worker = Worker::new_with_options(&url, &options).map_err(|_| {
            "the browser refuses to start a worker; is this page served over http?".to_owned()
        })?;
        let hear_error = hear.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            hear(incoming(&event.data()).map_or_else(Said::Died, Said::Message));
        });
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            // A script that cannot be loaded raises a plain event, which has no message.
            let message = event
                .dyn_ref::<ErrorEvent>()
                .map(ErrorEvent::message)
                .unwrap_or_default();
            hear_error(Said::Died(message));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Posts a request.
    pub fn post(&self, message: &Object) -> Result<(), String> {
        self.worker
            .post_message(message)
            .map_err(|error| format!("the request cannot be posted: {error:?}"))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
