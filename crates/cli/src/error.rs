//! How a command fails.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use tabwright_engine::Failure;
use tabwright_export::ExportError;
use tabwright_model::ModelError;
use tabwright_serve::ServeError;
use tabwright_sign::SignError;

/// Why a command did not end with 0.
#[derive(Debug)]
pub enum CliError {
    /// The question was understood and the answer is no: exit code 1.
    No(String),
    /// Bad input or usage: exit code 2.
    BadInput(String),
}

impl CliError {
    /// Bad input, in one line.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::BadInput(message.into())
    }

    /// A file that cannot be read or written.
    pub fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::BadInput(format!("{}: {error}", path.display()))
    }

    /// Puts the file's name in front.
    pub fn in_file(self, path: &Path) -> Self {
        match self {
            Self::No(message) => Self::No(format!("{}: {message}", path.display())),
            Self::BadInput(message) => Self::BadInput(format!("{}: {message}", path.display())),
        }
    }

    /// 1 or 2.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::No(_) => ExitCode::from(1),
            Self::BadInput(_) => ExitCode::from(2),
        }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::No(message) | Self::BadInput(message)) = self;
        f.write_str(message)
    }
}

impl From<Failure> for CliError {
    fn from(failure: Failure) -> Self {
        Self::BadInput(failure.message)
    }
}

impl From<ExportError> for CliError {
    fn from(error: ExportError) -> Self {
        Self::BadInput(error.to_string())
    }
}

impl From<SignError> for CliError {
    fn from(error: SignError) -> Self {
        Self::BadInput(error.to_string())
    }
}

impl From<ServeError> for CliError {
    fn from(error: ServeError) -> Self {
        if error.is_refusal() {
            Self::No(error.to_string())
        } else {
            Self::BadInput(error.to_string())
        }
    }
}

impl From<ModelError> for CliError {
    fn from(error: ModelError) -> Self {
        match error {
            // The file is a bundle, and it is not what was exported: that is an answer, not a mishap.
            ModelError::Checksum { .. } => Self::No(error.to_string()),
            _ => Self::BadInput(error.to_string()),
        }
    }
}
