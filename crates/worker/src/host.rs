//! The engine's host in a worker: posts events, tells the time.

use std::cell::Cell;
use std::panic::PanicHookInfo;

use js_sys::{Function, Promise, Reflect};
use tabwright_engine::{Area, Body, Event, Failure, Host};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::message;

/// Progress is drawn at most so often; more would only cost the page its time.
const PROGRESS_EVERY_MS: f64 = 100.0;

thread_local! {
    /// The job under way, where a panic finds it.
    static JOB: Cell<Option<u32>> = const { Cell::new(None) };
}

/// What the columns of a table may take. A worker's memory ends at 4 GiB, and training holds the table, the matrix that models
/// see, and its bins.
const TABLE_LIMIT: u64 = 1280 << 20;

/// The worker's side of the line to the page.
pub struct WorkerHost {
    scope: DedicatedWorkerGlobalScope,
    last_progress_ms: Cell<f64>,
}

impl WorkerHost {
    /// The host of the worker in which this runs.
    pub fn new() -> Self {
        Self {
            scope: js_sys::global().unchecked_into(),
            last_progress_ms: Cell::new(f64::NEG_INFINITY),
        }
    }

    /// What takes the page's messages.
    pub fn listen(&self, on_message: &Closure<dyn FnMut(MessageEvent)>) {
        self.scope
            .set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    }

    /// Says that the worker listens.
    pub fn say_ready(&self) {
        let _ = self.scope.post_message(&js_sys::Object::new());
    }

    /// The address of the script that reads files ahead: the one that the worker was started with, or the one beside it.
    pub fn reader(&self) -> String {
        let named = Reflect::get(&self.scope, &"tabwrightReader".into()).ok();
        named
            .and_then(|name| name.as_string())
            .unwrap_or_else(|| "reader.js".to_owned())
    }

    /// Lets messages come in for at least so many milliseconds.
    pub async fn pause(&self, ms: i32) {
        let mut wait = |resolve: Function, _| {
            let scope = &self.scope;
            if scope
                .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms)
                .is_err()
            {
                // Then there is no pause.
                let _ = resolve.call0(&JsValue::NULL);
            }
        };
        let _ = JsFuture::from(Promise::new(&mut wait)).await;
    }

    /// A job begins; its first progress is posted at once.
    pub fn begin(&self, job: u32) {
        JOB.set(Some(job));
        self.last_progress_ms.set(f64::NEG_INFINITY);
    }

    /// The job has ended.
    pub fn end() {
        JOB.set(None);
    }

    /// Writes to the console, for faults that have no place on screen.
    pub fn log(text: &str) {
        web_sys::console::error_1(&text.into());
    }

    fn post(&self, event: &Event, attachments: &[Vec<u8>], crashed: bool) {
        let posted = message::write(event, attachments, crashed)
            .map_err(JsValue::from)
            .and_then(|(message, transfer)| {
                self.scope.post_message_with_transfer(&message, &transfer)
            });
        if let Err(error) = posted {
            web_sys::console::error_1(&error);
        }
    }

    fn is_too_soon(&self) -> bool {
        let now_ms = self.now_ms();
        let too_soon = now_ms - self.last_progress_ms.get() < PROGRESS_EVERY_MS;
        if !too_soon {
            self.last_progress_ms.set(now_ms);
        }
        too_soon
    }
}

impl Host for WorkerHost {
    fn emit(&self, event: Event, attachments: Vec<Vec<u8>>) {
        if matches!(event.body, Body::Progress(_)) && self.is_too_soon() {
            return;
        }
        self.post(&event, &attachments, false);
    }

    fn now_ms(&self) -> f64 {
        self.scope
            .performance()
            .map_or(0.0, |performance| performance.now())
    }

    /// Never: a busy worker cannot hear. The page ends the worker instead and keeps what others have done.
    fn cancelled(&self) -> bool {
        false
    }

    fn table_limit(&self) -> Option<u64> {
        Some(TABLE_LIMIT)
    }
}

/// A panic ends the worker, so the running job must hear of it first.
pub fn report_panic(info: &PanicHookInfo<'_>) {
    console_error_panic_hook::hook(info);
    let Some(job) = JOB.get() else { return };
    let what = info.payload_as_str().unwrap_or("no message");
    let place = info.location().map_or_else(String::new, |at| {
        let file = at.file().rsplit('/').next().unwrap_or_default();
        format!(" ({file}, line {})", at.line())
    });
    let message = format!("internal error: {what}{place}; your project is kept");
    WorkerHost::new().post(
        &Event {
            job,
            body: Body::Failed(Failure::new(Area::Engine, message)),
        },
        &[],
        true,
    );
}
