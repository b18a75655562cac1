//! The metrics agree with scikit-learn to 1e-12 (see `tests/oracles/make_metrics.py`).

use std::collections::BTreeMap;

use serde::Deserialize;
use tabwright_metrics::{self as metrics, Answers, Classes, Metric};

#[derive(Deserialize)]
struct Fixture {
    binary: Vec<Binary>,
    multiclass: Vec<Multiclass>,
    regression: Vec<Regression>,
    psi: Vec<Psi>,
    chi_squared_tail: Vec<(f64, f64, f64)>,
    normal_tails: Vec<(f64, f64)>,
    student_tails: Vec<(f64, f64, f64)>,
    student_bound: Vec<(f64, f64)>,
    kolmogorov_tail: Vec<(f64, f64)>,
    kolmogorov_smirnov: Vec<KolmogorovSmirnov>,
    chi_squared: Vec<ChiSquared>,
}

#[derive(Deserialize)]
struct KolmogorovSmirnov {
    a: Vec<f64>,
    b: Vec<f64>,
    statistic: f64,
    p_value: f64,
}

#[derive(Deserialize)]
struct ChiSquared {
    a: Vec<u64>,
    b: Vec<u64>,
    statistic: f64,
    freedom: u32,
    p_value: f64,
}

#[derive(Deserialize)]
struct Binary {
    probability: Vec<f64>,
    truth: Vec<bool>,
    average_precision: f64,
    metrics: BTreeMap<String, f64>,
    n_bins: usize,
    calibration: Vec<(f64, f64)>,
}

#[derive(Deserialize)]
struct Multiclass {
    n_classes: usize,
    probabilities: Vec<f64>,
    truth: Vec<u32>,
    called: Vec<u32>,
    metrics: BTreeMap<String, f64>,
    confusion: Vec<u64>,
}

