use proptest::prelude::*;

use super::{
    Formula,
    ast::{Expr, Node},
    parser,
};
use crate::{
    RecipeError,
    program::{Arithmetic, Comparison, Function},
    testing::{cells, passengers, table},
};

/// The formula's values over the passengers, missing as "".
#[track_caller]
fn check(formula: &str, expected: [&str; 6]) {
    let column = Formula::parse(formula).and_then(|f| f.column("x", &passengers()));
    let column = column.unwrap_or_else(|error| panic!("{formula}: {error}"));
    assert_eq!(cells(&table(vec![column]), "x"), expected, "{formula}");
}

#[track_caller]
fn check_error(formula: &str, at: usize, part: &str) {
    let result = Formula::parse(formula).and_then(|f| f.column("x", &passengers()));
    match result {
        Err(RecipeError::Formula { message, at: found }) => {
            assert!(message.contains(part), "{formula}: {message}");
            assert_eq!(found, at, "{formula}: {message}");
        }
        other => panic!("{formula}: {other:?}"),
    }
}

const T: &str = "true";
const F: &str = "false";

#[test]
fn arithmetic_binds_as_in_mathematics_and_missing_stays_missing() {
    check("1 + 2 * age", ["45", "77", "", "9", "123", ""]);
    check("(1 + 2) * age", ["66", "114", "", "12", "183", ""]);
    check("age - 10 - 2", ["10", "26", "", "-8", "49", ""]);
    check("-age % 5", ["-2", "-3", "", "-4", "-1", ""]);
    check("10 / (fare - fare)", [""; 6]);
    check("fare / fare", ["1", "1", "1", "1", "", "1"]);
    check("1.5e1 + .5", ["15.5"; 6]);
}

#[test]
fn conditions_are_three_valued() {
    check("age < 30", [T, F, "", T, F, ""]);
    check("age < 30 or sex = 'female'", [T, T, T, T, F, ""]);
    check("age < 30 and sex = 'male'", [T, F, F, T, F, ""]);
    check("not age < 30", [F, T, "", F, T, ""]);
    check("age is missing", [F, F, T, F, F, T]);
    check("sex is not missing", [T, T, T, T, T, F]);
    check(
        "if(age < 30, 'young', 'old')",
        ["young", "old", "old", "young", "old", "old"],
    );
    check("if(age > 60, missing, age)", ["22", "38", "", "4", "", ""]);
    check("missing = 1 or true", [T; 6]);
}

#[test]
fn text_compares_by_code_point() {
    check("sex != 'male'", [F, T, T, F, F, ""]);
    check("'g' < sex", [T, F, F, T, T, ""]);
    check("sex in ('male', 'other')", [T, F, F, T, T, ""]);
    check("sex not in ('male')", [F, T, T, F, F, ""]);
    check("age in (4, 61)", [F, F, "", T, T, ""]);
    check("sex = 'it''s'", [F, F, F, F, F, ""]);
}

#[test]
fn a_yes_no_column_is_a_condition_and_a_text() {
    check("alone", [F, F, T, F, T, T]);
    check("not alone", [T, T, F, T, F, F]);
    check("alone = 'yes'", [F, F, T, F, T, T]);
    check("alone = 0", [T, T, F, T, F, F]);
    check("alone = (survived = 1)", [T, F, T, F, F, F]);
    check("if(survived = 1, alone, false)", [F, F, T, F, F, F]);
    check(
        "if(survived = 1, alone, 'dead')",
        ["dead", "no", "yes", "no", "dead", "dead"],
    );
}

#[test]
fn functions_do_what_their_names_say() {
    check("round(fare)", ["7", "72", "8", "17", "0", "7"]);
    check(
        "floor(fare) + ceil(fare)",
        ["15", "143", "16", "33", "0", "15"],
    );
    check("abs(age - 30)", ["8", "8", "", "26", "31", ""]);
    check(
        "sqrt(age)",
        [
            "4.69041575982343",
            "6.164414002968976",
            "",
            "2",
            "7.810249675906654",
            "",
        ],
    );
    check("log(fare * 0)", [""; 6]);
    check(
        "round(4 * exp(log(fare + 1))) / 4",
        ["8.25", "72.5", "9", "17.5", "1", "8.25"],
    );
    check("max(age, fare, 10)", ["22", "71.5", "", "16.5", "61", ""]);
    check("min(age, 30)", ["22", "30", "", "4", "30", ""]);
    check("length(name)", ["5", "6", "6", "8", "5", "5"]);
    check(
        "upper(sex)",
        ["MALE", "FEMALE", "FEMALE", "MALE", "MALE", ""],
    );
    check("lower(name) = 'mr. a'", [T, F, F, F, F, F]);
    check("contains(name, 'Mr.')", [T, F, F, F, T, T]);
    check("contains(sex, 'fe')", [F, T, T, F, F, ""]);
}

