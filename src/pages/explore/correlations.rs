//! Which columns say the same.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::table::Profile;

use crate::charts::ChartView;
use crate::components::{Cell, DataTable, Panel, Row, Slider, Status, TableColumn};
use crate::format;

/// Pairs in the list.
const SHOWN: usize = 15;

/// The matrix and its strongest pairs.
#[component]
pub fn Correlations(profile: Arc<Profile>) -> impl IntoView {
    let threshold = RwSignal::new(0.3_f64);
    let n = profile.correlations.names.len();
    let note = profile.correlations.note.clone();
    let profile = StoredValue::new(profile);
    let chart = Signal::derive(move || {
        profile
            .with_value(|profile| tabwright_chart::heat_map(&profile.correlations, threshold.get()))
    });
    let height = (100.0 + 40.0 * n as f64).clamp(200.0, 620.0);
    let columns = vec![
        TableColumn::text("Column"),
        TableColumn::text("With"),
        TableColumn::number("Association"),
    ];
    let rows = Signal::derive(move || {
        let pairs = profile.with_value(|profile| pairs(profile, threshold.get()));
        pairs.into_iter().take(SHOWN).map(row).collect::<Vec<_>>()
    });
    let status = if n < 2 {
        Status::Empty("Fewer than two columns can be compared: free text, identifiers and constants are left out.".to_owned())
    } else {
        Status::Ready
    };
    let actions = move || {
        view! {
            <label class="threshold">
                <span>"Show from"</span>
                <Slider
                    value=threshold
                    on_change=move |value| threshold.set(value)
                    label="Weakest association that is shown"
                    min=0.0
                    max=0.95
                    step=0.05
                    text=|value: f64| format::fixed(value, 2)
                />
            </label>
        }
    };
    view! {
        <Panel title="Columns that go together" status=Signal::stored(status) actions=actions>
            <div class="correlations">
                <ChartView chart=chart name="correlations" height=height/>
                <div>
                    <h3>"Strongest pairs"</h3>
                    <DataTable caption="Strongest pairs of columns" columns=columns.clone() rows=rows/>
                    <p class="field__help">
                        "Spearman's rank correlation for two numbers, Cramér's V for two categories, the correlation ratio for one \
                         of each. Rows where either is missing are left out."
                    </p>
                    {note.clone().map(|note| view! { <p class="field__help">{note}</p> })}
                </div>
            </div>
        </Panel>
    }
}

fn pairs(profile: &Profile, threshold: f64) -> Vec<(String, String, f64)> {
    let names = &profile.correlations.names;
    let mut pairs = Vec::new();
    for (row, a) in names.iter().enumerate() {
        for (column, b) in names.iter().enumerate().take(row) {
            let value = profile
                .correlations
                .values
                .get(row * names.len() + column)
                .copied()
                .unwrap_or(f64::NAN);
            if value.abs() >= threshold {
                pairs.push((b.clone(), a.clone(), value));
            }
        }
    }
    pairs.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    pairs
}

fn row((a, b, value): (String, String, f64)) -> Row {
    let text = format::fixed(value, 2);
    Row::new(vec![
        Cell::text(a),
        Cell::text(b),
        Cell::number(value, text).bar(value.abs()),
    ])
}
