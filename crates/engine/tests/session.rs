//! A session from bytes to monitored scores, by the same requests that the app sends.

use tabwright_engine::model::{
    Bundle, Method, ParamValue, Params, TrialRecord, Tuning, Validation,
};
use tabwright_engine::recipe::{Recipe, RecipeStep, Step};
use tabwright_engine::table::profile::{AlertRule, PairView};
use tabwright_engine::table::{Kind, ReadOptions};
use tabwright_engine::train::{Algorithm, Part, PartResult, Silent, TrainError, Trial};
use tabwright_engine::{
    Command, Executor, Failure, Headless, Input, Listener, ModelChoice, PreviewStep, Progress,
    Project, Reply, SavedResult, Source, SourceInfo, View, Work, best_trial,
};
use tabwright_wire::{decode, encode};

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

/// A command and its answer, both by way of the bytes that page and worker send each other.
fn call(
    session: &mut Headless,
    command: &Command,
    input: Input,
) -> Result<(Reply, Vec<Vec<u8>>), Failure> {
    let command = decode(&encode(command).expect("bytes")).expect("the same command");
    let (reply, attachments) = session.call(command, input)?;
    let back: Reply = decode(&encode(&reply).expect("bytes")).expect("the same answer");
    // As text, in which NaN equals itself.
    assert_eq!(format!("{back:?}"), format!("{reply:?}"));
    Ok((back, attachments))
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "what is asked stands in the call"
)]
fn ask(session: &mut Headless, command: Command) -> Result<Reply, Failure> {
    call(session, &command, Input::default()).map(|(reply, _)| reply)
}

