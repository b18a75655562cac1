//! One control a setting, by what goes into it.

use leptos::prelude::*;
use serde_json::{Value, json};
use tabwright_engine::recipe::{FieldInfo, FieldKind, formula::Function};

use crate::components::{Checkbox, Field, NumberInput, Select, TextInput};
use crate::state::{Session, facts, use_session};
use tabwright_workbench::draft::Draft;

/// Operators that formulas know.
const OPERATORS: &str = "+ − * / %, = != < <= > >=, and or not, is missing, in ('a', 'b')";

/// The control of a field.
#[component]
pub fn Control(draft: RwSignal<Option<Draft>>, field: &'static FieldInfo) -> impl IntoView {
    match field.kind {
        FieldKind::Columns => view! { <ColumnChoice draft=draft field=field/> }.into_any(),
        FieldKind::Formula => view! { <FormulaInput draft=draft field=field/> }.into_any(),
        FieldKind::Flag => flag(draft, field).into_any(),
        FieldKind::Number { least, most, .. } => number(draft, field, least, most).into_any(),
        FieldKind::Column => {
            let session = use_session();
            let options = Signal::derive(move || {
                let none = (String::new(), "Choose a column".to_owned());
                let columns = columns(session).into_iter().map(|(name, kind)| (name.clone(), format!("{name} ({kind})")));
                std::iter::once(none).chain(columns).collect()
            });
            choice(draft, field, options).into_any()
        }
        FieldKind::Choice(choices) => choice(draft, field, Signal::stored(labelled(choices))).into_any(),
        FieldKind::ChoiceOrText(choices) => view! { <ChoiceOrText draft=draft field=field choices=choices/> }.into_any(),
        FieldKind::NewColumn => view! {
            <Field label=field.label help=Signal::stored(field.help.to_owned())>
                <TextInput value=text(draft, field.name) on_change=move |name: String| set(draft, field.name, json!(name))/>
            </Field>
        }
        .into_any(),
    }
}

