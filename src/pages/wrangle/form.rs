//! Adding and changing a step: a form made from the step's declaration.

use leptos::prelude::*;
use tabwright_engine::recipe::STEPS;

use super::controls::Control;
use crate::components::{Button, ButtonKind, Glyph, Icon, Panel};
use crate::state::commands::recipe;
use crate::state::use_session;
use tabwright_workbench::draft::Draft;

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

/// The form of the open draft. It is made anew for another step, not for another value.
#[component]
pub fn StepForm(draft: RwSignal<Option<Draft>>) -> impl IntoView {
    let which = Memo::new(move |_| {
        draft.with(|draft| draft.as_ref().map(|draft| (draft.info.tag, draft.index)))
    });
    move || {
        which.track();
        let open = draft.get_untracked()?;
        Some(view! { <Fields draft=draft open=open/> })
    }
}

#[component]
fn Fields(draft: RwSignal<Option<Draft>>, open: Draft) -> impl IntoView {
    let session = use_session();
    let (info, index) = (open.info, open.index);
    let problem = Signal::derive(move || {
        draft.with(|draft| draft.as_ref().and_then(|draft| draft.step().err()))
    });
    let apply = move || {
        let Some(Ok(step)) = draft.with_untracked(|draft| draft.as_ref().map(Draft::step)) else {
            return;
        };
        match index {
            Some(index) => recipe::replace(session, index, step),
            None => recipe::add(session, step),
        }
        draft.set(None);
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
                        draft.set(None);
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
                        on_click=move |_| apply()
                        testid="step-apply"
                    >
                        {if index.is_some() { "Change the step" } else { "Add to the recipe" }}
                    </Button>
                    <Button on_click=move |_| draft.set(None)>"Cancel"</Button>
                    <span class="field__help" role="status">{move || problem.get()}</span>
                </div>
            </form>
        </Panel>
    }
}
