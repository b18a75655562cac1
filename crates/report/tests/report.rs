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
        for number in [
            "mean",
            "std",
            "skewness",
            "kurtosis",
            "max",
            "target_association",
        ] {
            let Some(exact) = column[number].as_f64() else {
                continue;
            };
            let exact = exact.to_string();
            assert!(
                card.contains(&format!("<data value=\"{exact}\"")),
                "{name} {number} {exact}"
            );
            n_compared += 1;
        }
        let missing = format!("<data value=\"{}\"", column["missing"]);
        assert!(card.contains(&missing), "{name} {missing}");
    }
    assert!(n_compared > 40, "{n_compared}");
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
