//! Input that is broken or makes no sense: one clear line and exit code 2, never a panic, never a bundle.

use tabwright_tests::command::Folder;

/// Trains on this content; the answer must be no, in one line that has all these words.
#[track_caller]
fn refuses(content: &[u8], words: &[&str]) {
    for algorithm in ["baseline", "linear", "tree", "forest", "gbt"] {
        let folder = Folder::new();
        folder.write("t.csv", content);
        let line = folder
            .run(&format!(
                "train t.csv --target y --algorithm {algorithm} --out m.zip"
            ))
            .refused(2);
        for word in words {
            assert!(
                line.to_lowercase().contains(word),
                "\"{word}\" is not in: {line}"
            );
        }
        assert!(!folder.path("m.zip").exists(), "{algorithm} wrote a bundle");
    }
}

/// Trains on this content; it must work, and what it makes must verify and score.
#[track_caller]
fn takes(content: &[u8]) {
    for algorithm in ["baseline", "linear", "tree", "forest", "gbt"] {
        let folder = Folder::new();
        folder.write("t.csv", content);
        folder
            .run(&format!(
                "train t.csv --target y --algorithm {algorithm} --folds 2 --out m.zip"
            ))
            .ok();
        folder.run("verify m.zip").ok();
        let scores = folder.run("score m.zip t.csv").ok();
        assert!(
            !scores.contains("NaN") && !scores.contains("inf"),
            "{algorithm}: {scores}"
        );
    }
}

/// A file of a header and `n` rows.
fn lines(header: &str, n: usize, row: impl Fn(usize) -> String) -> Vec<u8> {
    let rows = (0..n).map(row);
    let all: Vec<String> = std::iter::once(header.to_owned()).chain(rows).collect();
    (all.join("\n") + "\n").into_bytes()
}

/// `n` rows of `x`, the row's number, and `y` by a function of it.
fn table(n: usize, y: impl Fn(usize) -> String) -> Vec<u8> {
    lines("x,y", n, |row| format!("{row},{}", y(row)))
}

#[test]
fn nothing_in_the_file() {
    refuses(b"", &["empty"]);
    refuses(b"\n\n \n", &["empty"]);
}

#[test]
fn a_header_and_no_rows() {
    refuses(b"x,y\n", &["row"]);
}

#[test]
fn one_column() {
    refuses(b"y\n1\n2\n3\n4\n5\n6\n7\n8\n", &[]);
}

#[test]
fn no_such_target() {
    refuses(b"x,z\n1,2\n3,4\n", &["\"y\""]);
}

#[test]
fn nul_bytes() {
    refuses(b"x,y\n1,0\n\0,1\n", &["nul", "line 3"]);
}

#[test]
fn a_constant_target() {
    refuses(&table(40, |_| "7".to_owned()), &["y"]);
    refuses(&table(40, |_| "yes".to_owned()), &["y"]);
}

#[test]
fn a_target_that_is_missing_everywhere() {
    refuses(&table(40, |_| String::new()), &["y"]);
}

#[test]
fn a_target_with_a_label_for_each_row() {
    refuses(&table(3000, |row| format!("label {row}")), &["y"]);
}

#[test]
fn a_missing_file_and_a_folder_that_is_not_there() {
    let folder = Folder::with(&["penguins.csv"]);
    assert!(
        folder
            .run("profile none.csv")
            .refused(2)
            .contains("none.csv")
    );
    assert!(
        folder
            .run("train none.csv --target y --algorithm tree --out m.zip")
            .refused(2)
            .contains("none.csv")
    );
    let line = folder
        .run("train penguins.csv --target species --algorithm tree --out none/m.zip")
        .refused(2);
    assert!(line.contains("none"), "{line}");
}

#[test]
fn a_column_to_drop_that_is_not_there() {
    let folder = Folder::with(&["penguins.csv"]);
    let line = folder
        .run("train penguins.csv --target species --drop colour --algorithm tree --out m.zip")
        .refused(2);
    assert!(line.contains("colour"), "{line}");
    let line = folder
        .run("train penguins.csv --target species --drop species --algorithm tree --out m.zip")
        .refused(2);
    assert!(line.contains("species"), "{line}");
}

#[test]
fn a_feature_that_is_missing_everywhere_is_no_obstacle() {
    takes(&lines("x,empty,y", 60, |row| {
        format!("{row},,{}", if row % 3 == 0 { "a" } else { "b" })
    }));
}

#[test]
fn ragged_rows_are_left_out_and_counted() {
    let mut content = table(60, |row| (row / 30).to_string());
    content.extend_from_slice(b"1,2,3\n4\n");
    takes(&content);
    let folder = Folder::new();
    folder.write("t.csv", &content);
    let profile = folder.run("profile t.csv --json").json();
    assert_eq!(profile["rows"], 60);
    assert_eq!(profile["read"]["n_bad_rows"], 2);
}

