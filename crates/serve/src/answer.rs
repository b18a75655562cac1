//! Scores as JSON or CSV.

use hyper::HeaderMap;
use hyper::header::ACCEPT;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use tabwright_model::{Contributions, Model, write_scores};

use crate::problem::Problem;
use crate::served::{Scored, Served};

/// How scores are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One object.
    Json,
    /// As `tabwright score` writes them.
    Csv,
}

impl Form {
    /// The form that a request would rather have.
    ///
    /// # Errors
    /// 406 where it takes neither.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let accepted = headers.get_all(ACCEPT).iter();
        let mut best: Option<(f64, Form)> = None;
        let mut is_asked = false;
        for range in accepted
            .filter_map(|value| value.to_str().ok())
            .flat_map(|it| it.split(','))
        {
            is_asked = true;
            let mut parts = range.split(';').map(str::trim);
            let form = match parts
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
                .as_str()
            {
                "application/json" | "application/*" | "*/*" => Form::Json,
                "text/csv" | "text/*" => Form::Csv,
                _ => continue,
            };
            let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
            let quality = quality.unwrap_or(1.0);
            // Of equals the first.
            if quality > best.map_or(0.0, |best| best.0) {
                best = Some((quality, form));
            }
        }
        match best {
            Some((_, form)) => Ok(form),
            None if !is_asked => Ok(Form::Json),
            None => Err(Problem::new(
                406,
                "not-acceptable",
                "No such form of scores",
                "expected Accept to allow application/json or text/csv",
            )),
        }
    }

    /// Its media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Form::Json => "application/json",
            Form::Csv => "text/csv; charset=utf-8",
        }
    }

    /// Writes scores.
    ///
    /// # Errors
    /// None that a request can cause.
    pub fn write(
        self,
        served: &Served,
        role: Option<&str>,
        scored: &Scored,
    ) -> Result<Vec<u8>, Problem> {
        let model = &served.scorer.pipeline().model;
        let written = match self {
            Form::Json => serde_json::to_vec(&Answer {
                model: &served.name,
                sha256: &served.sha256,
                role,
                task: model.task.name(),
                target: &model.target,
                predictions: Predictions { model, scored },
            })
            .map_err(|error| error.to_string()),
            Form::Csv => write_csv(model, scored),
        };
        written.map_err(|error| {
            tracing::error!(model = served.name, error, "scores cannot be written");
            Problem::internal()
        })
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    model: &'a str,
    sha256: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    task: &'a str,
    target: &'a str,
    predictions: Predictions<'a>,
}

struct Predictions<'a> {
    model: &'a Model,
    scored: &'a Scored,
}

impl Serialize for Predictions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let n_rows = self.scored.table.n_rows();
        let mut rows = serializer.serialize_seq(Some(n_rows))?;
        for row in 0..n_rows {
            rows.serialize_element(&Prediction {
                model: self.model,
                scored: self.scored,
                row,
            })?;
        }
        rows.end()
    }
}

/// One row's: `label` or `number`, `score` (the margin; of several, the called class's), `scores` and `probabilities` by class.
pub(crate) struct Prediction<'a> {
    pub(crate) model: &'a Model,
    pub(crate) scored: &'a Scored,
    pub(crate) row: usize,
}

impl Serialize for Prediction<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (scores, row) = (&self.scored.scores, self.row);
        let classes = self.model.task.classes();
        let n_outputs = self.model.task.n_outputs();
        let margins = &scores.margins[row * n_outputs..][..n_outputs];
        let mut map = serializer.serialize_map(None)?;
        if let Some(&label) = scores.labels.get(row) {
            map.serialize_entry("label", &classes[label as usize])?;
        } else {
            map.serialize_entry("number", &scores.numbers[row])?;
        }
        let called = called(self.model, self.scored, row);
        map.serialize_entry("score", &margins[called])?;
        if n_outputs > 1 {
            map.serialize_entry("scores", &ByName(classes, margins))?;
        }
        if !classes.is_empty() {
            let probabilities = &scores.probabilities[row * classes.len()..][..classes.len()];
            map.serialize_entry("probabilities", &ByName(classes, probabilities))?;
        }
        if let Some(contributions) = &self.scored.contributions {
            let told = Told {
                model: self.model,
                contributions,
                row,
            };
            map.serialize_entry("contributions", &told)?;
        }
        map.end()
    }
}

