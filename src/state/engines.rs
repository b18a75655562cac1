//! The engines of a session, and how they are asked: in passing, or as a job that shows and can be stopped.

use std::rc::Rc;

use js_sys::Uint8Array;
use leptos::prelude::*;
use tabwright_engine::drive::Round;
use tabwright_engine::{Call, Failure};

use super::{Jobs, RunningJob, Work, fit};
use crate::worker::{Attach, Client, Fitted, Pool};

/// The lead engine, the helpers, and what shows of their work. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Engines {
    /// What runs.
    pub jobs: Jobs,
    /// What the banner in the frame says.
    pub problem: RwSignal<Option<Failure>>,
    lead: StoredValue<Client, LocalStorage>,
    pool: StoredValue<Pool, LocalStorage>,
    when_lost: StoredValue<Rc<dyn Fn()>, LocalStorage>,
}

impl Engines {
    /// Starts the lead engine; helpers follow when they are needed.
    pub fn start() -> Self {
        Self {
            jobs: Jobs::new(),
            problem: RwSignal::new(None),
            lead: StoredValue::new_local(Client::start()),
            pool: StoredValue::new_local(Pool::new()),
            when_lost: StoredValue::new_local(Rc::new(|| {})),
        }
    }

    /// What to do when the lead engine has lost its table and results, by a crash or because a job was stopped.
    pub fn when_lost(self, then: impl Fn() + Clone + 'static) {
        self.lead().on_crash(then.clone());
        self.when_lost.set_value(Rc::new(then));
    }

    /// The helpers.
    pub fn pool(self) -> Pool {
        self.pool.get_value()
    }

    fn lead(self) -> Client {
        self.lead.get_value()
    }

    /// Asks the lead engine for something that is there in a moment: no job, no banner.
    ///
    /// # Errors
    /// What the engine says; `cancelled` if it was lost meanwhile.
    pub async fn ask<C: Call>(self, call: C) -> Result<C::Reply, Failure> {
        self.hand(call, Attach::none()).await
    }

    /// The same for what only the table answers: if the engine is stopped meanwhile, because a job was, the one in its place
    /// is asked, which has its table first of all.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn ask_table<C: Call + Clone>(self, call: C) -> Result<C::Reply, Failure> {
        match self.ask(call.clone()).await {
            Err(failure) if failure.cancelled => {
                // Behind the file that the new engine is given.
                leptos::task::tick().await;
                self.ask(call).await
            }
            outcome => outcome,
        }
    }

    /// Asks the lead engine without a job and hands it something.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn hand<C: Call>(self, call: C, with: Attach) -> Result<C::Reply, Failure> {
        Ok(self.lead().call(call, with, |_| {}).await?.0)
    }

    /// Asks the lead engine for something long: it shows in the bar of jobs, can be stopped, and what goes wrong is also
    /// said in the banner. Gives the attachments too, as many as the call has.
    ///
    /// # Errors
    /// What the engine says; `cancelled` if the user stopped it.
    pub async fn run<C: Call>(
        self,
        title: &str,
        call: C,
        with: Attach,
    ) -> Result<(C::Reply, Vec<Uint8Array>), Failure> {
        let job = self.jobs.start(Work::Lead, title, move || self.stop_lead());
        let about = with.name();
        let outcome = self.lead().call(call, with, job.reporter()).await;
        drop(job);
        let outcome = outcome.map_err(|failure| match about {
            Some(name) => Failure {
                message: format!("{name}: {}", failure.message),
                ..failure
            },
            None => failure,
        });
        outcome.inspect_err(|failure| self.report(failure))
    }

    /// Asks the lead engine on behalf of a job that shows already.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn go_on<C: Call>(
        self,
        job: &RunningJob,
        call: C,
        with: Attach,
    ) -> Result<C::Reply, Failure> {
        Ok(self.lead().call(call, with, job.reporter()).await?.0)
    }

    /// Fits on the helpers as a job of its own, all of which must succeed; what goes wrong is also said in the banner.
    ///
    /// # Errors
    /// The first failure; `cancelled` if the user stopped it.
    pub async fn fit(
        self,
        work: Work,
        title: String,
        round: &Round,
    ) -> Result<Vec<Fitted>, Failure> {
        let pool = self.pool();
        let job = self.jobs.start(work, title, move || pool.cancel());
        let outcomes = fit(self, &job, round, |_, _| {}).await;
        drop(job);
        let all: Result<Vec<Fitted>, Failure> = outcomes.into_iter().collect();
        all.inspect_err(|failure| self.report(failure))
    }

    /// Stops what the lead engine does. A busy worker cannot hear, so it is ended, and what it held is lost.
    fn stop_lead(self) {
        self.lead().terminate();
        (self.when_lost.get_value())();
    }

    /// Says in the banner what went wrong, unless the user asked for it.
    pub fn report(self, failure: &Failure) {
        if !failure.cancelled {
            self.problem.set(Some(failure.clone()));
        }
    }
}