#[test]
fn other_encodings_are_read() {
    let rows: Vec<u8> = (0..60)
        .flat_map(|row| {
            if row % 2 == 0 {
                *b"K\xf6ln,1\n"
            } else {
                *b"Bonn,2\n"
            }
        })
        .collect();
    takes(&[b"x,y\n".as_slice(), &rows].concat());
    let folder = Folder::new();
    folder.write("t.csv", &[b"x,y\n".as_slice(), &rows].concat());
    assert!(folder.run("profile t.csv --json").ok().contains("Köln"));
}

#[test]
fn a_class_with_a_single_row() {
    // Whatever the answer is, it is one line or a sound bundle.
    let content = table(60, |row| if row == 7 { "rare" } else { "usual" }.to_owned());
    let folder = Folder::new();
    folder.write("t.csv", &content);
    for algorithm in ["baseline", "linear", "tree", "forest", "gbt"] {
        let run = folder.run(&format!(
            "train t.csv --target y --algorithm {algorithm} --out m.zip"
        ));
        if run.code == 0 {
            folder.run("verify m.zip").ok();
        } else {
            assert!(run.refused(2).contains("rare"));
        }
    }
}

#[test]
fn markup_in_names_and_cells_is_text() {
    takes(&lines("<img src=x onerror=alert(1)>,y", 60, |row| {
        format!("<b>{}</b>,{}", row % 4, row % 2)
    }));
}

#[test]
fn a_file_that_is_no_bundle_is_refused() {
    let folder = Folder::with(&["penguins.csv"]);
    folder.write("empty.zip", b"");
    for bundle in ["penguins.csv", "empty.zip", "none.zip"] {
        assert!(
            folder
                .run(&format!("verify {bundle}"))
                .refused(2)
                .contains(bundle)
        );
        assert!(
            folder
                .run(&format!("score {bundle} penguins.csv"))
                .refused(2)
                .contains(bundle)
        );
    }
}

#[test]
fn a_bundle_that_was_cut_or_changed_is_refused() {
    let folder = Folder::with(&["penguins.csv"]);
    folder
        .run("train penguins.csv --target species --algorithm tree --folds 0 --out m.zip")
        .ok();
    let whole = folder.read("m.zip");
    folder.write("cut.zip", &whole[..whole.len() / 2]);
    folder.run("verify cut.zip").refused(2);
    // Every 997th byte changed in turn: none may verify and score otherwise than the whole, and none may panic.
    let scores = folder.run("score m.zip penguins.csv").ok();
    for position in (0..whole.len()).step_by(997) {
        let mut changed = whole.clone();
        changed[position] ^= 0x55;
        folder.write("changed.zip", &changed);
        let run = folder.run("verify changed.zip");
        assert!(
            matches!(run.code, 0..=2) && !run.err.contains("panicked"),
            "byte {position}: {}",
            run.err
        );
        if run.code == 0 {
            assert_eq!(
                folder.run("score changed.zip penguins.csv").ok(),
                scores,
                "byte {position}"
            );
        }
    }
}

#[test]
fn new_rows_without_a_needed_column_are_refused_by_name() {
    let folder = Folder::with(&["penguins.csv"]);
    folder
        .run("train penguins.csv --target species --algorithm gbt --folds 0 --out m.zip")
        .ok();
    folder.write("new.csv", b"island,sex\nBiscoe,MALE\n");
    let line = folder.run("score m.zip new.csv").refused(2);
    assert!(line.contains("bill_length_mm"), "{line}");
    let line = folder
        .run("score m.zip penguins.csv --keep colour")
        .refused(2);
    assert!(line.contains("colour"), "{line}");
}

#[test]
fn new_rows_may_lack_the_target_and_have_more_columns() {
    let folder = Folder::with(&["penguins.csv"]);
    folder
        .run("train penguins.csv --target species --algorithm gbt --folds 0 --out m.zip")
        .ok();
    let text = String::from_utf8(folder.read("penguins.csv")).expect("UTF-8");
    let changed: Vec<String> = text
        .lines()
        .map(|line| line.split_once(',').expect("a comma").1.to_owned() + ",more")
        .collect();
    folder.write("new.csv", changed.join("\n").as_bytes());
    assert_eq!(
        folder.run("score m.zip new.csv").ok(),
        folder.run("score m.zip penguins.csv").ok()
    );
}

#[test]
fn a_project_that_is_none_is_refused() {
    let folder = Folder::with(&["penguins.csv"]);
    for (content, word) in [
        ("{", "line 1"),
        ("[]", "project"),
        ("{\"format\": 99}", "99"),
    ] {
        folder.write("p.json", content.as_bytes());
        let line = folder.run("run p.json penguins.csv --out m.zip").refused(2);
        assert!(line.contains(word), "{line}");
    }
    folder.write("p.json", b"{}");
    folder.run("run p.json penguins.csv --out m.zip").refused(2);
}
