//! The lifecycle: nine stages, what state each is in, and its result in one line.

use leptos::prelude::*;

use super::{ResultInputs, Session};
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
            Stage::Train => results(session, false, "Training"),
            Stage::Tune => results(session, true, "Tuning"),
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
    if session.load.with(super::Loadable::is_loading) {
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
    let stale = session.table.with(|table| {
        session.project.with(|project| {
            table
                .inputs
                .as_ref()
                .is_some_and(|inputs| inputs.options != project.read)
        })
    });
    (
        if stale {
            StageState::Stale
        } else {
            StageState::Done
        },
        line,
    )
}

fn explore(session: Session) -> Line {
    if !session.has_table() {
        return without_table();
    }
    let now = session.profile_inputs();
    session.profile.with(|profile| match profile.value.ready() {
        _ if profile.value.is_loading() => (StageState::Running, "profiling".to_owned()),
        None => (StageState::Ready, String::new()),
        Some(_) if now.is_none_or(|now| profile.is_stale(&now)) => {
            (StageState::Stale, "out of date".to_owned())
        }
        Some(profile) => {
            let alerts = profile.alerts.len();
            let line = if alerts == 0 {
                "no alert".to_owned()
            } else {
                format::counted(alerts, "alert", "alerts")
            };
            (StageState::Done, line)
        }
    })
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
    let Some(now) = session.rank_inputs() else {
        return without_table();
    };
    session.ranking.with(|ranking| match ranking.value.ready() {
        _ if ranking.value.is_loading() => (StageState::Running, "ranking".to_owned()),
        None => (StageState::Ready, String::new()),
        Some(_) if ranking.is_stale(&now) => (StageState::Stale, "out of date".to_owned()),
        Some(ranking) => (
            StageState::Done,
            format!("{} ranked", format::count(ranking.ranks.len())),
        ),
    })
}

fn results(session: Session, tuned: bool, verb: &str) -> Line {
    if !session.has_target() {
        return without_table();
    }
    if session.jobs.is_running(verb) {
        return (StageState::Running, format!("{} …", verb.to_lowercase()));
    }
    let count = |stale: bool| {
        session.project.with(|project| {
            session.results.with(|results| {
                results
                    .iter()
                    .filter(|one| one.is_tuned() == tuned && one.is_stale(project) == stale)
                    .count()
            })
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
        let mean = format::metric(metric, estimate.mean);
        format!("{} {mean}", metric.title())
    });
    let stale = session.project.with(|project| best.is_stale(project));
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
    session.models().bundle.with(|bundle| {
        let Some(made) = bundle.value.ready() else {
            let state = if bundle.value.is_loading() {
                StageState::Running
            } else {
                StageState::Ready
            };
            return (state, String::new());
        };
        let is_current = session.results.with(|results| {
            session.project.with(|project| {
                results.iter().any(|result| {
                    bundle.inputs.as_ref() == Some(&ResultInputs::of(result, &project.name))
                        && !result.is_stale(project)
                })
            })
        });
        if is_current {
            let size = format::bytes(f64::from(made.bytes.length()));
            let proof = match made.about.proof.n_differing {
                0 => "proven",
                _ => "proof fails",
            };
            (StageState::Done, format!("{size}, {proof}"))
        } else {
            (StageState::Stale, "bundle out of date".to_owned())
        }
    })
}

fn monitor(session: Session) -> Line {
    session
        .models()
        .monitored
        .with(|monitored| match monitored.ready() {
            None if monitored.is_loading() => (StageState::Running, "scoring".to_owned()),
            None => (StageState::Ready, String::new()),
            Some(rows) => {
                let n_rows = format::counted(rows.report.n_rows, "row", "rows");
                (StageState::Done, format!("{n_rows} scored"))
            }
        })
}
