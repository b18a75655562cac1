//! What each command is answered with: one line a [`Command`], so that nobody else takes replies apart.

use std::collections::BTreeMap;

use tabwright_model::{Coefficients as CoefficientsOfModel, Evaluation, Tuned};
use tabwright_recipe::Recipe;
use tabwright_table::profile::Pair as PairOfColumns;
use tabwright_table::{Profile as ProfileOfTable, ReadOptions, Schema};
use tabwright_train::{FeatureRank, Part, TaskChoice, Trial};

use super::{
    BundleInfo, Command, Compared, Exported, Monitored, PreviewStep, Reply, RowWindow, SplitInfo,
    TableInfo, TargetInfo, TrialSummary, Unpacked, View,
};
use crate::Failure;
use crate::error::Area;

/// A command whose kind of answer is known.
pub trait Call {
    /// The answer.
    type Reply;
    /// Attachments of the answer.
    const ATTACHED: usize;

    /// The command as it travels.
    fn command(self) -> Command;

    /// The answer out of one that has travelled; `None` where it is another command's.
    fn reply(reply: Reply) -> Option<Self::Reply>;
}

/// The answer to a call, and its attachments, as many as the call says.
///
/// # Errors
/// If it is the answer to something else: the two sides are not of one build.
pub fn answer<C: Call, Bytes>(
    reply: Reply,
    attachments: Vec<Bytes>,
) -> Result<(C::Reply, Vec<Bytes>), Failure> {
    match C::reply(reply) {
        Some(reply) if attachments.len() == C::ATTACHED => Ok((reply, attachments)),
        _ => Err(Failure::new(
            Area::Engine,
            "the engine gave an answer of another kind than it was asked for: this is a defect of Tabwright, and the project is kept",
        )),
    }
}

/// What a recipe does to the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Previewed {
    /// One a step of the recipe.
    pub steps: Vec<PreviewStep>,
    /// The columns after all steps.
    pub schema: Schema,
    /// The first rows after all steps.
    pub rows: RowWindow,
}

/// How much each feature says about the target.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Best first.
    pub ranks: Vec<FeatureRank>,
    /// Columns that cannot be features, and why.
    pub excluded: Vec<(String, String)>,
}

/// A part of a trial that was fitted. The attachment is all of it, for [`Gather`].
#[derive(Clone, Debug, PartialEq)]
pub struct FittedPart {
    /// Which part.
    pub part: Part,
    /// Seconds that the fit took.
    pub fit_seconds: f64,
    /// Metrics on the rows that were held out.
    pub metrics: BTreeMap<String, f64>,
    /// Rows that were learnt from.
    pub n_learnt: u32,
    /// Metrics on these.
    pub learnt: BTreeMap<String, f64>,
}

/// Declares a call by the fields of its command, its attachments if any, and what its reply holds.
macro_rules! calls {
    ($(
        $name:ident { $($field:ident: $kind:ty),* $(,)? } $(with $attached:literal)? -> $answer:ty,
        $reply:pat => $value:expr;
    )*) => {$(
        #[doc = concat!("[`Command::", stringify!($name), "`]")]
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs, reason = "the fields are the command's")]
        pub struct $name { $(pub $field: $kind),* }

        impl Call for $name {
            type Reply = $answer;
            const ATTACHED: usize = 0 $(+ $attached)?;

            fn command(self) -> Command {
                let Self { $($field),* } = self;
                Command::$name { $($field),* }
            }

            fn reply(reply: Reply) -> Option<$answer> {
                match reply {
                    $reply => Some($value),
                    _ => None,
                }
            }
        }
    )*};
}

calls! {
    Hello {} -> String, Reply::Hello { build } => build;
    Load { options: ReadOptions } -> TableInfo, Reply::Loaded(info) => info;
    Rows { view: View, start: usize, count: usize } -> RowWindow, Reply::Rows(window) => window;
    Profile { target: Option<String> } -> ProfileOfTable, Reply::Profile(profile) => profile;
    Pair { x: String, y: String, group: Option<String> } -> PairOfColumns, Reply::Pair(pair) => pair;
    Compare { options: ReadOptions } -> Compared, Reply::Compared(compared) => compared;
    Report { target: Option<String> } with 2 -> String, Reply::Report { file } => file;
    Fingerprint {} -> String, Reply::Fingerprint { sha256 } => sha256;
    Pack { project: String, n_parts: Vec<usize> } with 1 -> (), Reply::Packed => ();
    Unpack {} with 1 -> Unpacked, Reply::Unpacked(unpacked) => unpacked;
    Target { target: String, task: TaskChoice } -> TargetInfo, Reply::Target(info) => info;
    Preview { recipe: Recipe, count: usize } -> Previewed,
        Reply::Preview { steps, schema, rows } => Previewed { steps, schema, rows };
    Rank { target: String, task: TaskChoice, recipe: Recipe } -> Ranked,
        Reply::Ranking { ranks, excluded } => Ranked { ranks, excluded };
    Split { trial: Trial } -> SplitInfo, Reply::Split(info) => info;
    RunPart { trial: Trial, part: Part } with 1 -> FittedPart,
        Reply::Part { part, fit_seconds, metrics, n_learnt, learnt } =>
            FittedPart { part, fit_seconds, metrics, n_learnt, learnt };
    Gather { id: String, trial: Trial } -> TrialSummary, Reply::Trained(summary) => summary;
    Evaluate { id: String } -> Evaluation, Reply::Evaluation(evaluation) => evaluation;
    Coefficients { id: String } -> Option<CoefficientsOfModel>, Reply::Coefficients(found) => found;
    Export { id: String, name: String, tuned: Option<Tuned> } with 1 -> Exported,
        Reply::Exported(exported) => exported;
    Score { id: String, keep: Vec<String> } with 1 -> usize, Reply::Scored { n_rows } => n_rows;
    OpenBundle {} -> BundleInfo, Reply::Opened(info) => info;
    Monitor { keep: Vec<String> } with 1 -> Monitored, Reply::Monitored(report) => report;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_to_another_call_is_refused() {
        let hello = || Reply::Hello {
            build: "one".into(),
        };
        let taken = answer::<Hello, Vec<u8>>(hello(), Vec::new()).expect("its own answer");
        assert_eq!(taken.0, "one");
        assert!(answer::<Evaluate, Vec<u8>>(hello(), Vec::new()).is_err());
        let scored = Reply::Scored { n_rows: 3 };
        assert!(
            answer::<Score, Vec<u8>>(scored.clone(), Vec::new()).is_err(),
            "without its bytes"
        );
        let bytes = vec![vec![1, 2]];
        assert_eq!(
            answer::<Score, _>(scored, bytes.clone()).expect("with them"),
            (3, bytes)
        );
    }
}
