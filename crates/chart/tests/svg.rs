//! Charts drawn as SVG: what is on the picture, and what it says where it is pointed at.

use std::sync::Arc;

use plotters::prelude::{IntoDrawingArea, SVGBackend};
use tabwright_chart::{
    Axis, Bars, BoxRow, Boxes, Chart, ChartError, Confusion, Grid, GridCells, GridSide, Groups,
    Guide, HeatMap, Histogram, LineStyle, Lines, Paired, Part, PlotArea, PointGroups, Ranking,
    Scatter, Series, Split, Theme, draw,
};
use tabwright_table::profile::pair;
use tabwright_table::{Column, Kind, Table, Values};

fn svg(chart: &Chart, theme: &Theme) -> (String, PlotArea) {
    let mut text = String::new();
    let plot = {
        let size = ((480.0 * theme.scale) as u32, (240.0 * theme.scale) as u32);
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        draw(&area, chart, theme).expect("drawn")
    };
    (text, plot)
}

fn n_filled(text: &str, colour: tabwright_chart::Colour) -> usize {
    let fill = format!("fill=\"{}\"", colour.hex().to_uppercase());
    text.lines()
        .filter(|line| line.starts_with("<rect") && line.contains(&fill))
        .count()
}

fn ages(split: bool) -> Chart {
    Chart::Histogram(Histogram {
        label: "age".into(),
        kind: Kind::Decimal,
        edges: vec![0.0, 20.0, 40.0, 60.0, 80.0],
        counts: vec![180, 385, 123, 26],
        n_missing: 177,
        split: split.then(|| Split {
            label: "survived".into(),
            groups: vec!["0".into(), "1".into()],
            ordered: false,
            counts: vec![vec![93, 87], vec![237, 148], vec![74, 49], vec![20, 6]],
            missing: vec![125, 52],
        }),
    })
}

fn decks() -> Chart {
    Chart::Bars(Bars {
        label: "deck".into(),
        levels: vec![
            ("C".into(), 59),
            ("B".into(), 47),
            ("<img src=x>".into(), 3),
        ],
        n_other: 12,
        n_missing: 688,
        split: None,
    })
}

fn roc() -> Chart {
    Chart::Lines(Lines {
        title: "ROC curve".into(),
        x: Axis::unit("False positive rate"),
        y: Axis::unit("Recall"),
        series: vec![Series {
            name: "gbt".into(),
            points: vec![(0.0, 0.0), (0.1, 0.7), (f64::NAN, 0.3), (1.0, 1.0)],
            style: LineStyle::LineAndDots,
        }],
        guides: vec![
            Guide::Diagonal {
                label: "chance".into(),
            },
            Guide::Mark {
                x: 0.1,
                y: 0.7,
                label: "threshold 0.5".into(),
            },
        ],
    })
}

fn correlations() -> Chart {
    Chart::HeatMap(HeatMap {
        names: vec!["a".into(), "b".into(), "c".into()],
        values: vec![1.0, 0.9, 0.05, 0.9, 1.0, -0.6, 0.05, -0.6, 1.0],
        threshold: 0.3,
    })
}

fn confusion() -> Chart {
    Chart::Confusion(Confusion {
        classes: vec!["no".into(), "yes".into()],
        counts: vec![480, 69, 90, 252],
    })
}

fn sexes() -> Groups {
    Groups {
        label: "sex".into(),
        names: vec!["female".into(), "male".into()],
        ordered: false,
    }
}

fn fares() -> Chart {
    let row = |level: &str, group, five: [f64; 5]| BoxRow {
        level: level.into(),
        group: Some(group),
        n: 90,
        five,
        mean: five[2] + 1.0,
        outliers: vec![five[4] + 40.0],
        n_outliers: 3,
    };
    Chart::Boxes(Boxes {
        label: "fare".into(),
        kind: Kind::Decimal,
        by: "class".into(),
        boxes: vec![
            row("First", 0, [25.0, 57.0, 82.0, 134.0, 240.0]),
            row("First", 1, [0.0, 27.0, 41.0, 78.0, 150.0]),
            row("Third", 1, [4.0, 7.0, 8.0, 11.0, 16.0]),
        ],
        groups: Some(sexes()),
    })
}

