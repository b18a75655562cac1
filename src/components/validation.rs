//! How models are tested, as a form: the scheme, and what it needs to know.

use leptos::prelude::*;
use tabwright_engine::model::Validation;
use tabwright_workbench::scheme::{self, SHARE, SplitColumn, scheme_of};

use super::{Checkbox, Field, NumberInput, Select};

/// More would rather need a larger table.
const MOST_FOLDS: f64 = 50.0;

/// The scheme and its fields; tells of each change as a whole validation.
#[component]
pub fn ValidationForm(
    /// The validation.
    #[prop(into)]
    value: Signal<Validation>,
    /// Hears of another.
    #[prop(into)]
    on_change: UnsyncCallback<Validation>,
    /// Columns to split by; not the target.
    #[prop(into)]
    columns: Signal<Vec<SplitColumn>>,
    /// Whether the target is a number, whose tenths can be spread.
    #[prop(into)]
    is_numeric: Signal<bool>,
) -> impl IntoView {
    let form = Form {
        value,
        on_change,
        columns,
    };
    let schemes = Signal::derive(move || columns.with(|columns| scheme::schemes(columns)));
    let scheme = Memo::new(move |_| value.with(scheme_of));
    let choose = move |name: String| {
        let next = untrack(|| value.with(|present| scheme::start(&name, present, &columns.get())));
        on_change.run(next);
    };
    let fields = move || match scheme.get() {
        "folds" => view! {
            <Folds form/>
            <Repeats form/>
            <Quantiles form is_numeric/>
        }
        .into_any(),
        "holdout" => view! {
            <Share form/>
            <Quantiles form is_numeric/>
        }
        .into_any(),
        "groups" => view! {
            <ColumnOf form/>
            <Folds form/>
            <Repeats form/>
        }
        .into_any(),
        "time" => view! {
            <ColumnOf form/>
            <Folds form/>
            <Gap form/>
        }
        .into_any(),
        _ => ().into_any(),
    };
    view! {
        <Field label="Scheme" help=Signal::derive(move || scheme::help(scheme.get()).to_owned())>
            <Select
                options=schemes
                value=Signal::derive(move || scheme.get().to_owned())
                on_change=choose
                testid="validation-scheme"
            />
        </Field>
        {fields}
    }
}

/// What every field needs.
#[derive(Clone, Copy)]
struct Form {
    value: Signal<Validation>,
    on_change: UnsyncCallback<Validation>,
    columns: Signal<Vec<SplitColumn>>,
}

impl Form {
    /// Changes a copy and tells of it.
    fn set(self, change: impl FnOnce(&mut Validation)) {
        let mut next = self.value.get_untracked();
        change(&mut next);
        self.on_change.run(next);
    }
}

#[component]
fn Folds(form: Form) -> impl IntoView {
    let is_time = move || {
        form.value
            .with(|value| matches!(value, Validation::Time { .. }))
    };
    let n = Signal::derive(move || form.value.with(|value| f64::from(value.per_repeat())));
    let set = move |n: f64| {
        let n = n.round() as u32;
        form.set(|value| {
            if let Validation::Folds { folds, .. }
            | Validation::Groups { folds, .. }
            | Validation::Time { folds, .. } = value
            {
                *folds = n;
            }
        });
    };
    let least = if untrack(is_time) { 1.0 } else { 2.0 };
    view! {
        <Field label="Folds" help=Signal::stored("Models that are fitted and tested for each result.".to_owned())>
            <NumberInput value=n on_change=set min=least max=MOST_FOLDS step=1.0 testid="validation-folds"/>
        </Field>
    }
}

