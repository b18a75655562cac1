//! The frame: top bar, rail of stages, the page, jobs.

mod drops;
mod jobs_bar;
mod rail;
mod shortcuts;
mod top_bar;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::browser::{environment, offline};
use crate::components::{Banner, Button, ShowGuidance, Tone};
use crate::pages::{
    DataPage, EvaluatePage, ExplorePage, ExportPage, FeaturesPage, GlossaryPage, MonitorPage,
    TrainPage, TunePage, WranglePage,
};
use crate::state::{Loadable, Session, commands, facts};

use drops::{DropVeil, Replaced};
use jobs_bar::JobsBar;
use rail::Rail;
use top_bar::TopBar;

/// The app.
#[component]
pub fn App() -> impl IntoView {
    let session = Session::start();
    provide_context(session);
    provide_context(ShowGuidance(session.guidance.into()));
    let kept = RwSignal::new(None);
    provide_context(offline::KeptHere(kept.into()));
    offline::keep(move |now| kept.set(Some(now)));
    commands::project::apply_theme(session.theme.get_untracked());
    commands::project::keep_up(session);
    session
        .engines
        .when_lost(move || spawn_local(commands::table::rebuild(session)));
    session.follow::<facts::Target>();
    spawn_local(commands::project::restore(session));
    Effect::new(move || {
        let name = session.project.with(|project| project.name.clone());
        environment::set_title(&if name.is_empty() {
            "Tabwright".to_owned()
        } else {
            format!("{name} · Tabwright")
        });
    });
    // Under the root of a host the base is empty, which the router takes for none.
    let base: &'static str = Box::leak(environment::base_path().into_boxed_str());
    view! {
        <Router base=base>
            <Frame/>
        </Router>
    }
}

/// Everything but the page itself.
#[component]
fn Frame() -> impl IntoView {
    let session = crate::state::use_session();
    shortcuts::listen(session);
    arrive(session);
    let problem = move || {
        session.problem.get().map(|failure| {
            // Another file, such as one to compare with, is no reason to replace the project.
            let is_of_load = session.load.with(|load| matches!(load, Loadable::Failed(one) if *one == failure));
            view! {
                <Banner tone=Tone::Bad testid="error-banner" on_dismiss=move |()| session.dismiss_problem()>
                    <span class="banner__row">
                        {failure.message}
                        {failure.sample_every.filter(|_| is_of_load).map(|every| view! {
                            <Button testid="read-sample" on_click=move |_| spawn_local(commands::data::open_sampled(session, every))>
                                {format!("Read 1 of {every} rows")}
                            </Button>
                        })}
                    </span>
                </Banner>
            }
        })
    };
    view! {
        <a
            class="skip-link"
            href="#page"
            on:click=|event| {
                event.prevent_default();
                environment::focus_heading();
            }
        >
            "Skip to the page"
        </a>
        <div class="frame">
            <TopBar/>
            <Rail/>
            <main class="page" id="page">
                {problem}
                <Replaced/>
                <Pages/>
            </main>
            <JobsBar/>
        </div>
        <DropVeil/>
    }
}

/// The nine stages and the glossary, each an address.
#[component]
fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=|| view! { <NotFound/> }>
            <Route path=path!("/") view=DataPage/>
            <Route path=path!("/data") view=DataPage/>
            <Route path=path!("/index.html") view=DataPage/>
            <Route path=path!("/explore") view=ExplorePage/>
            <Route path=path!("/wrangle") view=WranglePage/>
            <Route path=path!("/features") view=FeaturesPage/>
            <Route path=path!("/train") view=TrainPage/>
            <Route path=path!("/tune") view=TunePage/>
            <Route path=path!("/evaluate") view=EvaluatePage/>
            <Route path=path!("/export") view=ExportPage/>
            <Route path=path!("/monitor") view=MonitorPage/>
            <Route path=path!("/glossary") view=GlossaryPage/>
        </Routes>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <h1 tabindex="-1">"No such page"</h1>
        <p>"The stages are in the list on the left."</p>
    }
}

/// Moves the focus to the heading of the page that was gone to, so that the keyboard and screen readers go on from there. What the banner
/// said was said on the page before.
fn arrive(session: Session) {
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            session.dismiss_problem();
            request_animation_frame(environment::focus_heading);
        }
        path.get()
    });
}
