//! How the file is read: each decision with its reason, each correctable. A change reads the file again.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_engine::table::{Encoding, ReadOptions, ReadReport};

use crate::components::{Badge, Field, Panel, Select, TextInput};
use crate::state::{Loadable, commands, use_session};

/// The value that leaves a decision to the reader.
const DETECT: &str = "";

const DELIMITERS: [(&str, &str); 4] = [
    (",", "comma  ,"),
    (";", "semicolon  ;"),
    ("\t", "tab"),
    ("|", "bar  |"),
];
const HEADERS: [(&str, &str); 2] = [("yes", "the first line"), ("no", "none")];
const ENCODINGS: [Encoding; 4] = [
    Encoding::Utf8,
    Encoding::Windows1252,
    Encoding::Utf16Le,
    Encoding::Utf16Be,
];

/// The blank is how the options say that there are none.
const COMMENTS: [(&str, &str); 4] = [
    (" ", "none"),
    ("#", "lines that start with #"),
    ("%", "lines that start with %"),
    (";", "lines that start with ;"),
];

/// The five decisions.
#[component]
pub fn DialectPanel() -> impl IntoView {
    let session = use_session();
    let report = move || session.table_info().map(|info| info.report.clone());
    let reason = move |of: fn(&ReadReport) -> &str| {
        Signal::derive(move || report().map_or_else(String::new, |report| of(&report).to_owned()))
    };
    // The fields stay while the file is read again: the focus is in one of them.
    let is_reading = move || session.load.with(Loadable::is_loading);
    let note = move || is_reading().then(|| view! { <Badge>"reading"</Badge> });
    view! {
        <Panel title="How the file is read" actions=move || note>
            <div class="fields">
                <Field label="Delimiter" help=reason(|report| &report.delimiter.reason)>
                    <DecisionSelect
                        testid="read-delimiter"
                        items=DELIMITERS.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec()
                        found=Signal::derive(move || report().map_or_else(String::new, |report| report.delimiter.value.to_string()))
                        chosen=|options| options.delimiter.map(String::from)
                        choose=|options, value| options.delimiter = value.and_then(|value| value.chars().next())
                    />
                </Field>
                <Field label="Column names" help=reason(|report| &report.has_header.reason)>
                    <DecisionSelect
                        testid="read-header"
                        items=HEADERS.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec()
                        found=Signal::derive(move || report().map_or_else(String::new, |report| yes_no(report.has_header.value)))
                        chosen=|options| options.has_header.map(yes_no)
                        choose=|options, value| options.has_header = value.map(|value| value == "yes")
                    />
                </Field>
                <Field label="Encoding" help=reason(|report| &report.encoding.reason)>
                    <DecisionSelect
                        testid="read-encoding"
                        items=ENCODINGS.map(|encoding| (encoding.label().to_owned(), encoding.label().to_owned())).to_vec()
                        found=Signal::derive(move || report().map_or_else(String::new, |report| report.encoding.value.label().to_owned()))
                        chosen=|options| options.encoding.map(|encoding| encoding.label().to_owned())
                        choose=|options, value| {
                            options.encoding = value.and_then(|value| ENCODINGS.into_iter().find(|one| one.label() == value));
                        }
                    />
                </Field>
                <Field label="Comments" help=reason(|report| &report.comment.reason)>
                    <DecisionSelect
                        testid="read-comment"
                        items=COMMENTS.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec()
                        found=Signal::derive(move || {
                            report().map_or_else(String::new, |report| report.comment.value.unwrap_or(' ').to_string())
                        })
                        chosen=|options| options.comment.map(String::from)
                        choose=|options, value| options.comment = value.and_then(|value| value.chars().next())
                    />
                </Field>
                <Field label="Cells that mean missing" help=reason(|report| &report.missing_tokens.reason)>
                    <MissingTokens/>
                </Field>
            </div>
        </Panel>
    }
}

fn yes_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// A choice among the values of one decision, the first of which is to detect it.
#[component]
fn DecisionSelect(
    testid: &'static str,
    items: Vec<(String, String)>,
    found: Signal<String>,
    chosen: fn(&ReadOptions) -> Option<String>,
    choose: fn(&mut ReadOptions, Option<String>),
) -> impl IntoView {
    let session = use_session();
    let value = Signal::derive(move || {
        session
            .project
            .with(|project| chosen(&project.read))
            .unwrap_or_else(|| DETECT.to_owned())
    });
    let options = Signal::derive(move || {
        let found = found.get();
        let label = items
            .iter()
            .find(|(value, _)| *value == found)
            .map_or(found.as_str(), |(_, label)| label.as_str());
        let detect = (DETECT.to_owned(), format!("detected: {label}"));
        [detect]
            .into_iter()
            .chain(items.iter().cloned())
            .collect::<Vec<_>>()
    });
    let change = move |value: String| {
        let value = (value != DETECT).then_some(value);
        spawn_local(commands::table::reread(session, move |options| {
            choose(options, value);
        }));
    };
    view! { <Select options value on_change=change testid/> }
}

#[component]
fn MissingTokens() -> impl IntoView {
    let session = use_session();
    let value = Signal::derive(move || {
        session.table_info().map_or_else(String::new, |info| {
            info.report.missing_tokens.value.join(", ")
        })
    });
    let change = move |text: String| {
        let tokens: Vec<String> = text
            .split(',')
            .map(str::trim)
            .filter(|token| !token.is_empty())
            .map(String::from)
            .collect();
        spawn_local(commands::table::reread(session, move |options| {
            options.missing_tokens = Some(tokens);
        }));
    };
    view! { <TextInput value on_change=change code=true placeholder="only empty cells" testid="read-missing"/> }
}
