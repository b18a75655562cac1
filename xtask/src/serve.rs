//! Serves a built app on this machine, as a good static host would.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use oxhttp::model::{Body, Method, Request, Response, StatusCode};
use oxhttp::{ListeningServer, Server};

use crate::dist::CSP;

/// Where the app also lies, to show that it works under a sub-path.
const SUB_PATH: &str = "/sub/path";

/// Serves until it is stopped.
///
/// # Errors
/// If the port is taken.
pub fn run(dist: &Path, port: u16) -> Result<()> {
    let server = start(dist, port)?;
    println!("Tabwright is at http://127.0.0.1:{port} (Ctrl-C stops it)");
    Ok(server.join()?)
}

/// Where a server in the background has the app.
pub struct Addresses {
    /// At the root.
    pub url: String,
    /// Under a sub-path.
    pub sub_url: String,
}

/// Serves the folder on a free port as long as this program runs.
///
/// # Errors
/// If there is none.
pub fn in_background(dist: &Path) -> Result<Addresses> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port();
    start(dist, port)?;
    let url = format!("http://127.0.0.1:{port}");
    Ok(Addresses {
        sub_url: format!("{url}{SUB_PATH}"),
        url,
    })
}

fn start(dist: &Path, port: u16) -> Result<ListeningServer> {
    let dist = dist.to_owned();
    Server::new(move |request| {
        answer(request, &dist).unwrap_or_else(|| nothing(StatusCode::NOT_FOUND))
    })
    .bind((Ipv4Addr::LOCALHOST, port))
    .spawn()
    .with_context(|| format!("port {port} cannot be used: choose another with --port"))
}

/// The file that is asked for; none if it is not there.
fn answer(request: &Request<Body>, dist: &Path) -> Option<Response<Body>> {
    if *request.method() != Method::GET && *request.method() != Method::HEAD {
        return Some(nothing(StatusCode::METHOD_NOT_ALLOWED));
    }
    let path = file_for(dist, request.uri().path())?;
    let content = fs::read(&path).ok()?;
    let mut response = Response::builder();
    for (name, value) in headers(&path) {
        response = response.header(name, value);
    }
    response
        .body(if *request.method() == Method::HEAD {
            Body::empty()
        } else {
            content.into()
        })
        .ok()
}

fn nothing(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// The file that a path means: itself, or the page for the path of a stage; none for a missing file or one outside.
fn file_for(dist: &Path, path: &str) -> Option<PathBuf> {
    let path = path
        .strip_prefix(SUB_PATH)
        .unwrap_or(path)
        .trim_start_matches('/');
    let relative = Path::new(path);
    if !relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return None;
    }
    let file = dist.join(relative);
    if file.is_file() {
        return Some(file);
    }
    // A stage has one part and no ending: /explore.
    let is_stage = relative.extension().is_none() && relative.components().count() <= 1;
    is_stage.then(|| dist.join("index.html"))
}

fn headers(path: &Path) -> [(&'static str, String); 6] {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let charset = if mime.type_() == mime_guess::mime::TEXT {
        "; charset=utf-8"
    } else {
        ""
    };
    [
        ("Content-Type", format!("{}{charset}", mime.essence_str())),
        (
            "Content-Security-Policy",
            format!("{CSP}; frame-ancestors 'none'"),
        ),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Referrer-Policy", "no-referrer".to_owned()),
        ("Cross-Origin-Opener-Policy", "same-origin".to_owned()),
        ("Cache-Control", "no-cache".to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_mean_files_stages_or_nothing() {
        let dist = std::env::temp_dir().join(format!("tabwright-dist-{}", std::process::id()));
        fs::create_dir_all(dist.join("samples")).unwrap();
        for name in ["index.html", "a.wasm", "samples/t.csv"] {
            fs::write(dist.join(name), name).unwrap();
        }
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(
                file_for(&dist, path),
                expected.map(|name| dist.join(name)),
                "{path}"
            );
        };
        check("/", Some("index.html"));
        check("/explore", Some("index.html"));
        check("/a.wasm", Some("a.wasm"));
        check("/samples/t.csv", Some("samples/t.csv"));
        check("/sub/path/a.wasm", Some("a.wasm"));
        check("/sub/path/explore", Some("index.html"));
        check("/b.wasm", None);
        check("/samples/none", None);
        check("/../a.wasm", None);
        fs::remove_dir_all(&dist).unwrap();
    }

    #[test]
    fn modules_and_wasm_have_the_types_that_browsers_insist_on() {
        let kind = |name: &str| headers(Path::new(name))[0].1.clone();
        assert_eq!(kind("a.js"), "text/javascript; charset=utf-8");
        assert_eq!(kind("a.wasm"), "application/wasm");
        assert_eq!(kind("a.html"), "text/html; charset=utf-8");
        assert_eq!(kind("a.webmanifest"), "application/manifest+json");
    }
}
