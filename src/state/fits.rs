//! Fitting on the helpers: parts of trials, their progress and what becomes of them.

use std::cell::RefCell;
use std::rc::Rc;

use tabwright_engine::drive::Round;
use tabwright_engine::{Failure, Progress, Tally};

use super::{Engines, RunningJob};
use crate::worker::{Fitted, PoolEvent, Unit};

/// Runs fits and tells the job how far it is. `on_done` hears of each one that was fitted, by its position. Gives the outcomes in order.
pub async fn fit(
    engines: Engines,
    job: &RunningJob,
    round: &Round,
    on_done: impl Fn(usize, &Fitted) + 'static,
) -> Vec<Result<Fitted, Failure>> {
    let tally = Rc::new(RefCell::new(Tally::of(&round.fits, round.span)));
    let units: Vec<Unit> = round
        .fits
        .iter()
        .map(|fit| (fit.trial.clone(), fit.part))
        .collect();
    let report = job.reporter();
    let on_done = Rc::new(on_done);
    let hear = move |event: PoolEvent| {
        if let PoolEvent::Done { unit, fitted } = &event {
            on_done(*unit, fitted);
        }
        let mut tally = tally.borrow_mut();
        let progress = take(&mut tally, &event);
        report(counted(progress, tally.counted()));
    };
    engines.pool().run(units, hear).await
}

fn take(tally: &mut Tally, event: &PoolEvent) -> Progress {
    match event {
        PoolEvent::Started { unit } => tally.started(*unit),
        PoolEvent::Progress { unit, progress } => {
            tally.within(*unit, progress.done, progress.total, &progress.what)
        }
        PoolEvent::Done { unit, .. } | PoolEvent::Failed { unit, .. } => tally.ended(*unit),
    }
}

/// With the number of fits in front.
fn counted(progress: Progress, done: f64) -> Progress {
    let (done, total) = (done.floor(), progress.total.ceil());
    let now = match progress.what.as_str() {
        "" => String::new(),
        what => format!(" · {what}"),
    };
    Progress {
        what: format!("{done} of {total} fits{now}"),
        ..progress
    }
}