fn trial(target: &str, algorithm: Algorithm, recipe: Recipe) -> Trial {
    Trial {
        recipe,
        validation: Validation::folds(3),
        seed: 1,
        ..Trial::new(target, algorithm)
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
fn every_remedy_of_a_profile_is_a_step_that_fits() {
    let mut n_fixes = 0;
    for (file, target) in [
        ("titanic.csv", "survived"),
        ("california-housing.csv", "median_house_value"),
        ("taxis.csv", "fare"),
        ("adult.csv", "income"),
        ("diamonds.csv", "price"),
        ("horse-colic.csv", "column_24"),
    ] {
        let mut session = session(file);
        let target = Some(target.to_owned());
        let Ok(Reply::Profile(profile)) = ask(&mut session, Command::Profile { target }) else {
            panic!("expected a profile");
        };
        for alert in profile.alerts {
            let Some(fix) = alert.fix else { continue };
            let step = Step::of_fix(&fix);
            let enabled = true;
            let recipe = Recipe {
                steps: vec![RecipeStep { enabled, step }],
            };
            let command = Command::Preview { recipe, count: 1 };
            let Ok(Reply::Preview { steps, .. }) = ask(&mut session, command) else {
                panic!("expected a preview");
            };
            assert!(
                matches!(steps[0], PreviewStep::Applied(_)),
                "{file} {fix:?} {steps:?}"
            );
            n_fixes += 1;
        }
    }
    assert!(n_fixes > 40, "{n_fixes}");
}

#[test]
fn two_columns_make_the_picture_of_their_kinds() {
    let mut session = session("titanic.csv");
    let mut pair = |x: &str, y: &str| {
        let (x, y, group) = (x.to_owned(), y.to_owned(), Some("survived".to_owned()));
        match ask(&mut session, Command::Pair { x, y, group }) {
            Ok(Reply::Pair(pair)) => pair,
            other => panic!("{other:?}"),
        }
    };
    let found = pair("age", "fare");
    assert_eq!((found.n_used, found.n_missing), (714, [177, 0, 0]));
    assert_eq!(
        (found.group.as_deref(), found.groups.len()),
        (Some("survived"), 2)
    );
    assert!(matches!(&found.view, PairView::Points(points) if points.points.len() == 714));
    assert!(matches!(pair("class", "age").view, PairView::Boxes(boxes) if boxes.boxes.len() == 6));
    assert!(
        matches!(pair("sex", "class").view, PairView::Counts(counts) if counts.by_group.len() == 2)
    );
}

#[test]
fn a_second_file_is_compared_and_the_session_stays() {
    let mut session = session("titanic.csv");
    let whole = String::from_utf8(tabwright_tests::data("titanic.csv")).expect("UTF-8");
    // Only third class, without the ticket's deck.
    let lines = whole.lines().enumerate();
    let third: Vec<&str> = lines
        .filter(|(line, text)| *line == 0 || text.contains(",3,"))
        .map(|(_, text)| text)
        .collect();
    let third = third.join("\n").replacen("deck", "cabin", 1);
    let input = Input {
        file: Some(Box::new(Bytes("third.csv", third.into_bytes()))),
        attachments: Vec::new(),
        ..Input::default()
    };
    let options = ReadOptions::default();
    let Ok((Reply::Compared(found), _)) = call(&mut session, &Command::Compare { options }, input)
    else {
        panic!("expected a comparison");
    };
    assert_eq!(
        (found.reference.as_str(), found.current.as_str()),
        ("titanic.csv", "third.csv")
    );
    let comparison = found.comparison;
    assert_eq!(
        (
            comparison.added[0].0.as_str(),
            comparison.removed[0].0.as_str()
        ),
        ("cabin", "deck")
    );
    let fare = comparison
        .columns
        .iter()
        .find(|column| column.drift.name == "fare")
        .expect("fare");
    assert_eq!(fare.drift.verdict.word(), "major");
    assert!(fare.test.expect("a test").p_value < 1e-20);
    let command = Command::Compare {
        options: ReadOptions::default(),
    };
    assert!(
        ask(&mut session, command).is_err_and(|failure| failure.message.contains("not attached"))
    );
    let Ok(Reply::Profile(profile)) = ask(&mut session, Command::Profile { target: None }) else {
        panic!("expected a profile");
    };
    assert_eq!(profile.n_rows, 891);
}

#[test]
fn the_profile_can_be_taken_away() {
    let mut session = session("titanic.csv");
    let target = Some("survived".to_owned());
    let (reply, attachments) =
        call(&mut session, &Command::Report { target }, Input::default()).expect("a report");
    let Reply::Report { file } = reply else {
        panic!("expected a report");
    };
    assert_eq!((file.as_str(), attachments.len()), ("titanic-profile", 2));
    assert!(attachments[0].starts_with(b"<!DOCTYPE html>"));
    let json: serde_json::Value = serde_json::from_slice(&attachments[1]).expect("JSON");
    assert_eq!(json["rows"], 891);
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
    let (exported, zip) = session.export("gbt", "titanic", None).expect("exports");
    assert_eq!(exported.proof.n_differing, 0);
    assert!(exported.proof.n_rows > 20);
    let attach = |bytes: Vec<u8>| Input {
        file: None,
        attachments: vec![bytes],
        ..Input::default()
    };
    call(&mut session, &Command::OpenBundle, attach(zip)).expect("opens");
    let input = Input {
        file: Some(table("titanic.csv")),
        attachments: Vec::new(),
        ..Input::default()
    };
    let (reply, scores) =
        call(&mut session, &Command::Monitor { keep: Vec::new() }, input).expect("monitors");
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
    let (_, own) = call(
        &mut session,
        &Command::Score {
            id: "gbt".to_owned(),
            keep: Vec::new(),
        },
        Input::default(),
    )
    .expect("scores");
    assert_eq!(scores, own, "the bundle and the session give one answer");
}

/// A file with decimal commas: the bundle remembers them for the files that it scores; its proof is written plainly.
#[test]
fn a_bundle_reads_files_that_are_written_as_its_own() {
    let commas = || {
        let text = String::from_utf8(tabwright_tests::data("titanic.csv")).expect("text");
        let bytes = text.replace(',', ";").replace('.', ",").into_bytes();
        Box::new(Bytes("titanic-commas.csv", bytes))
    };
    let mut session = Headless::new(&Quiet);
    session
        .load(commas(), ReadOptions::default())
        .expect("a table with decimal commas loads");
    let trial = trial("survived", Algorithm::Gbt, drop_column("alive"));
    session
        .train("gbt", &trial, &trial.parts())
        .expect("trains");
    let (exported, zip) = session.export("gbt", "titanic", None).expect("exports");
    assert_eq!(exported.proof.n_differing, 0);
    let input = Input {
        file: None,
        attachments: vec![zip],
        ..Input::default()
    };
    call(&mut session, &Command::OpenBundle, input).expect("opens");
    let input = Input {
        file: Some(commas()),
        attachments: Vec::new(),
        ..Input::default()
    };
    let (_, scores) =
        call(&mut session, &Command::Monitor { keep: Vec::new() }, input).expect("monitors");
    let score = Command::Score {
        id: "gbt".to_owned(),
        keep: Vec::new(),
    };
    let (_, own) = call(&mut session, &score, Input::default()).expect("scores");
    assert_eq!(scores, own);
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
                .export("forest", "penguins", None)
                .expect("exports")
                .1,
        );
    }
    assert_eq!(zips[0], zips[1]);
}

