//! Columns that know the target too well.

use leptos::prelude::*;
use tabwright_engine::table::profile::{Alert, AlertRule};

use crate::components::{Banner, Button, Prose, Tone};
use crate::state::commands::recipe;
use crate::state::{Session, facts, use_session};

/// The alerts of columns that know the target too well and still go in, as far as the table has been described; tracked.
pub fn open_leaks(session: Session) -> Vec<Alert> {
    let Some(found) = session.known::<facts::Profile>() else {
        return Vec::new();
    };
    session.project.with(|project| {
        let is_open = |alert: &&Alert| {
            let is_fixed = |fix| recipe::is_fixed(&project.recipe, fix);
            alert.rule == AlertRule::Leak && !alert.fix.as_ref().is_some_and(is_fixed)
        };
        found.alerts.iter().filter(is_open).cloned().collect()
    })
}

/// A banner for each suspect that still goes in.
#[component]
pub fn Leaks() -> impl IntoView {
    let session = use_session();
    let suspects = Memo::new(move |_| open_leaks(session));
    let banner = move |alert: Alert| {
        let button = alert.fix.map(|fix| {
            let names = alert.columns.join(", ");
            view! { <Button on_click=move |_| recipe::apply_fix(session, &fix)>{format!("Leave out {names}")}</Button> }
        });
        view! {
            <Banner tone=Tone::Bad>
                <div class="leak">
                    <p><Prose text=format!("{} {}", alert.message, alert.advice)/></p>
                    {button}
                </div>
            </Banner>
        }
    };
    move || suspects.get().into_iter().map(banner).collect_view()
}