#[derive(Deserialize)]
struct Regression {
    predicted: Vec<f64>,
    truth: Vec<f64>,
    metrics: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct Psi {
    reference: Vec<u64>,
    current: Vec<u64>,
    index: f64,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../../../tests/oracles/metrics.json")).unwrap()
}

#[track_caller]
fn check(ours: f64, theirs: f64) {
    let tolerance = 1e-12 * theirs.abs().max(1.0);
    assert!((ours - theirs).abs() <= tolerance, "{ours} is not {theirs}");
}

/// Every metric that these answers have is theirs, and they have no other: a metric without an oracle fails here.
#[track_caller]
fn check_metrics(answers: Answers<'_>, theirs: &BTreeMap<String, f64>) {
    let measured = |metric: &Metric| Some((*metric, metric.measure(answers)?));
    let ours: Vec<(Metric, f64)> = Metric::ALL.iter().filter_map(measured).collect();
    assert_eq!(ours.len(), theirs.len(), "{ours:?} {theirs:?}");
    for (metric, value) in ours {
        let expected = theirs.get(metric.key());
        check(
            value,
            *expected.unwrap_or_else(|| panic!("no oracle of {metric}")),
        );
    }
}

#[test]
fn binary() {
    let cases = fixture().binary;
    assert_eq!(cases.len(), 4);
    for case in cases {
        let rows = || case.probability.iter();
        let called: Vec<u32> = rows().map(|&p| u32::from(p >= 0.5)).collect();
        let truth: Vec<u32> = case.truth.iter().map(|&t| u32::from(t)).collect();
        let probabilities: Vec<f64> = rows().flat_map(|&p| [1.0 - p, p]).collect();
        let classes = Classes {
            n_classes: 2,
            probabilities: &probabilities,
            called: &called,
            truth: &truth,
        };
        check_metrics(Answers::Binary(classes), &case.metrics);
        check(
            metrics::average_precision(&case.probability, &case.truth).unwrap(),
            case.average_precision,
        );
    }
}

#[test]
fn calibration() {
    for case in fixture().binary {
        let bins = metrics::calibration(&case.probability, &case.truth, case.n_bins);
        assert_eq!(bins.len(), case.calibration.len());
        assert_eq!(
            bins.iter().map(|bin| bin.n).sum::<u64>(),
            case.truth.len() as u64
        );
        for (bin, (predicted, observed)) in bins.iter().zip(case.calibration) {
            check(bin.predicted, predicted);
            check(bin.observed, observed);
        }
    }
}

#[test]
fn multiclass() {
    let cases = fixture().multiclass;
    assert_eq!(cases.len(), 3);
    for case in cases {
        let classes = Classes {
            n_classes: case.n_classes,
            probabilities: &case.probabilities,
            called: &case.called,
            truth: &case.truth,
        };
        check_metrics(Answers::Multiclass(classes), &case.metrics);
        assert_eq!(
            metrics::confusion_matrix(&case.called, &case.truth, case.n_classes),
            case.confusion
        );
    }
}

#[test]
fn regression() {
    let cases = fixture().regression;
    assert_eq!(cases.len(), 2);
    for Regression {
        predicted,
        truth,
        metrics,
    } in &cases
    {
        check_metrics(Answers::Numbers { predicted, truth }, metrics);
    }
}

#[test]
fn psi() {
    let cases = fixture().psi;
    assert_eq!(cases.len(), 2);
    for case in cases {
        check(metrics::psi(&case.reference, &case.current), case.index);
    }
}

/// Small p-values count in digits, not in distance from 0.
#[track_caller]
fn check_tail(ours: f64, theirs: f64) {
    assert!(
        (ours - theirs).abs() <= 1e-11 * theirs.abs() + f64::MIN_POSITIVE,
        "{ours} is not {theirs}"
    );
}

#[test]
fn tails() {
    for (freedom, value, expected) in fixture().chi_squared_tail {
        check_tail(metrics::chi_squared_tail(freedom, value), expected);
    }
    for (value, expected) in fixture().kolmogorov_tail {
        check_tail(metrics::kolmogorov_tail(value), expected);
    }
    assert_eq!(metrics::chi_squared_tail(0.0, 3.0), 1.0);
    assert!(metrics::chi_squared_tail(f64::NAN, 3.0).is_nan());
}

#[test]
fn both_tails() {
    for (value, expected) in fixture().normal_tails {
        check_tail(metrics::normal_tails(value), expected);
    }
    // Logarithms of the gamma function of much freedom are large, and only their difference counts.
    let near = |ours: f64, theirs: f64, freedom: f64| {
        let tolerance = 1e-11 + 1e-14 * freedom;
        assert!(
            (ours - theirs).abs() <= tolerance * theirs.abs() + f64::MIN_POSITIVE,
            "{ours} is not {theirs} with {freedom}"
        );
    };
    for (freedom, value, expected) in fixture().student_tails {
        near(metrics::student_tails(freedom, value), expected, freedom);
        near(metrics::student_tails(freedom, -value), expected, freedom);
    }
    for (freedom, expected) in fixture().student_bound {
        near(metrics::student_bound(freedom, 0.05), expected, freedom);
    }
    assert!(metrics::student_tails(0.0, 1.0).is_nan());
}

#[test]
fn two_samples() {
    let fixture = fixture();
    assert_eq!(
        (fixture.kolmogorov_smirnov.len(), fixture.chi_squared.len()),
        (3, 2)
    );
    for mut case in fixture.kolmogorov_smirnov {
        case.a.sort_by(f64::total_cmp);
        case.b.sort_by(f64::total_cmp);
        let found = metrics::kolmogorov_smirnov(&case.a, &case.b).unwrap();
        check(found.statistic, case.statistic);
        check_tail(found.p_value, case.p_value);
    }
    for case in fixture.chi_squared {
        let found = metrics::chi_squared(&case.a, &case.b).unwrap();
        check(found.statistic, case.statistic);
        assert_eq!(found.freedom, case.freedom);
        check_tail(found.p_value, case.p_value);
    }
}
