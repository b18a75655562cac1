//! A session from bytes to monitored scores, by the same requests that the app sends.

use tabwright_engine::recipe::{Recipe, RecipeStep, Step};
use tabwright_engine::table::profile::AlertRule;
use tabwright_engine::table::{Kind, ReadOptions};
use tabwright_engine::train::{Algorithm, Part, TaskChoice, Trial};
use tabwright_engine::{
    Command, Failure, Headless, Input, Listener, ModelChoice, PreviewStep, Progress, Project,
    Reply, Source, View,
};

struct Quiet;

impl Listener for Quiet {
    fn progress(&self, _progress: &Progress) {}
    fn now_ms(&self) -> f64 {
        0.0
    }
}

struct Bytes(&'static str, Vec<u8>);

impl Source for Bytes {
    fn name(&self) -> String {
        self.0.to_owned()
    }
    fn len(&self) -> u64 {
        self.1.len() as u64
    }
    fn read(&self, start: u64, end: u64) -> Result<Vec<u8>, String> {
        Ok(self.1[start as usize..end as usize].to_vec())
    }
}

fn table(name: &'static str) -> Box<dyn Source> {
    Box::new(Bytes(name, tabwright_tests::data(name)))
}

fn session(name: &'static str) -> Headless<'static> {
    let mut session = Headless::new(&Quiet);
    session
        .load(table(name), ReadOptions::default())
        .expect("a real table loads");
    session
}

fn ask(session: &mut Headless, command: Command) -> Result<Reply, Failure> {
    session
        .call(command, Input::default())
        .map(|(reply, _)| reply)
}

fn trial(target: &str, algorithm: Algorithm, recipe: Recipe) -> Trial {
    Trial {
        target: target.to_owned(),
        task: TaskChoice::Auto,
        recipe,
        algorithm,
        params: std::collections::BTreeMap::default(),
        folds: 3,
        seed: 1,
    }
}

fn drop_column(column: &str) -> Recipe {
    Recipe {
        steps: vec![RecipeStep {
            enabled: true,
            step: Step::drop(vec![column.to_owned()]),
        }],
    }
}

#[test]
fn the_table_is_shown_sorted_and_filtered() {
    let mut session = session("titanic.csv");
    let view = View {
        sort: Some(("age".to_owned(), true)),
        filter: "sex = 'female'".to_owned(),
    };
    let Reply::Rows(rows) = ask(
        &mut session,
        Command::Rows {
            view,
            start: 0,
            count: 5,
        },
    )
    .expect("rows") else {
        panic!("expected rows");
    };
    assert_eq!(rows.n_rows, 314);
    let age = rows
        .columns
        .iter()
        .position(|name| name == "age")
        .expect("age");
    let ages: Vec<_> = rows
        .cells
        .iter()
        .map(|cells| cells[age].clone().unwrap_or_default())
        .collect();
    assert_eq!(ages, ["63", "63", "62", "60", "58"]);
}

#[test]
fn the_leak_is_found_and_missing_ages_are_counted() {
    let mut session = session("titanic.csv");
    let Reply::Profile(profile) = ask(
        &mut session,
        Command::Profile {
            target: Some("survived".to_owned()),
        },
    )
    .expect("profile") else {
        panic!("expected a profile");
    };
    let leaks: Vec<&str> = profile
        .alerts
        .iter()
        .filter(|alert| alert.rule == AlertRule::Leak)
        .flat_map(|alert| alert.columns.iter().map(String::as_str))
        .collect();
    assert_eq!(leaks, ["alive"]);
    let age = profile
        .columns
        .iter()
        .find(|column| column.name == "age")
        .expect("age");
    assert_eq!((age.n_missing, age.kind), (177, Kind::Decimal));
}

#[test]
fn a_broken_step_is_named_by_its_place_and_the_ones_before_it_apply() {
    let mut session = session("titanic.csv");
    let mut recipe = drop_column("alive");
    recipe.steps.extend(drop_column("alive").steps);
    recipe.steps.extend(drop_column("who").steps);
    let Reply::Preview { steps, schema, .. } =
        ask(&mut session, Command::Preview { recipe, count: 3 }).expect("preview")
    else {
        panic!("expected a preview");
    };
    assert!(matches!(&steps[0], PreviewStep::Applied(outcome) if outcome.n_columns == (15, 14)));
    assert!(
        matches!(&steps[1], PreviewStep::Failed(message) if message.contains("step 2") && message.contains("alive"))
    );
    assert_eq!(steps[2], PreviewStep::Skipped);
    assert_eq!(schema.columns.len(), 14);
}

#[test]
fn a_result_becomes_a_bundle_that_proves_itself_and_monitors_its_own_rows_as_stable() {
    let mut session = session("titanic.csv");
    let trial = trial("survived", Algorithm::Gbt, drop_column("alive"));
    let summary = session
        .train("gbt", &trial, &trial.parts())
        .expect("trains");
    assert!(summary.metrics["auc"].mean > 0.84, "{:?}", summary.metrics);
    let (exported, zip) = session
        .export("gbt", "titanic", Vec::new())
        .expect("exports");
    assert_eq!(exported.proof.n_differing, 0);
    assert!(exported.proof.n_rows > 20);
    let attach = |bytes: Vec<u8>| Input {
        file: None,
        attachments: vec![bytes],
    };
    session
        .call(Command::OpenBundle, attach(zip))
        .expect("opens");
    let input = Input {
        file: Some(table("titanic.csv")),
        attachments: Vec::new(),
    };
    let (reply, scores) = session
        .call(Command::Monitor { keep: Vec::new() }, input)
        .expect("monitors");
    let Reply::Monitored(monitored) = reply else {
        panic!("expected drift")
    };
    assert!(
        monitored
            .drift
            .columns
            .iter()
            .all(|column| column.psi < 1e-9),
        "{:?}",
        monitored.drift
    );
    assert!(monitored.metrics["auc"] > 0.9);
    let (_, own) = session
        .call(
            Command::Score {
                id: "gbt".to_owned(),
                keep: Vec::new(),
            },
            Input::default(),
        )
        .expect("scores");
    assert_eq!(scores, own, "the bundle and the session give one answer");
}

#[test]
fn the_order_of_parts_does_not_change_a_bundle() {
    let mut session = session("penguins.csv");
    let trial = trial("species", Algorithm::Forest, Recipe::default());
    let mut zips = Vec::new();
    for parts in [
        trial.parts(),
        trial.parts().into_iter().rev().collect::<Vec<Part>>(),
    ] {
        session.train("forest", &trial, &parts).expect("trains");
        zips.push(
            session
                .export("forest", "penguins", Vec::new())
                .expect("exports")
                .1,
        );
    }
    assert_eq!(zips[0], zips[1]);
}

#[test]
fn a_project_replays_to_the_bundle_that_was_exported() {
    let chosen = ModelChoice {
        algorithm: Algorithm::Tree,
        params: std::collections::BTreeMap::default(),
        tune_trials: 3,
    };
    let project = Project {
        name: "penguins".to_owned(),
        target: Some("species".to_owned()),
        folds: 3,
        chosen: Some(chosen),
        ..Project::default()
    };
    let json = serde_json::to_string(&project).expect("json");
    let reopened = Project::from_json(&json).expect("reads back");
    assert_eq!(project, reopened);
    let (_, _, first) = session("penguins.csv").replay(&project).expect("replays");
    let (_, _, second) = session("penguins.csv").replay(&reopened).expect("replays");
    assert_eq!(first, second);
}

#[test]
fn a_failed_job_leaves_the_session_as_it_was() {
    let mut session = session("penguins.csv");
    let empty = Box::new(Bytes("empty.csv", Vec::new()));
    let failure = session
        .load(empty, ReadOptions::default())
        .expect_err("an empty file is no table");
    assert!(failure.message.contains("empty"), "{failure}");
    let view = View::default();
    let Reply::Rows(rows) = ask(
        &mut session,
        Command::Rows {
            view,
            start: 0,
            count: 1,
        },
    )
    .expect("rows") else {
        panic!("expected rows");
    };
    assert_eq!(rows.n_rows, 344);
    let nothing = ask(
        &mut session,
        Command::Evaluate {
            id: "gbt".to_owned(),
        },
    )
    .expect_err("nothing was trained");
    assert!(nothing.message.contains("train"), "{nothing}");
}
