//! A place to drop a file, with the file input behind it.

use leptos::html;
use leptos::prelude::*;

use crate::browser::{File, files};

/// A box that takes one file, dropped on it or chosen.
#[component]
pub fn DropZone(
    /// What to drop, and the input's name.
    #[prop(into)]
    label: String,
    /// Endings that the input offers, as `.csv,.tsv`.
    #[prop(into)]
    accept: String,
    /// Takes the file.
    #[prop(into)]
    on_file: UnsyncCallback<File>,
    /// The input's hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
    /// What stands in the box, besides the button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let (over, set_over) = signal(false);
    let take = move |files: Vec<File>| {
        if let Some(file) = files.into_iter().next() {
            on_file.run(file);
        }
    };
    let choose = move |_| {
        if let Some(input) = input.get() {
            input.click();
        }
    };
    view! {
        <div
            class="dropzone"
            class:dropzone--over=over
            on:dragover=move |event| {
                if files::carries_files(&event) {
                    event.prevent_default();
                    event.stop_propagation();
                    set_over.set(true);
                }
            }
            on:dragleave=move |_| set_over.set(false)
            on:drop=move |event| {
                set_over.set(false);
                if files::carries_files(&event) {
                    event.prevent_default();
                    event.stop_propagation();
                    take(files::dropped_files(&event));
                }
            }
        >
            {children.map(|children| children())}
            <input
                node_ref=input
                type="file"
                class="visually-hidden"
                tabindex="-1"
                accept=accept
                aria-label=label.clone()
                data-testid=testid
                on:change=move |event| take(files::chosen_files(&event))
            />
            <button type="button" class="btn" on:click=choose>{label}</button>
        </div>
    }
}
