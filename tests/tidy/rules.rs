//! What no file may do, whatever it is for.

use std::fs;

use tabwright_tests::root;

use crate::code::{Source, sources, walk};

/// The crates that run anywhere: natively, in a worker, in tests.
const ENGINE: [&str; 10] = [
    "crates/table/src",
    "crates/metrics/src",
    "crates/recipe/src",
    "crates/model/src",
    "crates/train/src",
    "crates/export/src",
    "crates/chart/src",
    "crates/report/src",
    "crates/engine/src",
    "crates/workbench/src",
];

const ALL: [&str; 4] = ["crates", "src", "tests", "xtask"];

/// Fails with all that was found, one line each, and what to do about it.
#[track_caller]
fn none(found: &[String], remedy: &str) {
    assert!(found.is_empty(), "{remedy}:\n  {}", found.join("\n  "));
}

fn places(source: &Source, lines: impl IntoIterator<Item = usize>, what: &str) -> Vec<String> {
    lines
        .into_iter()
        .map(|line| format!("{}:{line}: {what}", source.path))
        .collect()
}

#[test]
fn engine_crates_have_no_world() {
    let banned = ["env", "fs", "net", "os", "process", "thread", "time"];
    let mut found = Vec::new();
    for source in sources(&ENGINE) {
        for (name, line) in source.after(&["std", ":", ":"]) {
            if banned.contains(&name.as_str()) {
                found.push(format!("{}:{line}: std::{name}", source.path));
            }
        }
    }
    none(
        &found,
        "take files, time and threads as arguments (Source, Host, Observer), so that every run gives the same answer",
    );
}

#[test]
fn engine_crates_compute_by_libm() {
    // These differ in the last bit between the C library and WebAssembly, or may be contracted.
    let banned = [
        "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "exp",
        "exp2", "exp_m1", "hypot", "ln", "ln_1p", "log", "log10", "log2", "mul_add", "powf",
        "powi", "sin", "sin_cos", "sinh", "tan", "tanh",
    ];
    let mut found = Vec::new();
    for source in sources(&ENGINE) {
        // Nothing that is drawn goes into a model.
        if source.path.starts_with("crates/chart/") {
            continue;
        }
        for name in banned {
            found.extend(places(&source, source.find(&[".", name, "("]), name));
            found.extend(places(&source, source.find(&["f64", ":", ":", name]), name));
        }
    }
    none(
        &found,
        "call the function of `libm`, which gives the same bits everywhere",
    );
}

#[test]
fn engine_crates_do_not_panic() {
    let mut found = Vec::new();
    for source in sources(&ENGINE) {
        found.extend(places(
            &source,
            source.find(&[".", "unwrap", "(", ")"]),
            "unwrap",
        ));
        // A parser has an `expect` of its own, which gives an error.
        let own = source.find(&["self", ".", "expect", "(", "\"\""]);
        let expects = source.find(&[".", "expect", "(", "\"\""]);
        let foreign = expects.into_iter().filter(|line| !own.contains(line));
        found.extend(places(&source, foreign, "expect"));
        for name in ["panic", "unreachable"] {
            found.extend(places(&source, source.find(&[name, "!"]), name));
        }
    }
    none(
        &found,
        "return an error that says what was expected, found, where, and what to do",
    );
}

#[test]
fn nothing_is_left_undone() {
    let mut found = Vec::new();
    for source in sources(&ALL) {
        for name in ["todo", "unimplemented", "dbg"] {
            found.extend(places(&source, source.find(&[name, "!"]), name));
        }
    }
    none(&found, "finish it, or leave it out");
}

#[test]
fn files_have_no_notes_to_self_and_no_path_of_a_machine() {
    let words = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["/home", "/"],
        ["/root", "/"],
        ["/tmp", "/"],
        ["/work", "/"],
        ["/Users", "/"],
    ];
    let words = words.map(|halves| halves.concat());
    let mut paths = Vec::new();
    for folder in [ALL.as_slice(), &["style", "public", "docs", "."]].concat() {
        walk(&root().join(folder), &mut paths);
    }
    let endings = ["rs", "toml", "md", "mjs", "js", "css", "html", "py", "json"];
    paths.retain(|path| {
        let ending = path.rsplit('.').next().unwrap_or_default();
        endings.contains(&ending) && !path.starts_with("dist/") && !path.starts_with("tests/data/")
    });
    paths.sort();
    paths.dedup();
    let mut found = Vec::new();
    for path in paths {
        let text = fs::read_to_string(root().join(&path)).unwrap_or_default();
        for (index, line) in text.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                found.push(format!("{path}:{}: {word}", index + 1));
            }
        }
    }
    none(
        &found,
        "do it now or write it into the issue; make paths relative or ask the system",
    );
}

#[test]
fn files_hold_one_idea() {
    const MOST: usize = 400;
    let found: Vec<String> = sources(&ALL)
        .iter()
        .filter(|source| source.n_lines > MOST)
        .map(|source| format!("{}: {} lines", source.path, source.n_lines))
        .collect();
    none(
        &found,
        &format!("split it by idea: a file has at most {MOST} lines without its tests"),
    );
}

