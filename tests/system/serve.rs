//! The service, from outside: answers, what it tells of itself, groups, the log.

use std::fs;

use serde_json::{Value, json};
use tabwright_tests::data;
use tabwright_tests::server::{Server, models, rows};

const JSON: &str = "application/json";
const CSV: &str = "text/csv";

#[test]
fn answers_are_those_of_the_command() {
    let folder = models();
    let server = Server::start(&folder, "titanic.zip penguins.zip");
    for (model, table) in [("titanic", "titanic.csv"), ("penguins", "penguins.csv")] {
        let expected = folder.run(&format!("score {model}.zip {table}")).ok();
        let path = format!("/v1/models/{model}/score");
        let headers = [("content-type", CSV), ("accept", CSV)];
        let answer = server.ask("POST", &path, &headers, &data(table));
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(
            answer.text() == expected,
            "{model}: other scores than the command's"
        );
        // The same rows as JSON, by rows and by columns.
        let rows = rows(&data(table));
        let names: Vec<&String> = rows[0].as_object().expect("a row").keys().collect();
        let columns: Value = names
            .iter()
            .map(|name| {
                let values: Vec<&Value> = rows.iter().map(|row| &row[name.as_str()]).collect();
                ((*name).clone(), json!(values))
            })
            .collect();
        let by_rows = server.post(&path, JSON, json!({"rows": rows}).to_string());
        let by_columns = server.post(&path, JSON, json!({"columns": columns}).to_string());
        assert_eq!(by_rows.status, 200, "{}", by_rows.text());
        assert!(by_rows.body == by_columns.body);
        let answered = by_rows.json();
        let predictions = answered["predictions"].as_array().expect("predictions");
        let mut lines = expected.lines();
        let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
        assert_eq!(predictions.len(), rows.len());
        let mut n_compared = 0;
        for (line, prediction) in lines.zip(predictions) {
            for (name, cell) in header.iter().zip(line.split(',')) {
                let found = match name.split_once('_') {
                    _ if *name == "score" => &prediction["score"],
                    Some(("p", class)) => &prediction["probabilities"][class],
                    Some(("score", class)) => &prediction["scores"][class],
                    _ => continue,
                };
                let expected: f64 = cell.parse().expect("a number");
                let found = found
                    .as_f64()
                    .unwrap_or_else(|| panic!("{name}: {prediction}"));
                assert_eq!(found.to_bits(), expected.to_bits(), "{name}: {prediction}");
                n_compared += 1;
            }
        }
        assert!(n_compared >= 2 * rows.len(), "{header:?}");
    }
}

#[test]
fn contributions_add_up_to_the_score() {
    let folder = models();
    let server = Server::start(&folder, "titanic.zip");
    let rows = rows(&data("titanic.csv"));
    let body = json!({"rows": &rows[..5]}).to_string();
    let answer = server
        .post("/v1/models/titanic/score?contributions=true", JSON, &body)
        .json();
    for prediction in answer["predictions"].as_array().expect("predictions") {
        let told = &prediction["contributions"];
        let features = told["features"].as_object().expect("features");
        let sum: f64 = features.values().filter_map(Value::as_f64).sum();
        let sum = sum + told["base"].as_f64().expect("base");
        let score = prediction["score"].as_f64().expect("score");
        assert!((sum - score).abs() < 1e-9, "{prediction}");
    }
    let headers = [("content-type", JSON), ("accept", CSV)];
    let path = "/v1/models/titanic/score?contributions=true";
    let csv = server.ask("POST", path, &headers, body.as_bytes()).text();
    assert!(
        csv.lines()
            .next()
            .is_some_and(|header| header.contains("base,contribution_")),
        "{csv}"
    );
    assert_eq!(csv.lines().count(), 6);
}

