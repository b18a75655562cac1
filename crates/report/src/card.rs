//! A card for each column.

use std::fmt::Write;

use tabwright_chart::distribution;
use tabwright_format::percent;
use tabwright_table::profile::{
    ColumnProfile, Distribution, Extreme, NumberSummary, QUANTILES, TextSummary,
};
use tabwright_table::{Kind, Profile};

use crate::ReportError;
use crate::svg::Palette;
use crate::text::{coefficient, count, count_of, escaped, table, value};

/// Pixels of a chart.
const SIZE: (u32, u32) = (320, 150);

/// All cards.
pub(crate) fn section(profile: &Profile, palette: &mut Palette) -> Result<String, ReportError> {
    let mut out = format!(
        "<section>\n<h2>Columns · {}</h2>\n<div class=\"cards\">\n",
        profile.columns.len()
    );
    for (index, column) in profile.columns.iter().enumerate() {
        out.push_str(&card(profile, index, column, palette)?);
    }
    Ok(out + "</div>\n</section>\n")
}

fn card(
    profile: &Profile,
    index: usize,
    column: &ColumnProfile,
    palette: &mut Palette,
) -> Result<String, ReportError> {
    let is_target = profile.target.as_ref() == Some(&column.name);
    let role = if is_target { "target, " } else { "" };
    let chart = distribution(profile, column);
    let drawn = palette.draw_and_tell(&chart, size(column))?;
    let mut facts = vec![
        ("missing", count_of(column.n_missing, profile.n_rows)),
        ("distinct", count(column.n_distinct)),
    ];
    if let Some(numbers) = &column.numbers {
        facts.extend(number_facts(column.kind, numbers));
    }
    if let Some(texts) = &column.texts {
        facts.extend(text_facts(texts));
    }
    if let (Some(strength), Some(target)) = (column.target_association, &profile.target) {
        facts.push((
            "with target",
            format!(
                "<span title=\"{}\">{}</span>",
                escaped(target),
                coefficient(strength)
            ),
        ));
    }
    let facts: Vec<String> = facts
        .iter()
        .map(|(name, value)| format!("<div><dt>{name}</dt><dd>{value}</dd></div>"))
        .collect();
    let facts = facts.concat();
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<article class=\"card\" aria-labelledby=\"c{index}\"><header><h3 id=\"c{index}\">{}</h3><span class=\"muted\">{role}{}</span>\
         </header>{drawn}<dl class=\"facts\">{facts}</dl>{}</article>",
        escaped(&column.name),
        column.kind.name(),
        details(column, profile.n_rows)
    );
    Ok(out)
}

/// Few bars need less room.
fn size(column: &ColumnProfile) -> (u32, u32) {
    match &column.distribution {
        Distribution::Histogram { .. } => SIZE,
        Distribution::Levels { top, .. } => (SIZE.0, (60 + 18 * top.len() as u32).min(SIZE.1)),
    }
}

fn number_facts(kind: Kind, numbers: &NumberSummary) -> Vec<(&'static str, String)> {
    let at = |probability: f64| {
        let place = QUANTILES.iter().position(|known| *known == probability);
        value(
            kind,
            place.map_or(f64::NAN, |place| numbers.quantiles[place]),
        )
    };
    let mut facts = vec![
        ("min", value(kind, numbers.min)),
        ("1 %", at(0.01)),
        ("5 %", at(0.05)),
        ("25 %", at(0.25)),
        ("median", at(0.5)),
        ("75 %", at(0.75)),
        ("95 %", at(0.95)),
        ("99 %", at(0.99)),
        ("max", value(kind, numbers.max)),
    ];
    if matches!(kind, Kind::Date | Kind::Datetime) {
        return facts;
    }
    let plain = |x: f64| value(Kind::Decimal, x);
    facts.extend([
        ("mean", plain(numbers.mean)),
        ("std", plain(numbers.std)),
        ("skewness", coefficient(numbers.skewness)),
        ("kurtosis", coefficient(numbers.kurtosis)),
        ("zeros", count(numbers.n_zeros)),
        ("negative", count(numbers.n_negative)),
    ]);
    if numbers.n_infinite > 0 {
        facts.push(("infinite", count(numbers.n_infinite)));
    }
    facts
}

fn text_facts(texts: &TextSummary) -> Vec<(&'static str, String)> {
    vec![
        ("min length", count(texts.min_length)),
        ("mean length", value(Kind::Decimal, texts.mean_length)),
        ("max length", count(texts.max_length)),
    ]
}

/// Extremes and frequent values, folded away.
fn details(column: &ColumnProfile, n_rows: usize) -> String {
    let kind = column.kind;
    let rows = |list: &[Extreme]| {
        let row = |extreme: &Extreme| {
            vec![
                value(kind, extreme.value),
                count(extreme.n_rows as usize),
                count(extreme.row + 1),
            ]
        };
        list.iter().map(row).collect::<Vec<_>>()
    };
    let headers = ["Value", "Rows", "First row"];
    let mut tables = Vec::new();
    if let Some(numbers) = &column.numbers {
        tables.push(table(
            "Smallest",
            &headers,
            rows(&numbers.smallest).into_iter(),
        ));
        tables.push(table(
            "Largest",
            &headers,
            rows(&numbers.largest).into_iter(),
        ));
        if !numbers.most_frequent.is_empty() {
            let frequent = numbers
                .most_frequent
                .iter()
                .map(|&(x, n)| vec![value(kind, x), count_of(n as usize, n_rows)]);
            tables.push(table("Most frequent", &["Value", "Rows"], frequent));
        }
    }
    if let Distribution::Levels { top, n_other, .. } = &column.distribution {
        let levels = top
            .iter()
            .map(|(level, n)| vec![escaped(level), count_of(*n as usize, n_rows)]);
        let others = (*n_other > 0)
            .then(|| vec!["all others".to_owned(), count_of(*n_other as usize, n_rows)]);
        tables.push(table(
            "Most frequent",
            &["Value", "Rows"],
            levels.chain(others),
        ));
    }
    if let Some(texts) = column.texts.as_ref().filter(|_| kind == Kind::Text) {
        let both = texts.shortest.iter().chain(&texts.longest);
        let rows = both.map(|text| {
            vec![
                escaped(&text.text),
                text.length.to_string(),
                count(text.n_rows as usize),
            ]
        });
        tables.push(table(
            "Shortest and longest",
            &["Text", "Characters", "Rows"],
            rows,
        ));
    }
    if let Some(imbalance) = column.imbalance {
        tables.push(format!(
            "<p class=\"muted\">Imbalance {}: 0 is even, 100 % is one value.</p>",
            percent(imbalance)
        ));
    }
    format!(
        "<details><summary>Values</summary>{}</details>",
        tables.concat()
    )
}
