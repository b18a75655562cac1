//! Small tables that sort by a click on a heading.

use std::cmp::Ordering;

use leptos::children::ViewFn;
use leptos::prelude::*;

/// A column of a [`DataTable`].
#[derive(Clone)]
pub struct TableColumn {
    title: String,
    is_number: bool,
    help: Option<String>,
}

impl TableColumn {
    /// A column of words, left-aligned.
    pub fn text(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            is_number: false,
            help: None,
        }
    }

    /// A column of numbers, right-aligned.
    pub fn number(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            is_number: true,
            help: None,
        }
    }

    /// A line on what it is, on hover.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }
}

/// A cell: what it shows, and what it sorts by.
#[derive(Clone, Default)]
pub struct Cell {
    text: String,
    number: Option<f64>,
    title: Option<String>,
    bar: Option<f64>,
    metric: Option<String>,
    value: Option<f64>,
    view: Option<ViewFn>,
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// A number and how it reads. The exact one shows on hover.
    pub fn number(number: f64, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            number: Some(number),
            title: Some(number.to_string()),
            ..Self::default()
        }
    }

    /// Anything; it sorts by the cell's text or number.
    pub fn view(self, view: impl Into<ViewFn>) -> Self {
        Self {
            view: Some(view.into()),
            ..self
        }
    }

    /// A thin bar under the number, as a share of 1.
    pub fn bar(self, share: f64) -> Self {
        Self {
            bar: Some(share.clamp(0.0, 1.0)),
            ..self
        }
    }

    /// The same where the share is not 0.
    pub fn bar_if(self, share: f64) -> Self {
        if share > 0.0 { self.bar(share) } else { self }
    }

    /// What shows on hover.
    pub fn title(self, title: impl Into<String>) -> Self {
        Self {
            title: Some(title.into()),
            ..self
        }
    }

    /// The hook for automation: `data-metric` and the full-precision `data-value`.
    pub fn metric(self, name: impl Into<String>, value: f64) -> Self {
        Self {
            metric: Some(name.into()),
            value: Some(value),
            ..self
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        match (self.number, other.number) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => self.text.cmp(&other.text),
        }
    }
}

/// A row of a [`DataTable`].
#[derive(Clone, Default)]
pub struct Row {
    cells: Vec<Cell>,
    algorithm: Option<String>,
    class: &'static str,
}

impl Row {
    /// A row of these cells.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self {
            cells,
            ..Self::default()
        }
    }

    /// The hook for automation: `data-algorithm`.
    pub fn algorithm(self, name: impl Into<String>) -> Self {
        Self {
            algorithm: Some(name.into()),
            ..self
        }
    }

    /// A class: `row--muted`, `row--marked`.
    pub fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

/// A table of some hundred rows at most. The first cell of a row is its heading.
#[component]
pub fn DataTable(
    /// What the table is about; for screen readers.
    #[prop(into)]
    caption: String,
    /// The columns.
    #[prop(into)]
    columns: Signal<Vec<TableColumn>>,
    /// The rows, in the order that they have before anything is clicked.
    #[prop(into)]
    rows: Signal<Vec<Row>>,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let sort = RwSignal::new(None::<(usize, bool)>);
    let sorted = move || {
        let mut rows = rows.get();
        if let Some((column, descending)) = sort.get() {
            rows.sort_by(|a, b| match (a.cells.get(column), b.cells.get(column)) {
                (Some(a), Some(b)) if descending => b.order(a),
                (Some(a), Some(b)) => a.order(b),
                _ => Ordering::Equal,
            });
        }
        let columns = columns.get();
        rows.into_iter()
            .map(|row| body_row(row, &columns))
            .collect_view()
    };
    let head = move || {
        let heads = columns.get().into_iter().enumerate();
        heads
            .map(|(position, column)| head_cell(position, column, sort))
            .collect_view()
    };
    let name = caption.clone();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=name>
            <table class="table" data-testid=testid>
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr>{head}</tr></thead>
                <tbody>{sorted}</tbody>
            </table>
        </div>
    }
}

fn head_cell(
    position: usize,
    column: TableColumn,
    sort: RwSignal<Option<(usize, bool)>>,
) -> impl IntoView {
    let direction = move || {
        sort.get()
            .filter(|(by, _)| *by == position)
            .map(|(_, descending)| descending)
    };
    let click = move |_| {
        let descending = match direction() {
            None => column.is_number,
            Some(descending) => !descending,
        };
        sort.set(Some((position, descending)));
    };
    let aria_sort = move || match direction() {
        None => "none",
        Some(true) => "descending",
        Some(false) => "ascending",
    };
    view! {
        <th scope="col" class:num=column.is_number aria-sort=aria_sort title=column.help>
            <button type="button" class="table__sort" on:click=click>
                {column.title}
                <span class="table__arrow" aria-hidden="true">
                    {move || direction().map_or("", |descending| if descending { "↓" } else { "↑" })}
                </span>
            </button>
        </th>
    }
}

fn body_row(row: Row, columns: &[TableColumn]) -> impl IntoView + use<> {
    let cells = row.cells.into_iter().enumerate().map(|(position, cell)| {
        let is_number = columns.get(position).is_some_and(|column| column.is_number);
        body_cell(cell, is_number, position == 0)
    });
    view! {
        <tr class=row.class data-algorithm=row.algorithm>{cells.collect_view()}</tr>
    }
}

fn body_cell(cell: Cell, is_number: bool, is_heading: bool) -> AnyView {
    let content = match cell.view {
        Some(view) => view.run(),
        None => cell.text.into_any(),
    };
    let bar = cell.bar.map(|share| {
        view! {
            <span class="bar-cell" aria-hidden="true">
                <span class="bar-cell__fill" style:width=format!("{}%", share * 100.0)></span>
            </span>
        }
    });
    if is_heading {
        return view! { <th scope="row" class:num=is_number title=cell.title>{content}{bar}</th> }
            .into_any();
    }
    view! {
        <td
            class:num=is_number
            title=cell.title
            data-metric=cell.metric
            data-value=cell.value.map(|value| value.to_string())
        >
            {content}
            {bar}
        </td>
    }
    .into_any()
}
