//! A client of one worker: calls, progress, and what happens when it dies.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::{Object, Uint8Array};
use tabwright_engine::{
    Area, Body, Call, Command, Event, Failure, Progress, Reply, Request, VERSION, calls,
};
use web_sys::File;

use crate::browser::environment::{Stretch, yield_now};

use super::link::{Link, Said};
use super::message::{Incoming, outgoing};

/// What a worker answered.
struct Answer {
    reply: Reply,
    attachments: Vec<Uint8Array>,
}

/// What goes with a command.
#[derive(Clone, Debug, Default)]
pub struct Attach {
    /// The file, for `Load` and `Monitor`.
    pub file: Option<File>,
    /// Bytes; they are copied, not taken away.
    pub buffers: Vec<Uint8Array>,
    /// The name of what they are.
    about: Option<String>,
}

impl Attach {
    /// Nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// A file.
    pub fn file(file: File) -> Self {
        Self {
            file: Some(file),
            ..Self::default()
        }
    }

    /// What it is about, for a sentence on what went wrong; a file tells by itself.
    pub fn about(self, name: &str) -> Self {
        Self {
            about: Some(name.to_owned()),
            ..self
        }
    }

    /// The file or bundle that it is about, if it is about one.
    pub fn name(&self) -> Option<String> {
        self.about
            .clone()
            .or_else(|| Some(self.file.as_ref()?.name()))
    }

    /// Bytes.
    pub fn buffers(buffers: Vec<Uint8Array>) -> Self {
        Self {
            buffers,
            ..Self::default()
        }
    }
}

/// A worker, from the page's side. Clones speak to the same worker. Calls are answered one after the other; a worker that
/// was terminated or died is started anew, empty, by the next call.
#[derive(Clone)]
pub struct Client {
    inner: Rc<Inner>,
}

#[derive(Default)]
struct Inner {
    link: RefCell<Option<Link>>,
    /// Grows with each worker, so that what a dead one still says is not taken for its successor's.
    generation: Cell<u32>,
    next_job: Cell<u32>,
    /// Messages for a worker that has not shaken hands yet; `None` once it has.
    waiting: RefCell<Option<Vec<Object>>>,
    calls: RefCell<BTreeMap<u32, Waiting>>,
    on_crash: RefCell<Option<Rc<dyn Fn()>>>,
}

/// A call that waits for its answer.
struct Waiting {
    answer: oneshot::Sender<Result<Answer, Failure>>,
    on_progress: Rc<dyn Fn(Progress)>,
}

/// The job number of the hand-shake.
const HELLO: u32 = 0;

impl Client {
    /// Starts a worker.
    pub fn start() -> Self {
        let client = Self::idle();
        client.revive();
        client
    }

    /// A client whose worker starts with the first call.
    pub(super) fn idle() -> Self {
        Self {
            inner: Rc::default(),
        }
    }

    /// What to do after the worker died of an internal error and lost its session; not called by [`Client::terminate`].
    pub fn on_crash(&self, then: impl Fn() + 'static) {
        *self.inner.on_crash.borrow_mut() = Some(Rc::new(then));
    }

    /// Asks the worker and waits for the answer, which has the attachments that the call says.
    ///
    /// # Errors
    /// What the engine says; `cancelled` if the worker was terminated meanwhile.
    pub async fn call<C: Call>(
        &self,
        call: C,
        with: Attach,
        on_progress: impl Fn(Progress) + 'static,
    ) -> Result<(C::Reply, Vec<Uint8Array>), Failure> {
        let answer = self.send_command(call.command(), with, on_progress).await?;
        calls::answer::<C, _>(answer.reply, answer.attachments)
    }

    async fn send_command(
        &self,
        command: Command,
        with: Attach,
        on_progress: impl Fn(Progress) + 'static,
    ) -> Result<Answer, Failure> {
        let job = self.inner.next_job.get() + 1;
        self.inner.next_job.set(job);
        let stretch = command.label().map(|label| Stretch::begin(label, job));
        let message = outgoing(&Request { job, command }, &with).map_err(broken)?;
        self.revive();
        let (answer, answered) = oneshot::channel();
        self.inner.calls.borrow_mut().insert(
            job,
            Waiting {
                answer,
                on_progress: Rc::new(on_progress),
            },
        );
        self.send(message);
        let answer = answered.await.unwrap_or_else(|_| Err(cancelled()));
        stretch.into_iter().for_each(Stretch::end);
        // What is shown of it is made in another task than the one in which it was decoded.
        yield_now().await;
        answer
    }

    /// Ends the worker at once. Calls that wait fail as cancelled, and its session is lost.
    pub fn terminate(&self) {
        self.drop_worker();
        self.fail_all(&cancelled());
    }

