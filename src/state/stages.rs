//! The lifecycle: nine stages, what state each is in, and its result in one line.

use leptos::prelude::*;

use super::commands::export;
use super::facts::{Bundle, Drift, Profile, Ranking};
use super::{Loadable, Session, Standing, Work};
use crate::format;

/// A stage of the lifecycle, which is a page and an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is what `title` says")]
pub enum Stage {
    Data,
    Explore,
    Wrangle,
    Features,
    Train,
    Tune,
    Evaluate,
    Export,
    Monitor,
}

/// How far a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageState {
    /// Something before it is missing.
    Empty,
    /// It can be worked on.
    Ready,
    /// A job of it runs.
    Running,
    /// What it shows was made from other inputs.
    Stale,
    /// It has a result.
    Done,
}

/// A stage's state and its result in one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Progression {
    /// The state.
    pub state: StageState,
    /// The line; may be empty.
    pub line: String,
}

impl Stage {
    /// All, in order.
    pub const ALL: [Stage; 9] = [
        Stage::Data,
        Stage::Explore,
        Stage::Wrangle,
        Stage::Features,
        Stage::Train,
        Stage::Tune,
        Stage::Evaluate,
        Stage::Export,
        Stage::Monitor,
    ];

    /// The name in `data-testid`s and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Data => "data",
            Stage::Explore => "explore",
            Stage::Wrangle => "wrangle",
            Stage::Features => "features",
            Stage::Train => "train",
            Stage::Tune => "tune",
            Stage::Evaluate => "evaluate",
            Stage::Export => "export",
            Stage::Monitor => "monitor",
        }
    }

    /// The name on screen.
    pub fn title(self) -> &'static str {
        match self {
            Stage::Data => "Data",
            Stage::Explore => "Explore",
            Stage::Wrangle => "Wrangle",
            Stage::Features => "Features",
            Stage::Train => "Train",
            Stage::Tune => "Tune",
            Stage::Evaluate => "Evaluate",
            Stage::Export => "Export",
            Stage::Monitor => "Monitor",
        }
    }

    /// The address under the base path.
    pub fn href(self) -> &'static str {
        match self {
            Stage::Data => "/",
            Stage::Explore => "/explore",
            Stage::Wrangle => "/wrangle",
            Stage::Features => "/features",
            Stage::Train => "/train",
            Stage::Tune => "/tune",
            Stage::Evaluate => "/evaluate",
            Stage::Export => "/export",
            Stage::Monitor => "/monitor",
        }
    }

    /// How far it is; tracked.
    pub fn progression(self, session: Session) -> Progression {
        let (state, line) = match self {
            Stage::Data => data(session),
            Stage::Explore => explore(session),
            Stage::Wrangle => wrangle(session),
            Stage::Features => features(session),
            Stage::Train => results(session, false),
            Stage::Tune => results(session, true),
            Stage::Evaluate => evaluate(session),
            Stage::Export => export(session),
            Stage::Monitor => monitor(session),
        };
        Progression { state, line }
    }
}

type Line = (StageState, String);

fn without_table() -> Line {
    (StageState::Empty, String::new())
}

fn data(session: Session) -> Line {
    if session.load.with(Loadable::is_loading) {
        return (StageState::Running, "reading".to_owned());
    }
    let Some(table) = session.table_info() else {
        return (StageState::Ready, String::new());
    };
    let line = format!(
        "{} × {}",
        format::count(table.n_rows),
        format::count(table.schema.columns.len())
    );
    let stale = session
        .at_present(|now| now.table.read != now.project.read)
        .unwrap_or(false);
    (
        if stale {
            StageState::Stale
        } else {
            StageState::Done
        },
        line,
    )
}

/// The line of a fact: how far it is, or what `line` says of it.
fn of_fact<T>(standing: Standing<T>, running: &str, line: impl FnOnce(&T) -> String) -> Line {
    match standing {
        Standing::Missing => without_table(),
        Standing::Open => (StageState::Ready, String::new()),
        Standing::Running => (StageState::Running, running.to_owned()),
        Standing::Stale => (StageState::Stale, "out of date".to_owned()),
        Standing::Done(value) => (StageState::Done, line(&value)),
    }
}

fn explore(session: Session) -> Line {
    of_fact(
        session.standing::<Profile>(),
        "profiling",
        |profile| match profile.alerts.len() {
            0 => "no alert".to_owned(),
            alerts => format::counted(alerts, "alert", "alerts"),
        },
    )
}

fn wrangle(session: Session) -> Line {
    if !session.has_table() {
        return without_table();
    }
    let steps = session.project.with(|project| {
        project
            .recipe
            .steps
            .iter()
            .filter(|step| step.enabled)
            .count()
    });
    match steps {
        0 => (StageState::Ready, String::new()),
        steps => (StageState::Done, format::counted(steps, "step", "steps")),
    }
}

fn features(session: Session) -> Line {
    of_fact(session.standing::<Ranking>(), "ranking", |ranking| {
        format!("{} ranked", format::count(ranking.ranks.len()))
    })
}

fn results(session: Session, tuned: bool) -> Line {
    if !session.has_target() {
        return without_table();
    }
    let (work, running) = if tuned {
        (Work::Tuning, "tuning …")
    } else {
        (Work::Training, "training …")
    };
    if session.jobs.is_running(work) {
        return (StageState::Running, running.to_owned());
    }
    let count = |stale: bool| {
        session.results.with(|results| {
            results
                .iter()
                .filter(|one| one.key.is_tuned == tuned && session.is_stale(one) == stale)
                .count()
        })
    };
    match (count(false), count(true)) {
        (0, 0) => (StageState::Ready, String::new()),
        (0, stale) => (
            StageState::Stale,
            format!("{} out of date", format::counted(stale, "model", "models")),
        ),
        (current, _) => (
            StageState::Done,
            format::counted(current, "model", "models"),
        ),
    }
}

fn evaluate(session: Session) -> Line {
    let Some(best) = session.best_result() else {
        return without_table();
    };
    let metric = best.summary.task.main_metric();
    let line = best.estimate(metric).map_or_else(String::new, |estimate| {
        let mean = metric.text(estimate.mean);
        format!("{} {mean}", metric.title())
    });
    let stale = session.is_stale(&best);
    (
        if stale {
            StageState::Stale
        } else {
            StageState::Done
        },
        line,
    )
}

fn export(session: Session) -> Line {
    if session.results.with(Vec::is_empty) {
        return without_table();
    }
    // One of a result that is not the selected one counts as well.
    let standing = match export::just_made(session) {
        Some(made) => Standing::Done(made),
        None => match session.standing::<Bundle>() {
            Standing::Missing if session.made::<Bundle>().is_some() => Standing::Stale,
            Standing::Missing => Standing::Open,
            standing => standing,
        },
    };
    of_fact(standing, "", |made| {
        let proof = match made.about.proof.n_differing {
            0 => "proven",
            _ => "proof fails",
        };
        format!("{}, {proof}", format::bytes(f64::from(made.bytes.length())))
    })
}

fn monitor(session: Session) -> Line {
    let standing = match session.standing::<Drift>() {
        Standing::Missing => Standing::Open,
        standing => standing,
    };
    of_fact(standing, "scoring", |rows| {
        let n_rows = format::counted(rows.report.n_rows, "row", "rows");
        format!("{n_rows} scored")
    })
}
