//! What a request may take: bytes, and a place among those that are answered.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::config::{self, Limits};
use crate::problem::Problem;

/// Memory is counted in KiB.
const KIB: usize = 1 << 10;

/// What is left of what all requests share.
pub struct Room {
    limits: Limits,
    /// KiB of bodies.
    bodies: Arc<Semaphore>,
    /// Requests.
    requests: Arc<Semaphore>,
    /// Requests that take long, one a processor.
    heavy: Arc<Semaphore>,
}

/// A body, and the memory that it was granted.
pub struct Held {
    /// The bytes.
    pub bytes: Bytes,
    /// Gives the memory back when it goes.
    _memory: Option<OwnedSemaphorePermit>,
}

impl Room {
    /// All of it.
    pub fn new(limits: &Limits) -> Self {
        let n_processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            bodies: Arc::new(Semaphore::new(limits.bodies_mib * KIB)),
            requests: Arc::new(Semaphore::new(limits.requests)),
            heavy: Arc::new(Semaphore::new(n_processors)),
            limits: limits.clone(),
        }
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Time for a request that begins now.
    pub fn deadline(&self) -> Instant {
        Instant::now() + self.request_time()
    }

    fn request_time(&self) -> Duration {
        config::seconds(self.limits.request_seconds)
    }

    /// A place among the requests that are answered.
    ///
    /// # Errors
    /// 503 if there is none: those who wait would make all others wait.
    pub fn enter(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.requests)
            .try_acquire_owned()
            .map_err(|_| busy("as many requests as the server takes are being answered"))
    }

    /// A processor for a request that takes long.
    pub async fn processor(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.heavy).acquire_owned().await.ok()
    }

    /// Reads a body.
    ///
    /// # Errors
    /// 413 where it is too long, 408 where it takes too long, 503 where other bodies leave no memory, 400 where it breaks off.
    pub async fn read(&self, body: Body, deadline: Instant) -> Result<Held, Problem> {
        let late = |_| {
            Problem::new(
                408,
                "too-slow",
                "The request took too long to come",
                format!("it had {} seconds", self.limits.request_seconds),
            )
        };
        tokio::time::timeout_at(deadline, self.collect(body))
            .await
            .map_err(late)?
    }

    async fn collect(&self, mut body: Body) -> Result<Held, Problem> {
        let limit = self.limits.body_mib * KIB * KIB;
        let expected = body.size_hint().lower();
        if expected > limit as u64 {
            return Err(self.too_long());
        }
        let (mut first, mut rest) = (Bytes::new(), BytesMut::new());
        let mut memory: Option<OwnedSemaphorePermit> = None;
        let mut n_bytes = 0;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Problem::malformed("the body broke off"))?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            n_bytes += data.len();
            if n_bytes > limit {
                return Err(self.too_long());
            }
            self.grant(&mut memory, n_bytes)?;
            if first.is_empty() && rest.is_empty() {
                first = data;
                continue;
            }
            if rest.is_empty() {
                rest.extend_from_slice(&std::mem::take(&mut first));
            }
            rest.extend_from_slice(&data);
        }
        let bytes = if rest.is_empty() {
            first
        } else {
            rest.freeze()
        };
        Ok(Held {
            bytes,
            _memory: memory,
        })
    }

    /// Takes what is lacking for so many bytes.
    fn grant(
        &self,
        memory: &mut Option<OwnedSemaphorePermit>,
        n_bytes: usize,
    ) -> Result<(), Problem> {
        let held = memory.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let lacking = n_bytes.div_ceil(KIB).saturating_sub(held);
        if lacking == 0 {
            return Ok(());
        }
        let more = Arc::clone(&self.bodies)
            .try_acquire_many_owned(lacking as u32)
            .map_err(|_| {
                busy("the bodies of other requests take all memory that there is for them")
            })?;
        match memory {
            Some(memory) => memory.merge(more),
            None => *memory = Some(more),
        }
        Ok(())
    }

    fn too_long(&self) -> Problem {
        Problem::new(
            413,
            "too-long",
            "The body is too long",
            format!(
                "it may have {} MiB; send the rows in several requests",
                self.limits.body_mib
            ),
        )
    }
}

/// Too much at once.
pub(crate) fn busy(detail: &str) -> Problem {
    Problem::new(
        503,
        "busy",
        "The server is busy",
        format!("{detail}; try again"),
    )
}
