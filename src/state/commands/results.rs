//! Keeping results: in the lead engine, in the session, over a reload.

use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};
use tabwright_engine::model::Tuned;
use tabwright_engine::train::Trial;
use tabwright_engine::{Area, Failure, calls};
use tabwright_workbench::keys::{ResultKey, TableKey};
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;

use super::shelf;
use crate::browser::environment::yield_now;
use crate::browser::files::{file_from_bytes, read_bytes};
use crate::browser::storage::Store;
use crate::state::{MadeOn, Session, TrialResult};
use crate::worker::Attach;

/// What stands beside a result's parts in the browser's store.
#[derive(Serialize, Deserialize)]
struct Label {
    trial: Trial,
    /// Earlier builds kept only how the file was read.
    #[serde(flatten)]
    made_on: MadeOn,
    #[serde(default, alias = "trials", deserialize_with = "Tuned::or_trials")]
    tuned: Option<Tuned>,
}

/// A result that is not (or no longer) in the lead engine.
pub struct Parts {
    /// What it is.
    pub key: ResultKey,
    /// The search behind it, if any.
    pub tuned: Option<Tuned>,
    /// The encoded part results.
    pub encoded: Vec<Uint8Array>,
}

/// Gathers parts in the lead engine, adds them to the results in place of an earlier one of that name, and keeps them over a reload.
///
/// # Errors
/// If the parts do not fit the table, or another was put in its place.
pub async fn adopt(session: Session, parts: Parts) -> Result<(), Failure> {
    let key = parts.key.clone();
    gather(session, parts).await?;
    store(session, &key).await;
    Ok(())
}

/// Gathers parts in the lead engine and adds them to the results, without keeping them over a reload once more.
///
/// # Errors
/// If the parts do not fit the table, or another was put in its place.
pub async fn gather(session: Session, parts: Parts) -> Result<(), Failure> {
    let Parts {
        key,
        tuned,
        encoded,
    } = parts;
    still_on(session, &key.table)?;
    let call = calls::Gather {
        id: key.id(),
        trial: key.trial.clone(),
    };
    let with = Attach::buffers(encoded.clone());
    let summary = session.engines.hand(call, with).await?;
    still_on(session, &key.table)?;
    let result = TrialResult {
        key,
        tuned,
        summary,
        parts: SendWrapper::new(encoded),
    };
    session.results.update(|results| {
        match results
            .iter_mut()
            .find(|present| present.key.id() == result.key.id())
        {
            Some(present) => *present = result,
            None => results.push(result),
        }
        // Of equals the simpler is the better one, whatever the order in which they were made or brought back.
        results.sort_by_key(|result| (result.key.is_tuned, result.key.trial.algorithm));
    });
    Ok(())
}

/// Whether a table is still the present one: what was begun on another belongs to nobody.
///
/// # Errors
/// If it is not, as a cancel: the user put another in its place.
pub fn still_on(session: Session, table: &TableKey) -> Result<(), Failure> {
    if untrack(move || session.table_key()).as_ref() == Some(table) {
        return Ok(());
    }
    Err(Failure {
        cancelled: true,
        ..Failure::new(Area::Train, "another table was put in place of this one")
    })
}

/// Forgets a result.
pub fn forget(session: Session, id: &str) {
    session
        .results
        .update(|results| results.retain(|result| result.key.id() != id));
    let id = id.to_owned();
    leptos::task::spawn_local(async move {
        shelf::forget(session, Store::Results, &id).await;
    });
}

/// Gives a lead engine that has just read the table the results that belong to it.
pub(super) async fn regather(session: Session) {
    let Some(table) = untrack(move || session.table_key()) else {
        return;
    };
    for result in session
        .results
        .get_untracked()
        .into_iter()
        .filter(|result| result.key.table == table)
    {
        let parts = Parts {
            key: result.key,
            tuned: result.tuned,
            encoded: result.parts.to_vec(),
        };
        if let Err(failure) = gather(session, parts).await {
            session.report(&failure);
        }
    }
}

/// Keeps a result over a reload, if it is still one by the time that its parts are files.
async fn store(session: Session, key: &ResultKey) {
    let found = || {
        session.results.with_untracked(|results| {
            let mut results = results.iter();
            results.find(|result| result.key == *key).cloned()
        })
    };
    let Some(result) = found() else { return };
    let place = session.place();
    let label = session.project.with_untracked(|project| Label {
        trial: key.trial.clone(),
        made_on: MadeOn {
            read: key.table.read.clone(),
            ..MadeOn::of(project)
        },
        tuned: result.tuned.clone(),
    });
    let Ok(label) = serde_json::to_string(&label) else {
        return;
    };
    match files_of(&result.parts).await {
        // Deleted meanwhile. Where another project came meanwhile, it still belongs to the one before.
        Ok(_) if found().is_none() && session.place() == place => {}
        Ok(parts) => {
            let value = Object::new();
            // Setting a property of a fresh plain object cannot fail.
            let _ = Reflect::set(&value, &"label".into(), &label.into());
            let _ = Reflect::set(&value, &"parts".into(), &parts);
            shelf::put_at(session, &place, Store::Results, &key.id(), &value).await;
        }
        Err(why) => session.not_kept.set(Some(why)),
    }
}

/// The parts as files: the store copies bytes while the page waits, and files beside it. Forests have tens of megabytes, so each
/// part is turned in a task of its own.
async fn files_of(parts: &[Uint8Array]) -> Result<Array, String> {
    let files = Array::new();
    for part in parts {
        let file = file_from_bytes("part", part)?;
        files.push(&file);
        yield_now().await;
    }
    Ok(files)
}

/// The results that were kept of the present table; what cannot be read, or is of another file or reading, is left out.
pub(super) async fn stored(session: Session) -> Vec<Parts> {
    let mut found = Vec::new();
    let Some(table) = untrack(move || session.table_key()) else {
        return found;
    };
    let made_on = session.project.with_untracked(MadeOn::of);
    let place = session.place();
    for id in shelf::names(&place, Store::Results).await {
        if let Some(value) = shelf::get(&place, Store::Results, &id).await
            && let Some((label, encoded)) = from_value(&value).await
            && label.made_on.read == made_on.read
            && (label.made_on.source.is_none() || label.made_on.source == made_on.source)
        {
            let key = ResultKey::named(&id, table.clone(), label.trial);
            found.push(Parts {
                key,
                tuned: label.tuned,
                encoded,
            });
        }
    }
    found
}

async fn from_value(value: &JsValue) -> Option<(Label, Vec<Uint8Array>)> {
    let label = Reflect::get(value, &"label".into()).ok()?.as_string()?;
    let label = serde_json::from_str(&label).ok()?;
    let parts: Array = Reflect::get(value, &"parts".into()).ok()?.dyn_into().ok()?;
    let mut encoded = Vec::new();
    for part in parts {
        encoded.push(match part.dyn_into::<Uint8Array>() {
            // As earlier builds kept them.
            Ok(bytes) => bytes,
            Err(file) => read_bytes(&file.dyn_into().ok()?).await.ok()?,
        });
    }
    Some((label, encoded))
}
