//! The list of applied steps.

use leptos::prelude::*;
use tabwright_engine::PreviewStep;
use tabwright_engine::recipe::RecipeStep;

use crate::components::{Badge, Checkbox, Glyph, Icon, IconButton, Panel};
use crate::format::{count, counted};
use crate::state::commands::recipe;
use crate::state::{facts, use_session};
use tabwright_workbench::draft::{Draft, describe};

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
    let items = move || {
        let n = steps.with(Vec::len);
        let step =
            move |(index, entry)| view! { <Item draft=draft entry=entry index=index n_steps=n/> };
        steps.get().into_iter().enumerate().map(step).collect_view()
    };
    view! {
        <Panel title=title class="recipe panel--flush" testid="recipe" actions=move || move || is_stale().then(|| view! { <Badge>"updating"</Badge> })>
            <p class="recipe__source"><Icon glyph=Glyph::File size=14/>{source}</p>
            <ol class="recipe__steps">{items}</ol>
            <Show when=move || steps.with(Vec::is_empty)>
                <p class="panel__empty">"No steps yet. Add one on the left; the remedies on Explore land here too."</p>
            </Show>
        </Panel>
    }
}

#[component]
fn Item(
    draft: RwSignal<Option<Draft>>,
    entry: RecipeStep,
    index: usize,
    n_steps: usize,
) -> impl IntoView {
    let session = use_session();
    let (title, enabled) = (entry.step.info().title, entry.enabled);
    let settings = describe(&entry.step);
    let outcome = Signal::derive(move || {
        let (_, preview) = session.made::<facts::Preview>()?;
        preview.steps.get(index).cloned()
    });
    let is_failed = move || outcome.with(|outcome| matches!(outcome, Some(PreviewStep::Failed(_))));
    let is_open = move || {
        draft.with(|draft| {
            draft
                .as_ref()
                .is_some_and(|draft| draft.index == Some(index))
        })
    };
    let edit = {
        let step = entry.step.clone();
        move |_| draft.set(Some(Draft::of(&step, index)))
    };
    let close_and = move |work: &dyn Fn()| {
        // Positions change: a draft of another step would land in the wrong place.
        draft.set(None);
        work();
    };
    let name = format!("step {}, {title}", index + 1);
    let has_settings = !entry.step.info().fields.is_empty();
    view! {
        <li class="step" class:step--off=!enabled class:step--failed=is_failed class:step--open=is_open>
            <div class="step__head">
                <Checkbox
                    label=format!("Use {name}")
                    bare=true
                    checked=Signal::stored(enabled)
                    on_change=move |on| recipe::set_enabled(session, index, on)
                />
                <span class="step__title">{title}</span>
                <span class="step__actions">
                    <IconButton
                        icon=Glyph::Up
                        label=format!("Move {name}, up")
                        disabled=Signal::stored(index == 0)
                        on_click=move |_| close_and(&|| recipe::shift(session, index, index - 1))
                    />
                    <IconButton
                        icon=Glyph::Down
                        label=format!("Move {name}, down")
                        disabled=Signal::stored(index + 1 == n_steps)
                        on_click=move |_| close_and(&|| recipe::shift(session, index, index + 1))
                    />
                    <IconButton
                        icon=Glyph::Edit
                        label=format!("Change {name}")
                        disabled=Signal::stored(!has_settings)
                        on_click=edit
                    />
                    <IconButton
                        icon=Glyph::Trash
                        label=format!("Delete {name}")
                        on_click=move |_| close_and(&|| recipe::remove(session, index))
                    />
                </span>
            </div>
            {(!settings.is_empty()).then(|| view! { <p class="step__settings">{settings}</p> })}
            {move || outcome.get().map(what_it_did)}
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
