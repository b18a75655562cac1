//! A project file that was opened.

use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use tabwright_engine::{Project, SavedResult, Unpacked};

use crate::browser::File;

/// A project out of its file, with what its results were made of.
#[derive(Clone)]
pub struct OpenedProject {
    /// The project, without its results.
    pub project: Project,
    /// These, each with its parts, or `None` where they are damaged.
    pub results: SendWrapper<Vec<(SavedResult, Option<Vec<Uint8Array>>)>>,
}

impl OpenedProject {
    /// What the engine made of the file, and the bytes that came with it.
    ///
    /// # Errors
    /// A sentence where the file is no project, or is of a newer format.
    pub fn new(unpacked: Unpacked, bytes: &Uint8Array) -> Result<Self, String> {
        let Unpacked { project, lengths } = unpacked;
        let mut project = Project::from_json(&project)?;
        let mut start = 0;
        let mut next = |length: usize| {
            let end = start + length as u32;
            let part = bytes.slice(start, end);
            start = end;
            part
        };
        let parts = lengths
            .into_iter()
            .map(|lengths| Some(lengths?.into_iter().map(&mut next).collect()));
        let results = std::mem::take(&mut project.results);
        Ok(Self {
            results: SendWrapper::new(results.into_iter().zip(parts).collect()),
            project,
        })
    }

    /// Whether it was made on this file, as far as name and length tell.
    pub fn is_made_on(&self, file: &File) -> bool {
        let source = self.project.source.as_ref();
        source.is_some_and(|it| it.file == file.name() && it.n_bytes as f64 == file.size())
    }
}
