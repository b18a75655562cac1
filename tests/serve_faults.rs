//! The service under load and among bad clients: no accepted request is lost, nothing crashes, memory stays.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tabwright_tests::command::Folder;
use tabwright_tests::data;
use tabwright_tests::server::{Server, ask, client};

const PATH: &str = "/v1/models/model/score";
const HEADERS: [(&str, &str); 2] = [("content-type", "text/csv"), ("accept", "text/csv")];

/// A folder with model.zip and next.zip, other trees for the same rows.
fn models() -> Folder {
    let folder = Folder::with(&["titanic.csv"]);
    for (out, seed) in [("model", 0), ("next", 1)] {
        folder
            .run(&format!(
                "train titanic.csv --target survived --drop alive --algorithm forest --set trees=20 --folds 0 --seed {seed} --out {out}.zip"
            ))
            .ok();
    }
    folder
}

/// Puts a file in place of another at once, as deployments do.
fn replace(folder: &Folder, by: &[u8]) {
    folder.write("model.zip.new", by);
    fs::rename(folder.path("model.zip.new"), folder.path("model.zip")).expect("renamed");
}

#[track_caller]
fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(
            start.elapsed() < Duration::from_mins(1),
            "waited in vain: {what}"
        );
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn models_are_exchanged_under_load_without_a_lost_request() {
    let folder = models();
    folder.write("scorer.toml", b"watch_seconds = 0.05\n");
    let files = [folder.read("model.zip"), folder.read("next.zip")];
    let scores =
        ["model", "next"].map(|name| folder.run(&format!("score {name}.zip titanic.csv")).ok());
    assert_ne!(scores[0], scores[1]);
    let server = Server::start(&folder, "model.zip --config scorer.toml");
    let (url, table) = (format!("{}{PATH}", server.url), data("titanic.csv"));
    let is_over = AtomicBool::new(false);
    let counts = [AtomicUsize::new(0), AtomicUsize::new(0)];
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let agent = client();
                while !is_over.load(Ordering::SeqCst) {
                    let answer = ask(&agent, "POST", &url, &HEADERS, &table).expect("an answer");
                    assert_eq!(answer.status, 200, "{}", answer.text());
                    // Every answer is one model's, whole.
                    let which = scores.iter().position(|scores| *scores == answer.text());
                    counts[which.expect("one of both")].fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        let sha = || server.get("/v1/models/model").json()["sha256"].clone();
        for turn in 0..10 {
            let before = sha();
            replace(&folder, &files[(turn + 1) % 2]);
            wait_for("the next model", || sha() != before);
            let n_so_far = counts[(turn + 1) % 2].load(Ordering::SeqCst);
            wait_for("its answers", || {
                counts[(turn + 1) % 2].load(Ordering::SeqCst) > n_so_far
            });
        }
        // One that is damaged is refused, and said.
        let mut damaged = files[1].clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        let before = sha();
        replace(&folder, &damaged);
        wait_for("the refusal", || {
            server.metric("tabwright_bundles_refused") == 1.0
        });
        assert_eq!(sha(), before);
        let refused = server.get("/v1/models").json()["refused"].clone();
        assert!(refused["model.zip"].is_string(), "{refused}");
        is_over.store(true, Ordering::SeqCst);
    });
    assert!(
        counts.iter().all(|count| count.load(Ordering::SeqCst) > 10),
        "{counts:?}"
    );
    assert_eq!(
        server.metric("tabwright_requests_total{model=\"model\",outcome=\"server_error\"}"),
        0.0
    );
}

/// A client that asks until nobody listens any more. How many answers it had, and requests that were begun and not answered.
fn ask_until_gone(url: &str, table: &[u8]) -> (usize, Vec<String>) {
    let (mut n_answers, mut lost) = (0, Vec::new());
    let agent = client();
    loop {
        match ask(&agent, "POST", url, &HEADERS, table) {
            Ok(answer) if answer.status == 200 => n_answers += 1,
            Ok(answer) => lost.push(answer.text()),
            Err(ureq::Error::Io(error))
                if error.kind() == std::io::ErrorKind::ConnectionRefused =>
            {
                break;
            }
            Err(error) => lost.push(error.to_string()),
        }
        assert!(lost.len() < 10, "{lost:?}");
    }
    (n_answers, lost)
}

#[test]
fn told_to_stop_it_answers_what_it_accepted() {
    let folder = models();
    for turn in 0..3 {
        let server = Server::start(&folder, "model.zip");
        let (url, table) = (format!("{}{PATH}", server.url), data("titanic.csv"));
        thread::scope(|scope| {
            let clients: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| ask_until_gone(&url, &table)))
                .collect();
            thread::sleep(Duration::from_millis(300));
            server.term();
            thread::sleep(Duration::from_millis(100));
            let ready = server.get("/readyz");
            assert_eq!(
                (ready.status, &ready.json()["status"]),
                (503, &json!("stopping"))
            );
            let (status, said) = server.ended(Duration::from_secs(30));
            assert!(status.success(), "{status}: {said}");
            let told = clients
                .into_iter()
                .map(|client| client.join().expect("a client"));
            for (n_answers, lost) in told {
                assert!(
                    n_answers > 10 && lost.is_empty(),
                    "turn {turn}: {n_answers} answers, {lost:?}"
                );
            }
        });
    }
}

