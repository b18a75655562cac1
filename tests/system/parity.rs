//! One engine, one answer: the same settings give the same bytes, and a row's score does not depend on its company.
//!
//! That the browser gives these bytes and scores too is checked by `tests/e2e/journey.mjs`.

use std::io::{Cursor, Read};

use serde_json::Value;
use tabwright_tests::command::Folder;

fn entry(zip: &[u8], name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).expect("a zip");
    let mut out = Vec::new();
    archive
        .by_name(name)
        .expect(name)
        .read_to_end(&mut out)
        .expect(name);
    out
}

#[test]
fn the_same_settings_give_the_same_bytes() {
    let folder = Folder::with(&["titanic.csv"]);
    for algorithm in ["baseline", "linear", "tree", "forest", "gbt"] {
        for out in ["a.zip", "b.zip"] {
            folder
                .run(&format!(
                    "train titanic.csv --target survived --drop alive --algorithm {algorithm} --folds 3 --seed 7 --out {out}"
                ))
                .ok();
        }
        assert!(
            folder.read("a.zip") == folder.read("b.zip"),
            "{algorithm}: two runs gave different bundles"
        );
    }
}

#[test]
fn another_seed_gives_another_forest() {
    let folder = Folder::with(&["titanic.csv"]);
    for seed in [1, 2] {
        folder
            .run(&format!(
                "train titanic.csv --target survived --drop alive --algorithm forest --set trees=10 --folds 0 --seed {seed} --out {seed}.zip"
            ))
            .ok();
    }
    assert!(
        entry(&folder.read("1.zip"), "model.json") != entry(&folder.read("2.zip"), "model.json")
    );
}

#[test]
fn a_saved_project_replays_to_the_same_bundle() {
    let folder = Folder::with(&["penguins.csv"]);
    folder
        .run("train penguins.csv --target species --drop island --algorithm gbt --set trees=12 --folds 3 --seed 3 --save-project p.json --out a.zip")
        .ok();
    folder.run("run p.json penguins.csv --out b.zip").ok();
    assert!(folder.read("a.zip") == folder.read("b.zip"));
}

#[test]
fn a_row_scores_the_same_in_any_company_and_order() {
    let folder = Folder::with(&["california-housing.csv"]);
    folder
        .run("train california-housing.csv --target median_house_value --algorithm gbt --set trees=30 --folds 0 --out m.zip")
        .ok();
    let text = String::from_utf8(folder.read("california-housing.csv")).expect("UTF-8");
    let (header, rows) = text.split_once('\n').expect("a header");
    let chosen: Vec<&str> = rows.lines().step_by(400).collect();
    let reversed: Vec<&str> = chosen.iter().rev().copied().collect();
    let scores = |rows: &[&str]| {
        folder.write(
            "some.csv",
            format!("{header}\n{}\n", rows.join("\n")).as_bytes(),
        );
        let out = folder.run("score m.zip some.csv").ok();
        out.lines()
            .skip(1)
            .map(|line| line.split_once(',').expect("a row number").1.to_owned())
            .collect::<Vec<_>>()
    };
    let all = folder.run("score m.zip california-housing.csv").ok();
    let all: Vec<&str> = all
        .lines()
        .skip(1)
        .step_by(400)
        .map(|line| line.split_once(',').expect("a row number").1)
        .collect();
    assert_eq!(scores(&chosen), all);
    let mut backwards = scores(&reversed);
    backwards.reverse();
    assert_eq!(backwards, all);
    assert_eq!(scores(&chosen[..1]), all[..1]);
}

#[test]
fn a_score_is_the_shortest_text_of_its_bits() {
    let folder = Folder::with(&["titanic.csv"]);
    folder.run("train titanic.csv --target survived --drop alive --algorithm linear --folds 0 --out m.zip").ok();
    for line in folder.run("score m.zip titanic.csv").ok().lines().skip(1) {
        let score = line.split(',').nth(2).expect("a score");
        let value: f64 = score.parse().expect("a number");
        assert_eq!(format!("{value}"), score);
    }
}

#[test]
fn the_bundle_has_its_entries_and_their_checksums() {
    let folder = Folder::with(&["titanic.csv"]);
    folder.run("train titanic.csv --target survived --drop alive --algorithm tree --folds 3 --out m.zip").ok();
    let zip = folder.read("m.zip");
    let manifest: Value = serde_json::from_slice(&entry(&zip, "manifest.json")).expect("JSON");
    let archive = zip::ZipArchive::new(Cursor::new(&zip)).expect("a zip");
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.expect("UTF-8").into_owned())
        .collect();
    for name in [
        "schema.json",
        "recipe.json",
        "model.json",
        "search.json",
        "evaluation.json",
        "baseline.json",
        "proof.csv",
        "proof.json",
        "card.md",
    ] {
        assert!(
            names.iter().any(|it| it == name),
            "{name} is not among {names:?}"
        );
        assert!(
            manifest.to_string().contains(&format!("\"{name}\"")),
            "{name} is not in the manifest"
        );
    }
    assert!(names.is_sorted(), "{names:?}");
    assert_eq!(manifest["target"], "survived");
}

#[test]
fn a_model_as_python_gives_the_same_bits() {
    let folder = Folder::with(&["titanic.csv", "penguins.csv"]);
    let tables = [
        ("titanic", "survived", "alive"),
        ("penguins", "species", "island"),
    ];
    for (table, target, drop) in tables {
        for algorithm in ["baseline", "linear", "tree", "forest", "gbt"] {
            folder
                .run(&format!(
                    "train {table}.csv --target {target} --drop {drop} --algorithm {algorithm} --folds 0 --out m.zip"
                ))
                .ok();
            let expected = folder.run(&format!("score m.zip {table}.csv")).ok();
            folder.run("export m.zip --to python --out model.py").ok();
            let out = std::process::Command::new("python3")
                .args([
                    folder.path("model.py"),
                    folder.path(&format!("{table}.csv")),
                ])
                .output()
                .expect("python3");
            assert!(
                out.status.success(),
                "{}",
                String::from_utf8_lossy(&out.stderr)
            );
            let found = String::from_utf8(out.stdout).expect("UTF-8");
            assert_eq!(found.lines().count(), expected.lines().count());
            for (found, expected) in found.lines().zip(expected.lines()) {
                // Two shortest texts of one number may differ in their last digit.
                let bits = |line: &str| -> Vec<Result<u64, String>> {
                    line.split(',')
                        .map(|cell| cell.parse().map(f64::to_bits).map_err(|_| cell.to_owned()))
                        .collect()
                };
                assert_eq!(bits(found), bits(expected), "{table}, {algorithm}");
            }
        }
    }
}

#[test]
fn what_sql_cannot_hold_is_refused_by_its_size() {
    let folder = Folder::with(&["california-housing.csv"]);
    folder
        .run("train california-housing.csv --target median_house_value --algorithm forest --set trees=20 --folds 0 --out m.zip")
        .ok();
    let error = folder.run("export m.zip --to sql --out m.sql").refused(2);
    assert!(error.contains("20000 splits"), "{error}");
}
