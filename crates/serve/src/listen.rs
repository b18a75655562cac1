//! Takes connections, and ends them when the server is told to stop.
//!
//! Telling it to stop has two parts. First a notice: connections are taken and requests answered as before, but each answer says that
//! its connection closes, and `/readyz` sends new clients elsewhere. So a client that keeps asking never asks into a connection that
//! has just been closed. Then nothing new is taken, and what is being answered is finished.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;

use crate::app::App;
use crate::config::{self, Limits};

/// Bytes that a request's head may have.
const HEAD_BYTES: usize = 64 << 10;
/// Headers that it may have.
const HEADERS: usize = 100;
/// The system is out of descriptors or memory: some come back when others finish.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

/// How long the first request of a connection that was just taken may be on its way: told to end, hyper closes what it has read
/// nothing of, and the request would be lost.
const FIRST_REQUEST: Duration = Duration::from_secs(1);
/// How often it is looked whether all have ended by then, as each does with an answer.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// How connections are treated.
#[derive(Clone)]
struct Manners {
    head: Duration,
    write: Duration,
    tls: Option<TlsAcceptor>,
    router: Router,
}

/// Answers until `stop` is ready, and then finishes what was begun.
pub async fn listen(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    app: &App,
    stop: impl Future<Output = ()>,
) {
    let limits = app.room.limits();
    let manners = Manners {
        head: config::seconds(limits.header_seconds),
        write: config::seconds(limits.write_seconds),
        tls,
        router,
    };
    let all = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let told = async {
        stop.await;
        app.is_draining.store(true, Ordering::SeqCst);
        let notice = config::seconds(limits.notice_seconds);
        tracing::info!(
            seconds = limits.notice_seconds,
            "told to stop: answers close their connections"
        );
        sleep(notice).await;
    };
    tokio::select! {
        () = told => {}
        () = accept(&listener, &places, &manners, &all) => {}
    }
    take_waiting(listener, &places, &manners, &all);
    finish(all, limits).await;
}

/// Takes connections, for ever.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    manners: &Manners,
    all: &GracefulShutdown,
) {
    while let Ok(place) = Arc::clone(places).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => begin(stream, place, manners, all),
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be taken");
                sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

/// Takes what the system has already accepted for us, and listens no more. The system itself is asked: what came since the runtime last
/// looked would be refused without an answer.
fn take_waiting(
    listener: TcpListener,
    places: &Arc<Semaphore>,
    manners: &Manners,
    all: &GracefulShutdown,
) {
    let Ok(listener) = listener.into_std() else {
        return;
    };
    while let Ok(place) = Arc::clone(places).try_acquire_owned() {
        let Ok((stream, _)) = listener.accept() else {
            return;
        };
        // One that cannot be used is gone already.
        if stream.set_nonblocking(true).is_ok()
            && let Ok(stream) = TcpStream::from_std(stream)
        {
            begin(stream, place, manners, all);
        }
    }
}

/// Waits for what is being answered, as long as that may take.
async fn finish(all: GracefulShutdown, limits: &Limits) {
    let n_open = all.count();
    tracing::info!(connections = n_open, "no new connections; finishing");
    let all_ended = async {
        while all.count() > 0 {
            sleep(LOOK_AGAIN).await;
        }
    };
    if timeout(FIRST_REQUEST, all_ended).await.is_ok() {
        return;
    }
    if timeout(config::seconds(limits.drain_seconds), all.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            seconds = limits.drain_seconds,
            "some requests did not finish in time"
        );
    }
}

fn begin(
    stream: TcpStream,
    place: OwnedSemaphorePermit,
    manners: &Manners,
    all: &GracefulShutdown,
) {
    let (manners, watcher) = (manners.clone(), all.watcher());
    tokio::spawn(async move {
        // Answers are small: waiting for more to send only makes them late.
        let _ = stream.set_nodelay(true);
        match manners.tls.clone() {
            None => converse(stream, &manners, watcher).await,
            Some(tls) => match timeout(manners.head, tls.accept(stream)).await {
                Ok(Ok(stream)) => converse(stream, &manners, watcher).await,
                Ok(Err(error)) => tracing::debug!(%error, "no handshake"),
                Err(_) => tracing::debug!("no handshake in time"),
            },
        }
        drop(place);
    });
}

/// Answers the requests of a connection, one after the other.
async fn converse<S>(stream: S, manners: &Manners, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(manners.write));
    let service = TowerToHyperService::new(manners.router.clone());
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(manners.head)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS);
    let connection = server.serve_connection(TokioIo::new(Box::pin(stream)), service);
    if let Err(error) = watcher.watch(connection).await {
        // Clients that go away, are too slow or do not speak HTTP: nothing here is at fault.
        tracing::debug!(%error, "a connection ended");
    }
}
