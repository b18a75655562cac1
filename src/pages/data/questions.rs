//! What the file does not say: an order of day and month, whether −999 is a number. Asked, with an answer a click.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::table::read::{ColumnReport, Question, ReadReport, Sentinel};

use crate::components::{Button, Panel, Prose};
use crate::format;
use crate::state::{Session, commands, use_session};

/// The questions; nothing where there is none.
#[component]
pub fn Questions() -> impl IntoView {
    let session = use_session();
    let n = Memo::new(move |_| {
        session
            .table_info()
            .map_or(0, |info| info.report.columns.iter().map(n_questions).sum())
    });
    let items = move || {
        let report = session.table_info().map(|info| info.report.clone());
        report.map(|report| items(session, &report))
    };
    let title = Signal::derive(move || {
        format!(
            "Only you can say · {}",
            format::counted(n.get(), "question", "questions")
        )
    });
    view! {
        <Show when=move || { n.get() > 0 }>
            <Panel title testid="questions">
                <ul class="questions">{items}</ul>
            </Panel>
        </Show>
    }
}

fn n_questions(report: &ColumnReport) -> usize {
    usize::from(report.question.is_some()) + report.sentinels.len()
}

fn items(session: Session, report: &ReadReport) -> Vec<AnyView> {
    let tokens = &report.missing_tokens.value;
    let mut items = Vec::new();
    for column in &report.columns {
        items.extend(
            column
                .question
                .iter()
                .map(|question| way_to_read(session, &column.name, question)),
        );
        let sentinels = column.sentinels.iter();
        items.extend(sentinels.map(|sentinel| {
            let tokens = tokens.iter().cloned().chain([sentinel.text.clone()]);
            is_missing(session, &column.name, sentinel, tokens.collect())
        }));
    }
    items
}

/// Cells that can be read in more than one way.
fn way_to_read(session: Session, column: &str, question: &Question) -> AnyView {
    let answers = question.choices.iter().map(|choice| {
        let (choice, name, label) = (choice.clone(), column.to_owned(), choice.label());
        let answer = move |_| {
            let (choice, name) = (choice.clone(), name.clone());
            spawn_local(commands::table::reread(session, move |options| {
                options.formats.insert(name, choice);
            }));
        };
        view! { <Button on_click=answer>{label}</Button> }
    });
    let answers: Vec<_> = answers.collect();
    item(format!("`{column}`: {}", question.text), answers.into_any())
}

/// A number that probably stands for "missing".
fn is_missing(session: Session, column: &str, sentinel: &Sentinel, tokens: Vec<String>) -> AnyView {
    let text = format!(
        "`{column}`: {} stands far from all other values in {}, as people write it where a value is missing. It counts as a number.",
        sentinel.text,
        format::counted(sentinel.count, "row", "rows")
    );
    let answer = move |_| {
        let tokens = tokens.clone();
        spawn_local(commands::table::reread(session, move |options| {
            options.missing_tokens = Some(tokens);
        }));
    };
    let label = format!("Read {} as missing", sentinel.text);
    item(
        text,
        view! { <Button on_click=answer>{label}</Button> }.into_any(),
    )
}

fn item(text: String, answers: AnyView) -> AnyView {
    view! {
        <li class="questions__item">
            <p><Prose text/></p>
            <div class="questions__answers">{answers}</div>
        </li>
    }
    .into_any()
}
