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
