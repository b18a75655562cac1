//! Keeping the best and leaving the rest.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::Ranked;

use crate::components::{Button, NumberInput};
use crate::state::commands::recipe;
use crate::state::{Session, use_session};

/// "Keep the top k".
#[component]
pub fn TopK(ranking: Arc<Ranked>) -> impl IntoView {
    let session = use_session();
    let n = ranking.ranks.len();
    let k = RwSignal::new(n.min(10) as f64);
    let keep = move |_| keep_top(session, &ranking, k.get_untracked() as usize);
    view! {
        <span class="top-k">
            <NumberInput
                value=k
                on_change=move |value| k.set(value)
                label="How many features to keep"
                min=1.0
                max=n.max(1) as f64
                step=1.0
            />
            <Button on_click=keep>{move || format!("Keep the top {}", k.get())}</Button>
        </span>
    }
}

/// Leaves out all but the best `k` of the features that go in. What was left out before stays out.
fn keep_top(session: Session, ranking: &Ranked, k: usize) {
    let left_out = session.project.with_untracked(|project| {
        let dropped = recipe::dropped(&project.recipe);
        let mut stays = super::kept(ranking, &dropped)
            .take(k)
            .map(|rank| rank.feature.as_str())
            .collect::<Vec<_>>();
        stays.sort_unstable();
        let goes = |name: &&str| stays.binary_search(name).is_err();
        ranking
            .ranks
            .iter()
            .map(|rank| rank.feature.as_str())
            .filter(goes)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    let also = session.project.with_untracked(|project| {
        // Columns of the last step that are no ranked features stay out too.
        let before = recipe::before_leaving_out(&project.recipe);
        let dropped_before = recipe::dropped(&before);
        let all = recipe::dropped(&project.recipe);
        all.difference(&dropped_before)
            .map(|name| (*name).to_owned())
            .filter(|name| !left_out.contains(name))
            .collect::<Vec<_>>()
    });
    recipe::leave_out_only(session, left_out.into_iter().chain(also).collect());
}