fn gaps() -> Chart {
    let names = |names: &[&str]| GridCells::Names {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    Chart::Grid(Grid {
        title: "Missing values".into(),
        x: GridSide {
            label: "column".into(),
            cells: names(&["age", "deck"]),
        },
        y: GridSide {
            label: "rows".into(),
            cells: names(&["1 to 9", "10 to 18", "19 to 20"]),
        },
        counted: "missing".into(),
        counts: vec![1, 9, 0, 7, 2, 0],
        of: vec![9, 9, 9, 9, 2, 2],
    })
}

fn crowd() -> Chart {
    let side = |label: &str| GridSide {
        label: label.into(),
        cells: GridCells::Bins {
            edges: vec![0.0, 1.0, 2.0],
            kind: Kind::Decimal,
        },
    };
    Chart::Grid(Grid {
        title: "Density".into(),
        x: side("x"),
        y: side("y"),
        counted: "rows".into(),
        counts: vec![100, 0, 1, 4],
        of: Vec::new(),
    })
}

fn every_chart() -> Vec<Chart> {
    vec![
        ages(true),
        ages(false),
        decks(),
        roc(),
        Chart::Scatter(Scatter {
            groups: None,
            line: None,
            group_lines: Vec::new(),
            title: "Predicted against actual".into(),
            x: Axis::fitted("Predicted"),
            y: Axis::fitted("Actual"),
            points: (0..9000)
                .map(|i| (f64::from(i), f64::from(i * 7 % 9000)))
                .collect(),
            n_rows: 20_640,
            diagonal: true,
        }),
        correlations(),
        confusion(),
        Chart::Ranking(Ranking {
            title: "Permutation importance".into(),
            label: "loss of AUC".into(),
            rows: vec![("sex".into(), 0.21, 0.02), ("noise".into(), -0.01, 0.01)],
        }),
        Chart::Paired(Paired {
            label: "fare".into(),
            bins: vec!["≤ 8".into(), "≤ 30".into(), "> 30".into()],
            reference_name: "training".into(),
            reference: vec![0.3, 0.4, 0.3],
            current_name: "new rows".into(),
            current: vec![0.1, f64::NAN, 0.6],
        }),
        Chart::Scatter(Scatter {
            groups: Some(PointGroups {
                groups: sexes(),
                of: vec![Some(0), None, Some(1)],
            }),
            line: Some((5.0, -2.0)),
            group_lines: vec![Some((4.0, -1.0)), None],
            title: "y against x".into(),
            x: Axis::fitted("x"),
            y: Axis::fitted("y"),
            points: vec![(1.0, 3.0), (2.0, f64::INFINITY), (3.0, -1.0)],
            n_rows: 3,
            diagonal: false,
        }),
        fares(),
        gaps(),
        crowd(),
    ]
}

#[test]
fn a_box_has_its_groups_colour_and_says_its_quartiles() {
    let theme = Theme::light(1.0);
    let (text, plot) = svg(&fares(), &theme);
    assert_eq!(plot.targets.len(), 3);
    assert_eq!(plot.targets[0].tip.title, "First, female");
    assert!(
        plot.targets[1]
            .tip
            .lines
            .contains(&("middle half".into(), "27 to 78".into()))
    );
    let body = theme.background.towards(theme.categorical[1], 0.45);
    assert_eq!(n_filled(&text, body), 2);
    assert_eq!(fares().table().rows[2][..3], ["Third", "male", "90"]);
}

#[test]
fn a_grid_shades_by_share_and_says_every_cell() {
    let theme = Theme::light(1.0);
    let (text, plot) = svg(&gaps(), &theme);
    // Cells that lack nothing are pointed at too, and stay empty.
    assert_eq!(plot.targets.len(), 6);
    assert_eq!(plot.targets[1].tip.title, "9 of 9 missing");
    assert_eq!(n_filled(&text, theme.sequential[1]), 2);
    assert_eq!(gaps().table().rows.len(), 4);
    let (_, plot) = svg(&crowd(), &theme);
    assert_eq!(plot.targets.len(), 3);
    // The first row of a grid over numbers is the lowest.
    assert!(plot.targets[0].anchor.1 > plot.targets[1].anchor.1);
}

#[test]
fn groups_that_do_not_fit_the_points_are_refused() {
    let Some(Chart::Scatter(mut scatter)) = every_chart()
        .into_iter()
        .find(|chart| matches!(chart, Chart::Scatter(scatter) if scatter.groups.is_some()))
    else {
        panic!("there is one");
    };
    scatter.points.pop();
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, (200, 100)).into_drawing_area();
    let outcome = draw(&area, &Chart::Scatter(scatter), &Theme::light(1.0));
    assert!(matches!(
        outcome,
        Err(ChartError::Shape {
            expected: 2,
            found: 3,
            ..
        })
    ));
}

#[test]
fn every_bin_is_a_bar_and_missing_is_hatched_beside_them() {
    let theme = Theme::light(1.0);
    let (text, plot) = svg(&ages(false), &theme);
    assert_eq!(n_filled(&text, theme.accent), 4);
    assert_eq!(plot.targets.len(), 5);
    let missing = plot.targets.last().expect("a target");
    assert_eq!(missing.tip.title, "missing");
    assert_eq!(missing.part, Part::Missing);
    assert_eq!(plot.targets[3].part, Part::Bin(3));
    assert_eq!(missing.tip.lines[0].1, "177 · 19.9 %");
    assert!(text.contains("missing"), "{text}");
}

