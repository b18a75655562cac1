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

use crate::ServeError;
use crate::config::{Config, GroupConfig};
use crate::error::LoadError;
use crate::group::{Group, Role};
use crate::problem::Problem;
use crate::served::Served;

/// Bytes that a bundle's file may have.
const MAX_BUNDLE_BYTES: u64 = 1 << 30;

/// All that requests need to know, at one time.
#[derive(Default)]
pub struct Snapshot {
    /// By name.
    pub models: BTreeMap<String, Arc<Served>>,
    /// By name.
    pub groups: BTreeMap<String, Group>,
    /// Files that are not served as they are now, and why.
    pub faults: BTreeMap<PathBuf, String>,
}

/// Who answers a request.
pub struct Target {
    /// The model.
    pub served: Arc<Served>,
    /// Its group and its role there.
    pub role: Option<(String, Role)>,
    /// Who scores besides.
    pub shadow: Option<Arc<Served>>,
}

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

/// What a file looked like when it was last looked at.
pub(crate) type Stamp = Option<(u64, SystemTime)>;

/// The models, by the files that they come from.
pub struct Registry {
    current: ArcSwap<Snapshot>,
    sources: Vec<PathBuf>,
    groups: BTreeMap<String, GroupConfig>,
    window_rows: usize,
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
        let _one = self.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let (snapshot, reloaded, _) = self.load(&self.current())?;
        self.current.store(Arc::new(snapshot));
        Ok(reloaded)
    }

    /// What all files look like now.
    pub(crate) fn stamps(&self) -> BTreeMap<PathBuf, Stamp> {
        let stamp = |path: &PathBuf| -> Stamp {
            let metadata = fs::metadata(path).ok()?;
            Some((metadata.len(), metadata.modified().ok()?))
        };
        let files = self.files().unwrap_or_default();
        files.into_iter().map(|(_, path)| (path.clone(), stamp(&path))).collect()
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
        paths.into_iter().map(|path| Ok((name_of(&path)?, path))).collect()
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
                    reloaded.failed.insert(path.display().to_string(), error.to_string());
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
            if self.groups.values().any(|group| group.names().any(|it| it == name)) {
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
        Served::load(name, path.into(), &bytes, self.window_rows, before).map(Some)
    }
}

impl Snapshot {
    /// Who answers a request to `name`: a model, a group, or `GROUP@ROLE`. Where there is one group, its roles are names, too:
    /// `champion` is then what the group's name is, with the challenger's share.
    ///
    /// # Errors
    /// 404 with the names there are.
    pub fn target(&self, name: &str, key: Option<&str>) -> Result<Target, Problem> {
        if let Some(served) = self.models.get(name) {
            return Ok(Target {
                served: Arc::clone(served),
                role: None,
                shadow: None,
            });
        }
        let (group_name, role) = match name.split_once('@') {
            Some((group, role)) => (Some(group), Some(role)),
            None if self.groups.contains_key(name) => (Some(name), None),
            None => (None, Some(name)),
        };
        let group = match group_name {
            Some(name) => self.groups.get_key_value(name),
            None if self.groups.len() == 1 => self.groups.iter().next(),
            None => None,
        };
        let (Some((found, group)), Ok(role)) = (group, role.map(known_role).transpose()) else {
            return Err(self.unknown(name));
        };
        // Without an @ the champion's name is the group's.
        let role = role.filter(|role| name.contains('@') || *role != Role::Champion);
        let (role, served) = match role {
            None => group.route(key),
            Some(role) => match group.role(role) {
                Some(served) => (role, served),
                None => return Err(self.unknown(name)),
            },
        };
        Ok(Target {
            served: Arc::clone(served),
            shadow: (role != Role::Shadow).then(|| group.shadow.clone()).flatten(),
            role: Some((found.clone(), role)),
        })
    }

    fn unknown(&self, name: &str) -> Problem {
        let names = self.models.keys().chain(self.groups.keys());
        let names: Vec<&str> = names.map(String::as_str).collect();
        let detail = format!("there is no model \"{name}\"; the names are {}", names.join(", "));
        Problem::new(404, "unknown-model", "There is no such model", detail)
    }
}

fn known_role(name: &str) -> Result<Role, ()> {
    Role::of(name).ok_or(())
}

impl GroupConfig {
    fn names(&self) -> impl Iterator<Item = &String> {
        [&self.champion].into_iter().chain(&self.challenger).chain(&self.shadow)
    }
}

/// A file's name without its ending.
fn name_of(path: &Path) -> Result<String, ServeError> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
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
