//! The command as a user and a script meet it: its JSON, its files, its exit codes.

use std::collections::BTreeSet;

use serde_json::Value;
use tabwright_tests::command::Folder;
use tabwright_tests::root;

const ALGORITHMS: [&str; 5] = ["baseline", "linear", "tree", "forest", "gbt"];

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .collect()
}

/// Trains every algorithm, verifies and scores; checks what the JSON and the scores say. The metrics are those that have an oracle.
fn whole_way(table: &str, target: &str, options: &str, task: &str, columns: &str) {
    let folder = Folder::with(&[table]);
    let oracle = root().join("tests/oracles/metrics.json");
    let oracle: Value = serde_json::from_slice(&std::fs::read(oracle).unwrap()).unwrap();
    for algorithm in ALGORITHMS {
        let fewer = if matches!(algorithm, "forest" | "gbt") {
            "--set trees=20"
        } else {
            ""
        };
        let train =
            format!("train {table} --target {target} {options} --algorithm {algorithm} {fewer}");
        let report = folder
            .run(&format!("{train} --folds 2 --out m.zip --json"))
            .json();
        assert_eq!(
            (&report["task"], &report["algorithm"]),
            (&task.into(), &algorithm.into())
        );
        assert!(
            report["rows"].as_u64() > Some(300) && report["features"].as_u64() > Some(3),
            "{report}"
        );
        assert!(report["fit_seconds"].as_f64() >= Some(0.0));
        assert_eq!(keys(&report["cv"]), keys(&oracle[task][0]["metrics"]));
        for (metric, estimate) in report["cv"].as_object().into_iter().flatten() {
            assert!(
                estimate["mean"].is_f64() && estimate["std"].is_f64(),
                "{algorithm} {metric}: {estimate}"
            );
        }
        assert!(folder.run("verify m.zip").ok().contains("every bit agrees"));
        let scores = folder
            .run(&format!("score m.zip {table} --keep {target}"))
            .ok();
        let mut lines = scores.lines();
        assert_eq!(lines.next(), Some(columns), "{algorithm}");
        let n_rows = String::from_utf8_lossy(&folder.read(table)).lines().count() - 1;
        assert_eq!(lines.count(), n_rows);
    }
}

#[test]
fn binary_from_file_to_scores() {
    whole_way(
        "titanic.csv",
        "survived",
        "--drop alive",
        "binary",
        "row,survived,prediction,score,p_0,p_1",
    );
}

#[test]
fn multiclass_from_file_to_scores() {
    let columns = "row,species,prediction,score,p_Adelie,p_Chinstrap,p_Gentoo";
    whole_way("penguins.csv", "species", "", "multiclass", columns);
}

#[test]
fn regression_from_file_to_scores() {
    let columns = "row,median_house_value,prediction,score";
    whole_way(
        "california-housing.csv",
        "median_house_value",
        "",
        "regression",
        columns,
    );
}

#[test]
fn a_profile_can_be_a_page() {
    let folder = Folder::with(&["titanic.csv"]);
    let json = folder
        .run("profile titanic.csv --target survived --html page.html --json")
        .json();
    assert_eq!(json["target"], "survived");
    let page = String::from_utf8(folder.read("page.html")).expect("UTF-8");
    assert!(page.starts_with("<!DOCTYPE html>"));
    assert!(page.contains("<code>alive</code> gives away <code>survived</code>"));
}

#[test]
fn a_profile_names_every_column_with_its_kind_and_missing_cells() {
    let folder = Folder::with(&["titanic.csv"]);
    let profile = folder.run("profile titanic.csv --json").json();
    assert_eq!(profile["rows"], 891);
    let columns = profile["columns"].as_array().expect("columns");
    let of = |name: &str| {
        let column = columns
            .iter()
            .find(|column| column["name"] == name)
            .expect(name);
        (
            column["kind"].as_str().expect("kind").to_owned(),
            column["missing"].as_u64().expect("missing"),
        )
    };
    assert_eq!(columns.len(), 15);
    assert_eq!(of("survived").1, 0);
    assert_eq!(of("age"), ("decimal".to_owned(), 177));
    assert_eq!(of("sex"), ("category".to_owned(), 0));
    assert_eq!(of("deck"), ("category".to_owned(), 688));
    assert_eq!(of("adult_male"), ("boolean".to_owned(), 0));
    let known = [
        "integer",
        "decimal",
        "boolean",
        "category",
        "text",
        "date",
        "datetime",
        "identifier",
    ];
    assert!(
        columns
            .iter()
            .all(|column| known.contains(&column["kind"].as_str().unwrap_or_default()))
    );
    assert!(folder.run("profile titanic.csv").ok().contains("891 rows"));
}

