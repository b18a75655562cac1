//! Who starts an engine, and how a job speaks to it.

use tabwright_train::Observer;

use crate::Failure;
use crate::protocol::{Body, Event, Progress, Reply};

/// A file that can be read by slices, more than once.
pub trait Source {
    /// Its name.
    fn name(&self) -> String;
    /// Bytes.
    fn len(&self) -> u64;
    /// Whether there is no byte.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The bytes from `start` to `end` (at most the length).
    ///
    /// # Errors
    /// Why they cannot be had, as a person reads it.
    fn read(&self, start: u64, end: u64) -> Result<Vec<u8>, String>;
}

/// Who started the engine: hears events, knows the time.
pub trait Host {
    /// Takes an event and its attachments.
    fn emit(&self, event: Event, attachments: Vec<Vec<u8>>);
    /// Milliseconds since any fixed moment.
    fn now_ms(&self) -> f64;
    /// Whether the present job should stop.
    fn cancelled(&self) -> bool;
    /// Bytes that the columns of a table may take; none where the system's memory is the limit.
    fn table_limit(&self) -> Option<u64> {
        None
    }
}

/// An answer and its attachments.
pub(crate) type Answer = Result<(Reply, Vec<Vec<u8>>), Failure>;

/// One job's line to its host.
pub(crate) struct Job<'a> {
    pub(crate) id: u32,
    pub(crate) host: &'a dyn Host,
}

impl Job<'_> {
    /// Says how far the job is.
    pub fn progress(&self, done: f64, total: f64, what: &str) {
        let progress = Progress {
            done,
            total,
            what: what.to_owned(),
        };
        self.host.emit(
            Event {
                job: self.id,
                body: Body::Progress(progress),
            },
            Vec::new(),
        );
    }

    /// An error if the job was cancelled.
    pub fn check(&self) -> Result<(), Failure> {
        if self.host.cancelled() {
            return Err(tabwright_train::TrainError::Cancelled.into());
        }
        Ok(())
    }
}

impl Observer for Job<'_> {
    fn now_ms(&self) -> f64 {
        self.host.now_ms()
    }
    fn progress(&self, done: u32, total: u32, what: &str) {
        Job::progress(self, f64::from(done), f64::from(total), what);
    }
    fn cancelled(&self) -> bool {
        self.host.cancelled()
    }
}
