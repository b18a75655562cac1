//! The command line as it is typed.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use tabwright_engine::train::params::{Condition, ParamKind};
use tabwright_engine::train::{Algorithm, ParamSpec, TaskChoice};
use tabwright_export::{Dialect, Target};

use crate::choice::one_of;
use crate::commands::serve::ServeArgs;
use crate::search::SearchArgs;
use crate::validation::ValidationArgs;

/// Tabular machine learning without an upload: the engine of the Tabwright workbench as a command.
///
/// A tree model trained here and one trained in the browser with the same file, settings and seed are the same
/// bytes (a linear one may differ in its last digits), and a bundle scores the same everywhere, bit for bit.
#[derive(Parser)]
#[command(
    name = "tabwright",
    version,
    subcommand_required = true,
    after_help = "\
Exit codes: 0 done; 1 the answer is no (a proof that does not agree); 2 bad input or usage.

Examples:
  tabwright profile titanic.csv --target survived --html titanic.html
  tabwright train titanic.csv --target survived --drop alive --algorithm gbt --set trees=200 --out titanic.zip
  tabwright tune titanic.csv --target survived --drop alive --algorithm gbt --trials 30 --out titanic.zip
  tabwright verify titanic.zip
  tabwright export titanic.zip --to sql --out titanic.sql
  tabwright score titanic.zip new-passengers.csv --keep name --out scores.csv
  tabwright serve titanic.zip"
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Describe a CSV: kinds, missing values, distributions, alerts
    Profile(ProfileArgs),
    /// Train one model with cross-validation, and write its bundle
    Train(TrainArgs),
    /// Search better parameters by trials on held-out rows, train the best, and write its bundle
    Tune(TuneArgs),
    /// Show how a model does with more and more rows to learn from
    Learn(LearnArgs),
    /// Score the rows of a CSV with a bundle, as they come: a file may be of any length
    Score(ScoreArgs),
    /// Answer over HTTP with bundles whose proof agrees, until told to stop
    Serve(ServeArgs),
    /// Replay a bundle's proof, and check its signature: exit code 0 only if every bit agrees
    Verify(VerifyArgs),
    /// Make a pair of keys: one that signs bundles, and one that tells whose signature it is
    Keygen(KeygenArgs),
    /// Sign a bundle, into a file beside it
    Sign(SignArgs),
    /// Write a bundle's model for another engine
    Export(ExportArgs),
    /// Replay a project that was saved in the workbench, from file to bundle
    Run(RunArgs),
}

#[derive(clap::Args)]
pub struct ProfileArgs {
    /// The CSV file
    pub file: PathBuf,
    /// Split distributions by this column, and look for columns that leak it
    #[arg(long, value_name = "COL")]
    pub target: Option<String>,
    /// Also write the profile as a page: charts, alerts, correlations; needs no network and no script
    #[arg(long, value_name = "R.html")]
    pub html: Option<PathBuf>,
    /// Print one JSON object, with the numbers of the page
    #[arg(long)]
    pub json: bool,
}

/// What is fitted to what, and how it is tested.
#[derive(clap::Args)]
pub struct ModelArgs {
    /// The CSV file
    pub file: PathBuf,
    /// The column to predict
    #[arg(long, value_name = "COL", required_unless_present = "project")]
    pub target: Option<String>,
    /// Columns to leave out, separated by commas
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub drop: Vec<String>,
    /// The column that says how much each row counts in training; it is no feature
    #[arg(long, value_name = "COL")]
    pub weight: Option<String>,
    /// What is predicted; auto decides by the target's values [default: auto]
    #[arg(long, value_enum)]
    pub task: Option<TaskName>,
    /// What to train
    #[arg(long, value_parser = one_of(&Algorithm::ALL, Algorithm::name, Algorithm::help))]
    pub algorithm: Algorithm,
    /// A parameter, as trees=200; --help lists them all
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    #[command(flatten)]
    pub validation: ValidationArgs,
    /// Seed of folds, training and search [default: 0]
    #[arg(long)]
    pub seed: Option<u64>,
    /// Start from a saved project: how the file is read, its recipe, target, validation and seed; other options overrule it
    #[arg(long, value_name = "P.json")]
    pub project: Option<PathBuf>,
}

/// Where a model goes.
#[derive(clap::Args)]
pub struct OutArgs {
    /// Where the bundle goes
    #[arg(long, value_name = "BUNDLE")]
    pub out: PathBuf,
    /// Save these settings as a project, for `tabwright run` and the workbench
    #[arg(long, value_name = "P.json")]
    pub save_project: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// How many fits run at once.
#[derive(clap::Args)]
pub struct JobsArgs {
    /// Fits that run at once; what comes out is the same [default: the hardware's threads]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub jobs: Option<u32>,
}

#[derive(clap::Args)]
#[command(after_long_help = params_help())]
pub struct TrainArgs {
    #[command(flatten)]
    pub model: ModelArgs,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub jobs: JobsArgs,
}

#[derive(clap::Args)]
#[command(after_long_help = params_help())]
pub struct TuneArgs {
    #[command(flatten)]
    pub model: ModelArgs,
    #[command(flatten)]
    pub search: SearchArgs,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub jobs: JobsArgs,
}

#[derive(clap::Args)]
#[command(after_long_help = params_help())]
pub struct LearnArgs {
    #[command(flatten)]
    pub model: ModelArgs,
    #[command(flatten)]
    pub jobs: JobsArgs,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args)]
