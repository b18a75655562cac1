//! What all requests share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::Semaphore;

use crate::ServeError;
use crate::auth::Auth;
use crate::config::{Config, DriftConfig};
use crate::limits::Room;
use crate::log::RequestLog;
use crate::registry::{Registry, Reloaded};

/// Requests that a shadow may be behind.
const SHADOWS: usize = 8;

/// The server's state.
pub struct App {
    /// The models.
    pub registry: Registry,
    /// Who may ask.
    pub auth: Auth,
    /// What requests may take.
    pub room: Room,
    /// How drift is measured.
    pub drift: DriftConfig,
    /// Whether the server was told to stop.
    pub is_draining: AtomicBool,
    /// Requests whose head was read.
    pub n_started: AtomicU64,
    /// Requests whose answer was made.
    pub n_answered: AtomicU64,
    /// Reloads that changed models, and those where something was refused.
    pub n_reloads: [AtomicU64; 2],
    /// Requests that the shadow did not score because it was behind.
    pub n_shadows_lost: AtomicU64,
    pub(crate) shadows: Arc<Semaphore>,
    /// Answers by HTTP status.
    statuses: Mutex<BTreeMap<u16, u64>>,
    log: OnceLock<RequestLog>,
}

impl App {
    /// Loads what the configuration names.
    ///
    /// # Errors
    /// Bundles that must not be served, files that cannot be read, settings that make no sense.
    pub fn open(config: &Config) -> Result<Self, ServeError> {
        config.check().map_err(ServeError::Config)?;
        let app = Self {
            auth: Auth::read(&config.auth)?,
            registry: Registry::open(config)?,
            room: Room::new(&config.limits),
            drift: config.drift.clone(),
            is_draining: AtomicBool::new(false),
            n_started: AtomicU64::new(0),
            n_answered: AtomicU64::new(0),
            n_reloads: Default::default(),
            n_shadows_lost: AtomicU64::new(0),
            shadows: Arc::new(Semaphore::new(SHADOWS)),
            statuses: Mutex::default(),
            log: OnceLock::new(),
        };
        if let Some(config) = &config.log {
            let log = RequestLog::open(config)?;
            app.log.get_or_init(|| log);
        }
        Ok(app)
    }

    /// The log of requests, if there is one.
    pub fn log(&self) -> Option<&RequestLog> {
        self.log.get()
    }

    /// Writes what waits to be logged; for the end.
    pub fn close(mut self) {
        if let Some(log) = self.log.take() {
            log.close();
        }
    }

    /// Counts an answer.
    pub fn count(&self, status: u16) {
        self.n_answered.fetch_add(1, Ordering::Relaxed);
        let mut statuses = self.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        *statuses.entry(status).or_default() += 1;
    }

    /// Answers so far, by HTTP status.
    pub fn statuses(&self) -> BTreeMap<u16, u64> {
        let statuses = self.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        statuses.clone()
    }

    /// Whether the server was told to stop.
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::SeqCst)
    }

    /// Looks at all files again, says what changed, and counts it.
    ///
    /// # Errors
    /// If nothing was changed.
    pub fn reload(&self) -> Result<Reloaded, ServeError> {
        let reloaded = self.registry.reload();
        match &reloaded {
            Ok(reloaded) => {
                for (path, error) in &reloaded.failed {
                    tracing::error!(
                        path,
                        error,
                        "the bundle is refused; what it was before stays in service"
                    );
                }
                if !reloaded.loaded.is_empty() || !reloaded.removed.is_empty() {
                    tracing::info!(loaded = ?reloaded.loaded, removed = ?reloaded.removed, "models changed");
                }
                self.n_reloads[usize::from(!reloaded.failed.is_empty())]
                    .fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => {
                tracing::error!(%error, "nothing was reloaded");
                self.n_reloads[1].fetch_add(1, Ordering::Relaxed);
            }
        }
        reloaded
    }
}
