//! The wasm entry of the engine: messages become requests, events become messages.
//!
//! A message to the worker is `{frame, file?, buffers}`, a message from it `{frame, buffers, crashed?}`: the frame is the
//! engine's protocol in MessagePack, buffers from the worker are transferred. The first message from the worker is empty and
//! says that it listens; what was posted before would be lost.

mod file;
mod host;
mod message;
mod stream;

use futures::StreamExt;
use futures::channel::mpsc;
use tabwright_engine::Engine;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

use host::WorkerHost;

fn main() {
    std::panic::set_hook(Box::new(host::report_panic));
    let host = WorkerHost::new();
    let (inbox, mut messages) = mpsc::unbounded::<MessageEvent>();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        // The other end lives as long as the worker.
        let _ = inbox.unbounded_send(event);
    });
    host.listen(&on_message);
    // The worker listens as long as it lives.
    on_message.forget();
    host.say_ready();
    spawn_local(async move {
        let mut engine = Engine::default();
        // One after the other: while a file comes in, what is asked meanwhile waits.
        while let Some(event) = messages.next().await {
            handle(&mut engine, &host, &event).await;
        }
    });
}

async fn handle(engine: &mut Engine, host: &WorkerHost, event: &MessageEvent) {
    match message::read(&event.data()) {
        Ok((request, mut input, posted)) => {
            host.begin(request.job);
            if let Some(posted) = posted {
                input.reading = stream::read(&request, &posted, &input, host).await;
            }
            engine.handle(request, input, host);
            WorkerHost::end();
        }
        // Only another build of the page sends what this one cannot read, and the hand-shake refuses that.
        Err(why) => WorkerHost::log(&why),
    }
}
