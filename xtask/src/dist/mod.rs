//! The app as files that any static host can serve: WebAssembly, its scripts, the page, and what keeps it at work offline.

mod offline;
mod page;
mod wasm;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

pub use self::page::CSP;
pub use self::wasm::{APP, WORKER, compiled};
use crate::say;
use crate::shell::{root, target_dir};
use crate::tools::{WASM, for_app, hex};

/// How the app is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As it is hosted: small and fast, minutes to build; in dist/.
    Hosted,
    /// To look at and to work on: there soon. It keeps nothing for offline, or the next build would not be seen.
    Quick,
}

/// What the app is made from, from the root.
const SOURCES: [&str; 9] = [
    "crates",
    "src",
    "style",
    "public",
    "xtask/src/dist",
    "index.html",
    ".cargo/config.toml",
    "Cargo.toml",
    "Cargo.lock",
];

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Hosted => "app",
            Self::Quick => "app (quick)",
        }
    }

    /// Cargo's profile.
    fn profile(self) -> &'static str {
        match self {
            Self::Hosted => "web",
            Self::Quick => "web-quick",
        }
    }

    fn folder(self) -> PathBuf {
        match self {
            Self::Hosted => root().join("dist"),
            Self::Quick => root().join("target/xtask/quick"),
        }
    }
}

/// Says what a first build takes, where nothing has been built yet.
pub fn announce(kind: Kind) {
    let compiled = target_dir().join(WASM).join(kind.profile());
    if is_there(&kind.folder()) || compiled.is_dir() {
        return;
    }
    say::line(match kind {
        Kind::Hosted => {
            "The first build takes about 15 minutes on two cores, 2 GB of disk, and the network for what Cargo.lock names."
        }
        Kind::Quick => {
            "The first build takes about 8 minutes on two cores, 2 GB of disk, and the network for what Cargo.lock names; later ones take seconds."
        }
    });
}

/// Builds the app and returns its folder; at once if nothing has changed since the last time.
///
/// # Errors
/// If a tool cannot be set up, or the build fails; the message has the compiler's output.
pub fn build(kind: Kind) -> Result<PathBuf> {
    let (dist, work) = (kind.folder(), root().join("target/xtask"));
    fs::create_dir_all(&work)?;
    // One build of this clone at a time.
    let lock = File::create(work.join("lock"))?;
    lock.lock()?;
    let stamp_file = dist.with_extension("stamp");
    let stamp_file = work.join(stamp_file.file_name().unwrap_or_default());
    let stamp = stamp()?;
    let is_current = fs::read_to_string(&stamp_file).is_ok_and(|made| made == stamp);
    if is_current && is_there(&dist) {
        say::there(kind.name());
        return Ok(dist);
    }
    for_app()?;
    let stage = work.join("stage");
    if stage.exists() {
        fs::remove_dir_all(&stage)?;
    }
    fs::create_dir_all(&stage)?;
    let compiled = say::step(kind.name(), |note| wasm::compile(kind, note))?;
    let modules = say::step("wasm-bindgen", |_| {
        wasm::bind(&compiled, &work.join("bound"))
    })?;
    let worker = page::put_worker(&stage, &modules.worker)?;
    page::put(&stage, &modules.app, &worker)?;
    match kind {
        Kind::Hosted => offline::put(&stage)?,
        Kind::Quick => offline::put_farewell(&stage)?,
    }
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::rename(&stage, &dist)?;
    fs::write(stamp_file, stamp)?;
    Ok(dist)
}

/// The folder that an earlier build left.
///
/// # Errors
/// If there is none.
pub fn as_it_is() -> Result<PathBuf> {
    let dist = Kind::Hosted.folder();
    if is_there(&dist) {
        Ok(dist)
    } else {
        Err(anyhow!("dist/ is not there: `cargo xtask build` makes it"))
    }
}

fn is_there(dist: &Path) -> bool {
    dist.join("404.html").is_file()
}

/// Stands for all that the build depends on.
fn stamp() -> Result<String> {
    let mut hash = Sha256::new();
    for source in SOURCES {
        for entry in WalkDir::new(root().join(source)).sort_by_file_name() {
            let entry = entry?;
            if entry.file_type().is_file() {
                let name = entry.path().strip_prefix(root()).unwrap_or(entry.path());
                hash.update(name.to_string_lossy().as_bytes());
                hash.update(Sha256::digest(fs::read(entry.path())?));
            }
        }
    }
    Ok(hex(&hash.finalize()))
}

/// The files of a folder with this ending.
///
/// # Errors
/// If the folder cannot be read.
pub fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    found.retain(|path| path.extension().is_some_and(|it| it == ending));
    found.sort();
    Ok(found)
}
