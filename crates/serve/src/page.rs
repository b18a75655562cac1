//! `GET /`: a page to try the models by hand.

use axum::response::{IntoResponse, Response};
use hyper::header::CONTENT_TYPE;

fn file(kind: &'static str, content: &'static str) -> Response {
    ([(CONTENT_TYPE, kind)], content).into_response()
}

/// The page.
pub async fn html() -> Response {
    file(
        "text/html; charset=utf-8",
        include_str!("../page/index.html"),
    )
}

/// What it does.
pub async fn js() -> Response {
    file(
        "text/javascript; charset=utf-8",
        include_str!("../page/page.js"),
    )
}

/// How it looks.
pub async fn css() -> Response {
    file("text/css; charset=utf-8", include_str!("../page/page.css"))
}
