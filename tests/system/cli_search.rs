//! The command's ways to test, to search and to learn from parts: its JSON, its files, its exit codes.

use serde_json::Value;
use tabwright_tests::command::Folder;

#[test]
fn every_scheme_of_validation_can_be_asked_for() {
    let folder = Folder::with(&["taxis.csv", "titanic.csv"]);
    let train =
        "train titanic.csv --target survived --drop alive --algorithm tree --out m.zip --json";
    let n_folds = |options: &str| {
        let report = folder.run(&format!("{train} {options}")).json();
        report["folds"].as_array().expect("folds").len()
    };
    assert_eq!(n_folds("--folds 3 --repeats 2"), 6);
    assert_eq!(n_folds("--holdout 0.25"), 1);
    assert_eq!(n_folds("--group embark_town --folds 3"), 3);
    assert_eq!(n_folds("--time age --folds 2 --gap 1"), 2);
    let report = folder.run(&format!("{train} --time age --folds 2")).json();
    assert_eq!(report["validation"]["scheme"], "time");
    let note = report["notes"][0].as_str().expect("a note");
    assert!(note.contains("177 rows have no \"age\""), "{note}");
    let taxis = "train taxis.csv --target fare --algorithm linear --out m.zip --json";
    let report = folder
        .run(&format!("{taxis} --folds 2 --spread-target"))
        .json();
    assert_eq!(report["validation"]["quantiles"], true);
    for (options, said) in [
        ("--group town", "no column \"town\""),
        ("--group alone --folds 3", "\"alone\" has 2"),
        ("--time sex", "is read as category"),
        ("--holdout 2", "found 2"),
        ("--folds 0 --repeats 2", "--folds 0"),
        ("--folds 5 --holdout 0.2", "cannot be used with"),
    ] {
        let line = folder.run(&format!("{train} {options}")).refused(2);
        assert!(line.contains(said), "{options}: {line}");
    }
}

#[test]
fn every_search_finds_the_same_whatever_runs_at_once_and_replays() {
    let folder = Folder::with(&["penguins.csv"]);
    for search in [
        "--search random --trials 6",
        "--search grid --steps 3 --range depth=2..4 --range variant=histogram",
        "--search halving --trials 9",
        "--search hyperband --trials 10",
        "--search tpe --trials 15 --nested 2",
    ] {
        let tune = format!(
            "tune penguins.csv --target species --algorithm tree --folds 2 --seed 5 --set leaves=6 --json {search}"
        );
        let report = folder
            .run(&format!(
                "{tune} --jobs 1 --out 1.zip --save-project p.json"
            ))
            .json();
        for jobs in [2, 3] {
            folder
                .run(&format!("{tune} --jobs {jobs} --out {jobs}.zip"))
                .ok();
            assert!(
                folder.read("1.zip") == folder.read(&format!("{jobs}.zip")),
                "{search} with {jobs} jobs"
            );
        }
        folder.run("run p.json penguins.csv --out r.zip").ok();
        assert!(
            folder.read("1.zip") == folder.read("r.zip"),
            "{search} replayed"
        );
        let found = &report["search"];
        let trials = found["trials"].as_array().expect("trials");
        assert!(trials.len() >= 6, "{found}");
        assert_eq!(found["fixed"]["leaves"], 6.0);
        assert_eq!(trials[0]["folds"].as_array().map(Vec::len), Some(2));
        assert_eq!(found["nested"].is_object(), search.contains("nested"));
        let stopped = trials.iter().any(|trial| trial["share"].is_f64());
        assert_eq!(
            stopped,
            search.contains("halving") || search.contains("hyperband")
        );
    }
}

#[test]
fn a_search_says_what_it_found_and_refuses_what_cannot_be_searched() {
    let folder = Folder::with(&["penguins.csv"]);
    let tune = "tune penguins.csv --target species --algorithm tree --folds 2 --out m.zip";
    let text = folder.run(&format!("{tune} --trials 4 --nested 2")).ok();
    assert!(
        text.contains("4 trials; log_loss of the defaults"),
        "{text}"
    );
    assert!(text.contains("the search itself, in 2 folds"), "{text}");
    for (options, said) in [
        ("--trials 0", "at least 1"),
        ("--range depth=8", "found \"8\""),
        ("--range depth=9..2", "from low to high"),
        ("--range deep=1..2", "it has depth"),
        ("--range depth", "NAME=LOW..HIGH"),
        ("--search halving --factor 1", "found 1"),
        ("--search anneal", "anneal"),
        ("--jobs 0", "jobs"),
    ] {
        let line = folder.run(&format!("{tune} {options}")).refused(2);
        assert!(line.contains(said), "{options}: {line}");
    }
    let line = folder
        .run(&tune.replace("--folds 2", "--folds 0"))
        .refused(2);
    assert!(line.contains("held-out rows"), "{line}");
}

#[test]
fn a_learning_curve_has_five_sizes() {
    let folder = Folder::with(&["titanic.csv"]);
    let learn =
        "learn titanic.csv --target survived --drop alive --algorithm gbt --set trees=20 --folds 3";
    let curve = folder.run(&format!("{learn} --json")).json();
    assert_eq!(curve["metric"], "auc");
    let points = curve["points"].as_array().expect("points");
    assert_eq!(points.len(), 5);
    let number = |point: &Value, of: &str| point[of]["mean"].as_f64().expect("a mean");
    assert!(
        points
            .windows(2)
            .all(|pair| pair[0]["rows"].as_f64() < pair[1]["rows"].as_f64())
    );
    assert_eq!(points[4]["rows"], 594.0);
    assert!(number(&points[4], "held_out") > number(&points[0], "held_out"));
    assert!(
        points
            .iter()
            .all(|point| number(point, "learnt") > number(point, "held_out"))
    );
    let text = folder.run(&format!("{learn} --jobs 2")).ok();
    assert_eq!(text.lines().count(), 6);
    let line = folder
        .run(&learn.replace("--folds 3", "--folds 0"))
        .refused(2);
    assert!(line.contains("held-out rows"), "{line}");
}
