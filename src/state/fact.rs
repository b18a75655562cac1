//! Facts: what an engine makes of the session. Each is declared once ([`Fact`], in [`super::facts`]); that it is out of date, that it is made
//! again, that what comes too late is not taken, what a page shows meanwhile and the dot on the rail follow from the declaration.

use std::sync::Arc;

use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::Failure;
use tabwright_workbench::stamped::{Loadable, Stamped};

use super::{Engines, Facts, Session};

/// A fact: what it is made from, and how.
pub trait Fact: Sized + 'static {
    /// All that it is made from: [`Fact::make`] sees nothing else of the session, so that equal keys give equal facts.
    type Key: Clone + PartialEq + Send + Sync + 'static;
    /// What it is.
    type Value: Send + Sync + 'static;

    /// Whether it is only made when asked for.
    const ON_DEMAND: bool = false;
    /// Whether it is a job in the bar, which the user can stop; then it is not made again by itself.
    const IS_JOB: bool = false;
    /// Whether it is about trained results, which the lead engine must have first.
    const OF_RESULTS: bool = false;

    /// Whether it belongs to the table, and goes with it.
    const OF_TABLE: bool = true;

    /// What it would be made from now; `None` where something is missing. Tracked.
    fn key(session: Session) -> Option<Self::Key>;

    /// Makes it.
    async fn make(engines: Engines, key: Self::Key) -> Result<Self::Value, Failure>;
}

/// A fact that has its place in the list.
pub trait Placed: Fact {
    /// Its place.
    fn kept(facts: Facts) -> Derived<Self>;
}

/// What is kept of a fact. A handle: copies are the same.
pub struct Derived<F: Fact> {
    state: RwSignal<Stamped<F::Key, F::Value>>,
    work: StoredValue<Making, LocalStorage>,
}

/// Whether it is being made, whether it was asked for once more meanwhile, and who waits for the end of that.
#[derive(Default)]
struct Making {
    is_under_way: bool,
    is_asked_again: bool,
    waiting: Vec<oneshot::Sender<()>>,
}

/// How far a fact is, as the rail shows it.
pub enum Standing<T> {
    /// Something before it is missing.
    Missing,
    /// It can be made.
    Open,
    /// It is being made.
    Running,
    /// There is one of other inputs.
    Stale,
    /// It is here.
    Done(Arc<T>),
}

impl<F: Fact> Clone for Derived<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: Fact> Copy for Derived<F> {}

impl<F: Fact> Derived<F> {
    pub(super) fn new() -> Self {
        Self {
            state: RwSignal::new(Stamped::default()),
            work: StoredValue::new_local(Making::default()),
        }
    }

    /// Forgets what belongs to a table that is gone.
    pub(super) fn leave_table(self) {
        if F::OF_TABLE {
            self.state.set(Stamped::default());
        }
    }

    /// Marks it as under way; whether it was not before. If it was, whoever makes it looks again when that is done.
    fn take_up(self) -> bool {
        let mut is_mine = false;
        self.work.update_value(|work| {
            is_mine = !work.is_under_way;
            work.is_under_way = true;
            work.is_asked_again = !is_mine;
        });
        is_mine
    }

    /// Whether it was asked for once more; that is then forgotten.
    fn is_asked_again(self) -> bool {
        let mut is_asked_again = false;
        self.work
            .update_value(|work| is_asked_again = std::mem::take(&mut work.is_asked_again));
        is_asked_again
    }

    fn lay_down(self) {
        let mut waiting = Vec::new();
        self.work.update_value(|work| {
            work.is_under_way = false;
            work.is_asked_again = false;
            waiting = std::mem::take(&mut work.waiting);
        });
        for one in waiting {
            // Who waited may be gone.
            let _ = one.send(());
        }
    }

    fn end_of_work(self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.work.update_value(|work| work.waiting.push(sender));
        receiver
    }
}

impl Session {
    fn kept<F: Placed>(self) -> RwSignal<Stamped<F::Key, F::Value>> {
        F::kept(self.facts()).state
    }

    /// A fact of the present inputs, never of others; tracked. What is made by itself is on its way until it is here.
    pub fn fact<F: Placed>(self) -> Loadable<F::Value> {
        let Some(now) = F::key(self) else {
            return Loadable::Empty;
        };
        self.kept::<F>().with(|kept| {
            if F::ON_DEMAND || kept.is_at(&now) {
                kept.at(&now)
            } else {
                Loadable::Loading
            }
        })
    }

