//! What the model relies on.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_chart::{Chart, Ranking};
use tabwright_engine::model::Evaluation;

use crate::charts::ChartView;
use crate::components::{Guidance, Panel, Status};

/// Features shown at most.
const MOST: usize = 25;
/// Pixels of a feature's bar and of the axis below.
const BAR: f64 = 24.0;
const AXIS: f64 = 32.0;

/// Permutation importance, largest first.
#[component]
pub fn Importances(evaluation: Arc<Evaluation>) -> impl IntoView {
    let Evaluation {
        importance, detail, ..
    } = Arc::unwrap_or_clone(evaluation);
    let n_features = importance.len();
    let shown: Vec<(String, f64, f64)> = importance
        .into_iter()
        .take(MOST)
        .map(|one| (one.feature, one.mean, one.std))
        .collect();
    let status = if shown.is_empty() {
        Status::Empty(
            "There is no importance: the model was not tested, or it uses no feature.".to_owned(),
        )
    } else {
        Status::Ready
    };
    let title = if n_features > MOST {
        format!("Permutation importance: the {MOST} largest of {n_features}")
    } else {
        "Permutation importance".to_owned()
    };
    let height = AXIS + BAR * shown.len() as f64;
    let chart = Signal::stored(Chart::Ranking(Ranking {
        title: "Permutation importance".to_owned(),
        label: format!("{} when the feature is shuffled", detail.loss()),
        rows: shown,
    }));
    view! {
        <Panel title=title status=Signal::stored(status)>
            <Guidance>
                "How much worse the model gets on held-out rows when one column's values are shuffled, mean over folds; the whisker is \
                 the standard deviation. A feature near 0 can usually go; one far above all others may be a leak."
            </Guidance>
            <ChartView chart=chart name="importance" height=height/>
        </Panel>
    }
}