#[test]
fn pages_never_import_pages() {
    let mut found = Vec::new();
    for source in sources(&["src/pages"]) {
        let Some((own, _)) = source.path.trim_start_matches("src/pages/").split_once('/') else {
            continue;
        };
        let by_crate = source.after(&["crate", ":", ":", "pages", ":", ":"]);
        let by_super = source.after(&["super", ":", ":", "super", ":", ":"]);
        let depth = source.path.matches('/').count();
        let others = by_crate.into_iter().filter(|(name, _)| name != own);
        // From src/pages/<page>/panel.rs, two steps up is where the pages are.
        let siblings = by_super
            .into_iter()
            .filter(|(name, _)| depth == 3 && name != "super");
        found.extend(
            others
                .chain(siblings)
                .map(|(name, line)| format!("{}:{line}: {name}", source.path)),
        );
    }
    none(
        &found,
        "what two pages share is a component, one of src/parts if it knows the session, or belongs to the state",
    );
}

#[test]
fn components_never_import_state() {
    let mut found = Vec::new();
    for source in sources(&["src/parts"]) {
        let pages = source.after(&["crate", ":", ":"]).into_iter();
        found.extend(
            pages
                .filter(|(name, _)| name == "pages")
                .map(|(name, line)| format!("{}:{line}: {name}", source.path)),
        );
    }
    for source in sources(&["src/components"]) {
        let names = source.after(&["crate", ":", ":"]).into_iter();
        found.extend(
            names
                .filter(|(name, _)| name == "state" || name == "pages")
                .map(|(name, line)| format!("{}:{line}: {name}", source.path)),
        );
    }
    none(&found, "take what it shows and what it calls as properties");
}

#[test]
fn pages_write_no_signal_of_the_session() {
    let writes = [
        "maybe_update",
        "set",
        "set_untracked",
        "try_set",
        "try_update",
        "update",
        "update_untracked",
        "write",
        "write_untracked",
    ];
    let mut found = Vec::new();
    for source in sources(&["src"]) {
        let views = ["src/pages/", "src/parts/", "src/app"];
        if views.iter().any(|folder| source.path.starts_with(folder)) {
            let lines = source.calls_on("session", &writes);
            found.extend(places(&source, lines, "writes the session"));
        }
    }
    none(
        &found,
        "call a command of src/state/commands, which is where it can be seen what changes what",
    );
}

#[test]
fn commands_know_each_other_one_way() {
    let folder = "src/state/commands/";
    let mut left: Vec<(String, Vec<String>)> = sources(&["src/state/commands"])
        .iter()
        .map(|source| {
            let name = source
                .path
                .trim_start_matches(folder)
                .trim_end_matches(".rs");
            let known = source.after(&["super", ":", ":"]);
            (name.to_owned(), known.into_iter().map(|it| it.0).collect())
        })
        .filter(|(name, _)| name != "mod")
        .collect();
    // Whoever knows nobody that is left can be understood by itself, until nobody is left.
    loop {
        let names: Vec<String> = left.iter().map(|(name, _)| name.clone()).collect();
        let n_before = left.len();
        left.retain(|(_, known)| known.iter().any(|other| names.contains(other)));
        if left.len() == n_before {
            break;
        }
    }
    let found: Vec<String> = left
        .into_iter()
        .map(|(name, known)| format!("{folder}{name}.rs: {}", known.join(", ")))
        .collect();
    none(
        &found,
        "these know each other in a circle: move what both need below both",
    );
}

#[test]
fn few_folders_of_the_app_touch_the_browser() {
    let allowed = ["src/browser/", "src/charts/", "src/worker/", "src/main.rs"];
    let mut found = Vec::new();
    for source in sources(&["src"]) {
        if allowed.iter().any(|folder| source.path.starts_with(folder)) {
            continue;
        }
        // The state keeps buffers of the workers, which it does not look into.
        let keeps_buffers = source.path.starts_with("src/state/");
        let values: &[&str] = if keeps_buffers {
            &[]
        } else {
            &["js_sys", "wasm_bindgen"]
        };
        for name in ["web_sys"].iter().chain(values) {
            found.extend(places(&source, source.find(&[name, ":", ":"]), name));
        }
    }
    none(&found, "put it behind a function of src/browser");
}

#[test]
fn scoring_knows_only_the_model() {
    let mut found = Vec::new();
    for source in sources(&["crates/cli/src/commands"]) {
        if !["score.rs", "verify.rs"]
            .iter()
            .any(|name| source.path.ends_with(name))
        {
            continue;
        }
        let names = source
            .after(&["tabwright_engine", ":", ":"])
            .into_iter()
            .filter(|(name, _)| name != "Source");
        found.extend(names.map(|(name, line)| format!("{}:{line}: {name}", source.path)));
        found.extend(places(
            &source,
            source.find(&["tabwright_train"]),
            "tabwright_train",
        ));
    }
    none(&found, "a server scores with `model` alone");
}
