//! Every term of art, defined once: pages show a definition where the term stands, and all of them on one page.

use std::sync::LazyLock;

use tabwright_engine::metrics::Metric;

/// A term and its definition.
#[derive(Clone, Copy)]
pub struct Entry {
    /// The term, lower case but for abbreviations.
    pub term: &'static str,
    /// One or two sentences that need no other term.
    pub definition: &'static str,
}

const fn entry(term: &'static str, definition: &'static str) -> Entry {
    Entry { term, definition }
}

/// The definition of a term, however it is capitalised.
pub fn define(term: &str) -> Option<&'static str> {
    GLOSSARY
        .iter()
        .find(|entry| entry.term.eq_ignore_ascii_case(term))
        .map(|entry| entry.definition)
}

/// All terms, in alphabetical order.
pub static GLOSSARY: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let metrics = Metric::ALL.iter();
    let mut all: Vec<Entry> = metrics
        .map(|metric| entry(metric.term(), metric.definition()))
        .chain(TERMS.iter().copied())
        .collect();
    all.sort_by_cached_key(|entry| entry.term.to_lowercase());
    all
});

/// All but the metrics, which say themselves what they are.
const TERMS: &[Entry] = &[
    entry(
        "average precision",
        "Precision averaged over all thresholds, weighted by the recall gained at each; the area under the precision-recall curve.",
    ),
    entry(
        "baseline",
        "The simplest model: always the mean, or the classes' shares. A model that does not beat it has learnt nothing.",
    ),
    entry(
        "binary",
        "A task with two classes, such as survived or not.",
    ),
    entry(
        "bundle",
        "One file that holds the model, the recipe, what training data looked like, and rows with the exact scores that prove it was moved unharmed.",
    ),
    entry(
        "calibration",
        "Whether a probability means what it says: of the rows scored 0.7, do 70 % belong to the class?",
    ),
    entry("cardinality", "The number of different values in a column."),
    entry(
        "champion",
        "The model that is in use, against which a new one has to win.",
    ),
    entry(
        "class",
        "One of the values that a target can take, such as each species.",
    ),
    entry(
        "confusion matrix",
        "Counts of rows by true class and called class: where the model is right, and which errors it makes.",
    ),
    entry(
        "correlation",
        "How closely two columns move together: 0 is not at all, 1 (or −1) is completely.",
    ),
    entry(
        "cross-validation",
        "Splitting the rows into folds, training on all but one and testing on that one, each in turn. Every row is scored by a model that did not see it.",
    ),
    entry(
        "decision tree",
        "A chain of yes-or-no questions about the features, ending in a leaf that holds the answer.",
    ),
    entry("delimiter", "The character between the cells of a line."),
    entry(
        "drift",
        "New rows no longer look like those that the model was trained on, so its past accuracy may not hold.",
    ),
    entry(
        "encoding",
        "How bytes stand for characters in a file (UTF-8, Windows-1252), or how categories become numbers in a recipe.",
    ),
    entry(
        "feature",
        "A column that the model may use to predict the target.",
    ),
    entry(
        "fold",
        "One of the parts that rows are dealt into for cross-validation.",
    ),
    entry(
        "gradient boosted trees",
        "Many small trees, each correcting what those before it still get wrong. Usually the most accurate on tables.",
    ),
    entry(
        "held-out",
        "Rows kept away from training so that they can test the model honestly.",
    ),
    entry(
        "identifier",
        "A name for a row, such as a customer number. It predicts nothing about new rows, so it is not used as a feature.",
    ),
    entry(
        "impute",
        "To fill missing values, for instance with the median of the training rows.",
    ),
    entry(
        "kind",
        "What a column's values mean: whole numbers, decimals, yes or no, categories, free text, days, times or identifiers.",
    ),
    entry(
        "leaf",
        "The end of a path through a tree, which holds the answer for the rows that arrive there.",
    ),
    entry(
        "leakage",
        "A feature that would not be known at prediction time, or that repeats the target. The model looks brilliant in testing and fails in use.",
    ),
    entry(
        "learning rate",
        "How much of each new tree's correction is taken. Smaller needs more trees and generalises better.",
    ),
    entry("level", "One of the different values of a category."),
    entry(
        "linear regression",
        "A weighted sum of the features. Simple, fast, and its weights can be read.",
    ),
    entry(
        "logistic regression",
        "A weighted sum of the features turned into a probability. The linear model for classes.",
    ),
    entry(
        "margin",
        "A model's raw score before it becomes a probability.",
    ),
    entry(
        "missing",
        "A cell without a value. It is never counted as zero.",
    ),
    entry("multiclass", "A task with more than two classes."),
    entry(
        "mutual information",
        "How much knowing a feature tells about the target, of whatever shape the relation is; 0 is nothing.",
    ),
    entry(
        "one-hot",
        "A column of 0 and 1 for each level of a category.",
    ),
    entry(
        "overfitting",
        "Learning the accidents of the training rows: good on them, worse on new ones.",
    ),
    entry(
        "permutation importance",
        "How much worse the model gets when one feature's values are shuffled: what the model really relies on.",
    ),
    entry(
        "precision",
        "Of the rows that the model calls positive, the share that are.",
    ),
    entry(
        "PSI",
        "Population stability index: how far a distribution has moved. Below 0.1 stable, 0.1 to 0.25 moderate, above 0.25 major.",
    ),
    entry(
        "quantile",
        "The value below which a given share of the rows lies; the median is the 0.5 quantile.",
    ),
    entry(
        "random forest",
        "Many deep trees on random parts of the rows and features, averaged. Robust without much tuning.",
    ),
    entry(
        "random search",
        "Trying parameter values drawn at random from given ranges and keeping the best.",
    ),
    entry(
        "recall",
        "Of the rows that are positive, the share that the model finds.",
    ),
    entry(
        "recipe",
        "The steps that turn raw columns into features. They are learnt on training rows only and travel with the model.",
    ),
    entry(
        "regression",
        "A task whose target is a number, such as a price.",
    ),
    entry(
        "regularisation",
        "A penalty on large weights or leaves that keeps a model from overfitting.",
    ),
    entry("residual", "The actual value minus the predicted one."),
    entry(
        "ROC curve",
        "True positives against false positives at every threshold; the area under it is the AUC.",
    ),
    entry(
        "seed",
        "The number from which all random choices follow. The same seed gives the same result.",
    ),
    entry(
        "skewness",
        "How lopsided a distribution is; 0 is symmetric.",
    ),
    entry(
        "stale",
        "Made from settings that have changed since. Run it again to bring it up to date.",
    ),
    entry(
        "stratified",
        "Dealing rows into folds so that each has the same share of every class.",
    ),
    entry("target", "The column that the model learns to predict."),
    entry(
        "task",
        "What is predicted: one of two classes, one of several, or a number.",
    ),
    entry(
        "threshold",
        "The probability from which on a row is called positive. Lower finds more and errs more.",
    ),
    entry(
        "tuning",
        "Searching for the parameters with which an algorithm does best on held-out rows.",
    ),
];

#[cfg(test)]
mod tests {
    use super::{GLOSSARY, define};

    #[test]
    fn terms_are_in_order_and_unique() {
        let terms: Vec<String> = GLOSSARY
            .iter()
            .map(|entry| entry.term.to_lowercase())
            .collect();
        assert!(terms.is_sorted_by(|a, b| a < b), "{terms:?}");
    }

    #[test]
    fn terms_are_found_however_capitalised() {
        assert!(define("Target").is_some());
        assert!(define("no such term").is_none());
    }
}
