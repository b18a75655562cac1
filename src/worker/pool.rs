//! Helper workers that fit parts of trials.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use futures::future::join_all;
use js_sys::Uint8Array;
use tabwright_engine::table::ReadOptions;
use tabwright_engine::train::{Part, Trial};
use tabwright_engine::{Area, Failure, FittedPart, Progress, calls};
use tabwright_workbench::helpers;
use web_sys::File;

use super::client::{Attach, Client, cancelled};
use crate::browser::environment::{hardware_threads, memory_gib};

/// One thing for a helper to do.
pub type Unit = (Trial, Part);

/// A unit that was fitted.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// What is told of it.
    pub part: FittedPart,
    /// All of it, as the engine encoded it.
    pub bytes: Uint8Array,
}

/// What happens to a unit; `unit` is its position in the list that was given.
#[derive(Clone, Debug)]
pub enum PoolEvent {
    /// A helper took it up.
    Started {
        /// Which.
        unit: usize,
    },
    /// How far it is.
    Progress {
        /// Which.
        unit: usize,
        /// How far.
        progress: Progress,
    },
    /// It is done.
    Done {
        /// Which.
        unit: usize,
        /// What came out.
        fitted: Box<Fitted>,
    },
    /// It failed; the others go on.
    Failed {
        /// Which.
        unit: usize,
        /// Why.
        failure: Failure,
    },
}

/// Helpers that hold the same table as the lead. Clones are the same pool.
#[derive(Clone, Default)]
pub struct Pool {
    inner: Rc<Inner>,
}

#[derive(Default)]
struct Inner {
    table: RefCell<Option<(File, ReadOptions)>>,
    /// Grows with each table.
    version: Cell<u32>,
    /// Grows with each cancel.
    cancels: Cell<u32>,
    helpers: RefCell<Vec<Helper>>,
    /// How many work at once.
    size: Cell<usize>,
}

/// A helper and the version of the table that it holds.
#[derive(Clone)]
struct Helper {
    client: Client,
    holds: Rc<Cell<Option<u32>>>,
}

/// A run's shared state.
struct Run<'a> {
    queue: RefCell<VecDeque<(usize, Unit)>>,
    cancels: u32,
    on_event: &'a dyn Fn(PoolEvent),
}

impl Pool {
    /// A pool without workers; they are started when first needed.
    pub fn new() -> Self {
        Self::default()
    }

    /// The table that units are about, which takes so many bytes. What runs on another is cancelled; helpers read the file when they
    /// next work.
    pub fn set_table(&self, file: File, options: ReadOptions, memory_bytes: u64) {
        self.cancel();
        let size = helpers::count(hardware_threads(), memory_bytes, memory_gib());
        self.inner.size.set(size);
        // What they held was of another table, and may be more than there is room for.
        let mut helpers = self.inner.helpers.borrow_mut();
        let kept = size.min(helpers.len());
        for helper in helpers.drain(kept..) {
            helper.client.terminate();
        }
        drop(helpers);
        *self.inner.table.borrow_mut() = Some((file, options));
        self.inner.version.set(self.inner.version.get() + 1);
    }

    /// Runs every unit, in order of the list as helpers become free; gives each one's outcome, in that order.
    ///
    /// `on_event` hears of each unit as it starts and ends, so that what is done before a cancel can be kept.
    pub async fn run(
        &self,
        work: Vec<Unit>,
        on_event: impl Fn(PoolEvent) + Clone + 'static,
    ) -> Vec<Result<Fitted, Failure>> {
        let outcomes: Rc<RefCell<Vec<Result<Fitted, Failure>>>> = Rc::new(RefCell::new(
            work.iter().map(|_| Err(cancelled())).collect(),
        ));
        let n_helpers = self.inner.size.get().clamp(1, work.len().max(1));
        let kept = outcomes.clone();
        let hear = {
            let on_event = on_event.clone();
            move |event: PoolEvent| {
                match &event {
                    PoolEvent::Done { unit, fitted } => {
                        kept.borrow_mut()[*unit] = Ok(Fitted::clone(fitted));
                    }
                    PoolEvent::Failed { unit, failure } => {
                        kept.borrow_mut()[*unit] = Err(failure.clone());
                    }
                    PoolEvent::Started { .. } | PoolEvent::Progress { .. } => {}
                }
                on_event(event);
            }
        };
        let run = Run {
            queue: RefCell::new(work.into_iter().enumerate().collect()),
            cancels: self.inner.cancels.get(),
            on_event: &hear,
        };
        join_all(
            self.helpers(n_helpers)
                .iter()
                .map(|helper| self.serve(helper, &run, on_event.clone())),
        )
        .await;
        outcomes.take()
    }

    /// Ends all helpers that work; what they had finished is kept, the rest of the run fails as cancelled.
    pub fn cancel(&self) {
        self.inner.cancels.set(self.inner.cancels.get() + 1);
        for helper in self
            .inner
            .helpers
            .borrow()
            .iter()
            .filter(|helper| helper.client.is_busy())
        {
            helper.holds.set(None);
            helper.client.terminate();
        }
    }

    fn helpers(&self, count: usize) -> Vec<Helper> {
        let mut helpers = self.inner.helpers.borrow_mut();
        while helpers.len() < count {
            let holds = Rc::new(Cell::new(None));
            let client = Client::idle();
            let lost = holds.clone();
            client.on_crash(move || lost.set(None));
            helpers.push(Helper { client, holds });
        }
        helpers.iter().take(count).cloned().collect()
    }

    /// One helper's life in a run: the next unit, until there is none.
    async fn serve(
        &self,
        helper: &Helper,
        run: &Run<'_>,
        on_event: impl Fn(PoolEvent) + Clone + 'static,
    ) {
        while run.cancels == self.inner.cancels.get() {
            let Some((unit, (trial, part))) = run.queue.borrow_mut().pop_front() else {
                return;
            };
            (run.on_event)(PoolEvent::Started { unit });
            let on_event = on_event.clone();
            let hear = move |progress| on_event(PoolEvent::Progress { unit, progress });
            let call = calls::RunPart { trial, part };
            let result = match self.ready(helper).await {
                Ok(()) => helper.client.call(call, Attach::none(), hear).await,
                Err(failure) => Err(failure),
            };
            (run.on_event)(match result {
                Ok((part, mut attachments)) => PoolEvent::Done {
                    unit,
                    fitted: Box::new(Fitted {
                        part,
                        bytes: attachments.remove(0),
                    }),
                },
                Err(failure) => PoolEvent::Failed { unit, failure },
            });
        }
    }

    /// Lets a helper read the present table, if it holds another.
    async fn ready(&self, helper: &Helper) -> Result<(), Failure> {
        let version = self.inner.version.get();
        if helper.holds.get() == Some(version) {
            return Ok(());
        }
        let table = self.inner.table.borrow().clone();
        let Some((file, options)) = table else {
            return Err(Failure::new(
                Area::Data,
                "no table is loaded yet: drop a CSV file first",
            ));
        };
        helper
            .client
            .call(calls::Load { options }, Attach::file(file), |_| {})
            .await?;
        helper.holds.set(Some(version));
        Ok(())
    }
}