#[test]
fn what_there_is_is_told() {
    let folder = models();
    fs::create_dir(folder.path("models")).expect("a folder");
    for name in ["titanic.zip", "penguins.zip"] {
        fs::rename(folder.path(name), folder.path("models").join(name)).expect("moved");
    }
    let server = Server::start(&folder, "models");
    assert_eq!(server.get("/healthz").json()["status"], "ok");
    assert_eq!(
        server.get("/readyz").json(),
        json!({"status": "ready", "models": 2})
    );
    let all = server.get("/v1/models").json();
    let names: Vec<&Value> = all["models"]
        .as_array()
        .expect("models")
        .iter()
        .map(|it| &it["name"])
        .collect();
    assert_eq!(names, ["penguins", "titanic"]);
    // The row that is shown can be sent, also as the page sends it.
    for name in ["penguins", "titanic"] {
        let model = server.get(&format!("/v1/models/{name}")).json();
        let path = format!("/v1/models/{name}/score");
        let answer = server.post(&path, JSON, json!({"rows": [model["example"]]}).to_string());
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    let description = server.get("/openapi.json").json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().expect("paths");
    assert!(paths.contains_key("/v1/models/titanic/score"));
    let columns = &description["components"]["schemas"]["titanic.Row"]["properties"];
    assert!(
        columns["sex"]["examples"]
            .as_array()
            .is_some_and(|levels| levels.len() == 2)
    );
    // Every reference leads somewhere.
    let text = description.to_string();
    for piece in text.split("\"$ref\":\"#").skip(1) {
        let pointer = piece.split('"').next().unwrap_or_default();
        assert!(description.pointer(pointer).is_some(), "{pointer}");
    }
    for (path, kind) in [
        ("/", "text/html"),
        ("/page.js", "text/javascript"),
        ("/page.css", "text/css"),
    ] {
        let answer = server.get(path);
        assert!(
            answer.status == 200 && answer.kind.starts_with(kind),
            "{path}: {answer:?}"
        );
    }
}

#[test]
fn counts_are_told() {
    let folder = models();
    let server = Server::start(&folder, "titanic.zip");
    let path = "/v1/models/titanic/score";
    let table = data("titanic.csv");
    let n_rows = rows(&table).len();
    for _ in 0..2 {
        server.post(path, CSV, &table);
    }
    let unseen = String::from_utf8_lossy(&table).replacen(",male,", ",robot,", 10);
    server.post(path, CSV, &unseen);
    server.post(path, JSON, "{");
    server.get("/nowhere");
    assert_eq!(
        server.metric("tabwright_rows_total{model=\"titanic\"}"),
        3.0 * n_rows as f64
    );
    assert_eq!(
        server.metric("tabwright_requests_total{model=\"titanic\",outcome=\"ok\"}"),
        3.0
    );
    assert_eq!(
        server.metric("tabwright_requests_total{model=\"titanic\",outcome=\"client_error\"}"),
        1.0
    );
    assert_eq!(
        server.metric("tabwright_http_responses_total{status=\"404\"}"),
        1.0
    );
    assert_eq!(
        server.metric("tabwright_request_seconds_count{model=\"titanic\"}"),
        4.0
    );
    assert_eq!(
        server.metric("tabwright_score_count{model=\"titanic\"}"),
        3.0 * n_rows as f64
    );
    assert_eq!(
        server.metric("tabwright_unseen_levels_total{model=\"titanic\",column=\"sex\"}"),
        10.0
    );
    let missing = server.metric("tabwright_missing_values_total{model=\"titanic\",column=\"age\"}");
    assert_eq!(missing, 3.0 * 177.0);
    assert_eq!(
        server.metric("tabwright_drift_rows{model=\"titanic\"}"),
        2000.0
    );
    assert!(server.metric("tabwright_drift_psi{model=\"titanic\",column=\"fare\"}") < 0.05);
    assert!(
        server
            .metric("tabwright_drift_score_psi{model=\"titanic\"}")
            .is_finite()
    );
    // Rows that are unlike the training rows.
    let far = json!({"columns": {
        "pclass": vec![3; 2000], "sex": vec!["male"; 2000], "age": vec![79; 2000], "sibsp": vec![8; 2000], "parch": vec![6; 2000],
        "fare": vec![500; 2000], "embarked": vec!["Q"; 2000], "class": vec!["Third"; 2000], "who": vec!["man"; 2000],
        "adult_male": vec![true; 2000], "deck": vec!["A"; 2000], "embark_town": vec!["Queenstown"; 2000], "alone": vec![false; 2000],
    }});
    let answer = server.post(path, JSON, far.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(server.metric("tabwright_drift_psi{model=\"titanic\",column=\"fare\"}") > 0.25);
}

#[test]
fn a_group_shares_its_requests() {
    let folder = models();
    folder.write(
        "scorer.toml",
        b"bundles = ['titanic.zip', 'other.zip']
        [groups.survival]
        champion = 'titanic'
        challenger = 'other'
        challenger_share = 0.25
        shadow = 'other'
        [log]
        folder = 'log'
        redact = ['fare']",
    );
    let server = Server::start(&folder, "--config scorer.toml");
    let body = json!({"rows": &rows(&data("titanic.csv"))[..1]}).to_string();
    let role = |path: &str, headers: &[(&str, &str)]| {
        let answer = server.ask("POST", path, headers, body.as_bytes()).json();
        answer["role"].as_str().unwrap_or_default().to_owned()
    };
    let path = "/v1/models/survival/score";
    let roles: Vec<String> = (0..40).map(|_| role(path, &[])).collect();
    assert_eq!(
        roles.iter().filter(|role| *role == "challenger").count(),
        10
    );
    let key = [("tabwright-route-key", "passenger 7")];
    let first = role(path, &key);
    assert!((0..5).all(|_| role(path, &key) == first));
    assert_eq!(
        role("/v1/models/survival@challenger/score", &[]),
        "challenger"
    );
    assert_eq!(role("/v1/models/challenger/score", &[]), "challenger");
    assert_eq!(role("/v1/models/titanic/score", &[]), "");
    assert_eq!(server.get("/v1/models/champion").json()["name"], "titanic");
    let groups = server.get("/v1/models").json();
    assert_eq!(groups["groups"][0]["challenger_share"], 0.25);
    server.term();
    let (status, _) = server.ended(std::time::Duration::from_secs(20));
    assert!(status.success());
    // All are in the log, those of the shadow too, and without what is redacted.
    let log = folder.read("log/requests.jsonl");
    let lines: Vec<Value> = log
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).expect("JSON"))
        .collect();
    let with = |role: &str| lines.iter().filter(|line| line["role"] == role).count();
    assert_eq!(with("champion") + with("challenger"), 40 + 6 + 2);
    assert!(
        with("shadow") > 0 && with("shadow") <= 48,
        "{}",
        with("shadow")
    );
    assert!(
        lines
            .iter()
            .all(|line| line["inputs"]["fare"].is_null() && line["inputs"]["sex"].is_string())
    );
    assert!(
        lines
            .iter()
            .all(|line| line["prediction"]["probabilities"]["1"].is_f64())
    );
}
