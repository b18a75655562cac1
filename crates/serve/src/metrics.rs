//! `GET /metrics`: what is counted, as Prometheus reads it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, prometheus_text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::app::App;
use crate::problem::Problem;
use crate::served::{Drift, Served};
use crate::stats::{Answers, Outcome};

/// The media type of the text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers `GET /metrics`.
pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    // Comparing the last rows with the training rows takes a moment, which no request should wait for.
    let text = tokio::task::spawn_blocking(move || text(app)).await;
    let Ok(Ok(text)) = text else {
        tracing::error!("metrics cannot be written");
        return Problem::internal().into_response();
    };
    let mut response = text.into_response();
    let content_type = HeaderValue::from_static(TEXT);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

fn text(app: Arc<App>) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix("tabwright");
    registry.register_collector(Box::new(Metrics(app)));
    let mut text = String::new();
    prometheus_text::encode(&mut text, &registry)?;
    Ok(text)
}

/// All counts, read when they are asked for.
struct Metrics(Arc<App>);

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// Writes one metric after another.
struct Writer<'a>(DescriptorEncoder<'a>);

/// A label's name and value.
type Label<'a> = (&'static str, &'a str);

impl Writer<'_> {
    /// One value a set of labels; nothing where there is none.
    fn family<'l, const N: usize, M: EncodeMetric>(
        &mut self,
        name: &str,
        help: &str,
        kind: MetricType,
        values: impl IntoIterator<Item = ([Label<'l>; N], M)>,
    ) -> fmt::Result {
        let mut values = values.into_iter().peekable();
        if values.peek().is_none() {
            return Ok(());
        }
        let mut metric = self.0.encode_descriptor(name, help, None, kind)?;
        for (labels, value) in values {
            value.encode(metric.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn counters<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = ([Label<'l>; N], u64)>,
    ) -> fmt::Result {
        let values = values
            .into_iter()
            .map(|(labels, n)| (labels, ConstCounter::new(n)));
        self.family(name, help, MetricType::Counter, values)
    }

    fn gauges<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = ([Label<'l>; N], f64)>,
    ) -> fmt::Result {
        let values = values
            .into_iter()
            .map(|(labels, x)| (labels, ConstGauge::new(x)));
        self.family(name, help, MetricType::Gauge, values)
    }

    fn counter(&mut self, name: &str, help: &str, n: u64) -> fmt::Result {
        let metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        ConstCounter::new(n).encode(metric)
    }

    fn gauge(&mut self, name: &str, help: &str, x: f64) -> fmt::Result {
        let metric = self
            .0
            .encode_descriptor(name, help, None, MetricType::Gauge)?;
        ConstGauge::new(x).encode(metric)
    }
}

impl Collector for Metrics {
    fn encode(&self, encoder: DescriptorEncoder) -> fmt::Result {
        let app = &self.0;
        let snapshot = app.registry.current();
        let models: Vec<&Served> = snapshot.models.values().map(AsRef::as_ref).collect();
        let mut writer = Writer(encoder);
        server(app, &mut writer)?;
        requests(&models, &mut writer)?;
        rows(&models, &mut writer)?;
        answers(&models, &mut writer)?;
        drift(&models, app.drift.min_rows, &mut writer)?;
        let faults = snapshot.faults.len() as f64;
        let help =
            "Bundles that are refused as they are now; what they were before stays in service.";
        writer.gauge("bundles_refused", help, faults)
    }
}

fn server(app: &App, writer: &mut Writer) -> fmt::Result {
    let load = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    writer.counter(
        "http_started",
        "Requests whose head was read.",
        load(&app.n_started),
    )?;
    writer.counter(
        "http_answered",
        "Requests whose answer was made.",
        load(&app.n_answered),
    )?;
    let statuses = app.statuses();
    let statuses: Vec<(String, u64)> = statuses
        .into_iter()
        .map(|(status, n)| (status.to_string(), n))
        .collect();
    writer.counters(
        "http_responses",
        "Answers by HTTP status.",
        statuses
            .iter()
            .map(|(status, n)| ([("status", status.as_str())], *n)),
    )?;
    let outcomes = ["ok", "error"].into_iter().zip(&app.n_reloads);
    writer.counters(
        "reloads",
        "Reloads; with an error where a bundle was refused.",
        outcomes.map(|(outcome, n)| ([("outcome", outcome)], load(n))),
    )?;
    writer.counter(
        "shadow_requests_lost",
        "Requests that a shadow did not score because it was behind.",
        load(&app.n_shadows_lost),
    )?;
    if let Some(log) = app.log() {
        let help = "Rows that are not in the request log because the disk did not keep up.";
        writer.counter("log_rows_lost", help, log.n_lost())?;
    }
    let is_draining = f64::from(u8::from(app.is_draining()));
    writer.gauge(
        "draining",
        "1 once the server was told to stop.",
        is_draining,
    )
}

fn requests(models: &[&Served], writer: &mut Writer) -> fmt::Result {
    writer.gauges(
        "model_info",
        "The bundles in service.",
        models.iter().map(|model| {
            let labels = [
                ("model", model.name.as_str()),
                ("sha256", model.sha256.as_str()),
                ("algorithm", model.manifest.algorithm.as_str()),
                ("engine", model.manifest.engine.as_str()),
            ];
            (labels, 1.0)
        }),
    )?;
    let by_outcome = models.iter().flat_map(|model| {
        let outcomes = Outcome::ALL.into_iter().zip(&model.stats.requests);
        outcomes.map(|(outcome, n)| {
            let labels = [("model", model.name.as_str()), ("outcome", outcome.name())];
            (labels, n.get())
        })
    });
    writer.counters(
        "requests",
        "Requests to score, by model and outcome.",
        by_outcome,
    )?;
    writer.family(
        "request_seconds",
        "Seconds from a request's head to its answer.",
        MetricType::Histogram,
        models.iter().map(|model| {
            (
                [("model", model.name.as_str())],
                model.stats.latency.clone(),
            )
        }),
    )
}

fn rows(models: &[&Served], writer: &mut Writer) -> fmt::Result {
    let of_model = models
        .iter()
        .map(|model| ([("model", model.name.as_str())], model.stats.rows.get()));
    writer.counters("rows", "Rows that were scored.", of_model)?;
    let columns = || {
        models.iter().flat_map(|model| {
            let columns = model.stats.columns.iter();
            columns.map(|column| {
                (
                    [
                        ("model", model.name.as_str()),
                        ("column", column.name.as_str()),
                    ],
                    column,
                )
            })
        })
    };
    let missing = columns().map(|(labels, column)| (labels, column.missing.get()));
    writer.counters(
        "missing_values",
        "Rows without a value, by column.",
        missing,
    )?;
    let unseen =
        columns().filter_map(|(labels, column)| Some((labels, column.unseen.as_ref()?.get())));
    writer.counters(
        "unseen_levels",
        "Rows whose level training did not see, by column.",
        unseen,
    )
}

fn answers(models: &[&Served], writer: &mut Writer) -> fmt::Result {
    let numbers = models
        .iter()
        .filter_map(|model| match &model.stats.answers {
            Answers::Numbers(histogram) => {
                Some(([("model", model.name.as_str())], histogram.clone()))
            }
            Answers::Labels(_) => None,
        });
    writer.family(
        "score",
        "Answers: the probability of the second class, or the predicted number.",
        MetricType::Histogram,
        numbers,
    )?;
    let labels = models.iter().flat_map(|model| {
        let labels = match &model.stats.answers {
            Answers::Labels(labels) => labels.as_slice(),
            Answers::Numbers(_) => &[],
        };
        labels.iter().map(|(class, n)| {
            (
                [("model", model.name.as_str()), ("class", class.as_str())],
                n.get(),
            )
        })
    });
    writer.counters(
        "labels",
        "Answers: the called class, of three or more.",
        labels,
    )
}

fn drift(models: &[&Served], min_rows: usize, writer: &mut Writer) -> fmt::Result {
    let drifts: Vec<(&str, Drift)> = models
        .iter()
        .map(|model| (model.name.as_str(), model.drift(min_rows)))
        .collect();
    writer.gauges(
        "drift_rows",
        "The last rows, which are compared with the training rows.",
        drifts
            .iter()
            .map(|(model, drift)| ([("model", *model)], drift.n_rows as f64)),
    )?;
    let columns = drifts.iter().flat_map(|(model, drift)| {
        let columns = drift.columns.iter();
        columns.map(move |(column, psi)| ([("model", *model), ("column", column.as_str())], *psi))
    });
    writer.gauges(
        "drift_psi",
        "Population stability index of the last rows against the training rows, by column: above 0.1 a shift, above 0.25 a large one.",
        columns,
    )?;
    let scores = drifts
        .iter()
        .filter_map(|(model, drift)| Some(([("model", *model)], drift.score?)));
    let help = "The same of the answers against those for held-out training rows.";
    writer.gauges("drift_score_psi", help, scores)
}
