//! What the table holds.

use leptos::prelude::*;
use tabwright_engine::table::profile::Pair;
use tabwright_engine::{Area, Failure, calls};

use crate::browser::{File, download};
use crate::state::Session;
use crate::state::facts::{Compared, Profile};
use crate::worker::Attach;

/// Profiles the table again after a failure or a stop.
pub fn profile_again(session: Session) {
    session.ask_again::<Profile>();
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
    session.engines.ask_table(calls::Pair { x, y, group }).await
}

/// Reads a second file as the present one was read and sets it against the table.
pub fn compare(session: Session, file: File) {
    session.second.set(Some(session.numbered(file)));
    session.ask_for::<Compared>();
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
    let target = session
        .project
        .with_untracked(|project| project.target.clone());
    let made = session.engines.run(
        "Writing the report",
        calls::Report { target },
        Attach::none(),
    );
    // What goes wrong is said by the engines.
    let Ok((file, forms)) = made.await else {
        return;
    };
    let saved = match form {
        ReportForm::Html => download::save(&format!("{file}.html"), "text/html", &forms[0]),
        ReportForm::Json => download::save(&format!("{file}.json"), "application/json", &forms[1]),
    };
    if let Err(why) = saved {
        let message = format!("the report could not be saved: {why}");
        session.report(&Failure::new(Area::Data, message));
    }
}
