//! The bar at the bottom: what runs, how far it is, how long it took and will take, and a way to stop it.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser::environment;
use crate::components::{Button, ButtonKind, Progress};
use crate::format;
use crate::state::{Job, use_session};

/// How often times are brought up to date.
const TICK: Duration = Duration::from_millis(250);
/// A guess of the remaining time needs this share done, and this long a look at it.
const MIN_SHARE: f64 = 0.02;
const MIN_ELAPSED_MS: f64 = 1500.0;
/// Screen readers hear of progress in steps of this many percent.
const SPOKEN_STEP: u32 = 25;

/// The bar. It is there only while something runs; the region that tells screen readers is always there.
#[component]
pub fn JobsBar() -> impl IntoView {
    let session = use_session();
    let (now_ms, set_now) = signal(environment::now_ms());
    if let Ok(timer) = set_interval_with_handle(move || set_now.set(environment::now_ms()), TICK) {
        on_cleanup(move || timer.clear());
    }
    let ids = Memo::new(move |_| {
        session
            .jobs
            .list()
            .iter()
            .map(|job| job.id)
            .collect::<Vec<_>>()
    });
    let spoken = Memo::new(move |_| session.jobs.list().first().map_or_else(String::new, spoken));
    view! {
        <footer class="jobs" class:jobs--idle=move || ids.with(Vec::is_empty) aria-label="Jobs">
            <For each=move || ids.get() key=|id| *id let:id>
                <JobRow id now_ms/>
            </For>
            <p class="visually-hidden" role="status">{spoken}</p>
        </footer>
    }
}

fn share(job: &Job) -> Option<f64> {
    job.progress.with(|progress| {
        progress
            .as_ref()
            .filter(|progress| progress.total > 0.0)
            .map(|progress| progress.done / progress.total)
    })
}

fn spoken(job: &Job) -> String {
    let percent = (share(job).unwrap_or(0.0) * 100.0) as u32 / SPOKEN_STEP * SPOKEN_STEP;
    if percent == 0 {
        job.title.clone()
    } else {
        format!("{}: {percent} %", job.title)
    }
}

#[component]
fn JobRow(id: u32, now_ms: ReadSignal<f64>) -> impl IntoView {
    let session = use_session();
    let job = move || session.jobs.list().into_iter().find(|job| job.id == id);
    let title = Signal::derive(move || job().map_or_else(String::new, |job| job.title));
    let value = Signal::derive(move || job().as_ref().and_then(share));
    let can_cancel = move || job().is_some_and(|job| job.can_cancel());
    let is_cancelling = Signal::derive(move || job().is_some_and(|job| job.is_cancelling));
    let what = move || {
        let progress = job()?.progress.get()?;
        // Where the words count already, numbers would say it twice.
        let is_counted = progress.what.contains(" of ");
        let whole = !is_counted
            && progress.done.fract() == 0.0
            && progress.total.fract() == 0.0
            && progress.total <= 10_000.0;
        Some(if whole && progress.total > 0.0 {
            format!(
                "{} {} of {}",
                progress.what,
                format::count(progress.done as usize),
                format::count(progress.total as usize)
            )
        } else {
            progress.what
        })
    };
    let times = move || job().map(|job| times(&job, now_ms.get()));
    view! {
        <div class="job">
            <span class="job__title">{move || title.get()}</span>
            <span class="job__what">{move || what().filter(|what| *what != title.get())}</span>
            <Progress value label=title testid="job-progress"/>
            <span class="job__times">{times}</span>
            <Show when=can_cancel>
                <Button kind=ButtonKind::Secondary testid="job-cancel" disabled=is_cancelling on_click=move |_| session.jobs.cancel(id)>
                    {move || if is_cancelling.get() { "Stopping …" } else { "Cancel" }}
                </Button>
            </Show>
        </div>
    }
}

fn times(job: &Job, now_ms: f64) -> String {
    let elapsed = (now_ms - job.started_ms).max(0.0);
    let spent = format::duration_ms((elapsed / 100.0).round() * 100.0);
    match share(job) {
        Some(share) if (MIN_SHARE..1.0).contains(&share) && elapsed >= MIN_ELAPSED_MS => {
            let left = elapsed / share * (1.0 - share);
            format!(
                "{spent} · about {} left",
                format::duration_ms((left / 1000.0).ceil() * 1000.0)
            )
        }
        _ => spent,
    }
}
