//! Adding and changing a step: a form made from the step's declaration.

use leptos::prelude::*;
use tabwright_engine::recipe::{STEPS, StepInfo};

use super::controls::Control;
use super::steps::edit_button;
use crate::browser::environment::focus_soon;
use crate::components::{Button, ButtonKind, Glyph, Icon, Panel};
use crate::state::commands::recipe;
use crate::state::use_session;
use tabwright_workbench::draft::Draft;
use tabwright_workbench::recipe::against_target;

/// Every step, one button each.
#[component]
pub fn AddMenu(draft: RwSignal<Option<Draft>>) -> impl IntoView {
    view! {
        <div class="add-menu" role="group" aria-label="Add a step">
            <span class="add-menu__label">"Add a step"</span>
            {STEPS
                .iter()
                .map(|info| {
                    let is_open = move || {
                        draft.with(|draft| draft.as_ref().is_some_and(|draft| draft.index.is_none() && draft.info.tag == info.tag))
                    };
                    view! {
                        <button
                            type="button"
                            class="btn"
                            title=info.help
                            data-testid=add_button(info)
                            aria-pressed=move || is_open().to_string()
                            on:click=move |_| draft.set(Some(Draft::new(info)))
                        >
                            <Icon glyph=Glyph::Plus size=14/>
                            <span class="btn__label">{info.title}</span>
                        </button>
                    }
                })
                .collect_view()}
        </div>
    }
}

/// The hook of the button that adds a step.
fn add_button(info: &StepInfo) -> String {
    format!("step-add-{}", info.tag)
}

/// Closes the form and gives the focus back to the button that opened it.
fn close(draft: RwSignal<Option<Draft>>) {
    let Some(open) = draft.get_untracked() else {
        return;
    };
    draft.set(None);
    let opener = open
        .index
        .map_or_else(|| add_button(open.info), edit_button);
    focus_soon(format!("[data-testid='{opener}']"));
}

/// The form of the open draft. It is made anew for another step, not for another value.
#[component]
pub fn StepForm(draft: RwSignal<Option<Draft>>) -> impl IntoView {
    let which = Memo::new(move |_| {
        draft.with(|draft| draft.as_ref().map(|draft| (draft.info.tag, draft.index)))
    });
    move || {
        // To track it alone would not make it: a memo that nobody has read knows not what it is made from.
        which.get()?;
        let open = draft.get_untracked()?;
        Some(view! { <Fields draft=draft open=open/> })
    }
}

#[component]
fn Fields(draft: RwSignal<Option<Draft>>, open: Draft) -> impl IntoView {
    let session = use_session();
    let (info, index) = (open.info, open.index);
    let problem = Memo::new(move |_| {
        let step = draft.with(|draft| draft.as_ref().map(Draft::step))?;
        let target = session.project.with(|project| project.target.clone());
        match step {
            Ok(step) => against_target(&step, &target?),
            Err(why) => Some(why),
        }
    });
    focus_soon(".step-form :is(input, select, textarea)".to_owned());
    let apply = move || {
        let Some(Ok(step)) = draft.with_untracked(|draft| draft.as_ref().map(Draft::step)) else {
            return;
        };
        match index {
            Some(index) => recipe::replace(session, index, step),
            None => recipe::add(session, step),
        }
        close(draft);
    };
    let title = match index {
        Some(index) => format!("Change step {}: {}", index + 1, info.title),
        None => info.title.to_owned(),
    };
    view! {
        <Panel title=title class="step-form">
            <form
                on:submit=move |event| {
                    event.prevent_default();
                    apply();
                }
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        close(draft);
                    }
                }
            >
                <p class="guidance">{info.help}</p>
                <div class="step-form__fields">
                    {info.fields.iter().map(|field| view! { <Control draft=draft field=field/> }).collect_view()}
                </div>
                <div class="step-form__actions">
                    <Button
                        kind=ButtonKind::Primary
                        icon=Glyph::Check
                        disabled=Signal::derive(move || problem.get().is_some())
                        submits=true
                        on_click=|_| ()
                        testid="step-apply"
                    >
                        {if index.is_some() { "Change the step" } else { "Add to the recipe" }}
                    </Button>
                    <Button on_click=move |_| close(draft)>"Cancel"</Button>
                    <span class="field__help" role="status">{move || problem.get()}</span>
                </div>
            </form>
        </Panel>
    }
}