/// The last fit first.
struct Backwards;

impl Executor for Backwards {
    fn run(&self, work: &Work<'_>) -> Vec<Result<PartResult, TrainError>> {
        let positions = (0..work.fits.len()).rev();
        let mut outcomes: Vec<_> = positions
            .map(|position| work.run(position, &Silent))
            .collect();
        outcomes.reverse();
        outcomes
    }
}

#[test]
fn a_project_replays_to_the_bundle_that_was_exported() {
    for (algorithm, method, nested) in [
        (Algorithm::Tree, Method::Random, 0),
        (Algorithm::Tree, Method::Grid { steps: 2 }, 0),
        (Algorithm::Tree, Method::Tpe, 2),
        (Algorithm::Gbt, Method::Halving { factor: 3 }, 0),
        (Algorithm::Tree, Method::Hyperband { factor: 3 }, 0),
    ] {
        let tuning = Tuning {
            method,
            nested,
            ..Tuning::random(12)
        };
        let chosen = ModelChoice {
            algorithm,
            params: Params::from([("leaves".to_owned(), ParamValue::Number(6.0))]),
            tuning: Some(tuning.clone()),
        };
        let project = Project {
            name: "penguins".to_owned(),
            target: Some("species".to_owned()),
            validation: Validation::folds(3),
            chosen: Some(chosen),
            ..Project::default()
        };
        let json = serde_json::to_string(&project).expect("json");
        let reopened = Project::from_json(&json).expect("reads back");
        assert_eq!(project, reopened);
        let first = session("penguins.csv").replay(&project).expect("replays");
        let second = session("penguins.csv")
            .with(Backwards)
            .replay(&reopened)
            .expect("replays");
        assert_eq!(first.zip, second.zip, "{method:?}");
        let search = Bundle::from_zip(&first.zip).expect("a bundle").search;
        let tuned = first.tuned.expect("a search");
        assert_eq!(search.tuning, Some(tuned.tuning));
        assert_eq!(search.fixed, tuned.fixed);
        assert_eq!(search.nested.is_some(), nested > 0);
        assert_eq!(search.trials.len(), tuned.trials.len());
        let resolved = |record: &TrialRecord| record.params["leaves"] == ParamValue::Number(6.0);
        assert!(search.trials.iter().all(resolved));
        // The winner's folds are those that its fit for the bundle met again.
        let best = best_trial(&search.trials, &first.summary.task).expect("a winner");
        assert_eq!(search.trials[best].folds, first.summary.folds);
        assert_eq!(search.trials[best].params, search.params);
    }
}

#[test]
fn a_project_of_an_earlier_version_is_read() {
    let old = r#"{"format": 1, "folds": 3, "chosen": {"algorithm": "tree", "tune_trials": 4}}"#;
    let project = Project::from_json(old).expect("reads");
    assert_eq!(project.validation, Validation::folds(3));
    let choice = project.chosen.expect("a choice");
    assert_eq!(choice.tuning, Some(Tuning::random(4)));
    // Without the checksum, which came with results that name their table.
    let old = r#"{"source": {"file": "penguins.csv", "n_bytes": 13478}, "target": "species"}"#;
    let project = Project::from_json(old).expect("reads");
    let source = project.source.as_ref().expect("a source");
    assert_eq!(source.sha256, None);
    let again = serde_json::to_string(&project).expect("is written");
    assert!(!again.contains("sha256"), "{again}");
}

