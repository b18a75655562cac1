//! The Explore stage: what the table holds, and what a modeller would want to be told.

mod alerts;
mod card;
mod chosen;
mod columns;
mod compare;
mod correlations;
mod missing;
mod pair;
mod verdict;

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::table::Profile;
use tabwright_engine::table::profile::Severity;

use crate::components::{
    Banner, Button, Empty, Glyph, Later, NextStep, PageHead, Panel, Prose, Status, Tone,
};
use crate::state::commands::explore::{self, ReportForm};
use crate::state::commands::recipe;
use crate::state::{Loadable, Session, Stage, facts, use_session};

use alerts::Alerts;
use columns::Columns;
use compare::Compare;
use correlations::Correlations;
use missing::Missing;
use pair::TwoColumns;
use verdict::Verdict;

/// The Explore stage.
#[component]
pub fn ExplorePage() -> impl IntoView {
    let session = use_session();
    session.follow::<facts::Profile>();
    view! {
        <PageHead title="Explore" actions=move || take_away(session)>
            "What each column holds, what is wrong with it, and how closely it goes with the target. What is found here decides \
             which columns a model may see, and what has to be mended first."
        </PageHead>
        <Show
            when=move || session.has_table()
            fallback=|| {
                view! {
                    <Empty title="No table yet">
                        <p>"Open a CSV file or take a sample on the Data stage; then its columns are described here."</p>
                    </Empty>
                }
            }
        >
            <Profiled/>
        </Show>
    }
}

/// The profile as files.
fn take_away(session: Session) -> impl IntoView {
    let save = move |form| spawn_local(explore::save_report(session, form));
    view! {
        <Show when=move || session.has_table()>
            <Button icon=Glyph::Download testid="report-html" on_click=move |_| save(ReportForm::Html)>"Report"</Button>
            <Button testid="report-json" on_click=move |_| save(ReportForm::Json)>"JSON"</Button>
        </Show>
    }
}

#[component]
fn Profiled() -> impl IntoView {
    let session = use_session();
    let state = Memo::new(move |_| session.fact::<facts::Profile>());
    move || {
        match state.get() {
        Loadable::Ready(profile) => view! { <Report profile=profile/> }.into_any(),
        Loadable::Loading => {
            view! { <Panel title="Describing the columns" status=Signal::stored(Status::Loading)>""</Panel> }.into_any()
        }
        Loadable::Failed(failure) => view! {
            <Banner tone=Tone::Bad>{failure.message}</Banner>
            <div><Button on_click=move |_| explore::profile_again(session)>"Try again"</Button></div>
        }
        .into_any(),
        Loadable::Empty => view! {
            <Empty title="Not described">
                <Button on_click=move |_| explore::profile_again(session)>"Describe the columns"</Button>
            </Empty>
        }
        .into_any(),
    }
    }
}

#[component]
fn Report(profile: Arc<Profile>) -> impl IntoView {
    let session = use_session();
    let shared = StoredValue::new(profile);
    let profile = move || shared.get_value();
    let next = move || shared.with_value(|profile| next_step(session, profile));
    view! {
        <Verdict profile=profile()/>
        <Later><Alerts profile=profile()/></Later>
        <Later><Columns profile=profile()/></Later>
        <Later><TwoColumns profile=profile()/></Later>
        <Later><Correlations profile=profile()/></Later>
        <Later>
            <Missing profile=profile()/>
            <Compare/>
            {next}
        </Later>
    }
}

/// Alerts whose remedy, if any, the recipe does not apply yet.
fn open_alerts<'p>(
    profile: &'p Profile,
    recipe: &'p tabwright_engine::recipe::Recipe,
) -> impl Iterator<Item = &'p tabwright_engine::table::profile::Alert> {
    profile.alerts.iter().filter(|alert| {
        !alert
            .fix
            .as_ref()
            .is_some_and(|fix| recipe::is_fixed(recipe, fix))
    })
}

fn next_step(session: Session, profile: &Profile) -> AnyView {
    if !session.has_target() {
        return view! {
            <NextStep href=Stage::Data.href() title="Choose the target">
                "No target is chosen yet: with one, distributions are split by it and leaks are looked for."
            </NextStep>
        }
        .into_any();
    }
    let blocking = session.project.with(|project| {
        let first = open_alerts(profile, &project.recipe)
            .find(|alert| alert.severity == Severity::Blocking);
        first.map(|alert| format!("{} {}", alert.message, alert.advice))
    });
    if let Some(blocking) = blocking {
        return view! { <NextStep href=Stage::Wrangle.href() title="Wrangle"><Prose text=blocking/></NextStep> }.into_any();
    }
    let n_missing = profile
        .columns
        .iter()
        .filter(|column| column.n_missing > 0)
        .count();
    if n_missing > 0 {
        let columns = crate::format::counted(n_missing, "column has", "columns have");
        return view! {
            <NextStep href=Stage::Wrangle.href() title="Wrangle">
                {format!("{columns} missing values: trees take them as they are, linear models want them filled.")}
            </NextStep>
        }
        .into_any();
    }
    view! {
        <NextStep href=Stage::Features.href() title="Rank the features">
            "No value is missing: see which columns say something about the target."
        </NextStep>
    }
    .into_any()
}
