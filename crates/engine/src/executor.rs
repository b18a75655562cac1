//! Fits, one or many at once: what stands for the browser's pool where there is no browser.

use std::collections::BTreeMap;

use tabwright_table::Table;
use tabwright_train::{
    Observer, Part, PartResult, Place, TrainError, Trial, Tuner, Unit, run_part,
};

use crate::{Listener, Progress};

/// A part of a trial to be fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// What it is part of, as a person reads it: "trial 3".
    pub title: String,
    /// What to fit.
    pub trial: Trial,
    /// Which part of it.
    pub part: Part,
}

impl Fit {
    /// A unit of a search, with a name.
    pub fn of(unit: &Unit, tuner: &Tuner) -> Self {
        let n = tuner.search().n_trials();
        let title = match unit.place {
            Place::Search(spot) => format!("trial {} of {n}", spot.trial + 1),
            Place::Inner(fold, spot) => {
                format!("outer fold {}, trial {} of {n}", fold + 1, spot.trial + 1)
            }
            Place::Outer(_) => "outer validation".to_owned(),
        };
        Self {
            title,
            trial: unit.trial.clone(),
            part: unit.part,
        }
    }
}

/// Fits that need nothing of each other.
pub struct Work<'a> {
    /// What they are fitted to.
    pub table: &'a Table,
    /// The fits.
    pub fits: &'a [Fit],
    /// How far the job is, in its own unit, before them and after them, and what it is in all.
    pub span: (f64, f64, f64),
}

impl Work<'_> {
    /// Runs one of the fits, by its position.
    ///
    /// # Errors
    /// If it fails, or the observer cancels.
    pub fn run(&self, position: usize, observer: &dyn Observer) -> Result<PartResult, TrainError> {
        let fit = &self.fits[position];
        run_part(self.table, &fit.trial, fit.part, observer)
    }

    /// A count of these fits.
    pub fn tally(&self) -> Tally {
        Tally::of(self.fits, self.span)
    }
}

/// Runs fits, in any order and on any threads.
pub trait Executor {
    /// Every fit's outcome, in the order of the list.
    fn run(&self, work: &Work<'_>) -> Vec<Result<PartResult, TrainError>>;
}

/// One fit after the other, here.
pub struct OneByOne<'a>(pub &'a dyn Listener);

impl Executor for OneByOne<'_> {
    fn run(&self, work: &Work<'_>) -> Vec<Result<PartResult, TrainError>> {
        let tally = std::cell::RefCell::new(work.tally());
        let mut outcomes = Vec::with_capacity(work.fits.len());
        for position in 0..work.fits.len() {
            self.0.progress(&tally.borrow_mut().started(position));
            let watch = Watch {
                listener: self.0,
                tally: &tally,
                position,
            };
            let outcome = work.run(position, &watch);
            self.0.progress(&tally.borrow_mut().ended(position));
            let is_over = outcome.is_err();
            outcomes.push(outcome);
            if is_over {
                break;
            }
        }
        outcomes
    }
}

/// An ear for one of several fits.
struct Watch<'a> {
    listener: &'a dyn Listener,
    tally: &'a std::cell::RefCell<Tally>,
    position: usize,
}

impl Observer for Watch<'_> {
    fn now_ms(&self) -> f64 {
        self.listener.now_ms()
    }
    fn progress(&self, done: u32, total: u32, what: &str) {
        let (done, total) = (f64::from(done), f64::from(total));
        let progress = self
            .tally
            .borrow_mut()
            .within(self.position, done, total, what);
        self.listener.progress(&progress);
    }
    fn cancelled(&self) -> bool {
        self.listener.cancelled()
    }
}

/// How far several fits are that run at once: one progress of many.
#[derive(Clone, Debug)]
pub struct Tally {
    titles: Vec<String>,
    /// What each fit is expected to cost, beside the others.
    costs: Vec<f64>,
    n_done: usize,
    cost_done: f64,
    /// Share and latest word of each fit under way.
    running: BTreeMap<usize, (f64, String)>,
    span: (f64, f64, f64),
}

