//! What a model has been asked and has answered, counted.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use tabwright_model::{Model, Scores, Task};
use tabwright_table::{Column, Kind, MISSING_CODE, Schema, Table, Values};

/// Upper bounds of latency, in seconds.
const LATENCY_SECONDS: [f64; 14] = [
    0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Ok,
    /// The client's fault.
    Client,
    /// The server's, or too much was asked of it.
    Server,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 3] = [Outcome::Ok, Outcome::Client, Outcome::Server];

    /// The outcome that an HTTP status stands for.
    pub fn of_status(status: u16) -> Self {
        match status {
            500.. => Outcome::Server,
            400.. => Outcome::Client,
            _ => Outcome::Ok,
        }
    }

    /// As the metrics name it.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Ok => "ok",
            Outcome::Client => "client_error",
            Outcome::Server => "server_error",
        }
    }
}

/// A column's counts.
#[derive(Debug)]
pub struct ColumnStats {
    /// The column.
    pub name: String,
    /// Rows without a value.
    pub missing: Counter,
    /// Rows whose level training did not see; none where the column has no levels.
    pub unseen: Option<Counter>,
    levels: Vec<String>,
}

/// What was answered.
#[derive(Debug)]
pub enum Answers {
    /// Probabilities of class 1, or numbers.
    Numbers(Histogram),
    /// Called classes.
    Labels(Vec<(String, Counter)>),
}

/// All counts of a model, kept while it is reloaded.
#[derive(Debug)]
pub struct Stats {
    /// Requests by outcome, in the order of [`Outcome::ALL`].
    pub requests: [Counter; 3],
    /// Seconds from a request's head to its answer.
    pub latency: Histogram,
    /// Rows that were scored.
    pub rows: Counter,
    /// Counts by column, in the schema's order.
    pub columns: Vec<ColumnStats>,
    /// What was answered.
    pub answers: Answers,
    edges: Vec<f64>,
}

impl Stats {
    /// Nothing counted yet. `edges` are upper bounds of predicted numbers.
    pub fn new(schema: &Schema, model: &Model, edges: Vec<f64>) -> Self {
        let columns = schema.columns.iter().map(|column| ColumnStats {
            name: column.name.clone(),
            missing: Counter::default(),
            unseen: matches!(column.kind, Kind::Boolean | Kind::Category).then(Counter::default),
            levels: column.levels.clone(),
        });
        let label = |class: &String| (class.clone(), Counter::default());
        let answers = match &model.task {
            Task::Multiclass { classes } => Answers::Labels(classes.iter().map(label).collect()),
            _ => Answers::Numbers(Histogram::new(edges.clone())),
        };
        Self {
            requests: Default::default(),
            latency: Histogram::new(LATENCY_SECONDS),
            rows: Counter::default(),
            columns: columns.collect(),
            answers,
            edges,
        }
    }

    /// Whether another model can go on counting here: the same columns with the same levels, and the same answers.
    pub fn fits(&self, other: &Stats) -> bool {
        let same_columns = self.columns.len() == other.columns.len()
            && (self.columns.iter().zip(&other.columns))
                .all(|(a, b)| (&a.name, &a.levels) == (&b.name, &b.levels));
        let same_answers = match (&self.answers, &other.answers) {
            (Answers::Numbers(_), Answers::Numbers(_)) => self.edges == other.edges,
            (Answers::Labels(a), Answers::Labels(b)) => {
                a.iter().map(|it| &it.0).eq(b.iter().map(|it| &it.0))
            }
            _ => false,
        };
        same_columns && same_answers
    }

    /// Counts a request.
    pub fn count_request(&self, outcome: Outcome, seconds: f64) {
        let place = Outcome::ALL.iter().position(|it| *it == outcome);
        if let Some(counter) = place.map(|place| &self.requests[place]) {
            counter.inc();
        }
        self.latency.observe(seconds);
    }

    /// Counts the rows of a table of the schema's columns, and their scores.
    pub fn count_rows(&self, table: &Table, scores: &Scores) {
        self.rows.inc_by(table.n_rows() as u64);
        for (stats, column) in self.columns.iter().zip(table.columns()) {
            stats.count(column);
        }
        match &self.answers {
            Answers::Labels(labels) => {
                let labels = scores
                    .labels
                    .iter()
                    .map(|&label| labels.get(label as usize));
                labels.flatten().for_each(|(_, counter)| {
                    counter.inc();
                });
            }
            Answers::Numbers(histogram) => {
                let ones = scores.probabilities.iter().skip(1).step_by(2);
                (scores.numbers.iter().chain(ones)).for_each(|&number| histogram.observe(number));
            }
        }
    }
}

impl ColumnStats {
    fn count(&self, column: &Column) {
        let n = column.values.len();
        let n_missing = (0..n).filter(|&row| column.values.is_missing(row)).count();
        if n_missing > 0 {
            self.missing.inc_by(n_missing as u64);
        }
        let (Some(unseen), Values::Codes { codes, levels }) = (&self.unseen, &column.values) else {
            return;
        };
        let is_unseen: Vec<bool> = levels.iter().map(|it| !self.levels.contains(it)).collect();
        if is_unseen.contains(&true) {
            let codes = codes.iter().filter(|&&code| code != MISSING_CODE);
            unseen.inc_by(codes.filter(|&&code| is_unseen[code as usize]).count() as u64);
        }
    }
}
