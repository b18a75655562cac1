//! The list of applied steps.

use leptos::prelude::*;
use tabwright_engine::PreviewStep;
use tabwright_engine::recipe::RecipeStep;

use crate::browser::environment::focus_soon;
use crate::components::{Badge, Checkbox, Glyph, Icon, IconButton, Panel};
use crate::format::{count, counted};
use crate::state::commands::recipe;
use crate::state::{facts, use_session};
use tabwright_workbench::draft::{Draft, describe};
use tabwright_workbench::recipe::objection;

/// All steps in order, each with what it does to the table.
#[component]
pub fn StepList(draft: RwSignal<Option<Draft>>) -> impl IntoView {
    let session = use_session();
    let steps = Memo::new(move |_| session.project.with(|project| project.recipe.steps.clone()));
    let is_stale = move || session.fact::<facts::Preview>().is_loading();
    let title = Signal::derive(move || {
        format!(
            "Recipe · {}",
            counted(steps.with(Vec::len), "step", "steps")
        )
    });
    let source = move || {
        let table = session.table_info()?;
        Some(format!(
            "{} · {} × {}",
            table.file,
            count(table.n_rows),
            count(table.schema.columns.len())
        ))
    };
    // By position, so that a step that is ticked or changed stays the element that has the focus.
    let positions = move || 0..steps.with(Vec::len);
    view! {
        <Panel title=title class="recipe panel--flush" testid="recipe" actions=move || move || is_stale().then(|| view! { <Badge>"updating"</Badge> })>
            <p class="recipe__source"><Icon glyph=Glyph::File size=14/>{source}</p>
            <ol class="recipe__steps">
                <For each=positions key=|index| *index let(index)>
                    <Item draft=draft steps=steps index=index/>
                </For>
            </ol>
            <Show when=move || steps.with(Vec::is_empty)>
                <p class="panel__empty">"No steps yet. Add one on the left; the remedies on Explore land here too."</p>
            </Show>
        </Panel>
    }
}

/// The hook of the button that changes a step.
pub(super) fn edit_button(index: usize) -> String {
    format!("step-edit-{index}")
}

/// The selector of a step in the list.
fn place(index: usize) -> String {
    format!(".recipe__steps > :nth-child({})", index + 1)
}

#[component]
fn Item(
    draft: RwSignal<Option<Draft>>,
    steps: Memo<Vec<RecipeStep>>,
    index: usize,
) -> impl IntoView {
    let session = use_session();
    let of = move |read: fn(&RecipeStep) -> String| {
        Memo::new(move |_| steps.with(|steps| steps.get(index).map(read).unwrap_or_default()))
    };
    let title = of(|entry| entry.step.info().title.to_owned());
    let settings = of(|entry| describe(&entry.step));
    let is_enabled = Signal::derive(move || {
        steps.with(|steps| steps.get(index).is_some_and(|entry| entry.enabled))
    });
    let has_settings = move || {
        steps.with(|steps| {
            let entry = steps.get(index);
            entry.is_some_and(|entry| !entry.step.info().fields.is_empty())
        })
    };
    let outcome = Signal::derive(move || {
        let (_, preview) = session.made::<facts::Preview>()?;
        preview.steps.get(index).cloned()
    });
    let objection = Memo::new(move |_| {
        let preview = session.made::<facts::Preview>();
        let steps = preview
            .as_ref()
            .map(|(_, preview)| preview.steps.as_slice());
        let (place, why) = session
            .project
            .with(|project| objection(&project.recipe, project.target.as_ref()?, steps))?;
        (place == index).then_some(why)
    });
    let is_failed = move || {
        objection.with(Option::is_some)
            || outcome.with(|outcome| matches!(outcome, Some(PreviewStep::Failed(_))))
    };
    let is_open = move || {
        draft.with(|draft| {
            draft
                .as_ref()
                .is_some_and(|draft| draft.index == Some(index))
        })
    };
    let edit = move |_| {
        if let Some(entry) = steps.with_untracked(|steps| steps.get(index).cloned()) {
            draft.set(Some(Draft::of(&entry.step, index)));
        }
    };
    // Positions change: a draft of another step would land in the wrong place.
    let shift = move |to: usize, way: &str| {
        draft.set(None);
        recipe::shift(session, index, to);
        // The focus goes with the step, to the other way where this one ends.
        let is_last = to + 1 == steps.with_untracked(Vec::len);
        let way = match way {
            "up" if to == 0 => "down",
            "down" if is_last => "up",
            way => way,
        };
        focus_soon(format!("{} [aria-label$=', {way}']", place(to)));
    };
    let remove = move || {
        draft.set(None);
        recipe::remove(session, index);
        // To the step that takes its place, or the last, or where one is added.
        let left = steps.with_untracked(Vec::len);
        focus_soon(match left.checked_sub(1) {
            Some(last) => format!("{} [aria-label^='Delete']", place(index.min(last))),
            None => ".add-menu button".to_owned(),
        });
    };
    let named = move |verb: &'static str, after: &'static str| {
        Signal::derive(move || format!("{verb} step {}, {}{after}", index + 1, title.get()))
    };
    view! {
        <li class="step" class:step--off=move || !is_enabled.get() class:step--failed=is_failed class:step--open=is_open>
            <div class="step__head">
                <Checkbox
                    label=named("Use", "")
                    bare=true
                    checked=is_enabled
                    on_change=move |on| recipe::set_enabled(session, index, on)
                />
                <span class="step__title">{move || title.get()}</span>
                <span class="step__actions">
                    <IconButton
                        icon=Glyph::Up
                        label=named("Move", ", up")
                        disabled=Signal::stored(index == 0)
                        on_click=move |_| shift(index - 1, "up")
                    />
                    <IconButton
                        icon=Glyph::Down
                        label=named("Move", ", down")
                        disabled=Signal::derive(move || index + 1 == steps.with(Vec::len))
                        on_click=move |_| shift(index + 1, "down")
                    />
                    <IconButton
                        icon=Glyph::Edit
                        label=named("Change", "")
                        testid=edit_button(index)
                        disabled=Signal::derive(move || !has_settings())
                        on_click=edit
                    />
                    <IconButton
                        icon=Glyph::Trash
                        label=named("Delete", "")
                        on_click=move |_| remove()
                    />
                </span>
            </div>
            <Show when=move || settings.with(|settings| !settings.is_empty())>
                <p class="step__settings">{move || settings.get()}</p>
            </Show>
            {move || outcome.get().map(what_it_did)}
            {move || objection.get().map(|why| what_it_did(PreviewStep::Failed(why)))}
        </li>
    }
}

fn what_it_did(outcome: PreviewStep) -> AnyView {
    match outcome {
        PreviewStep::Applied(outcome) => {
            let (rows, columns) = (outcome.n_rows, outcome.n_columns);
            let size =
                |rows: usize, columns: usize| format!("{} × {}", count(rows), count(columns));
            view! {
                <p class="step__outcome">
                    {size(rows.0, columns.0)} " → " <b>{size(rows.1, columns.1)}</b>
                    <span class="step__summary">{outcome.summary}</span>
                </p>
            }
            .into_any()
        }
        PreviewStep::Skipped => view! { <p class="step__outcome">"not applied"</p> }.into_any(),
        PreviewStep::Failed(why) => view! {
            <p class="step__error"><Icon glyph=Glyph::Alert size=14/><span>{why}</span></p>
        }
        .into_any(),
    }
}
