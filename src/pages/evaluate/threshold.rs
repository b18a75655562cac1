//! Two classes: one threshold drives the confusion matrix and the mark on every curve.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_chart as chart;
use tabwright_engine::metrics::CurvePoint;
use tabwright_engine::model::{Evaluation, EvaluationDetail};

use super::classes::{Matrix, confusion_table};
use crate::charts::ChartView;
use crate::components::{Field, Panel, Slider, Stat};
use crate::format;

/// What the charts of two classes need.
#[derive(Clone)]
struct Curves {
    classes: Vec<String>,
    curve: Vec<CurvePoint>,
    calibration: Vec<tabwright_engine::metrics::CalibrationBin>,
    average_precision: f64,
}

/// Confusion matrix at a threshold, ROC, precision-recall, calibration.
#[component]
pub fn Binary(evaluation: Arc<Evaluation>) -> impl IntoView {
    let EvaluationDetail::Binary {
        classes,
        curve,
        calibration,
        average_precision,
        ..
    } = Arc::unwrap_or_clone(evaluation).detail
    else {
        return ().into_any();
    };
    let curves = StoredValue::new(Curves {
        classes,
        curve,
        calibration,
        average_precision,
    });
    let threshold = RwSignal::new(0.5);
    let average = curves.with_value(|curves| curves.average_precision);
    let reliability =
        curves.with_value(|curves| chart::calibration(&[(positive(curves), &curves.calibration)]));
    let roc = Signal::derive(move || {
        curves.with_value(|curves| {
            chart::roc(&[(positive(curves), &curves.curve)], Some(threshold.get()))
        })
    });
    let recall = Signal::derive(move || {
        curves.with_value(|curves| {
            chart::precision_recall(&[(positive(curves), &curves.curve)], Some(threshold.get()))
        })
    });
    view! {
        <Confusion curves threshold/>
        <div class="chart-grid">
            <Panel title="ROC curve"><ChartView chart=roc name="roc" height=300.0/></Panel>
            <Panel title=format!("Precision and recall · average precision {}", format::fixed(average, 3))>
                <ChartView chart=recall name="pr" height=300.0/>
            </Panel>
            <Panel title="Calibration">
                <ChartView chart=Signal::stored(reliability.clone()) name="calibration" height=300.0/>
            </Panel>
        </div>
    }
    .into_any()
}

fn positive(curves: &Curves) -> &str {
    curves.classes.get(1).map_or("positive", String::as_str)
}

#[component]
fn Confusion(curves: StoredValue<Curves>, threshold: RwSignal<f64>) -> impl IntoView {
    let point = Memo::new(move |_| curves.with_value(|curves| at(&curves.curve, threshold.get())));
    let title = move || {
        curves.with_value(|curves| {
            format!(
                "Confusion matrix at threshold {} for \"{}\"",
                format::fixed(threshold.get(), 2),
                positive(curves)
            )
        })
    };
    let matrix = move || {
        let counts = point.get();
        let classes = curves.with_value(|curves| curves.classes.clone());
        confusion_table(&Matrix {
            classes,
            counts: vec![counts.tn, counts.fp, counts.fn_, counts.tp],
        })
    };
    let rate = move |pick: fn(&CurvePoint) -> f64| {
        Signal::derive(move || format::fixed(pick(&point.get()), 3))
    };
    let help = curves.with_value(|curves| {
        format!(
            "A row is called \"{}\" from this probability on. The exported model uses 0.5.",
            positive(curves)
        )
    });
    view! {
        <Panel title=Signal::derive(title) class="confusion-panel">
            <div class="confusion">
                <div class="confusion__control">
                    <Field label="Threshold" help=Signal::stored(help.clone())>
                        <Slider
                            value=threshold
                            on_change=move |value| threshold.set(value)
                            min=0.0
                            max=1.0
                            step=0.01
                            text=UnsyncCallback::new(|value: f64| format::fixed(value, 2))
                            testid="threshold"
                        />
                    </Field>
                    <div class="stats">
                        <Stat label="Accuracy" value=rate(accuracy)/>
                        <Stat label="Precision" value=rate(precision)/>
                        <Stat label="Recall" value=rate(|point| point.pr().recall)/>
                        <Stat label="F1" value=rate(f1)/>
                    </div>
                </div>
                {matrix}
            </div>
        </Panel>
    }
}

/// The counts at a threshold; above every score nothing is called positive.
fn at(curve: &[CurvePoint], threshold: f64) -> CurvePoint {
    let none = |point: &CurvePoint| CurvePoint {
        threshold: f64::INFINITY,
        tp: 0,
        fp: 0,
        fn_: point.tp + point.fn_,
        tn: point.fp + point.tn,
    };
    chart::point_at(curve, threshold)
        .copied()
        .or_else(|| curve.first().map(none))
        .unwrap_or(CurvePoint {
            threshold,
            tp: 0,
            fp: 0,
            fn_: 0,
            tn: 0,
        })
}

/// Unknown where no row is called positive: the curve has 1 there, for its end.
fn precision(point: &CurvePoint) -> f64 {
    if point.tp + point.fp == 0 {
        f64::NAN
    } else {
        point.pr().precision
    }
}

fn accuracy(point: &CurvePoint) -> f64 {
    (point.tp + point.tn) as f64 / (point.tp + point.fp + point.fn_ + point.tn).max(1) as f64
}

fn f1(point: &CurvePoint) -> f64 {
    2.0 * point.tp as f64 / (2 * point.tp + point.fp + point.fn_).max(1) as f64
}
