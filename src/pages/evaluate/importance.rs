//! What the model relies on.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_chart::MAX_FEATURES;
use tabwright_engine::model::Evaluation;

use crate::charts::ChartView;
use crate::components::{Guidance, Panel, Status};

/// Permutation importance, largest first.
#[component]
pub fn Importances(evaluation: Arc<Evaluation>) -> impl IntoView {
    let Evaluation {
        importance, detail, ..
    } = Arc::unwrap_or_clone(evaluation);
    let n_features = importance.len();
    let features = importance.into_iter();
    let drawn = tabwright_chart::importance(
        features.map(|one| (one.feature, one.mean, one.std)),
        &detail.loss(),
    );
    let Some((chart, height)) = drawn else {
        let why = "There is no importance: the model was not tested, or it uses no feature.";
        let status = Signal::stored(Status::Empty(why.to_owned()));
        return view! { <Panel title="Permutation importance" status=status>""</Panel> }.into_any();
    };
    let title = if n_features > MAX_FEATURES {
        format!("Permutation importance: the {MAX_FEATURES} largest of {n_features}")
    } else {
        "Permutation importance".to_owned()
    };
    let chart = Signal::stored(chart);
    view! {
        <Panel title=title>
            <Guidance>
                "How much worse the model gets on held-out rows when one column's values are shuffled, mean over folds; the whisker is \
                 the standard deviation. A feature near 0 can usually go; one far above all others may be a leak."
            </Guidance>
            <ChartView chart=chart name="importance" height=f64::from(height)/>
        </Panel>
    }
    .into_any()
}
