//! What is running, how far it is, and how to stop it.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use tabwright_engine::Progress;

use crate::browser::environment::now_ms;

/// A job's progress is shown at most so often.
const SHOW_EVERY_MS: f64 = 150.0;

/// What a job is at, as far as other things wait for it or say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Trains models.
    Training,
    /// Searches for parameters.
    Tuning,
    /// Fits a model to fewer rows.
    Learning,
    /// All that the lead engine does.
    Lead,
}

/// One long job, as the bar at the bottom shows it.
#[derive(Clone)]
pub struct Job {
    /// Its number.
    pub id: u32,
    /// What it is at.
    pub work: Work,
    /// What it is for: "Reading titanic.csv", "Training 5 models".
    pub title: String,
    /// How far it is; `None` until it says so. A signal of its own: what only asks which jobs there are is not woken by it.
    pub progress: ArcRwSignal<Option<Progress>>,
    /// When it began, in milliseconds of the page's clock.
    pub started_ms: f64,
    /// Cancel was pressed and it has not stopped yet.
    pub is_cancelling: bool,
    cancel: Option<Rc<dyn Fn()>>,
}

impl Job {
    /// Whether it can be stopped.
    pub fn can_cancel(&self) -> bool {
        self.cancel.is_some()
    }
}

/// All jobs that are running, oldest first.
#[derive(Clone, Copy)]
pub struct Jobs {
    list: RwSignal<Vec<Job>, LocalStorage>,
    next_id: StoredValue<u32>,
}

impl Jobs {
    /// None.
    pub fn new() -> Self {
        Self {
            list: RwSignal::new_local(Vec::new()),
            next_id: StoredValue::new(0),
        }
    }

    /// The jobs; tracked.
    pub fn list(self) -> Vec<Job> {
        self.list.get()
    }

    /// Whether such a job runs; tracked.
    pub fn is_running(self, work: Work) -> bool {
        self.list
            .with(|jobs| jobs.iter().any(|job| job.work == work))
    }

    /// Whether models are being trained or tuned; tracked.
    pub fn are_fitting(self) -> bool {
        self.is_running(Work::Training) || self.is_running(Work::Tuning)
    }

    /// Adds a job that shows until the returned guard is dropped. `cancel` is called once, when the user asks for it.
    pub fn start(
        self,
        work: Work,
        title: impl Into<String>,
        cancel: impl Fn() + 'static,
    ) -> RunningJob {
        self.add(work, title.into(), Some(Rc::new(cancel)))
    }

    /// Adds a job that cannot be stopped half-way.
    pub fn start_fixed(self, title: impl Into<String>) -> RunningJob {
        self.add(Work::Lead, title.into(), None)
    }

    fn add(self, work: Work, title: String, cancel: Option<Rc<dyn Fn()>>) -> RunningJob {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        let progress = ArcRwSignal::new(None);
        let job = Job {
            id,
            work,
            title,
            progress: progress.clone(),
            started_ms: now_ms(),
            is_cancelling: false,
            cancel,
        };
        self.list.update(|jobs| jobs.push(job));
        RunningJob {
            id,
            progress,
            jobs: self,
        }
    }

    /// Stops a job; nothing if it is gone or already stopping.
    pub fn cancel(self, id: u32) {
        let mut cancel = None;
        self.list.update(|jobs| {
            if let Some(job) = jobs
                .iter_mut()
                .find(|job| job.id == id && !job.is_cancelling)
            {
                job.is_cancelling = job.cancel.is_some();
                cancel.clone_from(&job.cancel);
            }
        });
        if let Some(cancel) = cancel {
            cancel();
        }
    }
}

/// A job that shows as long as this lives.
pub struct RunningJob {
    id: u32,
    progress: ArcRwSignal<Option<Progress>>,
    jobs: Jobs,
}

impl RunningJob {
    /// Says how far it is, from wherever that is known. What follows too soon is not shown: many helpers would have the page draw all
    /// the time, on a core that one of them could use.
    pub fn reporter(&self) -> impl Fn(Progress) + Clone + 'static {
        let signal = self.progress.clone();
        let last_shown = Rc::new(Cell::new(f64::NEG_INFINITY));
        move |progress| {
            let now = now_ms();
            if now - last_shown.get() >= SHOW_EVERY_MS {
                last_shown.set(now);
                signal.set(Some(progress));
            }
        }
    }
}

impl Drop for RunningJob {
    fn drop(&mut self) {
        let id = self.id;
        self.jobs
            .list
            .update(|jobs| jobs.retain(|job| job.id != id));
    }
}
