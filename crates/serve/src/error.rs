//! Why there is no server, or no model.

use std::path::PathBuf;

use tabwright_model::{ModelError, ProofReport};

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A file that cannot be read, or is not what it should be.
    #[error("{}: {message}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was expected, what was found, and what to do.
        message: String,
    },
    /// A bundle that must not be served.
    #[error("{}: {error}", path.display())]
    Load {
        /// The bundle's file.
        path: PathBuf,
        /// Why.
        error: LoadError,
    },
    /// Settings that make no sense together.
    #[error("{0}")]
    Config(String),
    /// An address that cannot be listened to.
    #[error("cannot listen on {address}: {error}; choose another one with --listen")]
    Listen {
        /// The address.
        address: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The system refuses what every server needs.
    #[error("the server cannot run: {0}")]
    System(#[from] std::io::Error),
}

/// Why a bundle is not served.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LoadError {
    /// A file that cannot be read.
    #[error("{0}")]
    File(String),
    /// No bundle, or a damaged one.
    #[error(transparent)]
    Bundle(ModelError),
    /// No signature, or not a right one.
    #[error("{0}")]
    Signature(String),
    /// Answers that are not those of the proof.
    #[error(
        "{} of {} margins differ from the proof: this engine must not serve this bundle",
        .0.n_differing,
        .0.n_margins
    )]
    Proof(ProofReport),
}

impl ServeError {
    /// Whether all was understood and a bundle is not what was exported: an answer, not a mishap.
    pub fn is_refusal(&self) -> bool {
        let Self::Load { error, .. } = self else {
            return false;
        };
        matches!(
            error,
            LoadError::Proof(_)
                | LoadError::Signature(_)
                | LoadError::Bundle(ModelError::Checksum { .. })
        )
    }
}
