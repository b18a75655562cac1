//! The models in service, and their exchange while requests run.
//!
//! A request takes the snapshot that is current when it comes and keeps it: what is loaded meanwhile is for those that come after.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use arc_swap::ArcSwap;
use serde::Serialize;
use tabwright_sign::PublicKey;

use crate::ServeError;
use crate::config::{Config, GroupConfig};
use crate::error::LoadError;
use crate::group::Group;
use crate::served::Served;
use crate::snapshot::Snapshot;

/// Bytes that a bundle's file may have.
const MAX_BUNDLE_BYTES: u64 = 1 << 30;

/// What a reload did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reloaded {
    /// Models that are new or other than before.
    pub loaded: Vec<String>,
    /// Models that stayed.
    pub unchanged: Vec<String>,
    /// Models whose file is gone.
    pub removed: Vec<String>,
    /// Files that were refused, and why; what they were before stays in service.
    pub failed: BTreeMap<String, String>,
}

/// What files looked like when they were looked at: bytes and time.
pub(crate) type Stamps = BTreeMap<PathBuf, Option<(u64, SystemTime)>>;

/// The models, by the files that they come from.
pub struct Registry {
    current: ArcSwap<Snapshot>,
    sources: Vec<PathBuf>,
    groups: BTreeMap<String, GroupConfig>,
    window_rows: usize,
    key: Option<PublicKey>,
    /// One reload at a time.
    reloading: Mutex<()>,
}

impl Registry {
    /// Loads all bundles.
    ///
    /// # Errors
    /// The first that must not be served, names that clash, groups that make no sense.
    pub fn open(config: &Config) -> Result<Self, ServeError> {
        if config.bundles.is_empty() {
            let message = "there is no bundle to serve: name a file, or a folder of bundles";
            return Err(ServeError::Config(message.into()));
        }
        let registry = Self {
            current: ArcSwap::default(),
            sources: config.bundles.clone(),
            groups: config.groups.clone(),
            window_rows: config.drift.window_rows,
            key: config.public_key.as_deref().map(read_key).transpose()?,
            reloading: Mutex::new(()),
        };
        let (snapshot, _, first) = registry.load(&Snapshot::default())?;
        if let Some((path, error)) = first {
            return Err(ServeError::Load { path, error });
        }
        registry.current.store(Arc::new(snapshot));
        Ok(registry)
    }

