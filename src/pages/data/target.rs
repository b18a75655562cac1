//! Which column is the target, and the task that follows.

use leptos::prelude::*;
use tabwright_engine::model::Task;
use tabwright_engine::train::TaskChoice;
use tabwright_engine::{Failure, TableInfo, TargetInfo};
use tabwright_workbench::target::propose_target;

use crate::browser::environment::focus_soon;
use crate::components::{Button, ButtonKind, Field, Panel, Select, Term};
use crate::format;
use crate::state::{Loadable, commands, facts, use_session};

const TASKS: [(TaskChoice, &str, &str); 4] = [
    (TaskChoice::Auto, "auto", "as the target says"),
    (TaskChoice::Binary, "binary", "binary: one of two classes"),
    (
        TaskChoice::Multiclass,
        "multiclass",
        "multiclass: one of several",
    ),
    (TaskChoice::Regression, "regression", "regression: a number"),
];
/// Classes shown one by one; the rest is a count.
const CLASSES_SHOWN: usize = 8;

/// The choice of target and task.
#[component]
pub fn TargetPanel() -> impl IntoView {
    let session = use_session();
    let columns = Signal::derive(move || {
        let none = (String::new(), "choose a column …".to_owned());
        let info = session.table_info();
        let names = info.iter().flat_map(|info| info.schema.columns.iter());
        let items = names.map(|column| {
            (
                column.name.clone(),
                format!("{} · {}", column.name, column.kind.name()),
            )
        });
        [none].into_iter().chain(items).collect::<Vec<_>>()
    });
    let target = Signal::derive(move || {
        session
            .project
            .with(|project| project.target.clone().unwrap_or_default())
    });
    let choose =
        move |name: String| commands::data::set_target(session, (!name.is_empty()).then_some(name));
    let has_target = move || target.with(|target| !target.is_empty());
    view! {
        <Panel title="Target and task">
            <div class="fields">
                <Field label="Target: the column to predict">
                    <Select options=columns value=target on_change=choose testid="target-select"/>
                </Field>
                <Show when=has_target><TaskSelect/></Show>
            </div>
            <Show when=has_target fallback=|| view! { <Proposal/> }><Facts/></Show>
        </Panel>
    }
}

#[component]
fn TaskSelect() -> impl IntoView {
    let session = use_session();
    let options = TASKS
        .map(|(_, value, label)| (value.to_owned(), label.to_owned()))
        .to_vec();
    let value = Signal::derive(move || {
        let task = session.project.with(|project| project.task);
        TASKS
            .iter()
            .find(|(choice, ..)| *choice == task)
            .map_or("auto", |(_, value, _)| value)
            .to_owned()
    });
    let choose = move |value: String| {
        if let Some((task, ..)) = TASKS.iter().find(|(_, name, _)| *name == value) {
            commands::data::set_task(session, *task);
        }
    };
    view! {
        <Field label="Task: what is predicted">
            <Select options=Signal::stored(options) value on_change=choose testid="task-select"/>
        </Field>
    }
}

/// A column that may be the target, one click away.
#[component]
fn Proposal() -> impl IntoView {
    let session = use_session();
    move || {
        let (name, reason) = session
            .table_info()
            .and_then(|info| propose_target(&info))?;
        let accept = {
            let name = name.clone();
            move |_| {
                commands::data::set_target(session, Some(name.clone()));
                // The button goes; what it chose is shown there.
                focus_soon("[data-testid='target-select']".to_owned());
            }
        };
        Some(view! {
            <div class="proposal">
                <p>"Is it "<strong>{name.clone()}</strong>"? " <span class="muted">{format!("It may be: {reason}.")}</span></p>
                <Button kind=ButtonKind::Primary testid="target-accept" on_click=accept>{format!("Predict {name}")}</Button>
            </div>
        })
    }
}

/// What the target is, and why.
#[component]
fn Facts() -> impl IntoView {
    let session = use_session();
    move || match session.fact::<facts::Target>() {
        Loadable::Ready(info) => {
            let table = session.table_info();
            let reason = table
                .map(|table| reason(&table, &info, session.project.with(|project| project.task)));
            view! { <p>{reason}</p><Classes info=(*info).clone()/> }.into_any()
        }
        Loadable::Failed(Failure { message, .. }) => {
            view! { <p class="panel__failed" role="alert">{message}</p> }.into_any()
        }
        Loadable::Loading | Loadable::Empty => {
            view! { <p class="muted">"Looking at the column …"</p> }.into_any()
        }
    }
}

fn reason(table: &TableInfo, info: &TargetInfo, choice: TaskChoice) -> String {
    let without = table.n_rows.saturating_sub(info.n_rows);
    let gaps = match without {
        0 => String::new(),
        n => format!(
            " {} without a target are left out.",
            format::counted(n, "row", "rows")
        ),
    };
    let chosen = if choice == TaskChoice::Auto {
        ""
    } else {
        ", as you chose"
    };
    let why = match &info.task {
        Task::Binary { classes } => {
            format!(
                "Binary classification{chosen}: two classes; {} is the positive one.",
                classes.get(1).map_or("", String::as_str)
            )
        }
        Task::Multiclass { classes } => format!(
            "Multiclass classification{chosen}: {} classes.",
            format::count(classes.len())
        ),
        Task::Regression => {
            format!("Regression{chosen}: the target is a number with many different values.")
        }
    };
    format!("{why}{gaps}")
}

/// Rows of each class, as counts, shares and bars.
#[component]
fn Classes(info: TargetInfo) -> impl IntoView {
    let total = info.class_rows.iter().sum::<usize>().max(1);
    let mut classes: Vec<(String, usize)> = info
        .task
        .classes()
        .iter()
        .cloned()
        .zip(info.class_rows.iter().copied())
        .collect();
    if classes.is_empty() {
        return ().into_any();
    }
    let rest = classes.split_off(classes.len().min(CLASSES_SHOWN));
    let items = classes
        .into_iter()
        .enumerate()
        .map(|(position, (class, rows))| {
            let share = rows as f64 / total as f64;
            view! {
                <li class="class-row">
                    <span class="class-row__name" title=class.clone()>{class.clone()}</span>
                    <span class="class-row__track" aria-hidden="true">
                        <span
                            class="class-row__bar"
                            style:width=format!("{}%", share * 100.0)
                            style:background-color=format!("var(--cat-{})", position % 8 + 1)
                        ></span>
                    </span>
                    <span class="class-row__count">{format::count_share(rows, total)}</span>
                </li>
            }
        });
    let more = (!rest.is_empty()).then(|| {
        let rows: usize = rest.iter().map(|(_, rows)| rows).sum();
        view! { <li class="muted">{format!("{} more classes · {}", rest.len(), format::counted(rows, "row", "rows"))}</li> }
    });
    view! {
        <h3 class="classes__title">"Rows of each "<Term word="class"/></h3>
        <ul class="classes">{items.collect_view()}{more}</ul>
    }
    .into_any()
}
