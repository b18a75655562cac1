//! The wasm entry of the engine: messages become requests, events become messages.
//!
//! A message to the worker is `{frame, file?, buffers}`, a message from it `{frame, buffers, crashed?}`: the frame is the
//! engine's protocol in MessagePack, buffers from the worker are transferred. The first message from the worker is empty and
//! says that it listens; what was posted before would be lost.

mod file;
mod host;
mod message;

use std::cell::RefCell;

use tabwright_engine::Engine;
use wasm_bindgen::closure::Closure;
use web_sys::MessageEvent;

use host::WorkerHost;

fn main() {
    std::panic::set_hook(Box::new(host::report_panic));
    let engine = RefCell::new(Engine::default());
    let host = WorkerHost::new();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        handle(&mut engine.borrow_mut(), &host, &event);
    });
    let host = WorkerHost::new();
    host.listen(&on_message);
    // The worker listens as long as it lives.
    on_message.forget();
    host.say_ready();
}

fn handle(engine: &mut Engine, host: &WorkerHost, event: &MessageEvent) {
    match message::read(&event.data()) {
        Ok((request, input)) => {
            host.begin(request.job);
            engine.handle(request, input, host);
            WorkerHost::end();
        }
        // Only another build of the page sends what this one cannot read, and the hand-shake refuses that.
        Err(why) => WorkerHost::log(&why),
    }
}
