//! The service under a steady rate of requests of one row: how long each waits for its answer.
//!
//! Requests are due at fixed times, whether those before were answered or not, and each is timed from when it was due: a server that
//! stalls makes all that follow late, as it would for users.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use ureq::Agent;

use super::release;
use crate::shell::{output, root, target_dir};

/// Requests a second.
const RATES: [u32; 2] = [500, 2_000];
/// Clients, each with a connection that it keeps.
const CLIENTS: u32 = 4;
/// How long each rate is held.
const HELD: Duration = Duration::from_secs(20);
/// Before that: connections are made, memory is warm.
const WARM: Duration = Duration::from_secs(2);

/// Latencies at one rate, in seconds, ascending.
struct Latencies {
    rate: u32,
    seconds: Vec<f64>,
}

/// Measures `rounds` times, and gives the table.
///
/// # Errors
/// If the program cannot be built, or an answer is not right.
pub fn table(rounds: usize) -> Result<String> {
    let tabwright = release()?;
    let folder = target_dir().join("bench");
    fs::create_dir_all(&folder)?;
    let bundle = folder.join("titanic.zip");
    let mut train = Command::new(&tabwright);
    train
        .arg("train")
        .arg(root().join("tests/data/titanic.csv"));
    train.args([
        "--target",
        "survived",
        "--drop",
        "alive",
        "--algorithm",
        "gbt",
        "--folds",
        "0",
    ]);
    output(
        train
            .args(["--set", "trees=100", "--set", "leaves=31", "--out"])
            .arg(&bundle),
    )?;
    let server = Server::start(&tabwright, &bundle)?;
    let mut rows = String::new();
    for rate in RATES {
        let mut all = Vec::new();
        for _ in 0..rounds {
            all.push(server.hold(rate)?);
        }
        // The round with the middle 99th percentile.
        all.sort_by(|a, b| a.at(0.99).total_cmp(&b.at(0.99)));
        rows.push_str(&all[all.len() / 2].row());
    }
    Ok(format!(
        "| requests a second | requests | median, ms | 99 %, ms | 99.9 %, ms | longest, ms |\n|---:|---:|---:|---:|---:|---:|\n{rows}"
    ))
}

impl Latencies {
    /// The latency that a share of the requests did not exceed.
    fn at(&self, share: f64) -> f64 {
        let place = (self.seconds.len() as f64 * share).ceil() as usize;
        self.seconds[place.clamp(1, self.seconds.len()) - 1]
    }

    fn row(&self) -> String {
        let [median, p99, p999, max] = [0.5, 0.99, 0.999, 1.0].map(|share| self.at(share) * 1e3);
        let n = self.seconds.len();
        format!(
            "| {} | {n} | {median:.3} | {p99:.3} | {p999:.3} | {max:.3} |\n",
            self.rate
        )
    }
}

struct Server {
    child: Child,
    url: String,
    body: Vec<u8>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(tabwright: &Path, bundle: &Path) -> Result<Self> {
        let mut command = Command::new(tabwright);
        command
            .arg("serve")
            .arg(bundle)
            .args(["--listen", "127.0.0.1:0"]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().context("its output")?;
        BufReader::new(out).read_line(&mut line)?;
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .context(line.clone())?
            .to_owned();
        let model = ureq::get(format!("{url}/v1/models/titanic"))
            .call()?
            .body_mut()
            .read_to_vec()?;
        let model: Value = serde_json::from_slice(&model)?;
        let body = json!({"rows": [model["example"]]}).to_string().into_bytes();
        Ok(Self { child, url, body })
    }

    /// Asks at a rate, after a while of warming up.
    fn hold(&self, rate: u32) -> Result<Latencies> {
        self.ask(rate, WARM)?;
        let mut seconds = self.ask(rate, HELD)?;
        seconds.sort_by(f64::total_cmp);
        let latencies = Latencies { rate, seconds };
        print!("{}", latencies.row());
        Ok(latencies)
    }

    fn ask(&self, rate: u32, held: Duration) -> Result<Vec<f64>> {
        let gap = Duration::from_secs(1) / rate;
        let start = Instant::now() + Duration::from_millis(10);
        let n_each = (held.as_secs_f64() * f64::from(rate) / f64::from(CLIENTS)) as u32;
        let client = |first: u32| -> Result<Vec<f64>> {
            let agent = Agent::new_with_defaults();
            let url = format!("{}/v1/models/titanic/score", self.url);
            let mut seconds = Vec::with_capacity(n_each as usize);
            for turn in 0..n_each {
                let due = start + gap * (first + turn * CLIENTS);
                thread::sleep(due.saturating_duration_since(Instant::now()));
                let request = agent.post(&url).header("content-type", "application/json");
                let answer = request.send(&self.body)?.body_mut().read_to_vec()?;
                seconds.push(due.elapsed().as_secs_f64());
                ensure!(
                    answer.ends_with(b"}]}"),
                    "{}",
                    String::from_utf8_lossy(&answer)
                );
            }
            Ok(seconds)
        };
        thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS)
                .map(|first| scope.spawn(move || client(first)))
                .collect();
            let mut all = Vec::new();
            for client in clients {
                all.extend(
                    client
                        .join()
                        .map_err(|_| anyhow::anyhow!("a client failed"))??,
                );
            }
            Ok(all)
        })
    }
}
