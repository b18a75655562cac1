//! Facts of trained results.

use tabwright_engine::{Failure, calls, drive, model, train};
use tabwright_workbench::keys::{BundleKey, CurveKey, ResultKey};

use crate::state::fact::Fact;
use crate::state::{Engines, MadeBundle, Session, Work};
use crate::worker::Attach;

/// The result that Evaluate and Export are about, if the lead engine holds it: those of another reading of the file it does not.
fn subject(session: Session) -> Option<crate::state::TrialResult> {
    let table = session.table_key()?;
    session.subject().filter(|result| result.key.table == table)
}

/// The curves of a result.
pub struct Evaluation;

impl Fact for Evaluation {
    type Key = ResultKey;
    type Value = model::Evaluation;
    const OF_RESULTS: bool = true;

    fn key(session: Session) -> Option<ResultKey> {
        Some(subject(session)?.key)
    }

    async fn make(engines: Engines, key: ResultKey) -> Result<model::Evaluation, Failure> {
        engines.ask(calls::Evaluate { id: key.id() }).await
    }
}

/// The coefficients of a result; none for a model that is not linear.
pub struct Coefficients;

impl Fact for Coefficients {
    type Key = ResultKey;
    type Value = Option<model::Coefficients>;
    const OF_RESULTS: bool = true;

    fn key(session: Session) -> Option<ResultKey> {
        Some(subject(session)?.key)
    }

    async fn make(engines: Engines, key: ResultKey) -> Result<Self::Value, Failure> {
        engines.ask(calls::Coefficients { id: key.id() }).await
    }
}

/// How a result's algorithm does with fewer rows.
pub struct LearningCurve;

impl Fact for LearningCurve {
    type Key = CurveKey;
    type Value = train::LearningCurve;
    const ON_DEMAND: bool = true;
    const IS_JOB: bool = true;

    fn key(session: Session) -> Option<CurveKey> {
        let result = subject(session)?;
        Some(CurveKey {
            result: result.key,
            task: result.summary.task,
        })
    }

    async fn make(engines: Engines, key: CurveKey) -> Result<train::LearningCurve, Failure> {
        let round = drive::curve_round(&key.result.trial)?;
        let title = format!("Learning curve of {}", key.result.title());
        let fitted = engines.fit(Work::Learning, title, &round).await?;
        Ok(drive::curve(
            fitted.into_iter().map(|one| one.part),
            &key.task,
        ))
    }
}

/// The bundle of a result that is up to date.
pub struct Bundle;

impl Fact for Bundle {
    type Key = BundleKey;
    type Value = MadeBundle;
    const IS_JOB: bool = true;
    const OF_RESULTS: bool = true;

    fn key(session: Session) -> Option<BundleKey> {
        let result = subject(session).filter(|result| !session.is_stale(result))?;
        Some(session.bundle_key(&result))
    }

    async fn make(engines: Engines, key: BundleKey) -> Result<MadeBundle, Failure> {
        let call = calls::Export {
            id: key.result.id(),
            name: key.name,
            tuned: key.tuned,
        };
        let (about, mut bytes) = engines
            .run("Making the bundle", call, Attach::none())
            .await?;
        Ok(MadeBundle {
            about,
            bytes: bytes.remove(0),
        })
    }
}