#[test]
fn folded_levels_are_other_and_missing_stays_missing() {
    let Chart::Bars(mut bars) = decks() else {
        panic!("decks are bars");
    };
    bars.levels = (0..20)
        .map(|level| (format!("level {level}"), 40 - level))
        .collect();
    let (_, plot) = svg(&Chart::Bars(bars), &Theme::light(1.0));
    let parts: Vec<Part> = plot.targets.iter().map(|target| target.part).collect();
    let n = parts.len();
    assert!(n < 20, "{n}");
    assert_eq!(parts[n - 2..], [Part::Other, Part::Missing]);
    assert_eq!(parts[n - 3], Part::Level(n - 3));
}

#[test]
fn groups_are_stacked_in_their_colours() {
    let theme = Theme::light(1.0);
    let (text, plot) = svg(&ages(true), &theme);
    // Four bars and one entry of the legend in each colour.
    assert_eq!(n_filled(&text, theme.categorical[0]), 5);
    assert_eq!(n_filled(&text, theme.categorical[1]), 5);
    assert_eq!(
        plot.targets[0].tip.lines[1],
        ("survived 0".into(), "93 · 51.7 %".into())
    );
}

#[test]
fn nothing_on_a_picture_is_not_a_number() {
    for theme in [Theme::light(1.0), Theme::dark(2.0)] {
        for chart in every_chart() {
            let (text, plot) = svg(&chart, &theme);
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            assert!(!plot.targets.is_empty());
            let finite = |target: &tabwright_chart::Target| {
                target.anchor.0.is_finite() && target.anchor.1.is_finite()
            };
            assert!(plot.targets.iter().all(finite));
        }
    }
}

#[test]
fn every_chart_says_the_same_in_words_and_survives_json() {
    for chart in every_chart() {
        assert!(chart.summary().ends_with('.'), "{}", chart.summary());
        let table = chart.table();
        assert!(!table.rows.is_empty());
        assert!(
            table
                .rows
                .iter()
                .all(|row| row.len() == table.headers.len())
        );
    }
    let text = serde_json::to_string(&ages(true)).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Chart>(&text).expect("a chart"),
        ages(true)
    );
}

#[test]
fn a_long_table_is_cut_and_says_so() {
    let table = every_chart()[4].table();
    assert_eq!((table.rows.len(), table.n_more), (200, 8800));
}

#[test]
fn levels_are_text_and_markup_in_them_is_inert() {
    let (text, plot) = svg(&decks(), &Theme::light(1.0));
    assert!(!text.contains("<img"), "{text}");
    let titles: Vec<&str> = plot
        .targets
        .iter()
        .map(|target| target.tip.title.as_str())
        .collect();
    assert_eq!(titles, ["C", "B", "<img src=x>", "other levels", "missing"]);
}

#[test]
fn a_pointer_finds_the_bin_under_it_at_any_pixel_ratio() {
    for scale in [1.0, 2.0] {
        let (_, plot) = svg(&ages(false), &Theme::light(scale));
        for (index, target) in plot.targets.iter().enumerate() {
            assert_eq!(
                plot.hit_index(target.anchor.0, target.anchor.1 + 1.0),
                Some(index),
                "scale {scale}"
            );
        }
    }
}

#[test]
fn a_pointer_near_a_curve_finds_its_nearest_point() {
    let (_, plot) = svg(&roc(), &Theme::light(1.0));
    let (x, y) = plot.targets[1].anchor;
    let tip = plot.hit(x + 6.0, y - 4.0).expect("a tip");
    assert_eq!(
        tip.lines,
        [
            ("False positive rate".into(), "0.100".into()),
            ("Recall".into(), "0.700".into())
        ]
    );
    assert_eq!(plot.hit(x + 120.0, y + 90.0), None);
}

#[test]
fn weak_pairs_of_a_heat_map_are_left_empty_but_can_be_asked() {
    let theme = Theme::light(1.0);
    let (text, plot) = svg(&correlations(), &theme);
    assert!(text.contains("0.90") && text.contains("−0.60") && !text.contains("0.05"));
    assert_eq!(plot.targets.len(), 3);
    assert_eq!(correlations().table().rows[0], ["b", "a", "0.900"]);
}

#[test]
fn a_confusion_matrix_has_counts_shares_and_margins() {
    let (text, _) = svg(&confusion(), &Theme::light(1.0));
    for shown in ["480", "53.9 %", "87.4 %", "78.5 %"] {
        assert!(text.contains(shown), "{shown} is not in {text}");
    }
}

