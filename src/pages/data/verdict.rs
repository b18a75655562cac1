//! One sentence on how well the file was read, and the numbers behind it.

use leptos::prelude::*;
use tabwright_engine::TableInfo;

use crate::components::{Badge, Stat, Tone};
use crate::format;
use crate::state::use_session;

/// The sentence and its numbers.
#[component]
pub fn Verdict() -> impl IntoView {
    let session = use_session();
    move || {
        session.table_info().map(|info| {
            let cells = (info.n_rows * info.schema.columns.len()).max(1);
            let missing: usize = info.report.columns.iter().map(|column| column.n_missing).sum();
            let (tone, word) = if is_clean(&info) { (Tone::Good, "Clean") } else { (Tone::Warning, "Look at this") };
            let notes = info.report.notes.clone();
            view! {
                <section class="verdict" aria-label="Verdict">
                    <p class="verdict__sentence" data-testid="data-verdict"><Badge tone>{word}</Badge>{sentence(&info)}</p>
                    <div class="stats">
                        <Stat label="Rows" value=format::count(info.n_rows)/>
                        <Stat label="Columns" value=format::count(info.schema.columns.len())/>
                        <Stat
                            label="Missing cells"
                            value=format::percent(missing as f64 / cells as f64)
                            title=format::count(missing)
                        />
                    </div>
                    {(!notes.is_empty())
                        .then(|| {
                            view! { <ul class="verdict__notes">{notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}</ul> }
                        })}
                </section>
            }
        })
    }
}

fn misfits(info: &TableInfo) -> usize {
    info.report
        .columns
        .iter()
        .map(|column| column.n_misfits)
        .sum()
}

fn is_clean(info: &TableInfo) -> bool {
    info.report.n_bad_rows == 0 && misfits(info) == 0 && info.report.n_replaced == 0
}

fn sentence(info: &TableInfo) -> String {
    let report = &info.report;
    let rows = format::counted(info.n_rows, "row", "rows");
    let columns = format::counted(info.schema.columns.len(), "column", "columns");
    let mut troubles = Vec::new();
    if report.n_bad_rows > 0 {
        troubles.push(format!(
            "{} kept aside",
            format::counted(report.n_bad_rows, "row was", "rows were")
        ));
    }
    let misfits = misfits(info);
    if misfits > 0 {
        troubles.push(format!(
            "{} not fit the column's type",
            format::counted(misfits, "cell did", "cells did")
        ));
    }
    if report.n_replaced > 0 {
        troubles.push(format!(
            "{} not valid in the encoding",
            format::counted(report.n_replaced, "byte was", "bytes were")
        ));
    }
    match troubles.as_slice() {
        [] => format!(
            "All {rows} of {} were read into {columns}; every cell fits its column's type.",
            info.file
        ),
        troubles => format!(
            "{rows} of {} were read into {columns}; {}.",
            info.file,
            troubles.join(", ")
        ),
    }
}
