//! Facts of the table, and of what was decided about it.

use leptos::prelude::*;
use tabwright_engine::{Failure, calls, table};
use tabwright_workbench::keys::{PreviewKey, ProfileKey, RankKey, SplitKey, TableKey, TargetKey};

use crate::browser::File;
use crate::state::fact::Fact;
use crate::state::{Engines, Numbered, Session};
use crate::worker::Attach;

/// Rows of a preview.
pub const PREVIEW_ROWS: usize = 60;

/// The target's task and class counts.
pub struct Target;

impl Fact for Target {
    type Key = TargetKey;
    type Value = tabwright_engine::TargetInfo;

    fn key(session: Session) -> Option<TargetKey> {
        session.at_present(TargetKey::of)?
    }

    async fn make(engines: Engines, key: TargetKey) -> Result<Self::Value, Failure> {
        let TargetKey { target, task, .. } = key;
        engines.ask(calls::Target { target, task }).await
    }
}

/// What Explore shows: the columns, and how they go with the target.
pub struct Profile;

impl Fact for Profile {
    type Key = ProfileKey;
    type Value = table::Profile;
    const IS_JOB: bool = true;

    fn key(session: Session) -> Option<ProfileKey> {
        session.at_present(ProfileKey::of)
    }

    async fn make(engines: Engines, key: ProfileKey) -> Result<table::Profile, Failure> {
        let call = calls::Profile { target: key.target };
        let made = engines.run("Profiling the columns", call, Attach::none());
        Ok(made.await?.0)
    }
}

/// The table beside a second file, which is read as the table was.
pub struct Compared;

impl Fact for Compared {
    type Key = (TableKey, Numbered<File>);
    type Value = tabwright_engine::Compared;
    const ON_DEMAND: bool = true;
    const IS_JOB: bool = true;

    fn key(session: Session) -> Option<Self::Key> {
        Some((session.table_key()?, session.second.get()?))
    }

    async fn make(engines: Engines, (table, file): Self::Key) -> Result<Self::Value, Failure> {
        let title = format!("Comparing with {}", file.name());
        let call = calls::Compare {
            options: table.read,
        };
        let with = Attach::file((*file).clone());
        Ok(engines.run(&title, call, with).await?.0)
    }
}

/// What the recipe does to the table, step by step.
pub struct Preview;

impl Fact for Preview {
    type Key = PreviewKey;
    type Value = tabwright_engine::Previewed;

    fn key(session: Session) -> Option<PreviewKey> {
        session.at_present(PreviewKey::of)
    }

    async fn make(engines: Engines, key: PreviewKey) -> Result<Self::Value, Failure> {
        let call = calls::Preview {
            recipe: key.recipe,
            count: PREVIEW_ROWS,
        };
        engines.ask(call).await
    }
}

/// How much each feature says about the target.
pub struct Ranking;

impl Fact for Ranking {
    type Key = RankKey;
    type Value = tabwright_engine::Ranked;
    const IS_JOB: bool = true;

    fn key(session: Session) -> Option<RankKey> {
        session.at_present(RankKey::of)?
    }

    async fn make(engines: Engines, key: RankKey) -> Result<Self::Value, Failure> {
        let RankKey {
            target,
            task,
            recipe,
            ..
        } = key;
        let call = calls::Rank {
            target,
            task,
            recipe,
        };
        let made = engines.run("Ranking features", call, Attach::none());
        Ok(made.await?.0)
    }
}

/// How the rows are split.
pub struct Split;

impl Fact for Split {
    type Key = SplitKey;
    type Value = tabwright_engine::SplitInfo;

    fn key(session: Session) -> Option<SplitKey> {
        // A target that is refused has said so itself.
        session.known::<Target>()?;
        session.at_present(SplitKey::of)?
    }

    async fn make(engines: Engines, key: SplitKey) -> Result<Self::Value, Failure> {
        engines.ask(calls::Split { trial: key.trial }).await
    }
}
