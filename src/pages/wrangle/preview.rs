//! The first rows of the result, with the step that is being filled in already applied.

use std::collections::BTreeMap;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::recipe::Recipe;
use tabwright_engine::table::{ColumnSchema, Kind};
use tabwright_engine::{PreviewStep, Previewed};

use crate::components::{Badge, Banner, Panel, Status, Tone};
use crate::format::{count, counted};
use crate::state::commands::recipe;
use crate::state::{Loadable, Session, facts, use_session};
use tabwright_workbench::draft::Draft;
use tabwright_workbench::keys::TableKey;
use tabwright_workbench::stamped::Stamped;

/// A recipe with the draft in it and the draft's place, and the table.
type Tried = ((Recipe, usize), TableKey);

/// What the recipe makes of the table.
#[component]
pub fn ResultTable(draft: RwSignal<Option<Draft>>) -> impl IntoView {
    let session = use_session();
    let tried = Memo::new(move |_| {
        let applied = draft.with(|draft| {
            session
                .project
                .with(|project| draft.as_ref()?.applied_to(&project.recipe))
        });
        applied.zip(session.table_key())
    });
    let trial = RwSignal::new(Stamped::<Tried, Previewed>::default());
    recipe::after_pause(
        move || tried.get(),
        move |tried| {
            spawn_local(async move {
                if trial
                    .try_update(|trial| trial.begin(tried.clone()))
                    .is_none()
                {
                    return;
                }
                let outcome = recipe::preview_of(session, tried.0.0.clone()).await;
                // The page may be gone.
                let _ = trial.try_update(|trial| trial.settle(&tried, outcome, false));
            });
        },
    );
    // The draft's preview while there is one, else the recipe's.
    let is_trying = Signal::derive(move || tried.with(Option::is_some));
    let shown = Memo::new(move |_| {
        let last = trial.with(|trial| {
            let (key, made) = trial.made()?;
            Some((key.1.clone(), Arc::clone(made)))
        });
        let table = tried.with(|tried| tried.as_ref().map(|tried| tried.1.clone()));
        match last.filter(|(of, _)| table.is_some_and(|table| table == *of)) {
            Some((_, made)) => Loadable::Ready(made),
            None => session.fact_or_last::<facts::Preview>(),
        }
    });
    let is_stale = Signal::derive(move || match tried.get() {
        Some(tried) => trial.with(|trial| trial.at(&tried).ready().is_none()),
        None => session.is_behind::<facts::Preview>(),
    });
    let failure = move || {
        let tried = tried.get()?;
        let (_, place) = tried.0;
        trial.with(|trial| match trial.at(&tried).ready()?.steps.get(place)? {
            PreviewStep::Failed(why) => Some(why.clone()),
            _ => None,
        })
    };
    let title = Signal::derive(move || match shown.get().ready() {
        Some(preview) => {
            let what = if is_trying.get() {
                "Result with this step"
            } else {
                "Result"
            };
            let columns = counted(preview.schema.columns.len(), "column", "columns");
            format!(
                "{what} · {} × {columns}",
                counted(preview.rows.n_rows, "row", "rows")
            )
        }
        None => "Result".to_owned(),
    });
    let status =
        Signal::derive(move || Status::of(&shown.get(), "The first rows of the result show here."));
    view! {
        {move || failure().map(|why| view! { <Banner tone=Tone::Bad>{why}</Banner> })}
        <Panel
            title=title
            status=status
            class="panel--flush"
            testid="preview"
            actions=move || move || is_stale.get().then(|| view! { <Badge>"updating"</Badge> })
        >
            {move || match shown.get() {
                Loadable::Ready(preview) => Some(view! { <Rows preview=preview/> }),
                _ => None,
            }}
        </Panel>
    }
}

/// Cells of the preview, about: as many as are drawn within a frame.
const CELLS: usize = 900;
/// A wider table is cut.
const MOST_COLUMNS: usize = 60;

