//! What is measured: on which tables, and beside whom.

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Work {
    /// A CSV file to typed columns.
    Csv,
    /// Typed columns to their whole description, correlations included.
    Profile,
    /// Typed columns to a fitted model, and new rows to scores.
    Train,
    /// A search of thirty trials in five folds, by one helper worker and by two.
    Tune,
    /// Rows to scores: those in memory, and those of a CSV to another one.
    Score,
    /// The service under steady rates of requests of one row.
    Serve,
    /// Spark's job beside the command, on a million rows, and whether their bits are the same.
    Spark,
}

/// One kind of work on one table, and who takes part besides Tabwright.
#[derive(Clone, Copy, Debug)]
pub struct Heat {
    /// The work, as the scripts and examples call it.
    pub what: &'static str,
    /// The table's kind and rows.
    pub table: (&'static str, usize),
    /// The example that is Tabwright natively, and its package; none: only the browser is measured.
    pub example: Option<(&'static str, &'static str)>,
    pub native_peers: &'static [&'static str],
    /// Tabwright comes first.
    pub in_browser: &'static [&'static str],
}

const TABLES: [(&str, usize); 4] = [
    ("numeric", 20_000),
    ("numeric", 100_000),
    ("numeric", 1_000_000),
    ("mixed", 1_000_000),
];

impl Work {
    pub fn name(self) -> &'static str {
        match self {
            Work::Csv => "csv",
            Work::Profile => "profile",
            Work::Train => "train",
            Work::Tune => "tune",
            Work::Score => "score",
            Work::Serve => "serve",
            Work::Spark => "spark",
        }
    }

    pub fn heats(self) -> Vec<Heat> {
        let csv = |table| Heat {
            what: "csv",
            table,
            example: Some(("tabwright-table", "bench_csv")),
            native_peers: &["polars", "duckdb", "pandas"],
            in_browser: &["tabwright", "duckdb-wasm", "papaparse"],
        };
        let profile = |table| Heat {
            what: "profile",
            table,
            example: Some(("tabwright-table", "bench_profile")),
            native_peers: &[],
            in_browser: &["tabwright", "duckdb-wasm"],
        };
        let train = |what, n_rows, native_peers, in_browser| Heat {
            what,
            table: ("numeric", n_rows),
            example: Some(("tabwright-train", "bench_train")),
            native_peers,
            in_browser,
        };
        match self {
            Work::Csv => TABLES.map(csv).to_vec(),
            Work::Profile => TABLES.map(profile).to_vec(),
            Work::Train => {
                let boosters = &["lightgbm", "xgboost", "sklearn"];
                vec![
                    train("gbt", 100_000, boosters, &["tabwright"]),
                    train("gbt", 1_000_000, boosters, &["tabwright"]),
                    Heat {
                        example: None,
                        ..train("gbt-300", 100_000, &[], &["tabwright", "ydf-wasm"])
                    },
                    train("forest", 100_000, &["sklearn"], &["tabwright"]),
                    train("logistic", 1_000_000, &["sklearn"], &["tabwright"]),
                ]
            }
            Work::Tune => vec![Heat {
                what: "tune",
                table: ("numeric", 20_000),
                example: None,
                native_peers: &[],
                in_browser: &["two-helpers", "one-helper"],
            }],
            // Measured in ways of their own.
            Work::Serve | Work::Spark => Vec::new(),
            Work::Score => ["rows", "csv"]
                .map(|what| Heat {
                    what,
                    table: ("numeric", 1_000_000),
                    example: None,
                    native_peers: &[],
                    in_browser: &[],
                })
                .to_vec(),
        }
    }
}
