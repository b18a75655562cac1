//! Fits on several threads: the command's pool, in the place of the browser's.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use tabwright_engine::train::{Observer, PartResult, TrainError};
use tabwright_engine::{Executor, Listener, Progress, Tally, Work};

use crate::args::JobsArgs;
use crate::error::CliError;
use crate::progress::Bar;

/// A pool of threads, and the bar that shows what they do.
pub struct Threads<'a> {
    pool: ThreadPool,
    bar: &'a Bar,
}

impl<'a> Threads<'a> {
    /// As many as were asked for, else as the hardware has.
    pub fn new(jobs: &JobsArgs, bar: &'a Bar) -> Result<Self, CliError> {
        let hardware = || std::thread::available_parallelism().map_or(1, NonZero::get);
        let n = jobs.jobs.map_or_else(hardware, |jobs| jobs as usize);
        let pool = ThreadPoolBuilder::new().num_threads(n).build();
        let pool = pool.map_err(|error| CliError::bad_input(format!("{n} threads: {error}")))?;
        Ok(Self { pool, bar })
    }
}

impl Executor for Threads<'_> {
    fn run(&self, work: &Work<'_>) -> Vec<Result<PartResult, TrainError>> {
        let count = Count {
            bar: self.bar,
            tally: Mutex::new(work.tally()),
        };
        let run = |position: usize| {
            count.say(|tally| tally.started(position));
            let watch = Watch {
                count: &count,
                position,
            };
            let outcome = work.run(position, &watch);
            count.say(|tally| tally.ended(position));
            outcome
        };
        self.pool.install(|| {
            let positions = (0..work.fits.len()).into_par_iter().with_max_len(1);
            positions.map(run).collect()
        })
    }
}

/// What the threads have done together.
struct Count<'a> {
    bar: &'a Bar,
    tally: Mutex<Tally>,
}

impl Count<'_> {
    fn say(&self, change: impl FnOnce(&mut Tally) -> Progress) {
        // A thread that panicked while it counted leaves a count that is off, which does no harm.
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        self.bar.progress(&change(&mut tally));
    }
}

/// An ear for one fit.
struct Watch<'a> {
    count: &'a Count<'a>,
    position: usize,
}

impl Observer for Watch<'_> {
    fn now_ms(&self) -> f64 {
        self.count.bar.now_ms()
    }
    fn progress(&self, done: u32, total: u32, what: &str) {
        let (done, total) = (f64::from(done), f64::from(total));
        self.count
            .say(|tally| tally.within(self.position, done, total, what));
    }
    fn cancelled(&self) -> bool {
        false
    }
}