#[component]
fn Rows(preview: Arc<Previewed>) -> impl IntoView {
    let session = use_session();
    let frame = NodeRef::<html::Div>::new();
    let kept = untrack(move || session.made::<facts::Preview>());
    let is_wider = kept.is_some_and(|(_, kept)| adds_columns(&preview, &kept));
    Effect::new(move || {
        // What the step adds stands at the right end, mostly out of sight.
        if let Some(frame) = frame.get().filter(|_| is_wider) {
            request_animation_frame(move || frame.set_scroll_left(frame.scroll_width()));
        }
    });
    let n_columns = preview.schema.columns.len().min(MOST_COLUMNS);
    let n_rows = preview
        .rows
        .cells
        .len()
        .min((CELLS / n_columns.max(1)).clamp(15, 60));
    let rows = preview
        .rows
        .cells
        .iter()
        .zip(&preview.rows.ids)
        .take(n_rows);
    let numbers: Vec<bool> = preview
        .schema
        .columns
        .iter()
        .take(n_columns)
        .map(|column| column.kind.is_number())
        .collect();
    let body = rows.map(|(cells, id)| {
        view! {
            <tr>
                <th scope="row" class="num vtable__id">{count(*id as usize + 1)}</th>
                {cells.iter().zip(&numbers).map(|(text, is_number)| cell(text.as_deref(), *is_number)).collect_view()}
            </tr>
        }
    });
    view! {
        <div class="vtable preview" tabindex="0" role="region" aria-label="First rows of the result" node_ref=frame>
            <table class="table vtable__table">
                <thead>
                    <tr>
                        <th scope="col" class="num vtable__id">"row"</th>
                        {heads(session, &preview.schema.columns[..n_columns])}
                    </tr>
                </thead>
                <tbody>{body.collect_view()}</tbody>
            </table>
        </div>
        {cut(&preview, n_rows, n_columns).map(|text| view! { <p class="preview__more">{text}</p> })}
    }
}

fn adds_columns(preview: &Previewed, before: &Previewed) -> bool {
    let is_known = |name: &str| {
        before
            .schema
            .columns
            .iter()
            .any(|column| column.name == name)
    };
    preview
        .schema
        .columns
        .iter()
        .any(|column| !is_known(&column.name))
}

/// Headings: name, kind, and whether the recipe made or changed the column.
fn heads(session: Session, columns: &[ColumnSchema]) -> impl IntoView + use<> {
    let before: BTreeMap<String, Kind> = session
        .table_info()
        .map(|table| {
            table
                .schema
                .columns
                .iter()
                .map(|column| (column.name.clone(), column.kind))
                .collect()
        })
        .unwrap_or_default();
    let head = |column: &ColumnSchema| {
        let change = match before.get(&column.name) {
            None => " · new",
            Some(kind) if *kind != column.kind => " · changed",
            Some(_) => "",
        };
        let name = column.name.clone();
        view! {
            <th scope="col" class:num=column.kind.is_number() class:changed=!change.is_empty() title=name.clone()>
                {name.clone()}
                <span class="vtable__note">{column.kind.name()} {change}</span>
            </th>
        }
    };
    columns.iter().map(head).collect_view()
}

fn cell(text: Option<&str>, is_number: bool) -> AnyView {
    match text {
        Some(text) => {
            view! { <td class:num=is_number title=text.to_owned()>{text.to_owned()}</td> }
                .into_any()
        }
        None => {
            view! { <td class:num=is_number class="missing"><span>"missing"</span></td> }.into_any()
        }
    }
}

/// Says so where not all is shown.
fn cut(preview: &Previewed, n_rows: usize, n_columns: usize) -> Option<String> {
    let (all_rows, all_columns) = (preview.rows.n_rows, preview.schema.columns.len());
    let rows = (all_rows > n_rows)
        .then(|| format!("first {n_rows} of {}", counted(all_rows, "row", "rows")));
    let columns = (all_columns > n_columns).then(|| {
        format!(
            "first {n_columns} of {}",
            counted(all_columns, "column", "columns")
        )
    });
    match (rows, columns) {
        (None, None) => None,
        (rows, columns) => Some(
            rows.into_iter()
                .chain(columns)
                .collect::<Vec<_>>()
                .join(", "),
        ),
    }
}
