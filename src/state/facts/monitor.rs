//! Facts of a bundle under test and of new rows. They come with files of their own, so that another table does not touch them.

use js_sys::Uint8Array;
use leptos::prelude::*;
use tabwright_engine::{Area, Failure, calls};

use crate::browser::{File, files};
use crate::state::fact::Fact;
use crate::state::{BundleFile, Engines, MonitoredRows, Numbered, OpenedBundle, Session};
use crate::worker::Attach;

/// The bundle under test, its proof replayed.
pub struct Opened;

impl Fact for Opened {
    type Key = Numbered<BundleFile>;
    type Value = OpenedBundle;
    const IS_JOB: bool = true;
    const OF_TABLE: bool = false;

    fn key(session: Session) -> Option<Self::Key> {
        session.models().bundle.get()
    }

    async fn make(engines: Engines, key: Self::Key) -> Result<OpenedBundle, Failure> {
        let file = key.name();
        let bytes = bytes(&key)
            .await
            .inspect_err(|failure| engines.report(failure))?;
        let title = format!("Opening {file}");
        let with = Attach::buffers(vec![bytes]).about(&file);
        let (info, _) = engines.run(&title, calls::OpenBundle {}, with).await?;
        Ok(OpenedBundle { file, info })
    }
}

async fn bytes(bundle: &BundleFile) -> Result<Uint8Array, Failure> {
    match bundle {
        BundleFile::Made { bytes, .. } => Ok(bytes.clone()),
        BundleFile::Chosen(file) => files::read_bytes(file).await.map_err(|why| {
            let message = format!("{} cannot be read: {why}", file.name());
            Failure::new(Area::Bundle, message)
        }),
    }
}

/// New rows, scored by the bundle under test and compared with its training.
pub struct Drift;

impl Fact for Drift {
    type Key = (Numbered<BundleFile>, Numbered<File>);
    type Value = MonitoredRows;
    const IS_JOB: bool = true;
    const OF_TABLE: bool = false;

    fn key(session: Session) -> Option<Self::Key> {
        // One that cannot be opened scores nothing.
        session.known::<Opened>()?;
        let rows = session.models().new_rows.get()?;
        Some((session.models().bundle.get()?, rows))
    }

    async fn make(engines: Engines, (bundle, rows): Self::Key) -> Result<MonitoredRows, Failure> {
        // A lead engine that was started anew knows no bundle, so it gets it each time; opening costs little.
        let with = Attach::buffers(vec![bytes(&bundle).await?]);
        engines.hand(calls::OpenBundle {}, with).await?;
        let title = format!("Scoring {}", rows.name());
        let call = calls::Monitor { keep: Vec::new() };
        let (report, mut scores) = engines
            .run(&title, call, Attach::file((*rows).clone()))
            .await?;
        Ok(MonitoredRows {
            report,
            scores: scores.remove(0),
        })
    }
}