#[test]
fn values_that_do_not_fit_each_other_are_an_error() {
    let chart = Chart::Confusion(Confusion {
        classes: vec!["no".into(), "yes".into()],
        counts: vec![1, 2, 3],
    });
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, (100, 100)).into_drawing_area();
    let expected = ChartError::Shape {
        what: "counts",
        expected: 4,
        found: 3,
    };
    assert_eq!(draw(&area, &chart, &Theme::light(1.0)), Err(expected));
}

#[test]
fn empty_values_and_tiny_areas_are_drawn_as_nothing() {
    let charts = [
        Chart::Histogram(Histogram {
            label: "empty".into(),
            kind: Kind::Integer,
            edges: vec![],
            counts: vec![],
            n_missing: 5,
            split: None,
        }),
        Chart::Ranking(Ranking {
            title: "Importance".into(),
            label: "loss".into(),
            rows: vec![],
        }),
    ];
    for chart in charts.iter().chain(&every_chart()) {
        for size in [(1, 1), (30, 400), (400, 20)] {
            let mut text = String::new();
            {
                let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
                draw(&area, chart, &Theme::light(1.0)).expect("drawn");
            }
            assert!(!text.contains("NaN"));
        }
    }
}

fn column(name: &str, kind: Kind, values: Values) -> Arc<Column> {
    let name = name.into();
    Arc::new(Column { name, kind, values })
}

fn levels(name: &str, levels: &[&str], code: impl Fn(u32) -> u32) -> Arc<Column> {
    let codes = (0..30).map(code).collect();
    let levels = Arc::new(levels.iter().map(|&level| level.into()).collect());
    column(name, Kind::Category, Values::Codes { codes, levels })
}

/// Thirty days, a number that rises on them, and three categories.
fn days() -> Table {
    let number = |f: fn(f64) -> f64| Values::Numbers((0..30).map(f64::from).map(f).collect());
    let columns = vec![
        column(
            "day",
            Kind::Date,
            number(|row| 1_704_067_200.0 + 86_400.0 * row),
        ),
        column("sold", Kind::Decimal, number(|row| row * row + 0.5)),
        levels("shop", &["North", "South"], |row| row % 2),
        levels("open", &["no", "yes"], |row| u32::from(row % 3 == 0)),
        levels("size", &["S", "M"], |row| u32::from(row > 9)),
    ];
    Table::new(columns, 30).unwrap()
}

#[test]
fn days_on_a_scatter_are_days() {
    let found = pair(&days(), "day", "sold", None).unwrap();
    for (x, y) in [("day", "sold"), ("sold", "day")] {
        let chart = tabwright_chart::pair(&pair(&days(), x, y, None).unwrap(), false);
        let (text, plot) = svg(&chart, &Theme::light(1.0));
        assert!(text.contains("2024-01-"), "{text}");
        assert!(!text.contains("1.7G"), "{text}");
        let line = ("day".to_string(), "2024-01-01".to_string());
        assert!(plot.targets[0].tip.lines.contains(&line));
        assert!(chart.table().rows[0].contains(&line.1));
    }
    let chart = tabwright_chart::pair(&found, false);
    let mut json = serde_json::to_value(&chart).unwrap();
    json["x"].as_object_mut().unwrap().remove("kind");
    let Chart::Scatter(old) = serde_json::from_value(json).unwrap() else {
        panic!()
    };
    assert_eq!(old.x.kind, None);
}

#[test]
fn groups_have_a_line_each_in_their_colour() {
    let found = pair(&days(), "day", "sold", Some("shop")).unwrap();
    let Chart::Scatter(chart) = tabwright_chart::pair(&found, false) else {
        panic!()
    };
    assert_eq!((chart.line.is_some(), chart.group_lines.len()), (false, 2));
    let n_lines = |chart: &Scatter| {
        let (text, _) = svg(&Chart::Scatter(chart.clone()), &Theme::light(1.0));
        text.matches("<polyline").count()
    };
    let mut without = chart.clone();
    without.group_lines.clear();
    assert_eq!(n_lines(&chart), n_lines(&without) + 2);
}

#[test]
fn two_categories_with_a_colour_are_told_apart_by_it() {
    let found = pair(&days(), "shop", "open", Some("size")).unwrap();
    let Chart::Bars(bars) = tabwright_chart::pair(&found, false) else {
        panic!()
    };
    assert_eq!(bars.label, "shop and size");
    let expected = [
        ("North, S", 5),
        ("North, M", 10),
        ("South, S", 5),
        ("South, M", 10),
    ];
    assert_eq!(bars.levels, expected.map(|(name, n)| (name.to_string(), n)));
    assert_eq!(bars.split.unwrap().counts[0].iter().sum::<u64>(), 5);
}
