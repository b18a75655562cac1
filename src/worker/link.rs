//! One `Worker` object and its listeners.

use js_sys::Object;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::message::{Incoming, incoming};
use crate::browser::environment::{said_by_page, url_of};

/// The script that starts a worker, where the page names none: Trunk's name for it.
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
    /// Starts a worker by the script that the page names: it is named by its content, so that no cache mixes two builds.
    pub fn start(hear: impl Fn(Said) + Clone + 'static) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let script = said_by_page("tabwright-worker").unwrap_or_else(|| LOADER.to_owned());
        let url = url_of(&script);
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