    /// What is in service now.
    pub fn current(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Looks at all files again, and serves what is new and agrees with its proof.
    ///
    /// # Errors
    /// If nothing was changed, because names clash or groups make no sense.
    pub fn reload(&self) -> Result<Reloaded, ServeError> {
        let _one = self
            .reloading
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (snapshot, reloaded, _) = self.load(&self.current())?;
        self.current.store(Arc::new(snapshot));
        Ok(reloaded)
    }

    /// What all files look like now.
    pub(crate) fn stamps(&self) -> Stamps {
        let stamp = |path: &PathBuf| {
            let metadata = fs::metadata(path).ok()?;
            Some((metadata.len(), metadata.modified().ok()?))
        };
        let files = self
            .files()
            .unwrap_or_default()
            .into_iter()
            .map(|(_, path)| path);
        let files = files.flat_map(|path| {
            let signature = self.key.as_ref().map(|_| signature_of(&path));
            [path].into_iter().chain(signature)
        });
        files.map(|path| (path.clone(), stamp(&path))).collect()
    }

    /// Each bundle's name and file.
    fn files(&self) -> Result<Vec<(String, PathBuf)>, ServeError> {
        let mut paths = Vec::new();
        for source in &self.sources {
            if !source.is_dir() {
                paths.push(source.clone());
                continue;
            }
            let bad = |error: std::io::Error| ServeError::File {
                path: source.clone(),
                message: error.to_string(),
            };
            let mut inside = Vec::new();
            for entry in fs::read_dir(source).map_err(bad)? {
                let path = entry.map_err(bad)?.path();
                if path.extension().is_some_and(|ending| ending == "zip") && path.is_file() {
                    inside.push(path);
                }
            }
            inside.sort();
            paths.extend(inside);
        }
        paths.dedup();
        paths
            .into_iter()
            .map(|path| Ok((name_of(&path)?, path)))
            .collect()
    }

    /// The snapshot that follows `old`, what changed, and the first failure.
    #[allow(clippy::type_complexity)]
    fn load(
        &self,
        old: &Snapshot,
    ) -> Result<(Snapshot, Reloaded, Option<(PathBuf, LoadError)>), ServeError> {
        let (mut new, mut reloaded, mut first) = (Snapshot::default(), Reloaded::default(), None);
        for (name, path) in self.files()? {
            if let Some(other) = new.models.get(&name) {
                return Err(ServeError::Config(format!(
                    "two bundles are called \"{name}\": {} and {}; rename one of the files",
                    other.path.display(),
                    path.display()
                )));
            }
            let before = old.models.get(&name);
            let served = match self.load_file(&name, &path, before) {
                Ok(Some(served)) => {
                    reloaded.loaded.push(name.clone());
                    Some(Arc::new(served))
                }
                Ok(None) => {
                    reloaded.unchanged.push(name.clone());
                    before.cloned()
                }
                Err(error) => {
                    new.faults.insert(path.clone(), error.to_string());
                    reloaded
                        .failed
                        .insert(path.display().to_string(), error.to_string());
                    first.get_or_insert((path, error));
                    before.cloned()
                }
            };
            new.models.extend(served.map(|served| (name, served)));
        }
        for (name, served) in &old.models {
            if new.models.contains_key(name) {
                continue;
            }
            reloaded.removed.push(name.clone());
            if self
                .groups
                .values()
                .any(|group| group.names().any(|it| it == name))
            {
                let message = "the file is gone; a group needs the model, so it stays in service";
                new.faults.insert(served.path.clone(), message.into());
                new.models.insert(name.clone(), Arc::clone(served));
            }
        }
        if first.is_none() || !old.models.is_empty() {
            new.groups = self.load_groups(&new.models, old)?;
        }
        Ok((new, reloaded, first))
    }

    fn load_groups(
        &self,
        models: &BTreeMap<String, Arc<Served>>,
        old: &Snapshot,
    ) -> Result<BTreeMap<String, Group>, ServeError> {
        let mut groups = BTreeMap::new();
        for (name, config) in &self.groups {
            let bad = |message: String| ServeError::Config(format!("groups.{name}: {message}"));
            check_name(name).map_err(bad)?;
            if models.contains_key(name) {
                return Err(bad("a model has this name; rename the group".into()));
            }
            let find = |model: &str| models.get(model).cloned();
            let group = Group::new(config, find, old.groups.get(name)).map_err(bad)?;
            groups.insert(name.clone(), group);
        }
        Ok(groups)
    }

    /// The model of a file; none where it is what is served already.
    fn load_file(
        &self,
        name: &str,
        path: &Path,
        before: Option<&Arc<Served>>,
    ) -> Result<Option<Served>, LoadError> {
        let file = |error: std::io::Error| LoadError::File(error.to_string());
        if fs::metadata(path).map_err(file)?.len() > MAX_BUNDLE_BYTES {
            return Err(LoadError::File("the file is larger than 1 GiB".into()));
        }
        let bytes = fs::read(path).map_err(file)?;
        let before = before.map(AsRef::as_ref);
        if before.is_some_and(|before| before.is(&bytes)) {
            return Ok(None);
        }
        if let Some(key) = &self.key {
            check_signature(key, path, &bytes)?;
        }
        Served::load(name, path.into(), &bytes, self.window_rows, before).map(Some)
    }
}

impl GroupConfig {
    fn names(&self) -> impl Iterator<Item = &String> {
        [&self.champion]
            .into_iter()
            .chain(&self.challenger)
            .chain(&self.shadow)
    }
}

/// Where a bundle's signature is.
fn signature_of(bundle: &Path) -> PathBuf {
    let mut path = bundle.as_os_str().to_owned();
    path.push(".sig");
    path.into()
}

fn read_key(path: &Path) -> Result<PublicKey, ServeError> {
    let bad = |message: String| ServeError::File {
        path: path.into(),
        message,
    };
    let bytes = fs::read(path).map_err(|error| bad(error.to_string()))?;
    let text = String::from_utf8_lossy(&bytes);
    PublicKey::from_pem(&text).map_err(|error| bad(error.to_string()))
}

fn check_signature(key: &PublicKey, bundle: &Path, bytes: &[u8]) -> Result<(), LoadError> {
    let path = signature_of(bundle);
    let bad = |message: String| LoadError::Signature(format!("{}: {message}", path.display()));
    let signature = fs::read(&path)
        .map_err(|error| bad(format!("public_key asks for a signature: {error}")))?;
    let signature = String::from_utf8_lossy(&signature);
    key.check(bytes, &signature)
        .map_err(|error| bad(error.to_string()))
}

/// A file's name without its ending.
fn name_of(path: &Path) -> Result<String, ServeError> {
    let name = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    check_name(&name).map_err(|message| ServeError::File {
        path: path.into(),
        message,
    })?;
    Ok(name)
}

/// Refuses names that would have to be written otherwise in a URL.
fn check_name(name: &str) -> Result<(), String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !name.is_empty() && name.chars().all(is_plain) {
        return Ok(());
    }
    Err(format!(
        "\"{name}\" cannot be the name of a model: expected letters, digits, points, hyphens and underscores"
    ))
}
