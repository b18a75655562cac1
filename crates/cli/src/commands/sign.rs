//! `tabwright keygen` and `tabwright sign`: whose bundle it is.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use tabwright_model::Bundle;
use tabwright_sign::{PrivateKey, PublicKey, SignError};

use crate::args::{KeygenArgs, SignArgs};
use crate::error::CliError;
use crate::files;

/// Makes two keys, and overwrites none.
pub fn keygen(args: &KeygenArgs) -> Result<(), CliError> {
    let key = PrivateKey::generate()?;
    let public = args.out.with_extension("pub.pem");
    write_new(&public, &key.public().to_pem()?, false)?;
    write_new(&args.out, &key.to_pem()?, true)?;
    let line = format!(
        "{}: the private key, for tabwright sign; keep it to yourself\n{}: the public key, for tabwright verify --key\n",
        args.out.display(),
        public.display()
    );
    files::print(line.as_bytes())
}

/// Signs a bundle, once its proof agrees.
pub fn sign(args: &SignArgs) -> Result<(), CliError> {
    let in_file = |error| CliError::from(error).in_file(&args.bundle);
    let key = text(&args.key)?;
    let key = PrivateKey::from_pem(&key).map_err(|error| of_file(error, &args.key))?;
    let bytes = files::read(&args.bundle)?;
    let report = (Bundle::from_zip(&bytes).map_err(in_file)?)
        .replay_proof()
        .map_err(in_file)?;
    if report.n_differing > 0 {
        return Err(CliError::No(format!(
            "{}: {} of {} margins differ from the proof: a bundle that is wrong here is not signed",
            args.bundle.display(),
            report.n_differing,
            report.n_margins
        )));
    }
    let out = args.out.clone().unwrap_or_else(|| beside(&args.bundle));
    files::write(&out, key.sign(&bytes).as_bytes())
}

/// Checks the signature of a bundle's bytes.
///
/// # Errors
/// That there is none, or not a right one: an answer, not a mishap.
pub fn check(
    bundle: &Path,
    bytes: &[u8],
    key: &Path,
    signature: Option<&Path>,
) -> Result<(), CliError> {
    let key = PublicKey::from_pem(&text(key)?).map_err(|error| of_file(error, key))?;
    let path = signature.map_or_else(|| beside(bundle), Path::to_owned);
    if !path.exists() {
        return Err(CliError::No(format!(
            "{}: there is no signature of {}",
            path.display(),
            bundle.display()
        )));
    }
    let checked = key.check(bytes, &text(&path)?);
    checked.map_err(|error| CliError::No(format!("{}: {error}", path.display())))
}

/// Where a bundle's signature is.
fn beside(bundle: &Path) -> PathBuf {
    let mut path = bundle.as_os_str().to_owned();
    path.push(".sig");
    path.into()
}

fn text(path: &Path) -> Result<String, CliError> {
    // What is no text is no key and no signature either.
    Ok(String::from_utf8_lossy(&files::read(path)?).into_owned())
}

fn of_file(error: SignError, path: &Path) -> CliError {
    CliError::from(error).in_file(path)
}

/// Writes a file that is not there yet; a private one for its owner's eyes only, where the system has such.
fn write_new(path: &Path, text: &str, is_private: bool) -> Result<(), CliError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = is_private;
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| CliError::file(path, &error))
}
