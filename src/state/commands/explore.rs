//! What the table holds.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::table::profile::Pair;
use tabwright_engine::{Area, Command, Failure, Reply};

use super::unexpected;
use crate::browser::{File, download};
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

/// Two columns against each other, coloured by a third. Quick, so it is no job in the bar.
///
/// # Errors
/// What the engine says.
pub async fn pair(
    session: Session,
    x: String,
    y: String,
    group: Option<String>,
) -> Result<Pair, Failure> {
    let command = Command::Pair { x, y, group };
    match session.ask_table(command).await? {
        Reply::Pair(pair) => Ok(pair),
        _ => Err(unexpected()),
    }
}

/// Reads a second file as the present one was read and sets it against the table.
pub async fn compare(session: Session, file: File) {
    let Some(load) = untrack(move || session.load_number()) else {
        return;
    };
    let options = session
        .project
        .with_untracked(|project| project.read.clone());
    session.compared.set(Stamped::loading(load));
    let title = format!("Comparing with {}", file.name());
    let outcome = session
        .call(&title, Command::Compare { options }, Attach::file(file))
        .await
        .and_then(|answer| match answer.reply {
            Reply::Compared(compared) => Ok(compared),
            _ => Err(unexpected()),
        });
    // What changed meanwhile is another table's business.
    if session
        .compared
        .with_untracked(|compared| compared.is_current(&load))
    {
        session.compared.set(Stamped::settled(load, outcome));
    }
}

/// The two forms that a profile is taken away in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportForm {
    /// A page that needs nothing else.
    Html,
    /// The same numbers for programs.
    Json,
}

/// Saves the profile.
pub async fn save_report(session: Session, form: ReportForm) {
    let target = untrack(move || session.profile_inputs()).and_then(|inputs| inputs.target);
    // What goes wrong is said by the session.
    let Ok(answer) = session
        .call(
            "Writing the report",
            Command::Report { target },
            Attach::none(),
        )
        .await
    else {
        return;
    };
    let (Reply::Report { file }, [html, json]) = (answer.reply, answer.attachments.as_slice())
    else {
        return session.report(&unexpected());
    };
    let saved = match form {
        ReportForm::Html => download::save(&format!("{file}.html"), "text/html", html),
        ReportForm::Json => download::save(&format!("{file}.json"), "application/json", json),
    };
    if let Err(why) = saved {
        let message = format!("the report could not be saved: {why}");
        session.report(&Failure::new(Area::Data, message));
    }
}
