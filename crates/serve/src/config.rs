//! `scorer.toml`, and what it means without being there.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::ServeError;

/// A file of all settings with their defaults, for `--help`.
pub const EXAMPLE: &str = include_str!("../scorer.toml");

/// All settings. A key that is not known is refused by its name.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen: loopback unless told otherwise.
    pub listen: SocketAddr,
    /// Bundles, and folders whose `*.zip` are bundles; a model is called as its file without the ending.
    pub bundles: Vec<PathBuf>,
    /// A public key: bundles without its signature beside them (`BUNDLE.sig`) are refused. Without it nothing is asked.
    pub public_key: Option<PathBuf>,
    /// How often files are looked at for changes; 0: never.
    pub watch_seconds: f64,
    /// Models that answer under one name.
    pub groups: BTreeMap<String, GroupConfig>,
    /// What one client may ask for.
    pub limits: Limits,
    /// Who may ask.
    pub auth: AuthConfig,
    /// Encryption; none if absent.
    pub tls: Option<TlsConfig>,
    /// The log of requests; none if absent.
    pub log: Option<LogConfig>,
    /// The comparison with training rows.
    pub drift: DriftConfig,
}

/// A champion and those that want to be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupConfig {
    /// The model that answers.
    pub champion: String,
    /// The model that answers a share of the requests.
    #[serde(default)]
    pub challenger: Option<String>,
    /// That share, 0 to 1.
    #[serde(default)]
    pub challenger_share: f64,
    /// A model that scores and is logged, and never answers.
    #[serde(default)]
    pub shadow: Option<String>,
}

/// What one client may ask for, and all together.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// MiB of a request's body.
    pub body_mib: usize,
    /// MiB of all bodies that are held at once.
    pub bodies_mib: usize,
    /// Rows of a request.
    pub rows: usize,
    /// Rows of a request that asks for contributions, which take some hundred times as long.
    pub explained_rows: usize,
    /// Seconds from a request's head to its answer.
    pub request_seconds: f64,
    /// Seconds for a request's head, and of silence between two requests.
    pub header_seconds: f64,
    /// Seconds that a client may take no byte of its answer.
    pub write_seconds: f64,
    /// Requests that are scored or wait for it; more are told to come again.
    pub requests: usize,
    /// Connections; more wait to be accepted.
    pub connections: usize,
    /// Seconds from being told to stop until no connection is taken any more; answers close their connections meanwhile.
    pub notice_seconds: f64,
    /// Seconds that requests have to finish after that.
    pub drain_seconds: f64,
}

/// Who may ask.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthConfig {
    /// A file of bearer tokens, one a line; without it everybody may ask.
    pub tokens: Option<PathBuf>,
    /// The same for what changes the server; without it nobody may.
    pub admin_tokens: Option<PathBuf>,
}

/// Encryption.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// PEM: the certificate and those it rests on.
    pub certificate: PathBuf,
    /// PEM: its private key.
    pub key: PathBuf,
}

/// The log of requests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// Where `requests.jsonl` and its predecessors go.
    pub folder: PathBuf,
    /// The share of rows that are logged.
    #[serde(default = "one")]
    pub share: f64,
    /// Columns whose values are left out.
    #[serde(default)]
    pub redact: Vec<String>,
    /// A file of so many MiB is closed, and another begun.
    #[serde(default = "rotate_mib")]
    pub rotate_mib: f64,
    /// Closed files that are kept.
    #[serde(default = "keep")]
    pub keep: usize,
}

/// The comparison with training rows.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DriftConfig {
    /// The last so many rows are compared.
    pub window_rows: usize,
    /// Fewer are not.
    pub min_rows: usize,
}

fn one() -> f64 {
    1.0
}

fn rotate_mib() -> f64 {
    64.0
}

fn keep() -> usize {
    8
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            bundles: Vec::new(),
            public_key: None,
            watch_seconds: 2.0,
            groups: BTreeMap::new(),
            limits: Limits::default(),
            auth: AuthConfig::default(),
            tls: None,
            log: None,
            drift: DriftConfig::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_mib: 8,
            bodies_mib: 256,
            rows: 100_000,
            explained_rows: 1000,
            request_seconds: 10.0,
            header_seconds: 10.0,
            write_seconds: 30.0,
            requests: 64,
            connections: 1024,
            notice_seconds: 1.0,
            drain_seconds: 30.0,
        }
    }
}

impl Default for DriftConfig {
    fn default() -> Self {
        Self {
            window_rows: 2000,
            min_rows: 200,
        }
    }
}

