//! Against scikit-learn and statsmodels, on the same objectives (`tests/oracles/make_linear.py`).

use linfa::DatasetBase;
use linfa::traits::Fit;
use linfa_elasticnet::ElasticNet;
use linfa_linear::LinearRegression;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};
use proptest::prelude::*;
use serde::Deserialize;
use tabwright_model::{Linear, LinearOutput, Task, Term};
use tabwright_recipe::{Feature, FeatureKind};

use super::tests::{PARAMS, try_fit};
use super::{FamilyChoice, LinearParams};

#[derive(Deserialize)]
struct Fixture {
    numbers: Vec<Vec<f64>>,
    codes: Vec<f64>,
    levels: Vec<String>,
    weights: Vec<f64>,
    targets: Targets,
    cases: Vec<Case>,
    inference: Vec<Inference>,
    vif: Vec<f64>,
}

#[derive(Deserialize)]
struct Inference {
    name: String,
    target: String,
    estimate: Vec<f64>,
    std_error: Vec<f64>,
    #[serde(default)]
    statistic: Vec<f64>,
    #[serde(default)]
    p_value: Vec<f64>,
    #[serde(default)]
    low: Vec<f64>,
    #[serde(default)]
    high: Vec<f64>,
}

#[derive(Deserialize)]
struct Targets {
    number: Vec<f64>,
    binary: Vec<f64>,
    several: Vec<f64>,
    count: Vec<f64>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    target: String,
    l1: f64,
    l2: f64,
    weighted: bool,
    balanced: bool,
    intercepts: Vec<f64>,
    coefficients: Vec<Vec<f64>>,
}

impl Fixture {
    fn read() -> Self {
        serde_json::from_str(include_str!("../../../../tests/oracles/linear.json")).unwrap()
    }

    fn features(&self) -> Vec<Feature> {
        let numbers = (0..self.numbers.len()).map(|position| Feature {
            name: format!("x{position}"),
            kind: FeatureKind::Number,
        });
        let level = Feature {
            name: "level".into(),
            kind: FeatureKind::Category {
                levels: self.levels.clone(),
            },
        };
        numbers.chain([level]).collect()
    }

    fn fit(&self, target: &str, params: &LinearParams, is_weighted: bool) -> Linear {
        let classes = |n: usize| (0..n).map(|class| class.to_string()).collect();
        let (target, task, family) = match target {
            "number" => (&self.targets.number, Task::Regression, FamilyChoice::Auto),
            "count" => (&self.targets.count, Task::Regression, FamilyChoice::Poisson),
            "binary" => {
                let task = Task::Binary {
                    classes: classes(2),
                };
                (&self.targets.binary, task, FamilyChoice::Auto)
            }
            _ => {
                let task = Task::Multiclass {
                    classes: classes(3),
                };
                (&self.targets.several, task, FamilyChoice::Auto)
            }
        };
        let mut columns: Vec<&[f64]> = self.numbers.iter().map(Vec::as_slice).collect();
        columns.push(&self.codes);
        let weights = is_weighted.then_some(self.weights.as_slice());
        let params = LinearParams { family, ..*params };
        try_fit(&self.features(), &columns, target, &task, weights, &params).unwrap()
    }
}

/// The intercept, and a coefficient a number and level.
fn equation(output: &LinearOutput) -> (f64, Vec<f64>) {
    let coefficients = output.terms.iter().flat_map(|term| match term {
        Term::Number { coefficient, .. } => vec![*coefficient],
        Term::Levels { coefficients, .. } => coefficients.clone(),
    });
    (output.intercept, coefficients.collect())
}

#[track_caller]
fn check(name: &str, ours: f64, theirs: f64) {
    let difference = (ours - theirs).abs();
    assert!(
        difference <= 1e-6 * theirs.abs().max(1.0),
        "{name}: {ours} is not {theirs}"
    );
}

#[test]
fn weights_are_those_of_scikit_learn() {
    let fixture = Fixture::read();
    assert_eq!(fixture.cases.len(), 18);
    for case in &fixture.cases {
        let params = LinearParams {
            l1: case.l1,
            l2: case.l2,
            is_balanced: case.balanced,
            ..PARAMS
        };
        let linear = fixture.fit(&case.target, &params, case.weighted);
        assert!(
            linear.convergence.starts_with("converged"),
            "{}: {}",
            case.name,
            linear.convergence
        );
        assert_eq!(linear.outputs.len(), case.intercepts.len());
        let theirs = case.intercepts.iter().zip(&case.coefficients);
        for (ours, (intercept, coefficients)) in linear.outputs.iter().map(equation).zip(theirs) {
            check(&case.name, ours.0, *intercept);
            assert_eq!(ours.1.len(), coefficients.len());
            for (own, other) in ours.1.iter().zip(coefficients) {
                check(&case.name, *own, *other);
                assert_eq!(
                    *own == 0.0,
                    *other == 0.0,
                    "{}: {own} and {other}",
                    case.name
                );
            }
        }
        println!("{}: {}", case.name, linear.convergence);
    }
}