    /// Whether calls wait for an answer.
    pub fn is_busy(&self) -> bool {
        !self.inner.calls.borrow().is_empty()
    }

    fn revive(&self) {
        if self.inner.link.borrow().is_some() {
            return;
        }
        let generation = self.inner.generation.get();
        *self.inner.waiting.borrow_mut() = Some(Vec::new());
        let inner = Rc::downgrade(&self.inner);
        let started = Link::start(move |said| {
            if let Some(inner) = inner.upgrade()
                && inner.generation.get() == generation
            {
                Client { inner }.hear(said);
            }
        });
        match started {
            Ok(link) => *self.inner.link.borrow_mut() = Some(link),
            Err(why) => self.die(&why),
        }
    }

    fn send(&self, message: Object) {
        if let Some(waiting) = &mut *self.inner.waiting.borrow_mut() {
            waiting.push(message);
            return;
        }
        self.post(&message);
    }

    fn post(&self, message: &Object) {
        let posted = match &*self.inner.link.borrow() {
            Some(link) => link.post(message),
            None => Err("the worker is gone".to_owned()),
        };
        if let Err(why) = posted {
            self.fail_all(&broken(why));
        }
    }

    fn hear(&self, said: Said) {
        match said {
            Said::Died(why) => self.die(&why),
            Said::Message(Incoming { event: None, .. }) => self.shake_hands(),
            Said::Message(Incoming {
                event: Some(event),
                attachments,
                crashed,
            }) => {
                self.take(event, attachments);
                if crashed {
                    self.die("");
                }
            }
        }
    }

    /// The worker listens: ask which build it is.
    fn shake_hands(&self) {
        match outgoing(
            &Request {
                job: HELLO,
                command: Command::Hello,
            },
            &Attach::none(),
        ) {
            Ok(message) => self.post(&message),
            Err(why) => self.fail_all(&broken(why)),
        }
    }

    fn take(&self, event: Event, attachments: Vec<Uint8Array>) {
        if event.job == HELLO {
            self.check_build(&event.body);
            return;
        }
        let result = match event.body {
            Body::Progress(progress) => {
                let hear = self
                    .inner
                    .calls
                    .borrow()
                    .get(&event.job)
                    .map(|call| call.on_progress.clone());
                if let Some(hear) = hear {
                    hear(progress);
                }
                return;
            }
            Body::Done(reply) => Ok(Answer {
                reply: *reply,
                attachments,
            }),
            Body::Failed(failure) => Err(failure),
        };
        let call = self.inner.calls.borrow_mut().remove(&event.job);
        if let Some(call) = call {
            // Nobody listens any more if the page dropped the call.
            let _ = call.answer.send(result);
        }
    }

    fn check_build(&self, body: &Body) {
        if !matches!(body, Body::Done(reply) if matches!(&**reply, Reply::Hello { build } if build == VERSION))
        {
            let why = "the engine in this browser's cache is of another version than this page; reload the page";
            self.drop_worker();
            self.fail_all(&broken(why.to_owned()));
            return;
        }
        let waiting = self.inner.waiting.borrow_mut().take().unwrap_or_default();
        for message in waiting {
            self.post(&message);
        }
    }

    fn die(&self, why: &str) {
        let never_came_up = self.inner.waiting.borrow().is_some();
        self.drop_worker();
        let detail = if why.is_empty() {
            String::new()
        } else {
            format!(" ({why})")
        };
        let message = if never_came_up {
            format!("the engine could not be started{detail}: reload the page; the project is kept")
        } else {
            format!(
                "the engine stopped unexpectedly{detail}: it was started anew and the project is kept; if it happens again, \
                     the table may need more memory than the browser gives"
            )
        };
        self.fail_all(&broken(message));
        let then = self.inner.on_crash.borrow().clone();
        if let Some(then) = then.filter(|_| !never_came_up) {
            then();
        }
    }

    fn drop_worker(&self) {
        self.inner.generation.set(self.inner.generation.get() + 1);
        let link = self.inner.link.borrow_mut().take();
        drop(link);
        *self.inner.waiting.borrow_mut() = None;
    }

    fn fail_all(&self, failure: &Failure) {
        let calls = std::mem::take(&mut *self.inner.calls.borrow_mut());
        for call in calls.into_values() {
            let _ = call.answer.send(Err(failure.clone()));
        }
    }
}

fn broken(why: String) -> Failure {
    Failure::new(Area::Engine, why)
}

/// What a call gets whose worker was terminated.
pub(super) fn cancelled() -> Failure {
    Failure {
        cancelled: true,
        ..Failure::new(Area::Engine, "cancelled")
    }
}
