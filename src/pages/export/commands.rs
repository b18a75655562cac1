//! How to use the bundle from a shell.

use leptos::prelude::*;
use leptos::task::spawn_local;
use tabwright_workbench::shell::quoted;

use crate::browser::clipboard;
use crate::components::{CodeBlock, Panel};
use crate::state::facts::Bundle;
use crate::state::{Session, use_session};

/// Commands, ready to copy.
#[component]
pub fn Commands() -> impl IntoView {
    let session = use_session();
    let file = Memo::new(move |_| {
        let made = session.known::<Bundle>();
        made.map_or_else(
            || "bundle.zip".to_owned(),
            |bundle| bundle.about.file.clone(),
        )
    });
    let source = Memo::new(move |_| {
        session
            .table_info()
            .map_or_else(|| "rows.csv".to_owned(), |table| table.file.clone())
    });
    let verify = Signal::derive(move || format!("tabwright verify {}", quoted(&file.get())));
    let score = Signal::derive(move || {
        format!(
            "tabwright score {} new-rows.csv --out scores.csv",
            quoted(&file.get())
        )
    });
    let replay = Signal::derive(move || {
        let project = session
            .project
            .with(|project| format!("{}.json", project.name));
        format!(
            "tabwright run {} {} --out {}",
            quoted(&project),
            quoted(&source.get()),
            quoted(&file.get())
        )
    });
    view! {
        <Panel title="Use it">
            <div class="commands">
                <p>"Check on the server that it answers there as it does here:"</p>
                <CodeBlock code=verify label="Verify" on_copy=move |text| copy(session, text)/>
                <p>"Score new rows; the file needs the same columns, without the target:"</p>
                <CodeBlock code=score label="Score" on_copy=move |text| copy(session, text)/>
                <p>"Train it again from the saved project, on this or a newer file:"</p>
                <CodeBlock code=replay label="Train again" on_copy=move |text| copy(session, text)/>
            </div>
        </Panel>
    }
}

fn copy(session: Session, text: String) {
    spawn_local(async move {
        if let Err(why) = clipboard::copy(&text).await {
            let message =
                format!("the browser does not let this page copy ({why}); select the text instead");
            session.report(&tabwright_engine::Failure::new(
                tabwright_engine::Area::Bundle,
                message,
            ));
        }
    });
}
