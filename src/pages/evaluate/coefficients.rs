//! What a linear model adds up, and how sure its weights are.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_engine::model::{Coefficient, Coefficients, Link};

use crate::components::{Banner, Cell, DataTable, Guidance, Panel, Row, TableColumn, Tone};
use crate::format;
use crate::state::{facts, use_session};

/// Rows shown at most.
const MOST: usize = 200;

/// Coefficients with their tests; nothing for a model that has none.
#[component]
pub fn CoefficientTable() -> impl IntoView {
    let session = use_session();
    let kept = Memo::new(move |_| session.fact::<facts::Coefficients>());
    let coefficients = move || {
        kept.with(|kept| {
            let ready = kept.ready();
            ready.and_then(|found| found.as_ref().clone().map(Arc::new))
        })
    };
    move || coefficients().map(|coefficients| view! { <Table coefficients/> })
}

#[component]
fn Table(coefficients: Arc<Coefficients>) -> impl IntoView {
    let n_rows = coefficients.rows.len();
    let title = if n_rows > MOST {
        format!("Coefficients: the first {MOST} of {n_rows}")
    } else {
        "Coefficients".to_owned()
    };
    let warnings = (!coefficients.warnings.is_empty()).then(|| {
        let items = coefficients.warnings.clone().into_iter();
        view! {
            <Banner tone=Tone::Warning>
                <ul class="failures">{items.map(|warning| view! { <li>{warning}</li> }).collect_view()}</ul>
            </Banner>
        }
    });
    let guidance = StoredValue::new(guidance(&coefficients));
    let columns = Signal::stored(columns(&coefficients));
    let rows = coefficients.rows.iter().take(MOST);
    let rows = Signal::stored(
        rows.map(|row| row_of(&coefficients, row))
            .collect::<Vec<_>>(),
    );
    view! {
        {warnings}
        <Panel title=title class="panel--flush">
            <Guidance>{guidance.get_value()}</Guidance>
            <DataTable caption="Coefficients" testid="coefficients" columns=columns rows=rows/>
        </Panel>
    }
}

fn guidance(coefficients: &Coefficients) -> String {
    let scale = match coefficients.link {
        Link::Log => {
            "What each adds to the logarithm of the predicted number: 0.1 multiplies it by about 1.1."
        }
        Link::Sigmoid | Link::Softmax => {
            "What each adds to the log odds of the class: 0.1 multiplies the odds by about 1.1."
        }
        Link::Identity | Link::Share => "What each adds to the predicted number.",
    };
    let tests = match &coefficients.untested {
        Some(reason) => format!("There are no standard errors: {reason}."),
        None => "A small p says that the coefficient is hardly 0 by chance, if the rows are independent and the model's form is right."
            .to_owned(),
    };
    format!(
        "{scale} A number's coefficient is per unit; a level's is against the levels that are not listed, if there are any. {tests} A \
         VIF above 5 or 10 says that other features tell nearly the same, so that this coefficient alone means little. The fit: {}.",
        coefficients.convergence
    )
}

fn columns(coefficients: &Coefficients) -> Vec<TableColumn> {
    let mut columns = Vec::new();
    if coefficients.outputs.len() > 1 {
        columns.push(TableColumn::text("Class"));
    }
    columns.extend([
        TableColumn::text("Name"),
        TableColumn::number("Coefficient"),
    ]);
    if coefficients.untested.is_none() {
        let statistic = match coefficients.freedom {
            Some(freedom) => TableColumn::number("t").help(format!(
                "Coefficient over standard error; Student's t with {} degrees of freedom",
                format::number(freedom)
            )),
            None => TableColumn::number("z").help("Coefficient over standard error; normal"),
        };
        columns.extend([
            TableColumn::number("Standard error"),
            statistic,
            TableColumn::number("p"),
            TableColumn::number("95 % interval"),
        ]);
    }
    columns.push(
        TableColumn::number("VIF")
            .help("Variance inflation factor: 1 where no other feature says anything about it"),
    );
    columns
}

fn row_of(coefficients: &Coefficients, row: &Coefficient) -> Row {
    let number = |x: f64| Cell::number(x, format::number(x));
    let blank = || Cell::text("–");
    let mut cells = Vec::new();
    if coefficients.outputs.len() > 1 {
        let class = coefficients.outputs.get(row.output);
        cells.push(Cell::text(class.cloned().unwrap_or_default()));
    }
    cells.push(Cell::text(row.name.clone()));
    cells.push(number(row.value).metric(row.name.clone(), row.value));
    if coefficients.untested.is_none() {
        match &row.test {
            Some(test) => {
                let (low, high) = test.interval;
                let interval = format!("{} to {}", format::number(low), format::number(high));
                cells.extend([
                    number(test.std_error),
                    number(test.statistic),
                    Cell::number(test.p_value, format::p_value(test.p_value)),
                    Cell::number(low, interval).title(format!("{low} to {high}")),
                ]);
            }
            None => cells.extend([blank(), blank(), blank(), blank()]),
        }
    }
    cells.push(row.vif.map_or_else(blank, number));
    Row::new(cells)
}
