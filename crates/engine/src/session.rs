//! What an engine holds between jobs.

use std::collections::BTreeMap;

use tabwright_model::Bundle;
use tabwright_table::{Schema, Table};
use tabwright_train::{Trained, Trial};

use crate::error::Area;
use crate::rows::OrderedView;
use crate::{Failure, Source, TableInfo};

/// The session: a value for each stage that was reached.
#[derive(Default)]
pub(crate) struct Session {
    /// The table and the file behind it.
    pub loaded: Option<Loaded>,
    /// The rows of the last view, so that scrolling does not sort again.
    pub view: Option<OrderedView>,
    /// Results by the app's names.
    pub results: BTreeMap<String, Kept>,
    /// The bundle under test.
    pub bundle: Option<Bundle>,
}

/// A table and the file behind it.
pub(crate) struct Loaded {
    pub source: Box<dyn Source>,
    pub table: Table,
    pub info: TableInfo,
}

/// A result and what it came from.
pub(crate) struct Kept {
    pub trial: Trial,
    pub trained: Trained,
}

impl Session {
    /// The table, or the advice to load one.
    pub fn loaded(&self) -> Result<&Loaded, Failure> {
        self.loaded.as_ref().ok_or_else(|| {
            Failure::new(Area::Data, "no table is loaded yet: drop a CSV file first")
        })
    }

    /// The result of that name, or the advice to train.
    pub fn kept(&self, id: &str) -> Result<&Kept, Failure> {
        self.results.get(id).ok_or_else(|| {
            Failure::new(
                Area::Train,
                format!("there is no result \"{id}\" for this table: train it first"),
            )
        })
    }
}

impl Loaded {
    /// The schema of the raw table.
    pub fn schema(&self) -> &Schema {
        &self.info.schema
    }
}
