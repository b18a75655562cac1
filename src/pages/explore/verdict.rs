//! One sentence and three numbers.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::table::Profile;
use tabwright_engine::table::profile::AlertRule;

use super::open_alerts;
use crate::components::{Prose, Stat};
use crate::format::{count_share, exact, percent};
use crate::state::use_session;

/// What to think of the table.
#[component]
pub fn Verdict(profile: Arc<Profile>) -> impl IntoView {
    let session = use_session();
    let sentence = {
        let profile = Arc::clone(&profile);
        move || {
            session
                .project
                .with(|project| profile.verdict_of(open_alerts(&profile, &project.recipe)))
        }
    };
    let (strongest, strength) = strongest(&profile);
    let duplicates = count_share(profile.n_duplicate_rows, profile.n_rows);
    let missing = percent(profile.missing_share);
    view! {
        <section class="verdict" aria-label="Verdict">
            <p class="verdict__sentence">{move || view! { <Prose text=sentence()/> }}</p>
            <div class="stats">
                <Stat label="Missing cells" value=missing title=Signal::stored(exact(profile.missing_share))/>
                <Stat label="Duplicate rows" value=duplicates title=Signal::stored(profile.n_duplicate_rows.to_string())/>
                <Stat label=strongest value=strength/>
            </div>
        </section>
    }
}

/// The column that goes most closely with the target, among those that do not repeat it.
fn strongest(profile: &Profile) -> (String, String) {
    let Some(target) = &profile.target else {
        return ("Target".to_owned(), "not chosen".to_owned());
    };
    let best = profile
        .columns
        .iter()
        .filter(|column| !is_leak(profile, &column.name))
        .filter_map(|column| Some((column, column.target_association?)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    match best {
        Some((column, strength)) => (
            format!("Closest to {target}"),
            format!("{} {strength:.2}", column.name),
        ),
        None => (format!("Closest to {target}"), "none".to_owned()),
    }
}

fn is_leak(profile: &Profile, column: &str) -> bool {
    let leaks = profile
        .alerts
        .iter()
        .filter(|alert| alert.rule == AlertRule::Leak);
    leaks
        .flat_map(|alert| &alert.columns)
        .any(|name| name == column)
}
