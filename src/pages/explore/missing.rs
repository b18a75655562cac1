//! Where values are missing, and which columns lack them together.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::table::Profile;
use tabwright_engine::table::profile::Missingness;

use crate::charts::ChartView;
use crate::components::{Cell, DataTable, Panel, Row, TableColumn};
use crate::format;

/// Patterns in the list.
const SHOWN: usize = 10;

/// The map and the patterns; nothing where no value is missing.
#[component]
pub fn Missing(profile: Arc<Profile>) -> impl IntoView {
    if profile.missing.columns.is_empty() {
        return None;
    }
    let chart = tabwright_chart::missing_map(&profile.missing);
    let rows = patterns(&profile.missing, profile.n_rows);
    let n = profile.missing.columns.len();
    let title = format!(
        "Missing values · {}",
        format::counted(n, "column", "columns")
    );
    let n_patterns = profile.missing.n_patterns;
    let columns = vec![
        TableColumn::text("Missing together"),
        TableColumn::number("Rows"),
    ];
    let (chart, rows) = (Signal::stored(chart), Signal::stored(rows));
    Some(view! {
        <Panel title=title testid="missing-map">
            <div class="correlations">
                <ChartView chart=chart name="missing-map" height=300.0/>
                <div>
                    <h3>"Which are missing together"</h3>
                    <DataTable caption="Columns that are missing together" columns=columns.clone() rows=rows/>
                    <p class="field__help">
                        {format!(
                            "The file from top to bottom, darker where more is missing: a block says that a part of the file lacks a \
                             column, an even shade that values are missing here and there. {} in all.",
                            format::counted(n_patterns, "pattern", "patterns")
                        )}
                    </p>
                </div>
            </div>
        </Panel>
    })
}

fn patterns(missing: &Missingness, n_rows: usize) -> Vec<Row> {
    let patterns = missing.patterns.iter().take(SHOWN);
    patterns
        .map(|pattern| {
            let names: Vec<&str> = pattern
                .columns
                .iter()
                .filter_map(|&column| missing.columns.get(column).map(String::as_str))
                .collect();
            let words = if names.is_empty() {
                "nothing is missing".to_owned()
            } else {
                names.join(", ")
            };
            let share = pattern.n_rows as f64 / n_rows.max(1) as f64;
            Row::new(vec![
                Cell::text(words.clone()).title(words),
                Cell::number(
                    pattern.n_rows as f64,
                    format::count_share(pattern.n_rows as usize, n_rows),
                )
                .bar(share),
            ])
        })
        .collect()
}
