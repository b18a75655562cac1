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
use pieces::Reader;

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
        let mut worker = Worker {
            engine: Engine::default(),
            reader: None,
            host,
        };
        worker.practise(&mut messages).await;
        // One after the other: while a file comes in, what is asked meanwhile waits.
        while let Some(event) = messages.next().await {
            worker.handle(&event).await;
        }
    });
}

/// What answers messages.
struct Worker {
    engine: Engine,
    /// Waits for the first large file, once there was time to start it.
    reader: Option<Reader>,
    host: WorkerHost,
}

impl Worker {
    /// Practises as long as nobody asks for more than who this is.
    async fn practise(&mut self, messages: &mut UnboundedReceiver<MessageEvent>) {
        let mut practice = Practice::default();
        // The page is drawn first.
        let mut pause_ms = PRACTICE_AFTER_MS;
        loop {
            let came = {
                let pause = pin!(self.host.pause(pause_ms));
                match select(messages.next(), pause).await {
                    Either::Left((event, _)) => Some(event),
                    Either::Right(_) => None,
                }
            };
            match came {
                Some(Some(event)) => {
                    if self.handle(&event).await {
                        return;
                    }
                }
                Some(None) => return,
                None => {
                    if !practice.step() {
                        // If it cannot start now, the first large file says so.
                        self.reader = Reader::start(&self.host).ok();
                        return;
                    }
                    pause_ms = 0;
                }
            }
        }
    }

    /// Does what a message asks for; says whether that was work.
    async fn handle(&mut self, event: &MessageEvent) -> bool {
        match message::read(&event.data()) {
            Ok((request, mut input, posted)) => {
                let host = &self.host;
                host.begin(request.job);
                let is_work = !matches!(request.command, Command::Hello);
                if let Some(posted) = posted {
                    input.reading =
                        stream::read(&request, &posted, &input, &mut self.reader, host).await;
                }
                self.engine.handle(request, input, host);
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
}