#[component]
fn Repeats(form: Form) -> impl IntoView {
    let n = Signal::derive(move || form.value.with(|value| f64::from(value.repeats())));
    let set = move |n: f64| {
        let n = n.round() as u32;
        form.set(|value| {
            if let Validation::Folds { repeats, .. } | Validation::Groups { repeats, .. } = value {
                *repeats = n;
            }
        });
    };
    view! {
        <Field label="Repeats" help=Signal::stored("How often the rows are dealt anew; more is steadier and takes as many times longer.".to_owned())>
            <NumberInput value=n on_change=set min=1.0 max=20.0 step=1.0 testid="validation-repeats"/>
        </Field>
    }
}

#[component]
fn Share(form: Form) -> impl IntoView {
    let percent = Signal::derive(move || {
        form.value.with(|value| match value {
            Validation::Holdout { share, .. } => (share * 1000.0).round() / 10.0,
            _ => SHARE * 100.0,
        })
    });
    let set = move |percent: f64| {
        form.set(|value| {
            if let Validation::Holdout { share, .. } = value {
                *share = percent / 100.0;
            }
        });
    };
    view! {
        <Field label="Held out" help=Signal::stored("Of all rows; the rest is learnt from.".to_owned())>
            <NumberInput value=percent on_change=set min=1.0 max=90.0 unit="%" testid="validation-share"/>
        </Field>
    }
}

#[component]
fn Quantiles(form: Form, is_numeric: Signal<bool>) -> impl IntoView {
    let checked = Signal::derive(move || {
        form.value.with(|value| {
            matches!(
                value,
                Validation::Holdout {
                    quantiles: true,
                    ..
                } | Validation::Folds {
                    quantiles: true,
                    ..
                }
            )
        })
    });
    let set = move |on: bool| {
        form.set(|value| {
            if let Validation::Holdout { quantiles, .. } | Validation::Folds { quantiles, .. } =
                value
            {
                *quantiles = on;
            }
        });
    };
    view! {
        <Show when=move || is_numeric.get()>
            <div class="field">
                <Checkbox label="Spread the target" checked=checked on_change=set testid="validation-quantiles"/>
                <p class="field__help">"Low and high values of the target are dealt evenly, by tenths."</p>
            </div>
        </Show>
    }
}

#[component]
fn ColumnOf(form: Form) -> impl IntoView {
    let options = Signal::derive(move || {
        let is_time = form
            .value
            .with(|value| matches!(value, Validation::Time { .. }));
        form.columns.with(|columns| {
            let fit = columns
                .iter()
                .filter(|column| column.is_ordered || !is_time);
            fit.map(|column| (column.name.clone(), column.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let chosen = Signal::derive(move || {
        form.value
            .with(|value| value.column().unwrap_or_default().to_owned())
    });
    let set = move |name: String| {
        form.set(|value| {
            if let Validation::Groups { column, .. } | Validation::Time { column, .. } = value {
                *column = name;
            }
        });
    };
    view! {
        <Field label="Column" help=Signal::stored("It only splits the rows; whether it is a feature, too, is for the recipe to say.".to_owned())>
            <Select options=options value=chosen on_change=set testid="validation-column"/>
        </Field>
    }
}

#[component]
fn Gap(form: Form) -> impl IntoView {
    let gap = Signal::derive(move || {
        form.value.with(|value| match value {
            Validation::Time { gap, .. } => *gap,
            _ => 0.0,
        })
    });
    let set = move |new: f64| {
        form.set(|value| {
            if let Validation::Time { gap, .. } = value {
                *gap = new;
            }
        });
    };
    let unit = move || {
        form.value.with(|value| {
            form.columns.with(|columns| {
                let column = columns
                    .iter()
                    .find(|column| Some(column.name.as_str()) == value.column());
                column.map_or("", |column| column.unit)
            })
        })
    };
    let input = move || {
        view! { <NumberInput value=gap on_change=set min=0.0 unit=unit() testid="validation-gap"/> }
    };
    view! {
        <Field label="Gap" help=Signal::stored("How long before a fold nothing is learnt from, as where the truth comes late.".to_owned())>
            {input}
        </Field>
    }
}
