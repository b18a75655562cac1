//! What the table holds.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::{Command, Reply};

use super::unexpected;
use crate::state::{Session, Stamped};
use crate::worker::Attach;

/// Keeps the profile up with table and target for as long as the calling page is open.
pub fn follow_profile(session: Session) {
    Effect::new(move || {
        if session.profile_inputs().is_some() {
            profile(session);
        }
    });
}

/// Profiles the table, unless the profile is there or on its way.
pub fn profile(session: Session) {
    let Some(now) = untrack(move || session.profile_inputs()) else {
        return;
    };
    if session
        .profile
        .with_untracked(|profile| profile.is_current(&now))
    {
        return;
    }
    session.profile.set(Stamped::loading(now.clone()));
    spawn_local(async move {
        let command = Command::Profile {
            target: now.target.clone(),
        };
        let outcome = session
            .call("Profiling the columns", command, Attach::none())
            .await;
        let outcome = outcome.and_then(|answer| match answer.reply {
            Reply::Profile(profile) => Ok(profile),
            _ => Err(unexpected()),
        });
        // What changed meanwhile has asked for itself.
        if session
            .profile
            .with_untracked(|profile| profile.is_current(&now))
        {
            session.profile.set(Stamped::settled(now, outcome));
        }
    });
}