pub struct ScoreArgs {
    /// The bundle
    pub bundle: PathBuf,
    /// The CSV file with the rows to score; - reads standard input
    pub file: PathBuf,
    /// Where the scores go; standard output if absent
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Columns of the file to repeat beside the scores, separated by commas
    ///
    /// Columns that the model reads are written as it reads them: numbers, days and times in their plain form, yes and no as in
    /// training. All others keep their cells' texts. Cells that mean "missing" are empty.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub keep: Vec<String>,
}

#[derive(clap::Args)]
pub struct VerifyArgs {
    /// The bundle
    pub bundle: PathBuf,
    /// Also check the signature by this public key
    #[arg(long, value_name = "KEY.pub.pem")]
    pub key: Option<PathBuf>,
    /// The signature; by default BUNDLE.sig
    #[arg(long, value_name = "SIG", requires = "key")]
    pub signature: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args)]
pub struct KeygenArgs {
    /// Where the private key goes; the public one goes beside it, as KEY.pub.pem
    #[arg(long, value_name = "KEY.pem")]
    pub out: PathBuf,
}

#[derive(clap::Args)]
pub struct SignArgs {
    /// The bundle
    pub bundle: PathBuf,
    /// The private key, as `tabwright keygen` or `openssl genpkey -algorithm ed25519` wrote it
    #[arg(long, value_name = "KEY.pem")]
    pub key: PathBuf,
    /// Where the signature goes; by default BUNDLE.sig
    #[arg(long, value_name = "SIG")]
    pub out: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct ExportArgs {
    /// The bundle
    pub bundle: PathBuf,
    /// The engine that is to run it
    #[arg(long, value_parser = one_of(Target::ALL, Target::name, Target::help))]
    pub to: Target,
    /// Where it goes; by default beside the bundle, with its name and the engine's ending
    #[arg(long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// The dialect of --to sql
    #[arg(long, value_parser = one_of(Dialect::ALL, Dialect::key, Dialect::title), default_value = "duckdb")]
    pub dialect: Dialect,
}

#[derive(clap::Args)]
pub struct RunArgs {
    /// The project, saved in the workbench or by `tabwright train --save-project`
    pub project: PathBuf,
    /// The CSV file
    pub file: PathBuf,
    /// Where the bundle goes
    #[arg(long, value_name = "BUNDLE")]
    pub out: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub jobs: JobsArgs,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum TaskName {
    Auto,
    Binary,
    Multiclass,
    Regression,
}

impl From<TaskName> for TaskChoice {
    fn from(name: TaskName) -> Self {
        match name {
            TaskName::Auto => TaskChoice::Auto,
            TaskName::Binary => TaskChoice::Binary,
            TaskName::Multiclass => TaskChoice::Multiclass,
            TaskName::Regression => TaskChoice::Regression,
        }
    }
}

/// Every parameter, from its one declaration.
fn params_help() -> String {
    let mut help = String::from("Parameters for --set:\n");
    for algorithm in Algorithm::ALL {
        if algorithm.params().is_empty() {
            continue;
        }
        let _ = write!(help, "\n{} ({})\n", algorithm.name(), algorithm.title());
        for spec in algorithm.params() {
            let _ = writeln!(
                help,
                "  {:<21} {}{}\n                        {}",
                spec.name,
                values(spec),
                condition(spec),
                spec.help
            );
        }
    }
    help
}

/// Where a parameter counts, if not always.
fn condition(spec: &ParamSpec) -> String {
    match spec.condition {
        None => String::new(),
        Some(Condition::Is(name, values)) => {
            format!("; only with {name}={}", values.join(" or "))
        }
        Some(Condition::IsSet(name)) => format!("; only with {name} above 0"),
    }
}

/// What a parameter takes, and its default.
fn values(spec: &ParamSpec) -> String {
    let unit = if spec.unit.is_empty() {
        String::new()
    } else {
        format!(" {}", spec.unit)
    };
    match spec.kind {
        ParamKind::Integer { min, max, default } => {
            format!("{min} to {max}{unit}, default {default}")
        }
        ParamKind::Float { min, max, default } => {
            format!("{min} to {max}{unit}, default {default}")
        }
        ParamKind::Choice(choices) => {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            format!(
                "{}; default {}",
                names.join(" or "),
                names.first().copied().unwrap_or_default()
            )
        }
        ParamKind::Text(form) => form.expected().to_owned(),
    }
}