impl Tally {
    /// Of these fits, which bring a job from the first to the second of three numbers, of which the third is the end.
    pub fn of(fits: &[Fit], span: (f64, f64, f64)) -> Self {
        let title = |fit: &Fit| format!("{}, {}", fit.title, part_name(fit.part));
        Self {
            titles: fits.iter().map(title).collect(),
            costs: fits.iter().map(|fit| fit.trial.expected_cost()).collect(),
            n_done: 0,
            cost_done: 0.0,
            running: BTreeMap::new(),
            span,
        }
    }

    /// A fit was taken up.
    pub fn started(&mut self, position: usize) -> Progress {
        self.running.insert(position, (0.0, String::new()));
        self.progress()
    }

    /// A fit says how far it is.
    pub fn within(&mut self, position: usize, done: f64, total: f64, what: &str) -> Progress {
        if total > 0.0 {
            let word = format!(", {what} {done} of {total}");
            self.running.insert(position, (done / total, word));
        }
        self.progress()
    }

    /// A fit is done, or has failed.
    pub fn ended(&mut self, position: usize) -> Progress {
        self.running.remove(&position);
        self.n_done += 1;
        self.cost_done += self.costs[position];
        self.progress()
    }

    /// Fits done, in the job's unit: what a person counts. How far the job is by cost is another number.
    pub fn counted(&self) -> f64 {
        let (before, after, _) = self.span;
        before + (after - before) * self.n_done as f64 / self.titles.len().max(1) as f64
    }

    /// How far all of it is: "trial 3, fold 2, tree 40 of 100". By what fits cost, not by their count: a forest takes a hundred times as
    /// long as a line.
    fn progress(&self) -> Progress {
        let (before, after, total) = self.span;
        let running = self.running.iter();
        let running: f64 = running
            .map(|(&at, (share, _))| share * self.costs[at])
            .sum();
        let all: f64 = self.costs.iter().sum();
        let share = (self.cost_done + running) / all.max(f64::MIN_POSITIVE);
        let now = self.running.iter().next();
        Progress {
            done: before + (after - before) * share,
            total,
            what: now.map_or(String::new(), |(&at, (_, word))| {
                format!("{}{word}", self.titles[at])
            }),
        }
    }
}

fn part_name(part: Part) -> String {
    match part {
        Part::Fold(fold) | Part::Probe(fold) => format!("fold {}", fold + 1),
        Part::Full => "all rows".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use tabwright_train::Algorithm;

    use super::*;

    #[test]
    fn what_costs_more_counts_for_more() {
        let fits = [Algorithm::Baseline, Algorithm::Forest].map(|algorithm| Fit {
            title: algorithm.title().to_owned(),
            trial: Trial::new("y", algorithm),
            part: Part::Full,
        });
        let mut tally = Tally::of(&fits, (0.0, 2.0, 2.0));
        assert!(
            tally.ended(0).done < 0.05,
            "the baseline is nothing beside a forest"
        );
        assert_eq!(tally.counted(), 1.0);
        assert_eq!(tally.ended(1).done, 2.0);
    }

    #[test]
    fn many_fits_make_one_progress() {
        let fit = |part| Fit {
            title: "trial 1".into(),
            trial: Trial::new("y", Algorithm::Gbt),
            part,
        };
        let fits = [
            fit(Part::Probe(0)),
            fit(Part::Probe(1)),
            fit(Part::Full),
            fit(Part::Fold(3)),
        ];
        let mut tally = Tally::of(&fits, (10.0, 14.0, 20.0));
        assert_eq!(tally.started(0).done, 10.0);
        tally.started(1);
        let progress = tally.within(0, 1.0, 2.0, "tree");
        assert_eq!((progress.done, progress.total), (10.5, 20.0));
        assert_eq!(progress.what, "trial 1, fold 1, tree 1 of 2");
        assert_eq!(tally.ended(0).what, "trial 1, fold 2");
        for position in [1, 2, 3] {
            tally.ended(position);
        }
        assert_eq!(tally.progress().done, 14.0);
    }
}