/// The output whose margin is the row's score.
fn called(model: &Model, scored: &Scored, row: usize) -> usize {
    if model.task.n_outputs() > 1 {
        scored.scores.labels[row] as usize
    } else {
        0
    }
}

/// Numbers by name, in order.
struct ByName<'a>(&'a [String], &'a [f64]);

impl Serialize for ByName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().zip(self.1))
    }
}

/// `base` and `features` of a margin; by class where there are several.
struct Told<'a> {
    model: &'a Model,
    contributions: &'a Contributions,
    row: usize,
}

impl Told<'_> {
    fn values(&self, output: usize) -> &[f64] {
        let n = self.model.features.len();
        let start = (self.row * self.model.task.n_outputs() + output) * n;
        &self.contributions.values[start..start + n]
    }
}

#[derive(Serialize)]
struct Output<'a> {
    base: f64,
    features: Features<'a>,
}

struct Features<'a>(&'a Model, &'a [f64]);

impl Serialize for Features<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = self.0.features.iter().map(|feature| &feature.name);
        serializer.collect_map(names.zip(self.1))
    }
}

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let output = |at: usize| Output {
            base: self.contributions.base[at],
            features: Features(self.model, self.values(at)),
        };
        let classes = self.model.task.classes();
        match self.model.task.n_outputs() {
            1 => output(0).serialize(serializer),
            n => serializer.collect_map(classes.iter().zip((0..n).map(output))),
        }
    }
}

/// The scores as the command writes them, and behind them the contributions to the score: `base`, then `contribution_<feature>`.
fn write_csv(model: &Model, scored: &Scored) -> Result<Vec<u8>, String> {
    let csv = write_scores(model, &scored.table, &scored.scores, &[])
        .map_err(|error| error.to_string())?;
    let Some(contributions) = &scored.contributions else {
        return Ok(csv);
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_slice());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (line, record) in reader.records().enumerate() {
        let mut record = record.map_err(|error| error.to_string())?;
        match line.checked_sub(1) {
            None => {
                record.push_field("base");
                for feature in &model.features {
                    record.push_field(&format!("contribution_{}", feature.name));
                }
            }
            Some(row) => {
                let told = Told {
                    model,
                    contributions,
                    row,
                };
                let output = called(model, scored, row);
                record.push_field(&number(contributions.base[output]));
                for value in told.values(output) {
                    record.push_field(&number(*value));
                }
            }
        }
        writer
            .write_record(&record)
            .map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

/// The shortest text that reads back as the same bits.
fn number(x: f64) -> String {
    tabwright_table::format_number(tabwright_table::Kind::Decimal, x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    #[test]
    fn the_form_is_what_is_rather_had() {
        let form = |accept: &str| {
            let value = HeaderValue::from_str(accept).unwrap();
            Form::of(&HeaderMap::from_iter([(ACCEPT, value)])).map_err(|problem| problem.status)
        };
        assert_eq!(Form::of(&HeaderMap::new()), Ok(Form::Json));
        assert_eq!(form("text/csv"), Ok(Form::Csv));
        assert_eq!(form("*/*"), Ok(Form::Json));
        assert_eq!(form("application/json;q=0.5, text/csv"), Ok(Form::Csv));
        assert_eq!(
            form("text/html, application/json, text/csv"),
            Ok(Form::Json)
        );
        assert_eq!(form("text/html"), Err(406));
        assert_eq!(form("text/csv;q=0"), Err(406));
    }
}
