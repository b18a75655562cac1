//! A table of any number of rows, of which only those on screen exist.

use std::sync::Arc;

use crate::format;
use leptos::html;
use leptos::prelude::*;
use tabwright_engine::RowWindow;
use tabwright_workbench::window::{Geometry, ROW_PX};

/// Height of the headings in CSS pixels; the style sheet says the same (`--head-height`).
const HEAD_PX: f64 = 80.0;
/// Rows fetched before and behind those on screen.
const MARGIN: usize = 30;

/// A heading of a [`VirtualTable`].
#[derive(Clone, Debug, PartialEq)]
pub struct HeadCell {
    /// The column's name.
    pub name: String,
    /// Under the name: its kind.
    pub note: String,
    /// Whether its cells are right-aligned.
    pub is_number: bool,
}

/// A table that shows `window` and asks for another where it is scrolled to.
#[component]
pub fn VirtualTable(
    /// What the table is about.
    #[prop(into)]
    label: String,
    /// The columns.
    #[prop(into)]
    columns: Signal<Vec<HeadCell>>,
    /// The rows that are here, and how many there are.
    #[prop(into)]
    window: Signal<Arc<RowWindow>>,
    /// Asks for (first row, rows).
    #[prop(into)]
    on_window: UnsyncCallback<(usize, usize)>,
    /// Column that it is sorted by, and whether descending.
    #[prop(into)]
    sort: Signal<Option<(String, bool)>>,
    /// Hears of a click on a heading.
    #[prop(into)]
    on_sort: UnsyncCallback<String>,
    /// What stands under the heading of the column of that name.
    #[prop(optional, into)]
    under: Option<UnsyncCallback<String, AnyView>>,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let (top, set_top) = signal(0.0_f64);
    let n_rows = Memo::new(move |_| window.with(|window| window.n_rows));
    let visible = move || {
        frame.get().map_or(20, |frame| {
            (f64::from(frame.client_height()) / ROW_PX) as usize + 1
        })
    };
    let geometry = move || Geometry::new(n_rows.get(), visible());
    let ask = move || {
        let geometry = geometry();
        let first = geometry.first_row(top.get());
        let here =
            window.with_untracked(|window| (window.start, window.start + window.cells.len()));
        let last = (first + geometry.n_visible).min(geometry.n_rows);
        if first < here.0 || last > here.1 {
            on_window.run((
                first.saturating_sub(MARGIN),
                geometry.n_visible + 2 * MARGIN,
            ));
        }
    };
    let on_scroll = move |_| {
        if let Some(frame) = frame.get() {
            set_top.set(f64::from(frame.scroll_top()));
            ask();
        }
    };
    let before = move || {
        let start = window.with(|window| window.start);
        geometry().offset(start, top.get())
    };
    let after = move || {
        let shown = window.with(|window| window.cells.len()) as f64 * ROW_PX;
        (geometry().height() - before() - shown).max(0.0)
    };
    let body = move || {
        let numbers: Vec<bool> =
            columns.with(|columns| columns.iter().map(|column| column.is_number).collect());
        window.with(|window| {
            let rows = window.cells.iter().zip(&window.ids).enumerate();
            rows.map(|(position, (cells, id))| {
                body_row(cells, &numbers, *id, window.start + position)
            })
            .collect_view()
        })
    };
    let name = label.clone();
    view! {
        <div class="vtable" tabindex="0" role="region" aria-label=name node_ref=frame on:scroll=on_scroll data-testid=testid>
            // As high as all rows from the first: the spaces above and below change one after the other, and a table that is
            // shorter for a moment would be scrolled back by the browser.
            <div style:min-height=move || format!("{}px", geometry().height() + HEAD_PX)>
            <table class="table vtable__table" aria-rowcount=move || n_rows.get() + 1>
                <caption class="visually-hidden">{label}</caption>
                <thead>
                    <tr aria-rowindex="1">
                        <th scope="col" class="num vtable__id">"row"</th>
                        {move || {
                            let head = |column: HeadCell| {
                                let under = under.map(|under| under.run(column.name.clone()));
                                head_cell(column, sort, on_sort, under)
                            };
                            columns.get().into_iter().map(head).collect_view()
                        }}
                    </tr>
                </thead>
                <tbody aria-hidden="true" class="vtable__space"><tr style:height=move || format!("{}px", before())></tr></tbody>
                <tbody>{body}</tbody>
                <tbody aria-hidden="true" class="vtable__space"><tr style:height=move || format!("{}px", after())></tr></tbody>
            </table>
            </div>
        </div>
    }
}

fn head_cell(
    column: HeadCell,
    sort: Signal<Option<(String, bool)>>,
    on_sort: UnsyncCallback<String>,
    under: Option<AnyView>,
) -> impl IntoView {
    let HeadCell {
        name,
        note,
        is_number,
    } = column;
    let direction = Signal::derive({
        let name = name.clone();
        move || {
            sort.with(|sort| {
                sort.as_ref()
                    .filter(|(by, _)| *by == name)
                    .map(|(_, descending)| *descending)
            })
        }
    });
    let aria_sort = move || match direction.get() {
        None => "none",
        Some(true) => "descending",
        Some(false) => "ascending",
    };
    let (title, on_hover) = (name.clone(), name.clone());
    view! {
        <th scope="col" class:num=is_number aria-sort=aria_sort title=on_hover>
            <button type="button" class="table__sort" on:click=move |_| on_sort.run(name.clone())>
                {title}
                <span class="table__arrow" aria-hidden="true">
                    {move || direction.get().map_or("", |descending| if descending { "↓" } else { "↑" })}
                </span>
            </button>
            <span class="vtable__note">{note}</span>
            {under}
        </th>
    }
}

fn body_row(
    cells: &[Option<String>],
    numbers: &[bool],
    id: u32,
    position: usize,
) -> impl IntoView + use<> {
    let cell = |(text, is_number): (&Option<String>, &bool)| match text {
        Some(text) => {
            view! { <td class:num=*is_number title=text.clone()>{text.clone()}</td> }.into_any()
        }
        None => view! { <td class:num=*is_number class="missing"><span>"missing"</span></td> }
            .into_any(),
    };
    view! {
        <tr aria-rowindex=position + 2>
            <th scope="row" class="num vtable__id">{format::count(id as usize + 1)}</th>
            {cells.iter().zip(numbers).map(cell).collect_view()}
        </tr>
    }
}
