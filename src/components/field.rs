//! Form controls, each with its label.

use leptos::prelude::*;

/// A label, its control, and a line of help.
#[component]
pub fn Field(
    /// What it is.
    #[prop(into)]
    label: Signal<String>,
    /// One line on what it does.
    #[prop(optional, into)]
    help: Option<Signal<String>>,
    /// The control, without a label of its own.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field">
            <label>
                <span class="field__label">{move || label.get()}</span>
                {children()}
            </label>
            {help.map(|help| view! { <p class="field__help">{move || help.get()}</p> })}
        </div>
    }
}

/// A choice of one from a list of (value, label).
#[component]
pub fn Select(
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The value that is chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Hears of another.
    #[prop(into)]
    on_change: UnsyncCallback<String>,
    /// Its name, where no [`Field`] gives one.
    #[prop(optional, into)]
    label: Option<String>,
    /// Whether it cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let items = move || {
        let chosen = value.get();
        let item = |(value, label): (String, String)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{label}</option> }
        };
        options.get().into_iter().map(item).collect_view()
    };
    view! {
        <select
            class="input select"
            aria-label=label
            disabled=disabled
            data-testid=testid
            prop:value=move || value.get()
            on:change=move |event| on_change.run(event_target_value(&event))
        >
            {items}
        </select>
    }
}

/// A line of text; told when it is left or Enter is pressed.
#[component]
pub fn TextInput(
    /// The text.
    #[prop(into)]
    value: Signal<String>,
    /// Hears of another.
    #[prop(into)]
    on_change: UnsyncCallback<String>,
    /// Its name, where no [`Field`] gives one.
    #[prop(optional, into)]
    label: Option<String>,
    /// Shown while it is empty.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// Whether the text is wrong.
    #[prop(optional, into)]
    invalid: Signal<bool>,
    /// In the fixed-width face, for formulas.
    #[prop(optional)]
    code: bool,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    view! {
        <input
            type="text"
            class=if code { "input input--code" } else { "input" }
            aria-label=label
            aria-invalid=move || invalid.get().to_string()
            placeholder=placeholder
            spellcheck="false"
            autocomplete="off"
            data-testid=testid
            prop:value=move || value.get()
            on:change=move |event| on_change.run(event_target_value(&event))
        />
    }
}

/// A number; told when it is left or Enter is pressed, kept within its range.
#[component]
pub fn NumberInput(
    /// The number.
    #[prop(into)]
    value: Signal<f64>,
    /// Hears of another.
    #[prop(into)]
    on_change: UnsyncCallback<f64>,
    /// Its name, where no [`Field`] gives one.
    #[prop(optional, into)]
    label: Option<String>,
    /// Smallest.
    #[prop(default = f64::NEG_INFINITY)]
    min: f64,
    /// Largest.
    #[prop(default = f64::INFINITY)]
    max: f64,
    /// Distance of the arrow keys; 0: any.
    #[prop(default = 0.0)]
    step: f64,
    /// After the number.
    #[prop(optional, into)]
    unit: Option<String>,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let bound = |limit: f64| limit.is_finite().then(|| limit.to_string());
    let step = if step > 0.0 {
        step.to_string()
    } else {
        "any".to_owned()
    };
    let take = move |text: String| {
        if let Ok(number) = text.trim().parse::<f64>() {
            on_change.run(number.clamp(min, max));
        }
    };
    view! {
        <span class="number">
            <input
                type="number"
                class="input input--number"
                aria-label=label
                min=bound(min)
                max=bound(max)
                step=step
                data-testid=testid
                prop:value=move || value.get().to_string()
                on:change=move |event| take(event_target_value(&event))
            />
            {unit.filter(|unit| !unit.is_empty()).map(|unit| view! { <span class="number__unit">{unit}</span> })}
        </span>
    }
}

/// A number on a track; told while it moves.
#[component]
pub fn Slider(
    /// The number.
    #[prop(into)]
    value: Signal<f64>,
    /// Hears of another, many times while it moves.
    #[prop(into)]
    on_change: UnsyncCallback<f64>,
    /// Its name, where no [`Field`] gives one.
    #[prop(optional, into)]
    label: Option<String>,
    /// Smallest.
    min: f64,
    /// Largest.
    max: f64,
    /// Distance of the arrow keys.
    step: f64,
    /// How the number reads; by default as it is.
    #[prop(optional, into)]
    text: Option<UnsyncCallback<f64, String>>,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    let read = move || text.map_or_else(|| value.get().to_string(), |text| text.run(value.get()));
    view! {
        <span class="slider">
            <input
                type="range"
                aria-label=label
                aria-valuetext=read
                min=min.to_string()
                max=max.to_string()
                step=step.to_string()
                data-testid=testid
                prop:value=move || value.get().to_string()
                on:input=move |event| {
                    if let Ok(number) = event_target_value(&event).parse() {
                        on_change.run(number);
                    }
                }
            />
            <output class="slider__value">{read}</output>
        </span>
    }
}

/// A box to tick.
#[component]
pub fn Checkbox(
    /// What it switches.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is ticked.
    #[prop(into)]
    checked: Signal<bool>,
    /// Hears of a change.
    #[prop(into)]
    on_change: UnsyncCallback<bool>,
    /// Whether it cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Names it without showing the label.
    #[prop(optional)]
    bare: bool,
    /// The hook for automation.
    #[prop(optional, into)]
    testid: Option<String>,
) -> impl IntoView {
    view! {
        <label class="checkbox">
            <input
                type="checkbox"
                disabled=disabled
                data-testid=testid
                prop:checked=move || checked.get()
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            <span class=if bare { "visually-hidden" } else { "" }>{move || label.get()}</span>
        </label>
    }
}
