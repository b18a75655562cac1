//! What stands here while nothing is loaded: a drop zone, samples, a paste box, and what this is.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::File;
use crate::browser::offline::{Kept, KeptHere};
use crate::components::{Banner, Button, ButtonKind, DropZone, Glyph, Icon, Tone};
use crate::format;
use crate::parts::RecentProjects;
use crate::state::{Loadable, commands, use_session};

/// What the file input offers.
const ACCEPT: &str = ".csv,.tsv,.txt,.json,.tabwright";

/// A table that ships with the app.
struct Sample {
    file: &'static str,
    title: &'static str,
    about: &'static str,
    size: &'static str,
}

const SAMPLES: [Sample; 3] = [
    Sample {
        file: "titanic.csv",
        title: "Titanic",
        about: "Who survived? Two classes, gaps in the ages, and columns that give the answer away.",
        size: "891 × 15",
    },
    Sample {
        file: "penguins.csv",
        title: "Palmer penguins",
        about: "Which of three species, from bill, flipper and weight?",
        size: "344 × 7",
    },
    Sample {
        file: "california-housing.csv",
        title: "California housing",
        about: "The median house value of a district: a number, with a ceiling to look out for.",
        size: "20,640 × 10",
    },
];

/// The page without a table.
#[component]
pub fn Welcome() -> impl IntoView {
    let session = use_session();
    let is_busy = move || session.load.with(Loadable::is_loading);
    let kept = use_context::<KeptHere>();
    // Said once it is true: until the browser holds every file, a reload needs the network.
    let offline = move || {
        kept.and_then(|kept| kept.0.get())
            .map(|_: Kept| view! { <span data-testid="kept-offline">" It is kept here, and works without a network."</span> })
    };
    view! {
        <div class="welcome">
            <header class="welcome__head">
                <h1 tabindex="-1">"From a CSV to a model in production"</h1>
                <ol class="welcome__lines">
                    <li>"Explore, wrangle, train, tune and evaluate on one page; the engine runs in this browser."{offline}</li>
                    <li>"Nothing leaves this page: no upload, no account, no tracking."</li>
                    <li>"Take away a bundle that your server scores with, and that proves it gives the same answers, bit for bit."</li>
                </ol>
            </header>
            <Failed/>
            <Awaiting/>
            <OpenZone/>
            <Show when=move || session.recent.with(|recent| !recent.is_empty())>
                <section class="welcome__recent" aria-labelledby="recent">
                    <h2 id="recent">"Or go on with a project"</h2>
                    <RecentProjects/>
                </section>
            </Show>
            <section class="welcome__samples" aria-label="Samples" aria-busy=move || is_busy().to_string()>
                <h2>"Or try a sample"</h2>
                <ul>{SAMPLES.iter().map(|sample| view! { <SampleCard sample/> }).collect_view()}</ul>
            </section>
            <PasteBox/>
        </div>
    }
}

fn open(file: File) {
    let session = use_session();
    spawn_local(commands::data::open(session, file));
}

#[component]
fn OpenZone() -> impl IntoView {
    let session = use_session();
    let open = move |file| spawn_local(commands::data::open(session, file));
    view! {
        <DropZone label="Choose a file" accept=ACCEPT testid="file-input" on_file=open>
            <Icon glyph=Glyph::Upload size=32/>
            <p class="welcome__drop">"Drop a CSV or TSV file anywhere on this window"</p>
            <p class="muted">"or a saved project (.tabwright). The file is read here, by slices, and stays on this machine."</p>
        </DropZone>
    }
}

/// Why the last file could not be read, and what to do.
#[component]
fn Failed() -> impl IntoView {
    let session = use_session();
    move || match session.load.get() {
        // The banner of the frame says it until it is dismissed.
        Loadable::Failed(failure) if session.problem.with(Option::is_none) => Some(view! {
            <Banner tone=Tone::Warning>
                <strong>"The file was not loaded. "</strong>
                {failure.message}
            </Banner>
        }),
        _ => None,
    }
}

/// A project was opened, and its file is asked for.
#[component]
pub fn Awaiting() -> impl IntoView {
    let session = use_session();
    move || {
        session.awaiting.get().map(|opened| {
            let project = opened.project;
            let what = project.source.map_or_else(
                || "the file that it was made on".to_owned(),
                |source| format!("{} ({})", source.file, format::bytes(source.n_bytes as f64)),
            );
            view! {
                <Banner tone=Tone::Info on_dismiss=move |()| commands::data::stop_waiting(session)>
                    <strong>{format!("The project {} is open. ", project.name)}</strong>
                    {format!("A project holds no data: drop {what} to go on, and its results are there again.")}
                </Banner>
            }
        })
    }
}

#[component]
fn SampleCard(sample: &'static Sample) -> impl IntoView {
    let session = use_session();
    view! {
        <li>
            <button
                type="button"
                class="sample"
                data-testid=format!("sample-{}", sample.file.trim_end_matches(".csv"))
                on:click=move |_| spawn_local(commands::data::open_sample(session, sample.file))
            >
                <span class="sample__title">{sample.title}<span class="sample__size">{sample.size}</span></span>
                <span class="sample__about">{sample.about}</span>
            </button>
        </li>
    }
}

#[component]
fn PasteBox() -> impl IntoView {
    let session = use_session();
    let (text, set_text) = signal(String::new());
    let nothing = Signal::derive(move || text.with(|text| text.trim().is_empty()));
    view! {
        <details class="paste">
            <summary>"Paste a table"</summary>
            <label class="visually-hidden" for="paste">"Rows to read, with a header line"</label>
            <textarea
                id="paste"
                class="input"
                rows="6"
                placeholder="name,age,city"
                data-testid="paste-text"
                prop:value=move || text.get()
                on:input=move |event| set_text.set(event_target_value(&event))
            ></textarea>
            <Button
                kind=ButtonKind::Primary
                disabled=nothing
                testid="paste-open"
                on_click=move |_| spawn_local(async move {
                    let text = text.get_untracked();
                    commands::data::open_text(session, &text).await;
                })
            >
                "Read it"
            </Button>
        </details>
    }
}

/// Beside the heading of a loaded table: the same input behind a button.
#[component]
pub fn OpenAnother() -> impl IntoView {
    view! { <DropZone label="Open another file" accept=ACCEPT testid="file-input" on_file=open/> }
}
