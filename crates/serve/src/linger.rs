//! Bodies of requests that are refused.
//!
//! A client that is still sending when its connection is closed does not read why. So what is left of a refused body is read and thrown
//! away, within the request's time, before the answer goes.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use hyper::header::EXPECT;
use tokio::time::{Instant, timeout_at};

/// A body that a handler may leave unread. Never polled by two at once.
pub struct Shared(Arc<Mutex<Body>>);

/// What is left of it.
pub struct Rest {
    body: Shared,
    /// Such a client waits to be asked for its body.
    waits: bool,
}

/// Parts a body into one for the handler and what is left after it.
pub fn share(body: Body, headers: &HeaderMap) -> (Body, Rest) {
    let shared = Arc::new(Mutex::new(body));
    let rest = Rest {
        body: Shared(Arc::clone(&shared)),
        waits: headers.contains_key(EXPECT),
    };
    (Body::new(Shared(shared)), rest)
}

impl Rest {
    /// Reads what is left.
    pub async fn throw_away(mut self, deadline: Instant) {
        if self.waits {
            return;
        }
        let all = async { while self.body.frame().await.is_some_and(|frame| frame.is_ok()) {} };
        // Whoever takes longer than that is not waited for.
        let _ = timeout_at(deadline, all).await;
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .size_hint()
    }
}
