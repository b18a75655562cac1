//! Rows that were kept aside, where they stand and why.

use leptos::prelude::*;

use crate::components::{Cell, DataTable, Panel, Row, TableColumn};
use crate::format;
use crate::state::use_session;

/// The list; nothing where every row was read.
#[component]
pub fn BadRows() -> impl IntoView {
    let session = use_session();
    let n_bad = move || {
        session
            .table_info()
            .map_or(0, |info| info.report.n_bad_rows)
    };
    let heads = Signal::stored(vec![
        TableColumn::number("Line"),
        TableColumn::number("Cells found"),
        TableColumn::number("Cells expected"),
        TableColumn::text("The line"),
    ]);
    let rows = Signal::derive(move || {
        let Some(info) = session.table_info() else {
            return Vec::new();
        };
        let row = |bad: &tabwright_engine::table::read::BadRow| {
            Row::new(vec![
                Cell::number(bad.line as f64, format::count(bad.line as usize)),
                Cell::number(bad.found as f64, format::count(bad.found)),
                Cell::number(bad.expected as f64, format::count(bad.expected)),
                Cell::text(bad.text.clone()).title(bad.text.clone()),
            ])
        };
        info.report.bad_rows.iter().map(row).collect()
    });
    let title =
        Signal::derive(move || format!("{} kept aside", format::counted(n_bad(), "row", "rows")));
    let shown = Signal::derive(move || rows.with(Vec::len));
    view! {
        <Show when=move || { n_bad() > 0 }>
            <Panel title class="panel--flush" testid="bad-rows">
                <DataTable caption="Rows kept aside" columns=heads rows/>
                <p class="panel__note">
                    "They have another number of cells than the header and are in no column. Mend them in the file, or choose another delimiter above."
                    {move || (shown.get() < n_bad()).then(|| format!(" The first {} are shown.", shown.get()))}
                </p>
            </Panel>
        </Show>
    }
}