#[test]
fn no_folds_means_no_cross_validation() {
    let folder = Folder::with(&["penguins.csv"]);
    let report = folder
        .run("train penguins.csv --target species --algorithm tree --folds 0 --out m.zip --json")
        .json();
    assert!(keys(&report["cv"]).is_empty(), "{}", report["cv"]);
}

#[test]
fn settings_reach_the_model_by_their_names() {
    let folder = Folder::with(&["penguins.csv"]);
    let train = "train penguins.csv --target species --folds 0 --out m.zip --json --algorithm gbt";
    let report = folder
        .run(&format!("{train} --set trees=7 --set leaves=5 --set learning_rate=0.2 --set min_leaf_rows=9 --set l2=0.5"))
        .json();
    let params = &report["params"];
    for (name, value) in [
        ("trees", 7.0),
        ("leaves", 5.0),
        ("learning_rate", 0.2),
        ("min_leaf_rows", 9.0),
        ("l2", 0.5),
    ] {
        assert_eq!(params[name].as_f64(), Some(value), "{name} in {params}");
    }
    let line = folder.run(&format!("{train} --set tres=7")).refused(2);
    assert!(line.contains("tres") && line.contains("trees"), "{line}");
    let line = folder.run(&format!("{train} --set trees=many")).refused(2);
    assert!(line.contains("trees") && line.contains("many"), "{line}");
    let line = folder.run(&format!("{train} --set trees=-3")).refused(2);
    assert!(line.contains("trees"), "{line}");
}

#[test]
fn coefficients_and_warnings_are_printed() {
    let folder = Folder::with(&["mpg.csv"]);
    let rows: Vec<String> = (0..60)
        .map(|row| format!("{row},{},{}", 2 * row, if row < 30 { "no" } else { "yes" }))
        .collect();
    folder.write(
        "apart.csv",
        format!("x,twice,y\n{}\n", rows.join("\n")).as_bytes(),
    );
    let train = |arguments: &str| {
        folder.run(&format!(
            "train {arguments} --algorithm linear --folds 0 --out m.zip"
        ))
    };
    let free = train("mpg.csv --target mpg --drop name --set l2=0").ok();
    assert!(
        free.contains("degrees of freedom") && free.contains("std. error"),
        "{free}"
    );
    let weight = free
        .lines()
        .find(|line| line.trim_start().starts_with("weight"));
    assert!(
        weight.is_some_and(|line| line.contains("< 0.0001")),
        "{free}"
    );
    let penalised = train("mpg.csv --target mpg --drop name").ok();
    assert!(
        penalised.contains("no standard errors: penalties"),
        "{penalised}"
    );
    let apart = train("apart.csv --target y --set l2=0");
    assert_eq!(apart.code, 0);
    assert!(
        apart
            .err
            .contains("warning: Separation: \"x\" tell some classes apart"),
        "{}",
        apart.err
    );
    assert!(
        apart.err.contains("Collinearity: \"twice\" repeats \"x\""),
        "{}",
        apart.err
    );
    let json: Value =
        serde_json::from_str(&train("apart.csv --target y --json").ok()).expect("JSON");
    assert_eq!(json["coefficients"]["rows"][1]["name"], "x");
    assert!(json["coefficients"]["untested"].is_string() && json["warnings"].is_array());
}

#[test]
fn scores_go_to_a_file_or_to_standard_output_and_come_from_either() {
    let folder = Folder::with(&["penguins.csv"]);
    folder
        .run("train penguins.csv --target species --algorithm tree --folds 0 --out m.zip")
        .ok();
    let printed = folder
        .run("score m.zip penguins.csv --keep island,sex")
        .ok();
    assert!(
        printed.starts_with("row,island,sex,prediction,"),
        "{printed}"
    );
    folder
        .run("score m.zip penguins.csv --keep island,sex --out scores.csv")
        .ok();
    assert_eq!(String::from_utf8_lossy(&folder.read("scores.csv")), printed);
    assert_eq!(
        folder
            .run_with_input("score m.zip - --keep island,sex", "penguins.csv")
            .ok(),
        printed
    );
}

#[test]
fn help_and_version_end_with_0_and_bad_usage_with_2() {
    let folder = Folder::new();
    let help = folder.run("--help").ok();
    for command in [
        "profile", "train", "tune", "learn", "score", "verify", "run",
    ] {
        assert!(help.contains(command), "{help}");
        assert!(
            folder
                .run(&format!("{command} --help"))
                .ok()
                .contains("Usage")
        );
    }
    assert!(folder.run("--version").ok().starts_with("tabwright "));
    for usage in [
        "",
        "fly",
        "train",
        "train a.csv --target y --algorithm magic --out m.zip",
        "score m.zip",
    ] {
        folder.run(usage).refused(2);
    }
}
