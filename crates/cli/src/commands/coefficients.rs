//! A linear model's coefficients as lines of text.

use std::fmt::Write as _;

use tabwright_engine::model::{Coefficient, Coefficients, Link};
use tabwright_format::{fixed, number, p_value};

/// Lines that are printed; `--json` has all.
const MOST_ROWS: usize = 60;

/// A line a coefficient, under a head. Writing to a string cannot fail.
pub fn table(coefficients: &Coefficients) -> String {
    let Coefficients {
        rows,
        outputs,
        link,
        freedom,
        untested,
        ..
    } = coefficients;
    let width = rows.iter().map(|row| row.name.chars().count());
    let width = width.max().unwrap_or(0).clamp(11, 40);
    let scale = match link {
        Link::Log => "logarithm of the mean",
        Link::Sigmoid | Link::Softmax => "log odds",
        Link::Identity | Link::Share => "units of the target",
    };
    let mut text = format!("  coefficients in {scale}");
    match (untested, freedom) {
        (Some(reason), _) => _ = writeln!(text, "; no standard errors: {reason}"),
        (None, Some(freedom)) => _ = writeln!(text, "; t with {freedom} degrees of freedom"),
        (None, None) => _ = writeln!(text, "; z of the normal distribution"),
    }
    let statistic = if freedom.is_some() { "t" } else { "z" };
    let mut head = format!("  {:<width$} {:>12}", "name", "coefficient");
    if untested.is_none() {
        let _ = write!(
            head,
            " {:>11} {statistic:>9} {:>9} {:>25}",
            "std. error", "p", "95 % interval"
        );
    }
    let _ = writeln!(text, "{head} {:>8}", "VIF");
    let mut output = None;
    for row in rows.iter().take(MOST_ROWS) {
        if outputs.len() > 1 && output != Some(row.output) {
            output = Some(row.output);
            let name = outputs.get(row.output).map_or("", String::as_str);
            let _ = writeln!(text, "  {name}:");
        }
        let _ = writeln!(text, "{}", line(row, width, untested.is_none()));
    }
    if rows.len() > MOST_ROWS {
        let _ = writeln!(text, "  {} more: --json has them", rows.len() - MOST_ROWS);
    }
    text
}

fn line(row: &Coefficient, width: usize, is_tested: bool) -> String {
    let mut line = format!("  {:<width$} {:>12}", row.name, number(row.value));
    match &row.test {
        Some(test) => {
            let (low, high) = test.interval;
            let _ = write!(
                line,
                " {:>11} {:>9} {:>9} {:>12} {:>12}",
                number(test.std_error),
                fixed(test.statistic, 2),
                p_value(test.p_value),
                number(low),
                number(high)
            );
        }
        None if is_tested => _ = write!(line, "{:58}", ""),
        None => {}
    }
    let vif = row
        .vif
        .map_or(String::new(), |vif| format!(" {:>8}", fixed(vif, 2)));
    (line + &vif).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use tabwright_engine::model::CoefficientTest;

    use super::*;

    #[test]
    fn columns_line_up_and_what_is_not_tested_is_blank() {
        let row = |name: &str, value, test, vif| Coefficient {
            output: 0,
            feature: None,
            name: name.into(),
            value,
            test,
            vif,
        };
        let test = CoefficientTest {
            std_error: 0.5,
            statistic: 2.5,
            p_value: 0.0124,
            interval: (0.27, 2.23),
        };
        let mut coefficients = Coefficients {
            outputs: vec!["price".into()],
            link: Link::Identity,
            rows: vec![
                row("intercept", 1.25, Some(test), None),
                row("repeated", 0.0, None, Some(1.5)),
            ],
            freedom: Some(7.0),
            untested: None,
            convergence: String::new(),
            warnings: Vec::new(),
        };
        let text = table(&coefficients);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].ends_with("t with 7 degrees of freedom"));
        assert_eq!(lines[1].len(), lines[3].len());
        assert!(
            lines[2].contains("1.25       0.500      2.50    0.0124"),
            "{text}"
        );
        coefficients.untested = Some("penalties".into());
        coefficients.rows[0].test = None;
        assert!(
            table(&coefficients)
                .lines()
                .all(|line| !line.contains("std."))
        );
    }
}
