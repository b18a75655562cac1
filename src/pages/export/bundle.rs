//! What the bundle holds, and whether it proves its answers.

use leptos::prelude::*;
use tabwright_engine::BundleEntry;
use tabwright_engine::model::ProofReport;

use crate::components::{Badge, Banner, Cell, DataTable, Panel, Row, Status, TableColumn, Tone};
use crate::format;
use crate::state::facts::Bundle;
use crate::state::{Session, use_session};

/// The proof and the entries.
#[component]
pub fn Contents() -> impl IntoView {
    let session = use_session();
    let columns = Signal::stored(vec![
        TableColumn::text("Entry"),
        TableColumn::number("Size"),
        TableColumn::text("What it is"),
    ]);
    let rows = Signal::derive(move || {
        let row = |entry: &BundleEntry| {
            Row::new(vec![
                Cell::text(entry.name.clone()),
                Cell::number(entry.n_bytes as f64, format::bytes(entry.n_bytes as f64)),
                Cell::text(about(&entry.name)),
            ])
        };
        let bundle = session.known::<Bundle>();
        bundle.map_or_else(Vec::new, |bundle| {
            bundle.about.entries.iter().map(row).collect()
        })
    });
    view! {
        <Panel title=Signal::derive(move || title(session)) status=status(session)>
            {move || proof(session)}
            {move || notes(session)}
            <DataTable caption="Contents of the bundle" testid="bundle-contents" columns=columns rows=rows/>
        </Panel>
    }
}

/// The model card, as text.
#[component]
pub fn Card() -> impl IntoView {
    let session = use_session();
    let card = move || {
        session
            .known::<Bundle>()
            .map(|bundle| bundle.about.card.clone())
    };
    view! {
        <Panel title="Model card" status=status(session)>
            <pre class="card-text" tabindex="0">{card}</pre>
        </Panel>
    }
}

fn status(session: Session) -> Signal<Status> {
    Signal::derive(move || {
        Status::of(
            &session.fact::<Bundle>(),
            "The bundle is made when it is downloaded.",
        )
    })
}

fn title(session: Session) -> String {
    match session.known::<Bundle>() {
        Some(bundle) => format!(
            "{} · {}",
            bundle.about.file,
            format::bytes(f64::from(bundle.bytes.length()))
        ),
        None => "Bundle".to_owned(),
    }
}

fn proof(session: Session) -> Option<AnyView> {
    let bundle = session.known::<Bundle>()?;
    let report = &bundle.about.proof;
    let ok = holds(report);
    let (tone, verdict) = if ok {
        (Tone::Good, "Proven")
    } else {
        (Tone::Bad, "Not proven")
    };
    let view = view! {
        <p class="proof" data-testid="proof-status" data-ok=ok.to_string()>
            <Badge tone=tone>{verdict}</Badge>
            <span>{sentence(report)}</span>
        </p>
    };
    Some(view.into_any())
}

/// What the bundle lacks.
fn notes(session: Session) -> Vec<AnyView> {
    let bundle = session.known::<Bundle>();
    let notes = bundle.map_or_else(Vec::new, |bundle| bundle.about.notes.clone());
    let banner = |note| view! { <Banner tone=Tone::Warning>{note}</Banner> }.into_any();
    notes.into_iter().map(banner).collect()
}

fn holds(report: &ProofReport) -> bool {
    report.n_differing == 0 && report.n_margins > 0
}

fn sentence(report: &ProofReport) -> String {
    let rows = format::counted(report.n_rows, "row", "rows");
    if holds(report) {
        format!(
            "The finished file was read back and scored its {rows} of proof: all {} are the same to the last bit. `tabwright verify` repeats this \
             wherever the bundle goes.",
            format::counted(report.n_margins, "score", "scores")
        )
        .replace('`', "")
    } else {
        format!(
            "Of {} on {rows}, {} differ: do not use this bundle, and report this as a fault.",
            format::counted(report.n_margins, "score", "scores"),
            format::count(report.n_differing)
        )
    }
}

/// What an entry is for.
fn about(name: &str) -> &'static str {
    match name {
        "manifest.json" => "What this is, and the checksum of all the rest",
        "schema.json" => "The columns that it needs, with kinds and levels",
        "recipe.json" => "The steps as they were fitted",
        "model.json" => "The model itself",
        "search.json" => "How it was found: enough to train it again",
        "evaluation.json" => "How good it is on held-out rows",
        "baseline.json" => "What training data looked like: counts, no rows",
        "gate.json" => "What another model must meet to take its place",
        "proof.csv" => "Rows that prove its answers",
        "proof.json" => "The exact scores that they must get",
        "card.md" => "The model card",
        "model.onnx" => {
            "The same model for ONNX Runtime: raw columns in; label, probabilities and score out"
        }
        "MLmodel" => "Makes the unpacked folder a model that MLflow loads",
        "code/tabwright_mlflow.py" => "What MLflow runs: it replays the proof before it scores",
        "input_example.json" => "A row that could be, for MLflow",
        "requirements.txt" | "conda.yaml" | "python_env.yaml" => {
            "The Python packages that MLflow needs"
        }
        "report.html" => "Quality, curves and origin on one page, to read in any browser",
        _ => "",
    }
}
