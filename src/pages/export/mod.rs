//! The Export stage: the model as one file, with the proof of its answers.

mod bundle;
mod commands;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::{
    Banner, Button, ButtonKind, Empty, Glyph, NextStep, PageHead, Panel, Select, Tone,
};
use crate::state::commands::{evaluate, export, train};
use crate::state::{Session, Stage, TrialResult, use_session};

use bundle::{Card, Contents};
use commands::Commands;

/// The Export stage.
#[component]
pub fn ExportPage() -> impl IntoView {
    let session = use_session();
    let has_results = Memo::new(move |_| session.results.with(|results| !results.is_empty()));
    export::follow(session);
    let body = move || {
        if has_results.get() {
            view! { <Ready/> }.into_any()
        } else {
            view! {
                <Empty title="Nothing to export yet">
                    <p>"Train a model on the Train stage; then it can be taken along as a bundle."</p>
                </Empty>
            }
            .into_any()
        }
    };
    view! {
        <PageHead title="Export" actions=move || actions(session)>
            "The bundle holds all that a server needs to score new rows: the steps, the model, what training data looked like, and rows with \
             the exact scores that they must get. It holds no training table, only the few rows of the proof."
        </PageHead>
        {body}
    }
}

fn actions(session: Session) -> impl IntoView + use<> {
    let has_results = move || session.results.with(|results| !results.is_empty());
    let value = Signal::derive(move || {
        session
            .subject()
            .map_or_else(String::new, |result| result.key.id())
    });
    let disabled = Signal::derive(move || export::exportable(session).is_none());
    let save = move |_| {
        if let Some(result) = untrack(move || export::exportable(session)) {
            spawn_local(export::save_bundle(session, result));
        }
    };
    view! {
        <Show when=has_results>
            <Select
                label="Result"
                options=Signal::derive(move || evaluate::choices(session))
                value=value
                on_change=move |id| evaluate::select(session, id)
                testid="result-select"
            />
        </Show>
        <Button kind=ButtonKind::Primary icon=Glyph::Download disabled=disabled testid="export-bundle" on_click=save>
            "Download the bundle"
        </Button>
    }
}

#[component]
fn Ready() -> impl IntoView {
    let session = use_session();
    let is_stale = Memo::new(move |_| export::exportable(session).is_none());
    move || {
        if is_stale.get() {
            return view! { <Stale/> }.into_any();
        }
        view! {
            <Contents/>
            <Commands/>
            <TakeMore/>
            <Card/>
            <NextStep href=Stage::Monitor.href() title="Monitor">
                "Before it scores for real, drop newer rows on Monitor: it says whether they still look like those that the model was \
                 trained on."
            </NextStep>
        }
        .into_any()
    }
}

#[component]
fn Stale() -> impl IntoView {
    let session = use_session();
    let disabled = Signal::derive(move || session.jobs.are_fitting());
    let rerun = move |_| {
        if let Some(result) = untrack(move || session.subject()) {
            spawn_local(train::rerun(session, result));
        }
    };
    view! {
        <Banner tone=Tone::Warning>
            <span class="banner__row">
                "This result is out of date: settings have changed since it was trained, so it is not exported."
                <Button icon=Glyph::Refresh disabled=disabled on_click=rerun>"Train it again"</Button>
            </span>
        </Banner>
    }
}

#[component]
fn TakeMore() -> impl IntoView {
    let session = use_session();
    let with_result = move |act: fn(Session, TrialResult)| {
        move |_| {
            if let Some(result) = untrack(move || export::exportable(session)) {
                act(session, result);
            }
        }
    };
    let scores = with_result(|session, result| spawn_local(export::save_scores(session, result)));
    let replay = with_result(|session, result| spawn_local(export::save_replay(session, result)));
    view! {
        <Panel title="Also to take along">
            <dl class="take">
                <dt>
                    <Button icon=Glyph::Download testid="download-scores" on_click=scores>"Scores of this table"</Button>
                </dt>
                <dd>"A CSV with the prediction, the raw score and each class's probability of every row, by the model on all rows. Rows that it \
                     was trained on look better than new ones will."</dd>
                <dt>
                    <Button icon=Glyph::Download testid="download-project" on_click=replay>"Project for the command line"</Button>
                </dt>
                <dd>"What was decided here, without results: "<code>"tabwright run"</code>" trains it again on a newer file."</dd>
            </dl>
        </Panel>
    }
}
