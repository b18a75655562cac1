//! The Features stage: which columns say something about the target, and which the model gets.

mod choice;
mod ranking;

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::Ranked;
use tabwright_engine::train::FeatureRank;

use crate::components::{
    Badge, Banner, Button, Empty, NextStep, PageHead, Panel, Prose, Status, Term, Tone,
};
use crate::parts::Leaks;
use crate::state::commands::recipe;
use crate::state::{Loadable, Stage, facts, use_session};

use choice::TopK;
use ranking::RankTable;

/// The Features stage.
#[component]
pub fn FeaturesPage() -> impl IntoView {
    let session = use_session();
    session.follow::<facts::Ranking>();
    session.follow::<facts::Profile>();
    // Memos: the page must not be made anew with each change of the project.
    let has_table = Memo::new(move |_| session.has_table());
    let has_target = Memo::new(move |_| session.has_target());
    let body = move || {
        if !has_table.get() {
            view! {
                <Empty title="No table yet">
                    <p>"Open a CSV file or take a sample on the Data stage; then its columns are ranked here."</p>
                </Empty>
            }
            .into_any()
        } else if has_target.get() {
            view! { <Leaks/> <Ranking/> }.into_any()
        } else {
            view! {
                <Empty title="No target yet">
                    <p>"Features are ranked by what they say about a target: choose one on the Data stage."</p>
                </Empty>
            }
            .into_any()
        }
    };
    view! {
        <PageHead title="Features">
            "Which columns, after the recipe, say something about the target, one by one. A model gets those that are ticked: \
             fewer are faster and easier to explain, and what would not be known at prediction time must go."
        </PageHead>
        {body}
    }
}

#[component]
fn Ranking() -> impl IntoView {
    let session = use_session();
    let state = Memo::new(move |_| session.fact_or_last::<facts::Ranking>());
    move || {
        match state.get() {
        Loadable::Ready(ranking) => view! { <Report ranking=ranking/> }.into_any(),
        Loadable::Loading => {
            view! { <Panel title="Ranking the features" status=Signal::stored(Status::Loading)>""</Panel> }.into_any()
        }
        Loadable::Failed(failure) => {
            view! {
                <Banner tone=Tone::Bad>{failure.message}</Banner>
                <div><Button on_click=move |_| recipe::rank_again(session)>"Try again"</Button></div>
            }
            .into_any()
        }
        Loadable::Empty => view! {
            <Empty title="Not ranked">
                <Button on_click=move |_| recipe::rank_again(session)>"Rank the features"</Button>
            </Empty>
        }
        .into_any(),
    }
    }
}

#[component]
fn Report(ranking: Arc<Ranked>) -> impl IntoView {
    let session = use_session();
    let n = ranking.ranks.len();
    let n_kept = {
        let ranking = Arc::clone(&ranking);
        Memo::new(move |_| {
            session
                .project
                .with(|project| kept(&ranking, &recipe::dropped(&project.recipe)).count())
        })
    };
    let is_stale = move || session.is_behind::<facts::Ranking>();
    let title = Signal::derive(move || format!("Features · {} of {n} go in", n_kept.get()));
    let strongest = {
        let ranking = Arc::clone(&ranking);
        Memo::new(move |_| {
            session.project.with(|project| {
                let strongest = kept(&ranking, &recipe::dropped(&project.recipe)).next();
                strongest.map(|rank| rank.feature.clone())
            })
        })
    };
    let shown = StoredValue::new(Arc::clone(&ranking));
    let actions = {
        let ranking = Arc::clone(&ranking);
        move || {
            view! {
                {move || is_stale().then(|| view! { <Badge>"updating"</Badge> })}
                <TopK ranking=Arc::clone(&ranking)/>
            }
        }
    };
    view! {
        <Panel title=title class="panel--flush features" testid="features" actions=actions>
            <p class="features__note">
                "Scored by " <Term word="mutual information"/> " on all rows, to choose by. In training the "
                <Term word="recipe"/> " is fitted anew inside each " <Term word="fold"/>
                " on its training rows, so scores on held-out rows stay honest."
            </p>
            <RankTable ranking=shown.get_value()/>
        </Panel>
        <Excluded excluded=ranking.excluded.clone()/>
        <NextStep href=Stage::Train.href() title="Train models">
            {move || match strongest.get() {
                Some(name) => format!("{} features go in, first {name}: see how well models predict from them.", n_kept.get()),
                None => "See how well models predict.".to_owned(),
            }}
        </NextStep>
    }
}

/// Features that the recipe does not leave out, best first.
fn kept<'r>(
    ranking: &'r Ranked,
    dropped: &std::collections::BTreeSet<&str>,
) -> impl Iterator<Item = &'r FeatureRank> {
    ranking
        .ranks
        .iter()
        .filter(move |rank| !dropped.contains(rank.feature.as_str()))
}

#[component]
fn Excluded(excluded: Vec<(String, String)>) -> impl IntoView {
    let n = excluded.len();
    let excluded = StoredValue::new(excluded);
    view! {
        <Show when=move || { n > 0 }>
            <Panel title=format!("Cannot be features · {n}")>
                <dl class="reasons">
                    {excluded
                        .get_value()
                        .into_iter()
                        .map(|(name, reason)| view! { <div><dt>{name}</dt><dd><Prose text=reason/></dd></div> })
                        .collect_view()}
                </dl>
            </Panel>
        </Show>
    }
}
