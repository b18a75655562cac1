//! What was found, worst first, each with its remedy.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::table::Profile;
use tabwright_engine::table::profile::{Alert, Fix, Severity};

use crate::components::{Badge, Button, Glyph, Icon, Panel, Prose, Tone};
use crate::state::commands::recipe;
use crate::state::use_session;

/// Notes beyond this many are folded away.
const SHOWN: usize = 8;

/// All alerts.
#[component]
pub fn Alerts(profile: Arc<Profile>) -> impl IntoView {
    let session = use_session();
    let all = RwSignal::new(false);
    let profile = StoredValue::new(profile);
    let n = profile.with_value(|profile| profile.alerts.len());
    let title = Signal::derive(move || {
        let open = session.project.with(|project| {
            profile.with_value(|profile| super::open_alerts(profile, &project.recipe).count())
        });
        if open == n {
            format!("Alerts · {n}")
        } else {
            format!("Alerts · {open} open of {n}")
        }
    });
    view! {
        <Panel title=title class="panel--flush" testid="alerts">
            <Show when=move || n == 0>
                <p class="panel__empty">"Nothing found: no leaks, constants, repeated rows or columns that say the same."</p>
            </Show>
            <ul class="alerts">
                {move || {
                    let shown = if all.get() { n } else { SHOWN };
                    profile.with_value(|profile| {
                        profile.alerts.iter().take(shown).cloned().map(|alert| view! { <Item alert=alert/> }).collect_view()
                    })
                }}
            </ul>
            <Show when=move || (n > SHOWN) && !all.get()>
                <div class="alerts__more">
                    <Button on_click=move |_| all.set(true)>{format!("Show {} more", n - SHOWN)}</Button>
                </div>
            </Show>
        </Panel>
    }
}

#[component]
fn Item(alert: Alert) -> impl IntoView {
    let session = use_session();
    let (tone, word) = match alert.severity {
        Severity::Blocking => (Tone::Bad, "Blocking"),
        Severity::Warning => (Tone::Warning, "Warning"),
        Severity::Note => (Tone::Neutral, "Note"),
    };
    let fix = StoredValue::new(alert.fix.clone());
    let is_fixed = Memo::new(move |_| {
        session.project.with(|project| {
            fix.with_value(|fix| {
                fix.as_ref()
                    .is_some_and(|fix| recipe::is_fixed(&project.recipe, fix))
            })
        })
    });
    let button = alert.fix.clone().map(|fix| {
        let label = label(&fix);
        let apply = StoredValue::new(fix);
        move || {
            if is_fixed.get() {
                view! { <span class="alert__done"><Icon glyph=Glyph::Check/>"in the recipe"</span> }.into_any()
            } else {
                let label = label.clone();
                view! {
                    <Button icon=Glyph::Wrangle on_click=move |_| apply.with_value(|fix| recipe::apply_fix(session, fix))>
                        {label}
                    </Button>
                }
                .into_any()
            }
        }
    });
    view! {
        <li class="alert" class:alert--fixed=is_fixed>
            <Badge tone=tone>{word}</Badge>
            <div class="alert__text">
                <p><Prose text=alert.message/></p>
                <p class="alert__advice"><Prose text=alert.advice/></p>
            </div>
            {button}
        </li>
    }
}

fn label(fix: &Fix) -> String {
    match fix {
        Fix::Drop { columns } => match columns.as_slice() {
            [one] if one.chars().count() <= 24 => format!("Drop {one}"),
            [_] => "Drop the column".to_owned(),
            many => format!("Drop {} columns", many.len()),
        },
        Fix::Deduplicate => "Remove duplicates".to_owned(),
        Fix::Impute { .. } => "Fill it".to_owned(),
        Fix::SetKind { kind, .. } => format!("Read as {}", kind.name()),
        Fix::Filter { .. } => "Leave these rows out".to_owned(),
        Fix::Derive { .. } => "Replace by a formula".to_owned(),
        Fix::EncodeFrequency { .. } => "Encode by frequency".to_owned(),
    }
}
