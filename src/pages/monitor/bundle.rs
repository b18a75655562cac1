//! The bundle under test.

use std::sync::Arc;

use leptos::children::ViewFn;
use leptos::prelude::*;
use tabwright_engine::BundleInfo;

use crate::components::{Badge, Panel, Status, Tone};
use crate::format;
use crate::state::{Loadable, OpenedBundle, facts, use_session};

/// What was opened, and whether it proves its answers.
#[component]
pub fn Opened() -> impl IntoView {
    let session = use_session();
    let state = Memo::new(move |_| session.fact::<facts::Opened>());
    move || {
        match state.get() {
        Loadable::Empty => None,
        Loadable::Ready(opened) => Some(about(&opened)),
        Loadable::Loading => {
            Some(view! { <Panel title="Opening the bundle" status=Signal::stored(Status::Loading)>""</Panel> }.into_any())
        }
        Loadable::Failed(failure) => {
            let status = Signal::stored(Status::Failed(failure.message));
            Some(view! { <Panel title="The bundle cannot be opened" status=status>""</Panel> }.into_any())
        }
    }
    }
}

fn about(opened: &Arc<OpenedBundle>) -> AnyView {
    let manifest = &opened.info.manifest;
    let title = format!(
        "{} · {} for `{}`",
        manifest.name, manifest.algorithm, manifest.target
    )
    .replace('`', "\"");
    let trained = format!(
        "Trained on {} ({}) by version {}, seed {}; needs {}.",
        manifest.data.file,
        format::counted(manifest.data.rows, "row", "rows"),
        manifest.engine,
        manifest.seed,
        format::counted(opened.info.schema.columns.len(), "column", "columns"),
    );
    let proof = proof(&opened.info);
    view! {
        <Panel title=title>
            {proof.clone().run()}
            <p class="muted">{trained.clone()}</p>
        </Panel>
    }
    .into_any()
}

/// The replayed proof in a sentence.
fn proof(info: &BundleInfo) -> ViewFn {
    let report = info.proof.clone();
    let ok = report.n_differing == 0 && report.n_margins > 0;
    (move || {
        let (tone, verdict) = if ok {
            (Tone::Good, "Proven")
        } else {
            (Tone::Bad, "Not proven")
        };
        let sentence = if ok {
            format!(
                "Its {} score as they did where it was made, to the last bit.",
                format::counted(report.n_rows, "proof row", "proof rows")
            )
        } else {
            format!(
                "{} of {} scores differ from those of where it was made: do not trust its answers.",
                format::count(report.n_differing),
                format::count(report.n_margins)
            )
        };
        view! {
            <p class="proof" data-testid="proof-status" data-ok=ok.to_string()>
                <Badge tone=tone>{verdict}</Badge>
                <span>{sentence}</span>
            </p>
        }
    })
    .into()
}
