//! The wasm entry of the engine: messages become requests, events become messages.
//!
//! A message to the worker is `{frame, file?, buffers}`, a message from it `{frame, buffers, crashed?}`: the frame is the
//! engine's protocol in MessagePack, buffers from the worker are transferred. The first message from the worker is empty and
//! says that it listens; what was posted before would be lost.

mod file;
mod host;
mod message;
mod pieces;
mod stream;

use std::pin::pin;

use futures::StreamExt;
use futures::channel::mpsc::{self, UnboundedReceiver};
use futures::future::{Either, select};
use tabwright_engine::{Command, Engine, Practice};
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

use host::WorkerHost;

/// Milliseconds from a worker's start to its practice.
const PRACTICE_AFTER_MS: i32 = 400;

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
        practise(&mut engine, &host, &mut messages).await;
        // One after the other: while a file comes in, what is asked meanwhile waits.
        while let Some(event) = messages.next().await {
            handle(&mut engine, &host, &event).await;
        }
    });
}

/// Practises as long as nobody asks for more than who this is.
async fn practise(
    engine: &mut Engine,
    host: &WorkerHost,
    messages: &mut UnboundedReceiver<MessageEvent>,
) {
    let mut practice = Practice::default();
    // The page is drawn first.
    let mut pause_ms = PRACTICE_AFTER_MS;
    loop {
        let pause = pin!(host.pause(pause_ms));
        match select(messages.next(), pause).await {
            Either::Left((Some(event), _)) => {
                if handle(engine, host, &event).await {
                    return;
                }
            }
            Either::Left((None, _)) => return,
            Either::Right(_) => {
                if !practice.step() {
                    return;
                }
                pause_ms = 0;
            }
        }
    }
}

/// Does what a message asks for; says whether that was work.
async fn handle(engine: &mut Engine, host: &WorkerHost, event: &MessageEvent) -> bool {
    match message::read(&event.data()) {
        Ok((request, mut input, posted)) => {
            host.begin(request.job);
            let is_work = !matches!(request.command, Command::Hello);
            if let Some(posted) = posted {
                input.reading = stream::read(&request, &posted, &input, host).await;
            }
            engine.handle(request, input, host);
            WorkerHost::end();
            is_work
        }
        // Only another build of the page sends what this one cannot read, and the hand-shake refuses that.
        Err(why) => {
            WorkerHost::log(&why);
            false
        }
    }
}