/// Columns of the table and of the recipe's result, with their kinds.
fn columns(session: Session) -> Vec<(String, &'static str)> {
    let mut columns: Vec<(String, &'static str)> = session
        .table_info()
        .map(|table| {
            table
                .schema
                .columns
                .iter()
                .map(|column| (column.name.clone(), column.kind.name()))
                .collect()
        })
        .unwrap_or_default();
    if let Some((_, preview)) = session.made::<facts::Preview>() {
        for column in &preview.schema.columns {
            if !columns.iter().any(|(name, _)| *name == column.name) {
                columns.push((column.name.clone(), column.kind.name()));
            }
        }
    }
    columns
}

fn labelled(choices: &[(&str, &str)]) -> Vec<(String, String)> {
    choices
        .iter()
        .map(|(value, label)| ((*value).to_owned(), (*label).to_owned()))
        .collect()
}

fn get(draft: RwSignal<Option<Draft>>, name: &'static str) -> Value {
    draft.with(|draft| {
        draft
            .as_ref()
            .map_or(Value::Null, |draft| draft.value(name))
    })
}

fn set(draft: RwSignal<Option<Draft>>, name: &'static str, value: Value) {
    draft.update(|draft| {
        if let Some(draft) = draft {
            draft.set(name, value);
        }
    });
}

fn text(draft: RwSignal<Option<Draft>>, name: &'static str) -> Signal<String> {
    Signal::derive(move || get(draft, name).as_str().unwrap_or_default().to_owned())
}

fn flag(draft: RwSignal<Option<Draft>>, field: &'static FieldInfo) -> impl IntoView {
    let checked = Signal::derive(move || get(draft, field.name).as_bool().unwrap_or_default());
    view! {
        <div class="flag">
            <Checkbox label=field.label checked=checked on_change=move |on| set(draft, field.name, json!(on))/>
            <p class="field__help">{field.help}</p>
        </div>
    }
}

fn number(
    draft: RwSignal<Option<Draft>>,
    field: &'static FieldInfo,
    least: f64,
    most: f64,
) -> impl IntoView {
    let value = Signal::derive(move || get(draft, field.name).as_f64().unwrap_or_default());
    view! {
        <Field label=field.label help=Signal::stored(field.help.to_owned())>
            <NumberInput value=value on_change=move |x: f64| set(draft, field.name, json!(x)) min=least max=most/>
        </Field>
    }
}

fn choice(
    draft: RwSignal<Option<Draft>>,
    field: &'static FieldInfo,
    options: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    view! {
        <Field label=field.label help=Signal::stored(field.help.to_owned())>
            <Select
                options=options
                value=text(draft, field.name)
                on_change=move |value: String| set(draft, field.name, json!(value))
            />
        </Field>
    }
}

/// A choice whose last entry is a text of one's own.
#[component]
fn ChoiceOrText(
    draft: RwSignal<Option<Draft>>,
    field: &'static FieldInfo,
    choices: &'static [(&'static str, &'static str)],
) -> impl IntoView {
    let typed_name = choices.last().map_or("", |choice| choice.0);
    let typed = Signal::derive(move || {
        let value = get(draft, field.name);
        value
            .get(typed_name)
            .and_then(Value::as_str)
            .map(str::to_owned)
    });
    let chosen = Signal::derive(move || match typed.get() {
        Some(_) => typed_name.to_owned(),
        None => get(draft, field.name)
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    });
    let choose = move |value: String| {
        let value = if value == typed_name {
            json!({ typed_name: "" })
        } else {
            json!(value)
        };
        set(draft, field.name, value);
    };
    view! {
        <div class="field">
            <Field label=field.label help=Signal::stored(field.help.to_owned())>
                <Select options=Signal::stored(labelled(choices)) value=chosen on_change=choose/>
            </Field>
            <Show when=move || typed.with(Option::is_some)>
                <TextInput
                    label="The value"
                    placeholder="The value"
                    value=Signal::derive(move || typed.get().unwrap_or_default())
                    on_change=move |text: String| set(draft, field.name, json!({ typed_name: text }))
                />
            </Show>
        </div>
    }
}

/// A list of columns to tick, with a search.
#[component]
fn ColumnChoice(draft: RwSignal<Option<Draft>>, field: &'static FieldInfo) -> impl IntoView {
    let session = use_session();
    let search = RwSignal::new(String::new());
    let chosen = Memo::new(move |_| {
        let value = get(draft, field.name);
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    let found = move || {
        let search = search.get().trim().to_lowercase();
        let mut columns = columns(session);
        columns.retain(|(name, _)| name.to_lowercase().contains(&search));
        columns
    };
    let toggle = move |name: String, on: bool| {
        let mut columns = chosen.get_untracked();
        columns.retain(|other| *other != name);
        if on {
            columns.push(name);
        }
        set(draft, field.name, json!(columns));
    };
    // By name, so that a box that is ticked stays the element that has the focus.
    let item = move |(name, kind): (String, &'static str)| {
        let checked = {
            let name = name.clone();
            Signal::derive(move || chosen.with(|chosen| chosen.contains(&name)))
        };
        let label = format!("{name} ({kind})");
        view! { <Checkbox label=label checked=checked on_change=move |on| toggle(name.clone(), on)/> }
    };
    view! {
        <fieldset class="column-choice">
            <legend class="field__label">
                {field.label} {move || format!(" · {} chosen", chosen.with(Vec::len))}
            </legend>
            <input
                type="search"
                class="input"
                placeholder="Find a column"
                aria-label="Find a column"
                prop:value=move || search.get()
                on:input=move |event| search.set(event_target_value(&event))
            />
            <div class="column-choice__list">
                <For each=found key=Clone::clone children=item/>
            </div>
            <p class="field__help">{field.help}</p>
        </fieldset>
    }
}

/// A formula, told while it is typed; names are put in by a click.
#[component]
fn FormulaInput(draft: RwSignal<Option<Draft>>, field: &'static FieldInfo) -> impl IntoView {
    let session = use_session();
    let value = text(draft, field.name);
    let insert = move |name: String| {
        let before = value.get_untracked();
        let blank = if before.is_empty() || before.ends_with([' ', '(']) {
            ""
        } else {
            " "
        };
        set(draft, field.name, json!(format!("{before}{blank}{name}")));
    };
    let button = move |(name, kind): (String, &'static str)| {
        let written = written(&name);
        view! {
            <button type="button" class="name-chip" title=kind on:click=move |_| insert(written.clone())>{name}</button>
        }
    };
    let functions: Vec<_> = Function::ALL
        .iter()
        .map(|function| view! { <code title=function.help()>{function.signature()}</code>", " })
        .collect();
    view! {
        <div class="field formula">
            <Field label=field.label help=Signal::stored(field.help.to_owned())>
                <input
                    type="text"
                    class="input input--code"
                    spellcheck="false"
                    autocomplete="off"
                    prop:value=move || value.get()
                    on:input=move |event| set(draft, field.name, json!(event_target_value(&event)))
                />
            </Field>
            <details>
                <summary>"Columns and functions"</summary>
                <div class="name-chips"><For each=move || columns(session) key=Clone::clone children=button/></div>
                <p class="field__help">{functions} {OPERATORS}</p>
            </details>
        </div>
    }
}

/// A column's name as a formula has it: bare where that is read as one word, else in backquotes.
fn written(name: &str) -> String {
    let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if is_word && !name.is_empty() {
        name.to_owned()
    } else {
        format!("`{}`", name.replace('`', "``"))
    }
}
