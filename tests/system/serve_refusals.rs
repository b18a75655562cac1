//! What the service refuses: requests, clients without a token, bundles.

use std::fs;

use serde_json::json;
use tabwright_tests::server::{Server, models, rows};
use tabwright_tests::{data, root};

const JSON: &str = "application/json";
const CSV: &str = "text/csv";

#[test]
fn problems_say_what_and_where() {
    let folder = models();
    folder.write(
        "scorer.toml",
        b"[limits]\nbody_mib = 1\nrows = 1000\nexplained_rows = 10\n",
    );
    let server = Server::start(&folder, "titanic.zip --config scorer.toml");
    let path = "/v1/models/titanic/score";
    let problem = |answer: tabwright_tests::server::Answer, status: u16, said: &str| {
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(answer.kind, "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["status"], status);
        let detail = problem["detail"].as_str().expect("detail");
        assert!(detail.contains(said), "{detail}");
        problem
    };
    let mut many = rows(&data("titanic.csv"));
    many[1]["age"] = json!("old");
    let wrong = problem(
        server.post(path, JSON, json!({"rows": many}).to_string()),
        422,
        "row 2, column \"age\": expected a number, found \"old\"",
    );
    assert_eq!(wrong["errors"][0]["row"], 2);
    problem(
        server.post(path, JSON, "{\"rows\": [}"),
        400,
        "line 1 column",
    );
    problem(
        server.post(path, "image/png", "x"),
        415,
        "expected application/json",
    );
    problem(
        server.ask("POST", path, &[("accept", "image/png")], b"{}"),
        406,
        "text/csv",
    );
    problem(
        server.post(&format!("{path}?contribution=1"), JSON, "{}"),
        400,
        "contribution",
    );
    problem(
        server.post("/v1/models/nobody/score", JSON, "{}"),
        404,
        "the names are titanic",
    );
    problem(server.get("/nowhere"), 404, "/openapi.json");
    problem(server.get(path), 405, "another method");
    problem(server.post(path, CSV, vec![b'x'; 2 << 20]), 413, "1 MiB");
    let mut lines = data("titanic.csv");
    lines.extend(
        data("titanic.csv")
            .split(|&byte| byte == b'\n')
            .skip(1)
            .collect::<Vec<_>>()
            .join(&b'\n'),
    );
    problem(server.post(path, CSV, &lines), 413, "1000 rows");
    problem(
        server.post(
            &format!("{path}?contributions=true"),
            CSV,
            data("titanic.csv"),
        ),
        413,
        "10 rows",
    );
    problem(
        server.post("/v1/admin/reload", JSON, ""),
        401,
        "admin token",
    );
}

#[test]
fn tokens_are_asked_for() {
    let folder = models();
    folder.write("tokens", b"0123456789abcdef\n");
    folder.write("admin", b"fedcba9876543210\n");
    folder.write(
        "scorer.toml",
        b"watch_seconds = 0.0\n[auth]\ntokens = 'tokens'\nadmin_tokens = 'admin'\n",
    );
    let server = Server::start(&folder, "titanic.zip --config scorer.toml");
    let (token, admin) = ("Bearer 0123456789abcdef", "Bearer fedcba9876543210");
    let status = |method: &str, path: &str, token: &str| {
        server
            .ask(method, path, &[("authorization", token)], b"")
            .status
    };
    for path in [
        "/v1/models",
        "/v1/models/titanic",
        "/metrics",
        "/openapi.json",
    ] {
        assert_eq!(server.get(path).status, 401, "{path}");
        assert_eq!(status("GET", path, token), 200, "{path}");
        assert_eq!(status("GET", path, admin), 200, "{path}");
    }
    assert_eq!(
        server.post("/v1/models/titanic/score", JSON, "{}").status,
        401
    );
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(status("POST", "/v1/admin/reload", token), 401);
    fs::copy(folder.path("other.zip"), folder.path("titanic.zip")).expect("copied");
    let reloaded = server.ask("POST", "/v1/admin/reload", &[("authorization", admin)], b"");
    assert_eq!(reloaded.json()["loaded"], json!(["titanic"]));
}

#[test]
fn what_must_not_be_served_is_refused() {
    let folder = models();
    let refused = |arguments: &str, code: i32, said: &str| {
        let line = folder
            .run(&format!("serve {arguments} --listen 127.0.0.1:0"))
            .refused(code);
        assert!(line.contains(said), "{line}");
    };
    refused("", 2, "there is no bundle to serve");
    refused("nothing.zip", 2, "nothing.zip");
    refused("titanic.csv", 2, "titanic.csv");
    let kept = root().join("crates/model/tests/corpus/checksum.zip");
    fs::copy(kept, folder.path("damaged.zip")).expect("copied");
    refused("titanic.zip damaged.zip", 1, "damaged.zip");
    folder.write("a b.zip", &folder.read("titanic.zip"));
    fs::create_dir(folder.path("odd")).expect("a folder");
    fs::rename(folder.path("a b.zip"), folder.path("odd/a b.zip")).expect("moved");
    refused("odd", 2, "cannot be the name of a model");
    folder.write("scorer.toml", b"[limits]\nrow = 1\n");
    refused("titanic.zip --config scorer.toml", 2, "unknown field `row`");
    folder.run("keygen --out k.pem").ok();
    folder.write("scorer.toml", b"public_key = 'k.pub.pem'\n");
    refused(
        "titanic.zip --config scorer.toml",
        1,
        "asks for a signature",
    );
    folder.run("sign titanic.zip --key k.pem").ok();
    let server = Server::start(&folder, "titanic.zip --config scorer.toml");
    assert_eq!(server.get("/readyz").status, 200);
    // The address is taken.
    let line = folder
        .run(&format!("serve titanic.zip --listen {}", server.address()))
        .refused(2);
    assert!(line.contains("cannot listen on"), "{line}");
}