    /// A fact of the present inputs, if it is here; tracked.
    pub fn known<F: Placed>(self) -> Option<Arc<F::Value>> {
        self.fact::<F>().ready().cloned()
    }

    /// A fact of the present inputs or, until that is here, the last one of this file; for what would else flicker. Tracked.
    pub fn fact_or_last<F: Placed>(self) -> Loadable<F::Value> {
        match self.fact::<F>() {
            Loadable::Loading => match self.made::<F>() {
                Some((_, last)) => Loadable::Ready(last),
                None => Loadable::Loading,
            },
            settled => settled,
        }
    }

    /// Whether the last one that was made is of other inputs than the present; tracked.
    pub fn is_behind<F: Placed>(self) -> bool {
        let now = F::key(self);
        self.made::<F>()
            .is_some_and(|(key, _)| now.is_none_or(|now| now != key))
    }

    /// The last one that was made, whatever its inputs were, and these; tracked.
    pub fn made<F: Placed>(self) -> Option<(F::Key, Arc<F::Value>)> {
        self.kept::<F>().with(|kept| {
            let (key, value) = kept.made()?;
            Some((key.clone(), Arc::clone(value)))
        })
    }

    /// How far it is; tracked.
    pub fn standing<F: Placed>(self) -> Standing<F::Value> {
        if F::key(self).is_none() {
            return Standing::Missing;
        }
        if self.kept::<F>().with(Stamped::is_loading) {
            return Standing::Running;
        }
        match self.fact::<F>() {
            Loadable::Ready(value) => Standing::Done(value),
            _ if self.is_behind::<F>() => Standing::Stale,
            _ => Standing::Open,
        }
    }

    /// Keeps a fact up with its inputs for as long as the caller's owner lives. One that the user stopped is made again where this is called
    /// anew.
    pub fn follow<F: Placed>(self) {
        self.follow_while::<F>(|| true);
    }

    /// The same while a condition holds; it is tracked.
    pub fn follow_while<F: Placed>(self, condition: impl Fn() -> bool + Send + Sync + 'static) {
        self.kept::<F>().update_untracked(Stamped::forget_stop);
        let now = Memo::new(move |_| F::key(self));
        Effect::new(move || {
            let is_early = self.n_reading.get() > 0 || F::OF_RESULTS && self.is_restoring.get();
            if now.with(Option::is_some) && condition() && !is_early {
                self.ask_for::<F>();
            }
        });
    }

    /// Asks for a fact of the present inputs, unless it is here, failed, was stopped, or is on its way.
    pub fn ask_for<F: Placed>(self) {
        spawn_local(self.make::<F>());
    }

    /// Asks again for what failed or was stopped.
    pub fn ask_again<F: Placed>(self) {
        self.kept::<F>().update(Stamped::retry);
        self.ask_for::<F>();
    }

    /// Makes a fact of the present inputs, one after the other: if it is asked for again meanwhile, what the inputs are then is next.
    async fn make<F: Placed>(self) {
        let derived = F::kept(self.facts());
        if !derived.take_up() {
            return;
        }
        while let Some(now) = untrack(move || F::key(self)) {
            let is_early = self.n_reading.get_untracked() > 0
                || F::OF_RESULTS && self.is_restoring.get_untracked();
            if is_early || derived.state.with_untracked(|kept| kept.is_at(&now)) {
                break;
            }
            derived.state.update(|kept| kept.begin(now.clone()));
            let outcome = F::make(self.engines, now.clone()).await;
            let is_cancelled = outcome.as_ref().is_err_and(|failure| failure.cancelled);
            derived
                .state
                .update(|kept| kept.settle(&now, outcome, F::IS_JOB));
            if is_cancelled && F::IS_JOB {
                // The user stopped it, whatever its inputs have become meanwhile.
                if let Some(now) = untrack(move || F::key(self)) {
                    derived.state.update(|kept| kept.stop(now));
                }
            }
            if is_cancelled || !derived.is_asked_again() {
                break;
            }
        }
        derived.lay_down();
    }

    /// A fact of the present inputs, made if need be; `None` if it cannot be had.
    pub async fn have<F: Placed>(self) -> Option<Arc<F::Value>> {
        let derived = F::kept(self.facts());
        derived.state.update(Stamped::retry);
        let end = derived.end_of_work();
        self.ask_for::<F>();
        // Dropped only with the session.
        let _ = end.await;
        untrack(move || self.known::<F>())
    }
}