#[test]
fn dates_have_parts_and_compare_with_days() {
    check(
        "year(boarded) * 10000 + month(boarded) * 100 + day(boarded)",
        [
            "19700101", "19700102", "", "19700101", "19700111", "19700101",
        ],
    );
    // The first of January 1970 was a Thursday.
    check("weekday(boarded)", ["4", "5", "", "4", "7", "4"]);
    check("hour(boarded)", ["0", "0", "", "0", "0", "0"]);
    check("boarded >= '1970-01-02'", [F, T, "", F, T, F]);
    check("boarded - 1", ["-1", "86399", "", "-1", "863999", "-1"]);
    check(
        "if(alone, missing, boarded)",
        ["1970-01-01", "1970-01-02", "", "1970-01-01", "", ""],
    );
}

#[test]
fn errors_say_what_where_and_what_to_do() {
    check_error("agee > 3", 1, "did you mean \"age\"?");
    check_error("sex = male", 7, "single quotes");
    check_error("sex = \"male\"", 7, "single quotes");
    check_error("1 + ", 5, "found the end");
    check_error("(1 + 2", 7, "expected \")\"");
    check_error(
        "1 2",
        3,
        "expected an operator or the end, found the number 2",
    );
    check_error("age + 'x'", 7, "expected a number, found text beside \"+\"");
    check_error("survived = '1'", 12, "found a number and text");
    check_error("sex = 1", 7, "write the number in quotes");
    check_error("age and alone", 1, "expected a condition");
    check_error("sqr(age)", 1, "there is no function \"sqr\"");
    check_error("if(alone, 1)", 1, "\"if\" takes 3 values, found 2");
    check_error("if(alone, 1, 'x')", 1, "found a number and text");
    check_error("sex = 'male", 7, "never closed");
    check_error("age is big", 8, "expected \"missing\"");
    check_error("age not 3", 9, "expected \"in\"");
    check_error("and", 1, "backquotes");
    check_error("age # 2", 5, "no meaning");
    check_error("boarded > 'soon'", 11, "found 'soon'");
    check_error("boarded > 5", 11, "write a day in quotes");
    check_error("missing", 1, "only \"missing\"");
    check_error("year(age)", 6, "expected a date, found a number");
    check_error("contains(name, sex)", 16, "in quotes");
    check_error("1e999", 1, "expected a number");
    // Characters are counted, not bytes.
    check_error("'é' = ?", 7, "no meaning");
}

#[test]
fn deep_nesting_is_refused_and_not_a_crash() {
    let deep =
        |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    for formula in [
        deep("(", ")"),
        deep("-", ""),
        deep("not ", ""),
        deep("abs(", ")"),
        deep("1+", ""),
        deep("", "+1"),
    ] {
        let error = Formula::parse(&formula).unwrap_err();
        assert!(error.to_string().contains("at most 200"), "{error}");
    }
    // 199 additions behind one another are the most.
    assert!(Formula::parse(&deep_sum(199)).is_ok());
    assert!(Formula::parse(&deep_sum(200)).is_err());
}

fn deep_sum(n_additions: usize) -> String {
    format!("1{}", " + 1".repeat(n_additions))
}

#[test]
fn columns_are_all_that_are_named() {
    let formula = Formula::parse("if(`body mass` > a.b, x in (y, 1), not z is missing) ").unwrap();
    assert_eq!(
        formula.columns().into_iter().collect::<Vec<_>>(),
        ["a.b", "body mass", "x", "y", "z"]
    );
}

