//! `tabwright serve`, run as an operator runs it.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

use crate::command::{Folder, program};

/// A server that runs; it is killed when this is dropped.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    /// What it has said on standard error, once it has ended.
    said: Option<JoinHandle<String>>,
}

/// What a request was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub kind: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// A client that keeps its connections, and takes every status as an answer.
pub fn client() -> Agent {
    let config = Agent::config_builder();
    let config = config
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_mins(1)));
    config.build().new_agent()
}

/// Asks; what the system says where there is no answer.
///
/// # Errors
/// If there is none.
pub fn ask(
    agent: &Agent,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, ureq::Error> {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = agent.run(request.body(body)?)?;
    let kind = response
        .headers()
        .get("content-type")
        .and_then(|kind| kind.to_str().ok());
    Ok(Answer {
        status: response.status().as_u16(),
        kind: kind.unwrap_or_default().to_owned(),
        body: response
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_vec()?,
    })
}

impl Server {
    /// Starts it in a folder on a free port, with arguments separated by blanks, and waits until it listens.
    ///
    /// # Panics
    /// If it ends instead.
    #[track_caller]
    pub fn start(folder: &Folder, arguments: &str) -> Self {
        let mut command = Command::new(program());
        command
            .arg("serve")
            .args(arguments.split_whitespace())
            .args(["--listen", "127.0.0.1:0"]);
        command.current_dir(folder.path("."));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{error}"));
        let said = child
            .stderr
            .take()
            .map(|stderr| std::thread::spawn(move || all(stderr)));
        let mut first = String::new();
        let out = child.stdout.take();
        let read = out.map(|out| BufReader::new(out).read_line(&mut first));
        let Some(url) = first.trim().strip_prefix("listening on ") else {
            let _ = child.kill();
            let said = said.and_then(|said| said.join().ok()).unwrap_or_default();
            panic!("the server does not listen ({read:?}): {first}{said}");
        };
        Self {
            url: url.to_owned(),
            child,
            said,
        }
    }

    /// Gets a path.
    ///
    /// # Panics
    /// If there is no answer.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    /// Posts a body of a media type.
    ///
    /// # Panics
    /// If there is no answer.
    #[track_caller]
    pub fn post(&self, path: &str, kind: &str, body: impl AsRef<[u8]>) -> Answer {
        self.ask("POST", path, &[("content-type", kind)], body.as_ref())
    }

    /// Asks by a connection of its own.
    ///
    /// # Panics
    /// If there is no answer.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let url = format!("{}{path}", self.url);
        ask(&client(), method, &url, headers, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Where it listens, without the scheme.
    pub fn address(&self) -> &str {
        self.url.split_once("//").map_or("", |(_, address)| address)
    }

    /// A metric's value by its name and labels as they are written.
    ///
    /// # Panics
    /// If it is not there.
    #[track_caller]
    pub fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics").text();
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let value = value.and_then(|value| value.parse().ok());
        value.unwrap_or_else(|| panic!("no metric {name} in:\n{text}"))
    }

    /// Bytes that it holds, as the system tells (Linux).
    pub fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
    }

    /// Tells it to stop, without waiting.
    ///
    /// # Panics
    /// If there is no command `kill`.
    pub fn term(&self) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.is_ok_and(|status| status.success()), "kill -TERM {id}");
    }

    /// Waits until it has ended; how, and what it had said.
    ///
    /// # Panics
    /// If that takes longer than `limit`.
    #[track_caller]
    pub fn ended(mut self, limit: Duration) -> (ExitStatus, String) {
        let start = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                let said = self.said.take().and_then(|said| said.join().ok());
                return (status, said.unwrap_or_default());
            }
            assert!(
                start.elapsed() < limit,
                "the server did not end in {limit:?}"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn all(mut stderr: ChildStderr) -> String {
    let mut said = String::new();
    // What is no text is not looked at by any test.
    let _ = stderr.read_to_string(&mut said);
    said
}

/// A folder with titanic.zip (boosted trees), other.zip (another seed) and penguins.zip (linear, three classes).
#[must_use]
pub fn models() -> Folder {
    let folder = Folder::with(&["titanic.csv", "penguins.csv"]);
    for (out, seed) in [("titanic", 0), ("other", 1)] {
        folder
            .run(&format!(
                "train titanic.csv --target survived --drop alive --algorithm gbt --set trees=20 --folds 2 --seed {seed} --out {out}.zip"
            ))
            .ok();
    }
    folder
        .run("train penguins.csv --target species --algorithm linear --folds 0 --out penguins.zip")
        .ok();
    folder
}

/// The rows of a CSV as JSON: numbers where a cell is one.
#[must_use]
pub fn rows(csv: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(csv);
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let value = |cell: &str| match cell.parse::<f64>() {
        Ok(number) => json!(number),
        Err(_) if cell.is_empty() => Value::Null,
        Err(_) => json!(cell),
    };
    let row = |line: &str| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .zip(line.split(',').map(value))
            .collect()
    };
    lines.map(row).collect()
}
