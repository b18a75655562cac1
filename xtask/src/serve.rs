//! Serves a built app on this machine, as a good static host would.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use anyhow::{Result, anyhow};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::dist::CSP;

/// Where the app also lies, to show that it works under a sub-path.
const SUB_PATH: &str = "/sub/path";

/// Serves until it is stopped.
///
/// # Errors
/// If the port is taken.
pub fn run(dist: &Path, port: u16) -> Result<()> {
    let server = listen(port)?;
    println!("Tabwright is at http://127.0.0.1:{port} (Ctrl-C stops it)");
    answer_all(&server, dist);
    Ok(())
}

/// As many connections as a browser opens to one host, and two to spare.
const N_THREADS: usize = 8;

/// A server in the background; dropping it stops it.
pub struct Background {
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
    /// Where the app is.
    pub url: String,
    /// Where it is under a sub-path.
    pub sub_url: String,
}

impl Background {
    /// Serves the folder on a free port.
    ///
    /// # Errors
    /// If there is none.
    pub fn start(dist: PathBuf) -> Result<Self> {
        let server = Arc::new(listen(0)?);
        let address = server
            .server_addr()
            .to_ip()
            .ok_or_else(|| anyhow!("the server has no address"))?;
        let url = format!("http://{address}");
        let sub_url = format!("{url}{SUB_PATH}");
        let shared = Arc::clone(&server);
        let thread = std::thread::spawn(move || answer_all(&shared, &dist));
        Ok(Self {
            server,
            thread: Some(thread),
            url,
            sub_url,
        })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        for _ in 0..N_THREADS {
            self.server.unblock();
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn listen(port: u16) -> Result<Server> {
    Server::http(SocketAddr::from(([127, 0, 0, 1], port))).map_err(|error| {
        anyhow!("port {port} cannot be used ({error}): choose another with --port")
    })
}

/// Answers until the server is unblocked. A browser that takes its time over one file does not hold up the others.
fn answer_all(server: &Server, dist: &Path) {
    std::thread::scope(|scope| {
        for _ in 0..N_THREADS {
            scope.spawn(|| {
                while let Ok(request) = server.recv() {
                    // A browser that went away is no reason to stop.
                    let _ = answer(request, dist);
                }
            });
        }
    });
}

fn answer(request: Request, dist: &Path) -> std::io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return request.respond(Response::empty(405));
    }
    let Some(path) = file_for(dist, request.url()) else {
        return request.respond(Response::empty(404));
    };
    let mut response = Response::from_file(File::open(&path)?);
    for (name, value) in headers(&path) {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    request.respond(response)
}

/// The file that a URL means: itself, or the page for the URL of a stage; none for a missing file or one outside.
fn file_for(dist: &Path, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
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
    fn urls_mean_files_stages_or_nothing() {
        let dist = std::env::temp_dir().join(format!("tabwright-dist-{}", std::process::id()));
        std::fs::create_dir_all(dist.join("samples")).unwrap();
        for name in ["index.html", "a.wasm", "samples/t.csv"] {
            std::fs::write(dist.join(name), name).unwrap();
        }
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(
                file_for(&dist, url),
                expected.map(|name| dist.join(name)),
                "{url}"
            );
        };
        check("/", Some("index.html"));
        check("/explore?x=1", Some("index.html"));
        check("/a.wasm?v=2", Some("a.wasm"));
        check("/samples/t.csv", Some("samples/t.csv"));
        check("/sub/path/a.wasm", Some("a.wasm"));
        check("/sub/path/explore", Some("index.html"));
        check("/b.wasm", None);
        check("/samples/none", None);
        check("/../a.wasm", None);
        std::fs::remove_dir_all(&dist).unwrap();
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
