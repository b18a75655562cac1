//! One column: kind, missing, distribution, order statistics or levels, relation to the target.

use std::sync::Arc;

use leptos::prelude::*;
use tabwright_chart::Part;
use tabwright_engine::table::profile::{
    ColumnProfile, Distribution, Extreme, NumberSummary, QUANTILES,
};
use tabwright_engine::table::{Kind, Profile, format_number};
use tabwright_workbench::chosen::Chosen;

use super::chosen::ChosenRows;
use crate::charts::ChartView;
use crate::components::Badge;
use crate::format::{count, count_share, exact, fixed, number};

/// Of a histogram, in CSS pixels.
const HEIGHT: f64 = 148.0;

/// The card of the column at `index`.
#[component]
pub fn Card(profile: Arc<Profile>, index: usize) -> impl IntoView {
    let column = profile.columns[index].clone();
    let chart = tabwright_chart::distribution(&profile, &column);
    let height = height(&column, profile.target.is_some());
    let is_target = profile.target.as_ref() == Some(&column.name);
    let relation = relation(&profile, &column);
    let facts = facts(&column, profile.n_rows);
    let heading = format!("column-{index}");
    let brushed = RwSignal::new(None::<Chosen>);
    let of_marks = StoredValue::new(column.clone());
    let choose = move |parts: Vec<Part>| {
        brushed.set(of_marks.with_value(|column| Chosen::of(column, &parts)));
    };
    let spoken = move || brushed.with(|chosen| chosen.as_ref().map(Chosen::sentence));
    view! {
        <article class="card" aria-labelledby=heading.clone()>
            <header class="card__head">
                <h3 id=heading.clone() title=column.name.clone()>{column.name.clone()}</h3>
                {is_target.then(|| view! { <Badge tone=crate::components::Tone::Info>"target"</Badge> })}
                <Badge>{column.kind.name()}</Badge>
            </header>
            <ChartView
                chart=Signal::stored(chart)
                name=format!("column-{}", column.name)
                height=height
                on_brush=choose
            />
            <p class="visually-hidden" role="status">{spoken}</p>
            {move || brushed.get().map(|chosen| view! { <ChosenRows chosen/> })}
            <dl class="facts">
                {facts
                    .into_iter()
                    .map(|fact| view! { <div><dt>{fact.0}</dt><dd title=fact.2>{fact.1}</dd></div> })
                    .collect_view()}
            </dl>
            <More column=column/>
            {relation}
        </article>
    }
}

/// What is asked for less often; made when it is opened.
#[component]
fn More(column: ColumnProfile) -> impl IntoView {
    let open = RwSignal::new(false);
    let lines = StoredValue::new(more(&column));
    view! {
        <details class="card__more" on:toggle=move |_| open.update(|open| *open = !*open)>
            <summary>"Extremes and more"</summary>
            <Show when=move || open.get()>
                <dl class="facts facts--long">
                    {lines
                        .get_value()
                        .into_iter()
                        .map(|(name, text)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> })
                        .collect_view()}
                </dl>
            </Show>
        </details>
    }
}

fn more(column: &ColumnProfile) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let times = |n: u64| {
        if n > 1 {
            format!(" × {}", count(n as usize))
        } else {
            String::new()
        }
    };
    let joined = |items: Vec<String>| items.join(" · ");
    if let Some(numbers) = &column.numbers {
        let value = |x: f64| value_of(column.kind, x);
        let ends = |ends: &[Extreme]| {
            joined(
                ends.iter()
                    .map(|end| value(end.value) + &times(end.n_rows))
                    .collect(),
            )
        };
        lines.push(("smallest", ends(&numbers.smallest)));
        lines.push(("largest", ends(&numbers.largest)));
        if !numbers.most_frequent.is_empty() {
            let frequent = numbers.most_frequent.iter();
            let frequent = frequent.map(|(x, n)| value(*x) + &times(*n)).collect();
            lines.push(("most frequent", joined(frequent)));
        }
        let quantiles = QUANTILES.iter().zip(&numbers.quantiles);
        let outer = quantiles.filter(|(share, _)| !(0.25..=0.75).contains(*share));
        let outer = outer.map(|(share, x)| format!("{:.0} %: {}", share * 100.0, value(*x)));
        lines.push(("quantiles", joined(outer.collect())));
        if !matches!(column.kind, Kind::Date | Kind::Datetime) {
            lines.push(("kurtosis", number(numbers.kurtosis)));
            lines.push(("below zero", count(numbers.n_negative)));
        }
    }
    if let Some(texts) = &column.texts {
        lines.push((
            "length",
            format!(
                "{} to {} characters, {} on average",
                count(texts.min_length),
                count(texts.max_length),
                number(texts.mean_length)
            ),
        ));
    }
    if let Some(imbalance) = column.imbalance {
        lines.push(("imbalance", fixed(imbalance, 2)));
    }
    lines
}

fn value_of(kind: Kind, value: f64) -> String {
    match kind {
        Kind::Date | Kind::Datetime => format_number(kind, value).chars().take(10).collect(),
        _ => number(value),
    }
}

/// CSS pixels of the picture: few levels need less.
fn height(column: &ColumnProfile, is_split: bool) -> f64 {
    match &column.distribution {
        Distribution::Histogram { .. } => HEIGHT,
        Distribution::Levels { top, n_other, .. } => {
            let rows = top.len() + usize::from(*n_other > 0) + usize::from(column.n_missing > 0);
            let legend = if is_split { 24.0 } else { 4.0 };
            (legend + 22.0 * rows as f64).clamp(48.0, HEIGHT)
        }
    }
}

/// Name, text, and the exact number for hovering.
type Fact = (&'static str, String, Option<String>);

fn facts(column: &ColumnProfile, n_rows: usize) -> Vec<Fact> {
    let mut facts = vec![
        (
            "missing",
            count_share(column.n_missing, n_rows),
            Some(column.n_missing.to_string()),
        ),
        ("distinct", count(column.n_distinct), None),
    ];
    if let Some(numbers) = &column.numbers {
        facts.extend(number_facts(column.kind, numbers));
    }
    facts
}

fn number_facts(kind: Kind, numbers: &NumberSummary) -> Vec<Fact> {
    let value = |value: f64| value_of(kind, value);
    let at = |share: f64| {
        let position = QUANTILES.iter().position(|quantile| *quantile == share);
        position.map_or(f64::NAN, |position| numbers.quantiles[position])
    };
    let fact = |name: &'static str, x: f64| (name, value(x), Some(exact(x)));
    let mut facts = vec![
        fact("min", numbers.min),
        fact("25 %", at(0.25)),
        fact("median", at(0.5)),
        fact("75 %", at(0.75)),
        fact("max", numbers.max),
    ];
    if !matches!(kind, Kind::Date | Kind::Datetime) {
        facts.extend([
            fact("mean", numbers.mean),
            fact("std", numbers.std),
            (
                "skewness",
                fixed(numbers.skewness, 2),
                Some(exact(numbers.skewness)),
            ),
            ("zeros", count(numbers.n_zeros), None),
        ]);
    }
    facts
}

fn relation(profile: &Profile, column: &ColumnProfile) -> Option<impl IntoView + use<>> {
    let target = profile.target.clone()?;
    let strength = column.target_association?;
    Some(view! {
        <p class="card__relation" title=exact(strength)>
            <span>{format!("goes with {target}")}</span>
            <span class="bar-cell" aria-hidden="true">
                <span class="bar-cell__fill" style:width=format!("{:.1}%", strength * 100.0)></span>
            </span>
            <b>{fixed(strength, 2)}</b>
        </p>
    })
}
