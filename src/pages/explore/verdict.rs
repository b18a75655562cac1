//! One sentence and three numbers.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::recipe::Recipe;
use tabwright_engine::table::Profile;
use tabwright_engine::table::profile::{AlertRule, Severity};

use super::open_alerts;
use crate::components::{Prose, Stat};
use crate::format::{count_share, counted, exact, percent};
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
                .with(|project| sentence(&profile, &project.recipe))
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

fn sentence(profile: &Profile, recipe: &Recipe) -> String {
    let size = format!(
        "{} and {}",
        counted(profile.n_rows, "row", "rows"),
        counted(profile.columns.len(), "column", "columns")
    );
    let open = |severity: Severity| {
        open_alerts(profile, recipe)
            .filter(|alert| alert.severity == severity)
            .count()
    };
    let (blocking, warnings) = (open(Severity::Blocking), open(Severity::Warning));
    if blocking > 0 {
        let columns = open_alerts(profile, recipe)
            .filter(|alert| alert.severity == Severity::Blocking)
            .filter_map(|alert| alert.columns.first())
            .take(3)
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>();
        let whom = if columns.is_empty() {
            String::new()
        } else {
            format!(" in {}", columns.join(", "))
        };
        return format!(
            "Not ready to train on: {size}, with {}{whom} to mend first.",
            counted(blocking, "blocking problem", "blocking problems")
        );
    }
    match warnings {
        0 => format!("Ready to train on: {size}, nothing found that would mislead a model."),
        n => format!(
            "Ready to train on: {size}; heeding {} could make a model better.",
            counted(n, "warning", "warnings")
        ),
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