#[test]
fn a_project_file_holds_results_and_a_damaged_one_is_told() {
    let mut session = session("titanic.csv");
    let project = Project {
        source: Some(SourceInfo {
            file: "titanic.csv".to_owned(),
            n_bytes: 1,
            sha256: None,
        }),
        results: ["a", "b"]
            .map(|id| SavedResult {
                id: id.to_owned(),
                trial: trial("survived", Algorithm::Tree, Recipe::default()),
                tuned: None,
                parts: Vec::new(),
            })
            .to_vec(),
        ..Project::default()
    };
    let pack = Command::Pack {
        project: serde_json::to_string(&project).expect("JSON"),
        n_parts: vec![2, 1],
    };
    let input = Input {
        attachments: vec![vec![1, 2, 3], vec![], vec![4]],
        ..Input::default()
    };
    let (_, file) = call(&mut session, &pack, input).expect("packs");
    let text = String::from_utf8(file[0].clone()).expect("text");
    let read = Project::from_json(&text).expect("a project");
    assert_eq!(read.results[0].parts, ["AQID", ""]);
    assert_eq!(
        read.source.and_then(|it| it.sha256).map(|it| it.len()),
        Some(64)
    );

    let mut unpack = |text: String| {
        let input = Input {
            file: Some(Box::new(Bytes("p.tabwright", text.into_bytes()))),
            ..Input::default()
        };
        call(&mut session, &Command::Unpack, input)
    };
    let Ok((Reply::Unpacked(unpacked), parts)) = unpack(text.clone()) else {
        panic!("expected a project");
    };
    let opened = Project::from_json(&unpacked.project).expect("a project");
    assert_eq!(opened.results, project.results);
    assert_eq!(unpacked.lengths, [Some(vec![3, 0]), Some(vec![1])]);
    assert_eq!(parts, [[1, 2, 3, 4]]);

    let Ok((Reply::Unpacked(damaged), parts)) = unpack(text.replace("AQID", "A!")) else {
        panic!("expected a project");
    };
    assert_eq!(damaged.lengths, [None, Some(vec![1])]);
    assert_eq!(parts, [[4]]);
    let failure = unpack("{".to_owned()).expect_err("no project");
    assert!(
        failure
            .message
            .starts_with("this is not a Tabwright project"),
        "{failure:?}"
    );
    let plain = Command::Pack {
        project: serde_json::to_string(&Project::default()).expect("JSON"),
        n_parts: Vec::new(),
    };
    let (_, file) = call(&mut session, &plain, Input::default()).expect("packs");
    let text = String::from_utf8(file[0].clone()).expect("text");
    assert_eq!(Project::from_json(&text).as_ref(), Ok(&Project::default()));
    let failure = call(&mut session, &pack, Input::default()).expect_err("parts are absent");
    assert!(failure.message.contains("not as many"), "{failure:?}");
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

#[test]
fn reading_forgets_the_results_of_what_was_read_before() {
    let trained = || {
        let mut session = session("penguins.csv");
        let trial = trial("species", Algorithm::Tree, Recipe::default());
        session
            .train("tree", &trial, &trial.parts())
            .expect("a tree is grown");
        session
    };
    let forgets = |mut session: Headless| {
        for (answer, what) in [
            (
                ask(&mut session, Command::Evaluate { id: "tree".into() }),
                "curves",
            ),
            (
                ask(&mut session, Command::Coefficients { id: "tree".into() }),
                "coefficients",
            ),
            (
                session
                    .export("tree", "penguins", None)
                    .map(|_| Reply::Rows(<_>::default())),
                "bundle",
            ),
        ] {
            let failure = answer.expect_err(what);
            assert!(
                failure.message.contains("train it first"),
                "{what}: {}",
                failure.message
            );
        }
    };
    // A file of the same name and length with other values.
    let mut session = trained();
    let text = String::from_utf8(tabwright_tests::data("penguins.csv")).expect("is text");
    let other = text.replace("Adelie", "Eldiea").into_bytes();
    assert_eq!(other.len(), text.len());
    session
        .load(
            Box::new(Bytes("penguins.csv", other)),
            ReadOptions::default(),
        )
        .expect("loads");
    forgets(session);
    // The same file, read otherwise.
    let mut session = trained();
    let options = ReadOptions {
        sample_every: Some(2),
        ..ReadOptions::default()
    };
    session.load(table("penguins.csv"), options).expect("loads");
    forgets(session);
}