/// A formula as text, with every bracket.
fn print(expr: &Expr) -> String {
    let quoted = |text: &str, quote: &str| {
        format!("{quote}{}{quote}", text.replace(quote, &quote.repeat(2)))
    };
    let list = |exprs: &[Expr]| exprs.iter().map(print).collect::<Vec<_>>().join(", ");
    let not = |negated: &bool| if *negated { " not" } else { "" };
    match &expr.node {
        Node::Number(number) => number.to_string(),
        Node::Text(text) => quoted(text, "'"),
        Node::Truth(truth) => truth.to_string(),
        Node::Missing => "missing".into(),
        Node::Column(name) => quoted(name, "`"),
        Node::Negate(a) => format!("(-{})", print(a)),
        Node::Not(a) => format!("(not {})", print(a)),
        Node::Arithmetic(operator, a, b) => {
            format!("({} {} {})", print(a), operator.symbol(), print(b))
        }
        Node::Comparison(comparison, a, b) => {
            format!("({} {} {})", print(a), comparison.symbol(), print(b))
        }
        Node::And(a, b) => format!("({} and {})", print(a), print(b)),
        Node::Or(a, b) => format!("({} or {})", print(a), print(b)),
        Node::IsMissing { value, negated } => {
            format!("({} is{} missing)", print(value), not(negated))
        }
        Node::In {
            value,
            options,
            negated,
        } => format!("({}{} in ({}))", print(value), not(negated), list(options)),
        Node::Call(function, values) => {
            format!("{}({})", function.name(), list(values))
        }
    }
}

fn expr() -> impl Strategy<Value = Expr> {
    let expr = |node| Expr { at: 1, node };
    let leaf = prop_oneof![
        (0.0..1e12_f64).prop_map(Node::Number),
        any::<u32>().prop_map(|n| Node::Number(f64::from(n))),
        any::<String>().prop_map(Node::Text),
        any::<bool>().prop_map(Node::Truth),
        Just(Node::Missing),
        any::<String>().prop_map(Node::Column),
        prop::sample::select(vec!["age", "fare", "sex", "alone", "name", "boarded"])
            .prop_map(|name| Node::Column(name.into())),
    ];
    let arithmetic = prop::sample::select(vec![
        Arithmetic::Add,
        Arithmetic::Subtract,
        Arithmetic::Multiply,
        Arithmetic::Divide,
        Arithmetic::Remainder,
    ]);
    let comparison = prop::sample::select(vec![
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ]);
    leaf.prop_map(expr).prop_recursive(5, 40, 3, move |part| {
        let boxed = part.clone().prop_map(Box::new);
        let list = prop::collection::vec(part, 1..4);
        prop_oneof![
            boxed.clone().prop_map(Node::Negate),
            boxed.clone().prop_map(Node::Not),
            (arithmetic.clone(), boxed.clone(), boxed.clone())
                .prop_map(|(o, a, b)| Node::Arithmetic(o, a, b)),
            (comparison.clone(), boxed.clone(), boxed.clone())
                .prop_map(|(c, a, b)| Node::Comparison(c, a, b)),
            (boxed.clone(), boxed.clone()).prop_map(|(a, b)| Node::And(a, b)),
            (boxed.clone(), boxed.clone()).prop_map(|(a, b)| Node::Or(a, b)),
            (boxed.clone(), any::<bool>())
                .prop_map(|(value, negated)| Node::IsMissing { value, negated }),
            (boxed, list.clone(), any::<bool>()).prop_map(|(value, options, negated)| Node::In {
                value,
                options,
                negated
            }),
            (prop::sample::select(Function::ALL.to_vec()), list).prop_map(|(function, values)| {
                let (fewest, most) = function.n_values();
                let n = values.len().clamp(fewest, most);
                Node::Call(function, values.iter().cycle().take(n).cloned().collect())
            }),
        ]
        .prop_map(expr)
    })
}

proptest! {
    // What is printed has every bracket, so two expressions are equal exactly if their prints are.
    #[test]
    fn a_printed_formula_reads_back(expr in expr()) {
        let printed = print(&expr);
        let read = parser::parse(&printed);
        prop_assert!(read.is_ok(), "{}: {:?}", printed, read);
        prop_assert_eq!(print(&read.unwrap()), printed);
    }

    #[test]
    fn any_expression_evaluates_or_is_refused(expr in expr()) {
        if let Ok(column) = (Formula { expr }).column("x", &passengers()) {
            prop_assert_eq!(column.values.len(), 6);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Formula::parse(&text);
    }

    #[test]
    fn any_near_formula_is_read_or_refused(
        parts in prop::collection::vec(prop::sample::select(vec![
            "age", "sex", "'male'", "1", "2.5", "(", ")", ",", "+", "-", "<", "=", "and", "or", "not", "in", "is",
            "missing", "if(", "abs(", "`", "'", "min(", "true", "boarded", "'2024-01-31'", "alone",
        ]), 0..14),
    ) {
        if let Ok(formula) = Formula::parse(&parts.join(" ")) {
            let _ = (formula.column("x", &passengers()), formula.condition(&passengers()));
        }
    }
}
