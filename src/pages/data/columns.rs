//! The columns: kind and why, what did not fit, what is missing. The kind is changed in place.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::table::{Kind, read::ColumnReport};

use crate::components::{Cell, DataTable, Panel, Row, Select, TableColumn};
use crate::format;
use crate::state::{Session, commands, use_session};

/// Misfits shown by name; the rest is a count.
const MISFITS_SHOWN: usize = 3;

/// The table of columns.
#[component]
pub fn Columns() -> impl IntoView {
    let session = use_session();
    let heads = Signal::stored(vec![
        TableColumn::text("Column"),
        TableColumn::text("Kind")
            .help("What the values mean; change it and the file is read again"),
        TableColumn::text("Why"),
        TableColumn::number("Missing").help("Cells without a value, misfits included"),
        TableColumn::text("Did not fit")
            .help("Cells that are not of the kind; they became missing"),
        TableColumn::text("Values"),
    ]);
    let rows = Signal::derive(move || {
        let Some(info) = session.table_info() else {
            return Vec::new();
        };
        let reports = info.report.columns.iter().zip(&info.schema.columns);
        reports
            .map(|(report, column)| {
                let values = match (column.range, column.levels.len()) {
                    (Some((low, high)), _) => range(column.kind, low, high),
                    (None, 0) => String::new(),
                    (None, n) => format::counted(n, "level", "levels"),
                };
                row(session, report, info.n_rows, values)
            })
            .collect()
    });
    view! {
        <Panel title="Columns" class="panel--flush" testid="columns">
            <DataTable caption="Columns and their kinds" columns=heads rows/>
        </Panel>
    }
}

fn range(kind: Kind, low: f64, high: f64) -> String {
    let text = |x: f64| match kind {
        Kind::Date | Kind::Datetime => tabwright_engine::table::format_number(kind, x),
        _ => short(x),
    };
    format!("{} to {}", text(low), text(high))
}

/// A number in full where that is short.
fn short(x: f64) -> String {
    let exact = format::exact(x);
    if x.fract() != 0.0 && exact.len() <= 7 {
        exact.replace('-', "−")
    } else {
        format::number(x)
    }
}

fn row(session: Session, report: &ColumnReport, n_rows: usize, values: String) -> Row {
    let missing = report.n_missing as f64 / n_rows.max(1) as f64;
    let kind = report.kind.value;
    let name = report.name.clone();
    Row::new(vec![
        Cell::text(name.clone()).title(name.clone()),
        Cell::text(kind.name())
            .view(move || view! { <KindSelect session name=name.clone() kind/> }),
        Cell::text(report.kind.reason.clone()).title(report.kind.reason.clone()),
        Cell::number(missing, format::count_share(report.n_missing, n_rows)).bar_if(missing),
        misfits(report),
        Cell::text(values),
    ])
}

fn misfits(report: &ColumnReport) -> Cell {
    if report.n_misfits == 0 {
        return Cell::text("");
    }
    let one = |(line, text): &(u64, String)| format!("{text:?} (line {line})");
    let first: Vec<String> = report.misfits.iter().take(MISFITS_SHOWN).map(one).collect();
    let rest = report.n_misfits.saturating_sub(first.len());
    let more = if rest > 0 {
        format!(" and {} more", format::count(rest))
    } else {
        String::new()
    };
    let all: Vec<String> = report.misfits.iter().map(one).collect();
    Cell::text(format!("{}{more}", first.join(", "))).title(all.join("\n"))
}

#[component]
fn KindSelect(session: Session, name: String, kind: Kind) -> impl IntoView {
    let options: Vec<(String, String)> = Kind::ALL
        .iter()
        .map(|kind| (kind.name().to_owned(), kind.name().to_owned()))
        .collect();
    let label = format!("Kind of {name}");
    let change = move |value: String| {
        let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.name() == value) else {
            return;
        };
        let name = name.clone();
        spawn_local(commands::table::reread(session, move |options| {
            options.kinds.insert(name, kind);
        }));
    };
    view! { <Select options=Signal::stored(options) value=kind.name().to_owned() on_change=change label/> }
}
