//! Bundles behind HTTP: scores with the bits of the workbench, metrics, aliases, reload while requests run.
//!
//! A request's way: `listen` (connections) → `router` (who may, what is counted) → `score` → `limits` (its body and its place) →
//! `rows` (JSON, CSV or Arrow to a table) → `served` (scores, counts, drift) → `answer` (JSON or CSV). Beside it: `registry` exchanges
//! models while requests keep theirs, `watch` looks for new files, `log` writes what was asked and answered.

mod answer;
mod app;
mod auth;
mod config;
mod describe;
mod error;
mod group;
mod limits;
mod linger;
mod listen;
mod log;
mod metrics;
mod openapi;
mod page;
mod problem;
mod registry;
mod router;
mod rows;
mod score;
mod served;
mod snapshot;
mod stats;
mod tls;
mod watch;
mod window;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

pub use config::{Config, EXAMPLE};
pub use error::{LoadError, ServeError};

use app::App;

/// A server that has loaded its models and has its address, and does not answer yet.
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    tls: Option<tokio_rustls::TlsAcceptor>,
    app: Arc<App>,
    config: Config,
}

impl Server {
    /// Loads the bundles, replays their proofs and takes the address.
    ///
    /// # Errors
    /// Settings that make no sense, files that cannot be read, bundles that must not be served, an address that is taken.
    pub fn open(config: &Config) -> Result<Self, ServeError> {
        let app = Arc::new(App::open(config)?);
        let tls = config.tls.as_ref().map(tls::acceptor).transpose()?;
        let runtime = Builder::new_multi_thread()
            .enable_all()
            .thread_name("tabwright-serve")
            .build()?;
        let bound = runtime.block_on(TcpListener::bind(config.listen));
        let listener = bound.map_err(|error| ServeError::Listen {
            address: config.listen.to_string(),
            error,
        })?;
        Ok(Self {
            runtime,
            listener,
            tls,
            app,
            config: config.clone(),
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// If the system does not tell.
    pub fn address(&self) -> Result<SocketAddr, ServeError> {
        Ok(self.listener.local_addr()?)
    }

    /// Each model's name and the proof rows that agreed.
    pub fn models(&self) -> Vec<(String, usize)> {
        let snapshot = self.app.registry.current();
        let models = snapshot.models.values();
        models
            .map(|served| (served.name.clone(), served.n_proof_rows))
            .collect()
    }

    /// Answers until the process is told to stop (SIGTERM, or an interrupt), and finishes what was begun.
    ///
    /// # Errors
    /// If the system does not tell of signals.
    pub fn run(self) -> Result<(), ServeError> {
        let Self {
            runtime,
            listener,
            tls,
            app,
            config,
        } = self;
        runtime.block_on(async {
            let stop = stop()?;
            let watching = (config.watch_seconds > 0.0).then(|| {
                tokio::spawn(watch::watch(
                    Arc::clone(&app),
                    config::seconds(config.watch_seconds),
                ))
            });
            listen::listen(listener, tls, router::router(&app), &app, stop).await;
            if let Some(watching) = watching {
                watching.abort();
            }
            Ok::<(), ServeError>(())
        })?;
        // What still runs has had its time.
        runtime.shutdown_timeout(std::time::Duration::from_secs(1));
        // The last one to hold it closes the log; a request that never ended may hold it still.
        if let Some(app) = Arc::into_inner(app) {
            app.close();
        }
        Ok(())
    }
}

/// Writes what happens to standard error, as text or as lines of JSON; `RUST_LOG` says how much, which is `info` without it.
pub fn tell(as_json: bool) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let told = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_writer(std::io::stderr);
    // A second call changes nothing: whoever came first has decided.
    let _ = if as_json {
        told.json().try_init()
    } else {
        told.with_ansi(false).try_init()
    };
}

/// Ready once the process is told to stop.
#[cfg(unix)]
fn stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ready once the process is told to stop.
#[cfg(not(unix))]
fn stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
