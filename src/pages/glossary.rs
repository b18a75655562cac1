//! All terms of art on one page.

use leptos::prelude::*;

use crate::components::PageHead;
use crate::glossary::GLOSSARY;

/// The glossary.
#[component]
pub fn GlossaryPage() -> impl IntoView {
    let entries = GLOSSARY.iter().map(|entry| {
        view! { <dt>{entry.term}</dt><dd>{entry.definition}</dd> }
    });
    view! {
        <PageHead title="Glossary">
            "The words that the stages use. Each is also explained where it stands: point at an underlined word, or move the focus to it."
        </PageHead>
        <dl class="glossary">{entries.collect_view()}</dl>
    }
}