#[test]
fn errors_tests_and_intervals_are_those_of_statsmodels() {
    let fixture = Fixture::read();
    assert_eq!(fixture.inference.len(), 5);
    for case in &fixture.inference {
        let doubled = Fixture {
            weights: fixture.weights.iter().map(|weight| 2.0 * weight).collect(),
            ..Fixture::read()
        };
        let linear = doubled.fit(&case.target, &PARAMS, case.name.ends_with("repeated rows"));
        assert!(linear.warnings.is_empty(), "{:?}", linear.warnings);
        let rows = linear.coefficients(&fixture.features());
        assert_eq!(rows.len(), case.estimate.len(), "{}", case.name);
        for (position, row) in rows.iter().enumerate() {
            let name = format!("{}: {}", case.name, row.name);
            let test = row.test.expect(&name);
            check(&name, row.value, case.estimate[position]);
            check(&name, test.std_error, case.std_error[position]);
            let rest = [&case.statistic, &case.p_value, &case.low, &case.high];
            let own = [
                test.statistic,
                test.p_value,
                test.interval.0,
                test.interval.1,
            ];
            for (theirs, own) in rest.into_iter().zip(own) {
                if let Some(theirs) = theirs.get(position) {
                    check(&name, own, *theirs);
                }
            }
        }
    }
}

/// The same whether levels are measured from one of them or, under a penalty, all have a weight.
#[test]
fn inflation_is_that_of_statsmodels() {
    let fixture = Fixture::read();
    for (target, l2) in [
        ("number", 0.0),
        ("number", 1.0),
        ("binary", 0.0),
        ("several", 1.0),
    ] {
        let linear = fixture.fit(target, &LinearParams { l2, ..PARAMS }, false);
        assert_eq!(linear.vif.len(), fixture.vif.len());
        for (own, theirs) in linear.vif.iter().zip(&fixture.vif) {
            check("vif", own.unwrap(), *theirs);
        }
    }
}

/// Columns with mean 0 and standard deviation 1, so that penalties mean the same for linfa; rows by columns.
fn standardised(cells: &[f64], n_columns: usize) -> Array2<f64> {
    let n_rows = cells.len() / n_columns;
    let mut matrix = Array2::from_shape_vec((n_rows, n_columns), cells.to_vec()).unwrap();
    for mut column in matrix.columns_mut() {
        let mean = column.mean().unwrap();
        column -= mean;
        let std = (column.dot(&column) / n_rows as f64).sqrt();
        column /= std;
    }
    matrix
}

fn ours(matrix: &Array2<f64>, target: &[f64], task: &Task, l2: f64, l1: f64) -> (f64, Vec<f64>) {
    let features: Vec<Feature> = (0..matrix.ncols())
        .map(|position| Feature {
            name: position.to_string(),
            kind: FeatureKind::Number,
        })
        .collect();
    let columns: Vec<Vec<f64>> = matrix.columns().into_iter().map(|c| c.to_vec()).collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let params = LinearParams { l2, l1, ..PARAMS };
    equation(
        &try_fit(&features, &columns, target, task, None, &params)
            .unwrap()
            .outputs[0],
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn weights_are_those_of_linfa(
        cells in prop::collection::vec(-3.0..3.0_f64, 3 * 40),
        noise in prop::collection::vec(-2.0..2.0_f64, 40),
        l2 in 0.5..20.0_f64,
        l1 in 0.5..20.0_f64,
    ) {
        let matrix = standardised(&cells, 3);
        let number: Vec<f64> = matrix.rows().into_iter().zip(&noise).map(|(row, e)| row[0] - 0.5 * row[2] + e).collect();
        let dataset = DatasetBase::new(matrix.clone(), Array1::from(number.clone()));
        let near = |ours: &(f64, Vec<f64>), intercept: f64, weights: &[f64], tolerance: f64| {
            let pairs = ours.1.iter().chain([&ours.0]).zip(weights.iter().chain([&intercept]));
            pairs.clone().all(|(a, b)| (a - b).abs() < tolerance)
        };

        let linfa = LinearRegression::new().fit(&dataset).unwrap();
        let own = ours(&matrix, &number, &Task::Regression, 0.0, 0.0);
        prop_assert!(near(&own, linfa.intercept(), linfa.params().as_slice().unwrap(), 1e-10), "{own:?} {linfa:?}");

        let linfa = ElasticNet::params()
            .penalty((l1 + l2) / 40.0)
            .l1_ratio(l1 / (l1 + l2))
            .tolerance(1e-12)
            .max_iterations(10_000)
            .fit(&dataset)
            .unwrap();
        let own = ours(&matrix, &number, &Task::Regression, l2, l1);
        prop_assert!(near(&own, linfa.intercept(), linfa.hyperplane().as_slice().unwrap(), 1e-5), "{own:?} {linfa:?}");

        // linfa's positive class is the more frequent one.
        let mut order = number.clone();
        order.sort_unstable_by(f64::total_cmp);
        let class: Vec<usize> = number.iter().map(|y| usize::from(*y > order[15])).collect();
        let linfa = LogisticRegression::default()
            .alpha(l2)
            .max_iterations(500)
            .gradient_tolerance(1e-8)
            .fit(&DatasetBase::new(matrix.clone(), Array1::from(class.clone())))
            .unwrap();
        let task = Task::Binary { classes: vec!["0".into(), "1".into()] };
        let target: Vec<f64> = class.iter().map(|&class| class as f64).collect();
        let own = ours(&matrix, &target, &task, l2, 0.0);
        prop_assert!(near(&own, linfa.intercept(), linfa.params().as_slice().unwrap(), 1e-5), "{own:?} {linfa:?}");
    }
}
