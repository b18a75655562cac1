//! Fitting on the helpers: parts of trials, their progress and what becomes of them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use tabwright_engine::Progress;
use tabwright_engine::train::{Part, Trial};

use crate::state::{RunningJob, Session};
use crate::worker::{Answer, PoolEvent, Unit};

/// A unit with the name that progress gives it: "Random forest".
pub(super) struct Work {
    /// What it is part of, on screen.
    pub title: String,
    /// What to fit.
    pub trial: Trial,
    /// Which part of it.
    pub part: Part,
}

/// Counts of a run.
struct Tally {
    titles: Vec<String>,
    n_done: usize,
    /// Share of each unit under way.
    running: BTreeMap<usize, f64>,
}

/// Runs units on the helpers and tells the job how far it is. `on_done` hears of each unit that was fitted, by its position.
/// Gives the units' outcomes in their order.
pub(super) async fn run(
    session: Session,
    job: &RunningJob,
    work: Vec<Work>,
    on_done: impl Fn(usize, &Answer) + 'static,
) -> Vec<Result<Answer, tabwright_engine::Failure>> {
    let titles = work
        .iter()
        .map(|unit| format!("{}, {}", unit.title, part_name(unit.part)))
        .collect();
    let tally = Rc::new(RefCell::new(Tally {
        titles,
        n_done: 0,
        running: BTreeMap::new(),
    }));
    let units: Vec<Unit> = work
        .into_iter()
        .map(|unit| (unit.trial, unit.part))
        .collect();
    let report = job.reporter();
    let on_done = Rc::new(on_done);
    let hear = move |event: PoolEvent| {
        if let PoolEvent::Done { unit, answer } = &event {
            on_done(*unit, answer);
        }
        report(tally.borrow_mut().take(&event));
    };
    session.pool().run(units, hear).await
}

impl Tally {
    fn take(&mut self, event: &PoolEvent) -> Progress {
        match event {
            PoolEvent::Started { unit } => {
                self.running.insert(*unit, 0.0);
            }
            PoolEvent::Progress { unit, progress } => {
                let share = if progress.total > 0.0 {
                    progress.done / progress.total
                } else {
                    0.0
                };
                self.running.insert(*unit, share);
            }
            PoolEvent::Done { unit, .. } | PoolEvent::Failed { unit, .. } => {
                self.running.remove(unit);
                self.n_done += 1;
            }
        }
        let total = self.titles.len();
        let now = self
            .running
            .keys()
            .next()
            .map_or(String::new(), |&unit| format!(" · {}", self.titles[unit]));
        Progress {
            done: self.n_done as f64 + self.running.values().sum::<f64>(),
            total: total as f64,
            what: format!("{} of {total} fits{now}", self.n_done),
        }
    }
}

fn part_name(part: Part) -> String {
    match part {
        Part::Fold(fold) => format!("fold {}", fold + 1),
        Part::Full => "all rows".to_owned(),
    }
}
