//! Keeping results: in the lead engine, in the session, over a reload.

use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};
use tabwright_engine::model::Tuned;
use tabwright_engine::table::ReadOptions;
use tabwright_engine::train::Trial;
use tabwright_engine::{Command, Failure, Reply};
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;

use super::{data, unexpected};
use crate::browser::environment::yield_now;
use crate::browser::files::{file_from_bytes, read_bytes};
use crate::browser::storage::{self, Store};
use crate::state::{Session, TrialResult};
use crate::worker::Attach;

/// What stands beside a result's parts in the browser's store.
#[derive(Serialize, Deserialize)]
struct Label {
    trial: Trial,
    read: ReadOptions,
    #[serde(default, alias = "trials", deserialize_with = "Tuned::or_trials")]
    tuned: Option<Tuned>,
}

/// A result that is not (or no longer) in the lead engine.
pub struct Parts {
    /// The app's name for it.
    pub id: String,
    /// What was fitted.
    pub trial: Trial,
    /// How the table was read.
    pub read: ReadOptions,
    /// The search behind it, if any.
    pub tuned: Option<Tuned>,
    /// The encoded part results.
    pub encoded: Vec<Uint8Array>,
}

/// Gathers part results in the lead engine and adds them to the results, in place of an earlier one of that name.
///
/// # Errors
/// If the parts do not fit the table.
pub async fn keep(
    session: Session,
    id: &str,
    trial: Trial,
    tuned: Option<Tuned>,
    encoded: Vec<Uint8Array>,
) -> Result<(), Failure> {
    let read = session
        .project
        .with_untracked(|project| project.read.clone());
    adopt(
        session,
        Parts {
            id: id.to_owned(),
            trial,
            read,
            tuned,
            encoded,
        },
    )
    .await
}

/// Gathers parts in the lead engine, adds them to the results and keeps them over a reload.
///
/// # Errors
/// If the parts do not fit the table.
pub async fn adopt(session: Session, parts: Parts) -> Result<(), Failure> {
    let id = parts.id.clone();
    gather(session, parts).await?;
    if let Some(result) = session
        .results
        .with_untracked(|results| results.iter().find(|one| one.id == id).cloned())
    {
        store(session, &result).await;
    }
    Ok(())
}

/// Gathers parts in the lead engine and adds them to the results, without keeping them over a reload once more.
///
/// # Errors
/// If the parts do not fit the table.
pub async fn gather(session: Session, parts: Parts) -> Result<(), Failure> {
    let Parts {
        id,
        trial,
        read,
        tuned,
        encoded,
    } = parts;
    let command = Command::Gather {
        id: id.clone(),
        trial: trial.clone(),
    };
    let answer = session
        .lead()
        .call(command, Attach::buffers(encoded.clone()), |_| {})
        .await?;
    let Reply::Trained(summary) = answer.reply else {
        return Err(unexpected());
    };
    let result = TrialResult {
        id,
        trial,
        read,
        tuned,
        summary,
        parts: SendWrapper::new(encoded),
    };
    session.results.update(|results| {
        match results.iter_mut().find(|present| present.id == result.id) {
            Some(present) => *present = result,
            None => results.push(result),
        }
        // Of equals the simpler is the better one, whatever the order in which they were made or brought back.
        results.sort_by_key(|result| (result.is_tuned(), result.trial.algorithm));
    });
    Ok(())
}

/// Forgets a result.
pub fn forget(session: Session, id: &str) {
    session
        .results
        .update(|results| results.retain(|result| result.id != id));
    let id = id.to_owned();
    leptos::task::spawn_local(async move {
        // What cannot be deleted was not kept either.
        let _ = storage::delete(Store::Results, &id).await;
    });
}

/// Forgets all results.
pub async fn clear(session: Session) {
    session.results.set(Vec::new());
    // What cannot be deleted was not kept either.
    let _ = storage::clear(Store::Results).await;
}

/// Gives a lead engine that has just read the table the results that belong to it.
pub async fn regather(session: Session) {
    let read = session
        .project
        .with_untracked(|project| project.read.clone());
    for result in session
        .results
        .get_untracked()
        .into_iter()
        .filter(|result| result.read == read)
    {
        let parts = Parts {
            id: result.id,
            trial: result.trial,
            read: result.read,
            tuned: result.tuned,
            encoded: result.parts.to_vec(),
        };
        if let Err(failure) = gather(session, parts).await {
            session.report(&failure);
        }
    }
}

/// Gives a new lead engine what the one before it held.
pub async fn rebuild(session: Session) {
    let Some(file) = session.file.get_untracked() else {
        return;
    };
    let Some(inputs) = session.table.with_untracked(|table| table.inputs.clone()) else {
        return;
    };
    let job = session.jobs.start_fixed("Restoring the session");
    let command = Command::Load {
        options: inputs.options,
    };
    match session
        .lead()
        .call(command, Attach::file(file), job.reporter())
        .await
    {
        Ok(_) => {
            regather(session).await;
            data::ask_target(session);
        }
        Err(failure) => session.report(&failure),
    }
}

/// Keeps a result over a reload.
async fn store(session: Session, result: &TrialResult) {
    let label = Label {
        trial: result.trial.clone(),
        read: result.read.clone(),
        tuned: result.tuned.clone(),
    };
    let Ok(label) = serde_json::to_string(&label) else {
        return;
    };
    let kept = match files_of(&result.parts).await {
        Ok(parts) => {
            let value = Object::new();
            // Setting a property of a fresh plain object cannot fail.
            let _ = Reflect::set(&value, &"label".into(), &label.into());
            let _ = Reflect::set(&value, &"parts".into(), &parts);
            storage::put(Store::Results, &result.id, &value).await
        }
        Err(why) => Err(why),
    };
    if let Err(why) = kept {
        session.not_kept.set(Some(why));
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

/// The results that were kept; what cannot be read is left out.
pub async fn stored() -> Vec<Parts> {
    let mut found = Vec::new();
    for id in storage::keys(Store::Results).await.unwrap_or_default() {
        if let Ok(Some(value)) = storage::get(Store::Results, &id).await {
            found.extend(from_value(id, &value).await);
        }
    }
    found
}

async fn from_value(id: String, value: &JsValue) -> Option<Parts> {
    let label = Reflect::get(value, &"label".into()).ok()?.as_string()?;
    let Label { trial, read, tuned } = serde_json::from_str(&label).ok()?;
    let parts: Array = Reflect::get(value, &"parts".into()).ok()?.dyn_into().ok()?;
    let mut encoded = Vec::new();
    for part in parts {
        encoded.push(match part.dyn_into::<Uint8Array>() {
            // As earlier builds kept them.
            Ok(bytes) => bytes,
            Err(file) => read_bytes(&file.dyn_into().ok()?).await.ok()?,
        });
    }
    Some(Parts {
        id,
        trial,
        read,
        tuned,
        encoded,
    })
}
