//! The Monitor stage: a bundle against new rows.

mod bundle;
mod drift;
mod report;

use leptos::prelude::*;

use crate::components::{Button, DropZone, Glyph, PageHead, Panel};
use crate::state::commands::{export, monitor};
use crate::state::{Session, facts, use_session};

use bundle::Opened;
use report::Report;

/// The Monitor stage.
#[component]
pub fn MonitorPage() -> impl IntoView {
    let session = use_session();
    monitor::follow(session);
    let has_bundle = Memo::new(move |_| session.known::<facts::Opened>().is_some());
    view! {
        <PageHead title="Monitor">
            "A model is as good as it was only while new rows look like those that it was trained on. Give it newer rows: they are scored \
             here, and each input and the score are compared with training."
        </PageHead>
        <div class="monitor-inputs">
            <Panel title="1 · Bundle">
                <BundleInput session/>
            </Panel>
            <Panel title="2 · New rows">
                <DropZone
                    label="Choose a CSV file"
                    accept=".csv,.tsv,.txt,text/csv"
                    on_file=move |file| monitor::score(session, file)
                    testid="monitor-input"
                >
                    <p>{move || rows_hint(session, has_bundle.get())}</p>
                </DropZone>
            </Panel>
        </div>
        <Opened/>
        <Report/>
    }
}

fn rows_hint(session: Session, has_bundle: bool) -> String {
    let chosen = session
        .models()
        .new_rows
        .with(|file| file.as_ref().map(|file| file.name()));
    match (chosen, has_bundle) {
        (None, _) => "Rows with the columns that the model needs; the target may be there, and then the model is tested too.".to_owned(),
        (Some(name), true) => format!("{name}. Another file replaces it."),
        (Some(name), false) => format!("{name} is scored as soon as there is a bundle."),
    }
}

#[component]
fn BundleInput(session: Session) -> impl IntoView {
    let made = move || export::just_made(session);
    let take = move |_| {
        if let Some(bundle) = untrack(made) {
            monitor::open_made(session, bundle);
        }
    };
    let hint = move || match session.known::<facts::Opened>() {
        Some(opened) => format!("{}. Another bundle replaces it.", opened.file),
        None => "The file that Export gave. Its proof is replayed before it is used.".to_owned(),
    };
    view! {
        <DropZone
            label="Choose a bundle"
            accept=".zip,application/zip"
            on_file=move |file| monitor::open_file(session, file)
            testid="bundle-input"
        >
            <p>{hint}</p>
            <Show when=move || made().is_some()>
                <Button icon=Glyph::Export on_click=take testid="use-exported">"Take the model just exported"</Button>
            </Show>
        </DropZone>
    }
}