impl Config {
    /// Reads a file. Paths in it start from its folder.
    ///
    /// # Errors
    /// A file that cannot be read, keys that are not known, values that make no sense.
    pub fn read(path: &Path) -> Result<Self, ServeError> {
        let bad = |message: String| ServeError::File {
            path: path.into(),
            message,
        };
        let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
        let mut config: Self = toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            bad(format!(
                "line {line}: {}",
                error.message().replace('\n', "; ")
            ))
        })?;
        config.start_from(path.parent().unwrap_or(Path::new("")));
        config.check().map_err(bad)?;
        Ok(config)
    }

    fn start_from(&mut self, folder: &Path) {
        let tls = self.tls.iter_mut();
        let paths = (self.bundles.iter_mut())
            .chain(&mut self.public_key)
            .chain(&mut self.auth.tokens)
            .chain(&mut self.auth.admin_tokens)
            .chain(tls.flat_map(|tls| [&mut tls.certificate, &mut tls.key]))
            .chain(self.log.iter_mut().map(|log| &mut log.folder));
        for path in paths {
            *path = folder.join(&path);
        }
    }

    /// What makes no sense, by its key.
    pub(crate) fn check(&self) -> Result<(), String> {
        let limits = &self.limits;
        for (key, count) in [
            ("limits.body_mib", limits.body_mib),
            ("limits.bodies_mib", limits.bodies_mib),
            ("limits.rows", limits.rows),
            ("limits.explained_rows", limits.explained_rows),
            ("limits.requests", limits.requests),
            ("limits.connections", limits.connections),
            ("drift.window_rows", self.drift.window_rows),
        ] {
            if count == 0 || count > 1 << 30 {
                return Err(format!("{key} is {count}, expected 1 to {}", 1 << 30));
            }
        }
        for (key, seconds) in [
            ("limits.request_seconds", limits.request_seconds),
            ("limits.header_seconds", limits.header_seconds),
            ("limits.write_seconds", limits.write_seconds),
            ("limits.drain_seconds", limits.drain_seconds),
        ] {
            if !(0.001..=86_400.0).contains(&seconds) {
                return Err(format!(
                    "{key} is {seconds}, expected 0.001 to 86400 seconds"
                ));
            }
        }
        for (key, seconds) in [
            ("watch_seconds", self.watch_seconds),
            ("limits.notice_seconds", limits.notice_seconds),
        ] {
            if !(0.0..=86_400.0).contains(&seconds) {
                return Err(format!("{key} is {seconds}, expected 0 to 86400"));
            }
        }
        if limits.bodies_mib < limits.body_mib {
            return Err("limits.bodies_mib is less than limits.body_mib".into());
        }
        self.check_shares()
    }

    fn check_shares(&self) -> Result<(), String> {
        for (name, group) in &self.groups {
            if !(0.0..=1.0).contains(&group.challenger_share) {
                let share = group.challenger_share;
                return Err(format!(
                    "groups.{name}.challenger_share is {share}, expected 0 to 1"
                ));
            }
            if group.challenger_share > 0.0 && group.challenger.is_none() {
                return Err(format!(
                    "groups.{name} has a challenger_share and no challenger"
                ));
            }
        }
        let Some(log) = &self.log else {
            return Ok(());
        };
        if !(0.0..=1.0).contains(&log.share) {
            return Err(format!("log.share is {}, expected 0 to 1", log.share));
        }
        if !(0.001..=1e6).contains(&log.rotate_mib) {
            return Err(format!(
                "log.rotate_mib is {}, expected 0.001 to 1000000",
                log.rotate_mib
            ));
        }
        Ok(())
    }
}

/// Seconds that [`Config`] has checked.
pub(crate) fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scorer.toml");
        std::fs::write(&path, text).unwrap();
        Config::read(&path).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn refused(text: &str, message: &str) {
        let found = read(text).unwrap_err();
        assert!(found.contains(message), "{found}");
    }

    #[test]
    fn the_empty_file_is_the_default_on_loopback() {
        let config = read("").unwrap();
        assert!(config.listen.ip().is_loopback());
        assert_eq!(config.limits.rows, 100_000);
    }

    #[test]
    fn the_example_is_the_default_and_knows_all_settings() {
        let config = read(EXAMPLE).unwrap();
        assert_eq!(
            format!("{:?}", config.limits),
            format!("{:?}", Limits::default())
        );
        assert_eq!(
            format!("{:?}", config.drift),
            format!("{:?}", DriftConfig::default())
        );
        // With what is only shown.
        let shown: Vec<&str> = EXAMPLE
            .lines()
            .map(|line| line.trim_start_matches('#'))
            .skip(2)
            .collect();
        let config = read(&shown.join("\n")).unwrap();
        assert_eq!(config.groups["survival"].challenger_share, 0.1);
        assert!(
            config.public_key.is_some()
                && config.tls.is_some()
                && config.auth.admin_tokens.is_some()
        );
        assert_eq!(config.log.unwrap().keep, keep());
    }

    #[test]
    fn paths_start_from_the_files_folder() {
        let config = read("bundles = ['models', '/x.zip']\n[log]\nfolder = 'log'").unwrap();
        assert!(config.bundles[0].is_absolute() && config.bundles[0].ends_with("models"));
        assert_eq!(config.bundles[1], Path::new("/x.zip"));
        assert_eq!(config.log.unwrap().share, 1.0);
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        refused("lisen = '127.0.0.1:1'", "unknown field `lisen`");
        refused("[limits]\nrow = 3", "line 2: unknown field `row`");
        refused("[limits]\nrows = 0", "limits.rows is 0");
        refused(
            "[limits]\nrequest_seconds = -1",
            "limits.request_seconds is -1",
        );
        refused("[limits]\nbodies_mib = 1", "limits.bodies_mib is less");
        refused("listen = 'nowhere'", "invalid socket address");
        refused(
            "[groups.g]\nchampion = 'a'\nchallenger_share = 0.5",
            "no challenger",
        );
        refused(
            "[groups.g]\nchampion = 'a'\nchallenger = 'b'\nchallenger_share = 1.5",
            "groups.g.challenger_share is 1.5",
        );
        refused("[log]\nfolder = 'x'\nshare = 2", "log.share is 2");
        refused("[tls]\ncertificate = 'x'", "missing field `key`");
    }
}
