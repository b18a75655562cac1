//! The page and the JSON of real and of hostile tables.

use tabwright_report::{Subject, html, json};
use tabwright_table::{Profile, ReadOptions, ReadReport, Reader, profile};

fn profiled(bytes: &[u8], target: Option<&str>) -> (Profile, ReadReport) {
    let mut reader = Reader::new(ReadOptions::default());
    reader.push(bytes).unwrap();
    let (table, read) = reader.finish().unwrap();
    (profile(&table, target).unwrap(), read)
}

fn reports(file: &str, bytes: &[u8], target: Option<&str>) -> (String, serde_json::Value) {
    let (profile, read) = profiled(bytes, target);
    let subject = Subject {
        file,
        profile: &profile,
        read: &read,
    };
    let page = String::from_utf8(html(&subject).unwrap()).unwrap();
    assert_eq!(page.as_bytes(), html(&subject).unwrap(), "equal bytes");
    (
        page,
        serde_json::from_slice(&json(&subject).unwrap()).unwrap(),
    )
}

#[test]
fn the_page_leads_with_the_verdict_and_needs_nothing_else() {
    let (page, _) = reports(
        "titanic.csv",
        &tabwright_tests::data("titanic.csv"),
        Some("survived"),
    );
    let order = [
        "Not ready to train on: 891 rows and 15 columns",
        "<h2>Alerts",
        "<code>alive</code> gives away <code>survived</code>",
        "<h2>Missing values",
        "<h2>Columns · 15",
        "<h2>Columns that go together",
    ];
    let places: Vec<_> = order
        .iter()
        .map(|text| page.find(text).unwrap_or_else(|| panic!("{text}")))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    for banned in ["<script", "http://", "https://", "<link", "<img", "url("] {
        assert!(!page.contains(banned), "{banned}");
    }
    assert_eq!(page.matches("class=\"card\"").count(), 15);
    // Fifteen charts, the matrix, the map; each with its words.
    assert_eq!(page.matches("<svg").count(), 17);
    assert_eq!(page.matches("role=\"img\"").count(), 17);
    assert!(page.contains("prefers-color-scheme:dark"));
}

/// The exact number of a card's fact of this label.
fn fact(card: &str, label: &str) -> Option<f64> {
    let start = card.find(&format!("<dt>{label}</dt>"))?;
    let fact = &card[start..start + card[start..].find("</dd>")?];
    let value = fact.split("<data value=\"").nth(1)?;
    value[..value.find('"')?].parse().ok()
}

#[test]
fn charts_have_their_values_in_a_table() {
    let titanic = tabwright_tests::data("titanic.csv");
    let (page, _) = reports("titanic.csv", &titanic, Some("survived"));
    assert_eq!(page.matches("<summary>Chart as a table").count(), 17);
    let card = &page[page.find(">pclass</h3>").unwrap()..];
    let table = &card[card.find("chart-table").unwrap()..card.find("<dl").unwrap()];
    for text in ["survived 1", "<td>491</td>", "<td>372</td>", "<td>119</td>"] {
        assert!(table.contains(text), "{text} {table}");
    }
    let rows = page.split("<tr>").filter(|row| row.starts_with("<t"));
    assert!(rows.clone().count() > 100);
    for row in rows {
        let is_head = row.starts_with("<th scope=\"col\">");
        assert!(is_head || row.starts_with("<th scope=\"row\">"), "{row}");
    }
}

#[test]
fn labels_of_charts_cannot_turn_the_text() {
    let csv = "kind,n\na\u{202e}b,1\na\u{202e}b,2\nc\u{1b}d,3\nc\u{1b}d,4\ne,5\ne,6\n";
    let (page, _) = reports("x.csv", csv.as_bytes(), None);
    for banned in ['\u{202e}', '\u{1b}'] {
        assert!(!page.contains(banned), "{banned:?}");
    }
    let svg = &page[page.find("<svg").unwrap()..page.find("</svg>").unwrap()];
    assert!(svg.contains("a\u{fffd}b"), "{svg}");
}

#[test]
fn a_number_that_is_none_is_none_in_both() {
    let csv = b"far,n\n-1.7e308,1\n1.7e308,2\n1.6e308,3\n0,4\n";
    let (page, json) = reports("far.csv", csv, None);
    let card = &page[page.find(">far</h3>").unwrap()..];
    for (label, name) in [
        ("std", "std"),
        ("skewness", "skewness"),
        ("kurtosis", "kurtosis"),
    ] {
        assert_eq!(
            fact(card, label),
            json["columns"][0][name].as_f64(),
            "{name}"
        );
    }
    for banned in ["value=\"inf\"", "value=\"NaN\"", "value=\"\""] {
        assert!(!page.contains(banned), "{banned}");
    }
}

#[test]
fn the_page_has_the_numbers_of_the_json() {
    let (page, json) = reports(
        "titanic.csv",
        &tabwright_tests::data("titanic.csv"),
        Some("survived"),
    );
    let columns = json["columns"].as_array().unwrap();
    let mut n_compared = 0;
    for column in columns {
        let name = column["name"].as_str().unwrap();
        let start = page.find(&format!(">{name}</h3>")).unwrap();
        let card = &page[start..start + page[start..].find("</article>").unwrap()];
        let texts = &column["texts"];
        for (label, exact) in [
            ("missing", &column["missing"]),
            ("distinct", &column["distinct"]),
            ("min", &column["min"]),
            ("1 %", &column["quantiles"][0]),
            ("5 %", &column["quantiles"][1]),
            ("25 %", &column["quantiles"][2]),
            ("median", &column["quantiles"][3]),
            ("75 %", &column["quantiles"][4]),
            ("95 %", &column["quantiles"][5]),
            ("99 %", &column["quantiles"][6]),
            ("max", &column["max"]),
            ("mean", &column["mean"]),
            ("std", &column["std"]),
            ("skewness", &column["skewness"]),
            ("kurtosis", &column["kurtosis"]),
            ("zeros", &column["n_zeros"]),
            ("negative", &column["n_negative"]),
            ("min length", &texts["min_length"]),
            ("mean length", &texts["mean_length"]),
            ("max length", &texts["max_length"]),
            ("with target", &column["target_association"]),
        ] {
            let shown = fact(card, label);
            assert_eq!(shown, exact.as_f64(), "{name} {label}");
            n_compared += usize::from(shown.is_some());
        }
    }
    assert_eq!(n_compared, 6 * 17 + 9 * 5 + 14);
    let verdict = json["verdict"]
        .as_str()
        .unwrap()
        .replace("`alive`", "<code>alive</code>");
    assert!(page.contains(&verdict), "{verdict}");
}

#[test]
fn names_and_levels_cannot_leave_their_place() {
    let csv = "<script>alert(1)</script>,\"b\"\" onload=\"\"x\",c\n\
               </svg><b>,1,x\n&amp;,2,y\n</svg><b>,3,\n&amp;,4,x\n";
    let (page, json) = reports("<i>.csv", csv.as_bytes(), None);
    assert_eq!(json["columns"][0]["name"], "<script>alert(1)</script>");
    for banned in ["<script", "<b>", "<i>", "onload=\"x"] {
        assert!(!page.contains(banned), "{banned}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
}

#[test]
fn a_table_with_nothing_to_say_has_a_page() {
    let (page, json) = reports("one.csv", b"a,b\n1,\n1,\n", None);
    assert!(page.contains("Fewer than two columns can be compared"));
    assert_eq!(json["rows"], 2);
    assert!(page.contains("All 2 values of <code>b</code> are missing"));
}