/// 10,000 bodies that are none, of every kind.
#[test]
fn malformed_bodies_are_refused_and_leave_nothing_behind() {
    let folder = models();
    let server = Server::start(&folder, "model.zip");
    let url = format!("{}{PATH}", server.url);
    let table = data("titanic.csv");
    let row: Value = server.get("/v1/models/model").json()["example"].clone();
    let good = json!({"rows": vec![row; 20]}).to_string().into_bytes();
    let n_per_client = 2_500;
    let run = |seed: u64| {
        let agent = client();
        let mut state = seed;
        let mut random = move |below: usize| {
            // Multiplier and increment of Knuth's MMIX.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let kinds = [
            ("application/json", &good),
            ("text/csv", &table),
            ("application/vnd.apache.arrow.stream", &good),
        ];
        let mut n_refused = 0;
        for _ in 0..n_per_client {
            let (kind, body) = kinds[random(3)];
            let mut body = body[..=random(body.len())].to_vec();
            for _ in 0..=random(4) {
                let place = random(body.len());
                body[place] = random(256) as u8;
            }
            let answer =
                ask(&agent, "POST", &url, &[("content-type", kind)], &body).expect("an answer");
            assert!(
                matches!(answer.status, 200 | 400 | 413 | 422),
                "{}: {}",
                answer.status,
                answer.text()
            );
            n_refused += usize::from(answer.status != 200);
        }
        n_refused
    };
    // The first thousand make the buffers that stay.
    let all = |seeds: std::ops::Range<u64>| -> usize {
        thread::scope(|scope| {
            let clients: Vec<_> = seeds.map(|seed| scope.spawn(move || run(seed))).collect();
            clients
                .into_iter()
                .map(|client| client.join().expect("a client"))
                .sum()
        })
    };
    let n_refused = all(0..2);
    let before = server.memory();
    let n_refused = n_refused + all(2..4);
    assert!(n_refused > 8_000, "{n_refused} of 10,000 were refused");
    if let (Some(before), Some(after)) = (before, server.memory()) {
        assert!(
            after < before + (8 << 20),
            "{before} bytes before, {after} after"
        );
    }
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(
        server.metric("tabwright_requests_total{model=\"model\",outcome=\"server_error\"}"),
        0.0
    );
}

/// What comes until the server closes, and how long that took.
fn until_closed(stream: &mut TcpStream) -> (String, Duration) {
    let start = Instant::now();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .expect("a limit");
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    (
        String::from_utf8_lossy(&bytes).into_owned(),
        start.elapsed(),
    )
}

#[test]
fn slow_clients_are_left_and_keep_nobody_waiting() {
    let folder = models();
    folder.write(
        "scorer.toml",
        b"[limits]\nheader_seconds = 1.0\nrequest_seconds = 1.5\nwrite_seconds = 1.0\nconnections = 400\n",
    );
    let server = Server::start(&folder, "model.zip --config scorer.toml");
    let connect = || TcpStream::connect(server.address()).expect("a connection");
    // Three hundred that say nothing, half of them already gone for writing.
    let silent: Vec<TcpStream> = (0..300).map(|_| connect()).collect();
    for stream in silent.iter().take(150) {
        stream
            .shutdown(std::net::Shutdown::Write)
            .expect("half open");
    }
    // A head that comes byte by byte.
    let mut dribbling = connect();
    let dribble = thread::spawn(move || {
        let start = Instant::now();
        for byte in b"POST /v1/models/model/score HTTP/1.1\r\nx-long: "
            .iter()
            .chain([&b'x'; 1000])
        {
            if dribbling.write_all(&[*byte]).is_err() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        start.elapsed()
    });
    // A body that never comes.
    let mut waiting = connect();
    let head = "POST /v1/models/model/score HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ncontent-length: 1000\r\n\r\nsurvived,";
    waiting.write_all(head.as_bytes()).expect("written");
    // Answers that nobody takes: more of them than buffers hold.
    let mut deaf = connect();
    let table = data("titanic.csv");
    let request = format!(
        "POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ncontent-length: {}\r\n\r\n",
        table.len()
    );
    deaf.set_write_timeout(Some(Duration::from_millis(500)))
        .expect("a limit");
    for _ in 0..200 {
        if deaf
            .write_all(request.as_bytes())
            .and_then(|()| deaf.write_all(&table))
            .is_err()
        {
            break;
        }
    }
    // Meanwhile others are answered.
    let (agent, url) = (client(), format!("{}{PATH}", server.url));
    for _ in 0..20 {
        let start = Instant::now();
        let answer = ask(&agent, "POST", &url, &HEADERS, &table).expect("an answer");
        assert_eq!(answer.status, 200);
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{:?}",
            start.elapsed()
        );
    }
    let (answer, took) = until_closed(&mut waiting);
    assert!(
        answer.starts_with("HTTP/1.1 408") && took < Duration::from_secs(10),
        "{took:?}: {answer}"
    );
    let took = dribble.join().expect("a client");
    assert!(
        took < Duration::from_secs(20),
        "the server listened to a head for {took:?}"
    );
    for mut stream in silent {
        let (answer, took) = until_closed(&mut stream);
        assert!(took < Duration::from_secs(10), "{took:?}: {answer}");
    }
    // All have left: as many as may be are answered again.
    let again: Vec<TcpStream> = (0..300).map(|_| connect()).collect();
    assert_eq!(server.get("/healthz").status, 200);
    drop(again);
    drop(deaf);
    assert_eq!(
        server.metric("tabwright_http_responses_total{status=\"408\"}"),
        1.0
    );
}
