//! What outlives the page: a few named stores of `IndexedDB`, each a map from text to a JavaScript value (texts, files, bytes).

use idb::{Database, DatabaseEvent, Error, Factory, ObjectStoreParams, TransactionMode};
use wasm_bindgen::JsValue;

const DATABASE: &str = "tabwright";
const VERSION: u32 = 1;

/// A named store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// The project document.
    Project,
    /// The files behind it.
    Files,
    /// Encoded part results.
    Results,
}

impl Store {
    const ALL: [Store; 3] = [Store::Project, Store::Files, Store::Results];

    fn name(self) -> &'static str {
        match self {
            Store::Project => "project",
            Store::Files => "files",
            Store::Results => "results",
        }
    }
}

/// Keeps a value under a key, in place of what was there.
///
/// # Errors
/// If the browser keeps nothing (private windows) or is full.
pub async fn put(store: Store, key: &str, value: &JsValue) -> Result<(), String> {
    write(store, async |objects| {
        objects.put(value, Some(&key.into()))?.await.map(|_| ())
    })
    .await
}

/// Forgets a key.
///
/// # Errors
/// If the browser keeps nothing.
pub async fn delete(store: Store, key: &str) -> Result<(), String> {
    write(store, async |objects| {
        objects.delete(JsValue::from(key))?.await
    })
    .await
}

/// What is kept under a key.
///
/// # Errors
/// If the browser keeps nothing.
pub async fn get(store: Store, key: &str) -> Result<Option<JsValue>, String> {
    read(store, async |objects| {
        objects.get(JsValue::from(key))?.await
    })
    .await
}

/// All keys of a store, in order.
///
/// # Errors
/// If the browser keeps nothing.
pub async fn keys(store: Store) -> Result<Vec<String>, String> {
    let keys = read(store, async |objects| {
        objects.get_all_keys(None, None)?.await
    })
    .await?;
    Ok(keys.iter().filter_map(JsValue::as_string).collect())
}

async fn write(
    store: Store,
    change: impl AsyncFnOnce(&idb::ObjectStore) -> Result<(), Error>,
) -> Result<(), String> {
    let attempt = async {
        let database = open().await?;
        let transaction = database.transaction(&[store.name()], TransactionMode::ReadWrite)?;
        change(&transaction.object_store(store.name())?).await?;
        transaction.commit()?.await?;
        database.close();
        Ok::<(), Error>(())
    };
    attempt.await.map_err(|error| message(&error))
}

async fn read<T>(
    store: Store,
    ask: impl AsyncFnOnce(&idb::ObjectStore) -> Result<T, Error>,
) -> Result<T, String> {
    let attempt = async {
        let database = open().await?;
        let transaction = database.transaction(&[store.name()], TransactionMode::ReadOnly)?;
        let value = ask(&transaction.object_store(store.name())?).await?;
        transaction.await?;
        database.close();
        Ok::<T, Error>(value)
    };
    attempt.await.map_err(|error| message(&error))
}

async fn open() -> Result<Database, Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(VERSION))?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else {
            return;
        };
        let present = database.store_names();
        for store in Store::ALL
            .into_iter()
            .filter(|store| !present.iter().any(|name| name == store.name()))
        {
            // A store that could not be made shows at its first use.
            let _ = database.create_object_store(store.name(), ObjectStoreParams::new());
        }
    });
    request.await
}

fn message(error: &Error) -> String {
    format!("this browser does not keep the project ({error}); save it to a file")
}
