//! What DuckDB and Spark SQL write differently.

use std::fmt::Write as _;

use tabwright_table::{ColumnSchema, Kind};

/// A dialect of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB.
    DuckDb,
    /// Spark SQL.
    Spark,
}

/// Doubles from here on are whole.
const ALL_WHOLE: &str = "4.503599627370496e15";

impl Dialect {
    /// All, the usual one first.
    pub const ALL: &[Dialect] = &[Dialect::DuckDb, Dialect::Spark];

    /// As the command line names it.
    pub fn key(self) -> &'static str {
        match self {
            Dialect::DuckDb => "duckdb",
            Dialect::Spark => "spark",
        }
    }

    /// As messages name it.
    pub fn title(self) -> &'static str {
        match self {
            Dialect::DuckDb => "SQL for DuckDB",
            Dialect::Spark => "Spark SQL",
        }
    }

    /// Splits that one query has at most: an engine reads and plans all of them before it starts. Spark was minutes over an ensemble of
    /// a hundred trees, and quick with one tree.
    pub(super) fn max_splits(self) -> usize {
        match self {
            Dialect::DuckDb => 20_000,
            Dialect::Spark => 200,
        }
    }

    /// A name in quotes.
    pub(crate) fn name(self, name: &str) -> String {
        match self {
            Dialect::DuckDb => format!("\"{}\"", name.replace('"', "\"\"")),
            Dialect::Spark => format!("`{}`", name.replace('`', "``")),
        }
    }

    /// A text in quotes.
    pub(crate) fn text(self, text: &str) -> String {
        if self == Dialect::DuckDb {
            return format!("'{}'", text.replace('\'', "''"));
        }
        let mut quoted = String::from("'");
        for c in text.chars() {
            match c {
                '\\' | '\'' => quoted.extend(['\\', c]),
                // A raw line break would be one too, but not survive being moved about.
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\t' => quoted.push_str("\\t"),
                '\0' => quoted.push_str("\\0"),
                _ => quoted.push(c),
            }
        }
        quoted + "'"
    }

    /// All columns but these.
    pub(crate) fn all_but(self, names: &[String]) -> String {
        if names.is_empty() {
            return "*".into();
        }
        let word = match self {
            Dialect::DuckDb => "EXCLUDE",
            Dialect::Spark => "EXCEPT",
        };
        format!("* {word} ({})", names.join(", "))
    }

    /// The type of texts.
    pub(super) fn text_type(self) -> &'static str {
        match self {
            Dialect::DuckDb => "VARCHAR",
            Dialect::Spark => "STRING",
        }
    }

    /// A raw column as what the model reads: a finite number or NULL, or a text that is no missing token or NULL.
    pub(super) fn raw(
        self,
        column: &ColumnSchema,
        missing_tokens: &[String],
        missing_numbers: &[f64],
    ) -> String {
        let name = self.name(&column.name);
        match column.kind {
            Kind::Date | Kind::Datetime => self.seconds(&name),
            kind if kind.is_number() => missing_numbers.iter().fold(
                finite(&format!("TRY_CAST({name} AS DOUBLE)")),
                |number_of, token| format!("NULLIF({number_of}, {})", number(*token)),
            ),
            _ => {
                let text = self.raw_text(&name, column);
                missing_tokens
                    .iter()
                    .filter(|token| !token.is_empty())
                    .fold(format!("NULLIF({text}, '')"), |text, token| {
                        format!("NULLIF({text}, {})", self.text(token))
                    })
            }
        }
    }

    /// A column of the engine's own truths is spelt as the training file spelt them.
    fn raw_text(self, name: &str, column: &ColumnSchema) -> String {
        let text = format!("CAST({name} AS {})", self.text_type());
        let [no, yes] = match &column.levels[..] {
            [no, yes] if column.kind == Kind::Boolean => [no, yes],
            _ => return text,
        };
        format!(
            "CASE WHEN LOWER(TYPEOF({name})) <> 'boolean' THEN {text} WHEN {text} = 'true' THEN {} WHEN {text} = 'false' THEN {} END",
            self.text(yes),
            self.text(no)
        )
    }

    /// Seconds since 1970 of a day, a time, or a text that is one.
    pub(super) fn seconds(self, name: &str) -> String {
        match self {
            Dialect::DuckDb => finite(&format!("EPOCH(TRY_CAST({name} AS TIMESTAMP))")),
            Dialect::Spark => {
                let time = format!("TRY_CAST({name} AS TIMESTAMP_NTZ)");
                format!(
                    "CAST(DATEDIFF(CAST({time} AS DATE), DATE'1970-01-01') AS DOUBLE) * 8.64e4 + HOUR({time}) * 3.6e3 \
                     + MINUTE({time}) * 6e1 + CAST(EXTRACT(SECOND FROM {time}) AS DOUBLE)"
                )
            }
        }
    }

    /// The next whole number below or above.
    pub(super) fn whole(self, function: &str, x: &str) -> String {
        match self {
            Dialect::DuckDb => format!("{function}({x})"),
            // Spark's gives a BIGINT.
            Dialect::Spark => format!(
                "CASE WHEN ABS({x}) < {ALL_WHOLE} THEN CAST({function}({x}) AS DOUBLE) ELSE {x} END"
            ),
        }
    }

    /// The day of these seconds since 1970.
    pub(super) fn day(self, seconds: &str) -> String {
        let days = format!("CAST(FLOOR({seconds} / 8.64e4) AS INT)");
        match self {
            Dialect::DuckDb => format!("(DATE '1970-01-01' + {days})"),
            Dialect::Spark => format!("DATE_ADD(DATE'1970-01-01', {days})"),
        }
    }

    /// Monday 1 to Sunday 7.
    pub(super) fn weekday(self, day: &str) -> String {
        match self {
            Dialect::DuckDb => format!("ISODOW({day})"),
            Dialect::Spark => format!("(WEEKDAY({day}) + 1)"),
        }
    }

    /// Whether all of a text is matched by a pattern.
    pub(super) fn is_like(self, text: &str, pattern: &str) -> String {
        match self {
            Dialect::DuckDb => format!("REGEXP_FULL_MATCH({text}, {})", self.text(pattern)),
            Dialect::Spark => format!("{text} RLIKE {}", self.text(&format!("^(?:{pattern})$"))),
        }
    }
}

/// A number as a literal of type DOUBLE.
pub(crate) fn number(number: f64) -> String {
    if number.is_nan() {
        return "CAST(NULL AS DOUBLE)".into();
    }
    let mut text = String::new();
    // Writing to a string cannot fail. With an exponent, it is no decimal.
    let _ = write!(text, "{number:e}");
    if number.is_sign_negative() {
        format!("({text})")
    } else {
        text
    }
}

/// NULL where a number is not finite.
pub(super) fn finite(x: &str) -> String {
    let special = |name: &str| format!("CAST('{name}' AS DOUBLE)");
    ["NaN", "Infinity", "-Infinity"]
        .iter()
        .fold(x.to_owned(), |x, name| {
            format!("NULLIF({x}, {})", special(name))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_ends_where_it_should() {
        assert_eq!(Dialect::DuckDb.name(r#"a"b"#), r#""a""b""#);
        assert_eq!(Dialect::Spark.name("a`b"), "`a``b`");
        assert_eq!(Dialect::DuckDb.text(r"it's\"), r"'it''s\'");
        assert_eq!(Dialect::Spark.text("it's\\\n"), r"'it\'s\\\n'");
    }

    #[test]
    fn numbers_are_doubles_to_the_bit() {
        assert_eq!(number(0.1), "1e-1");
        assert_eq!(number(-2.5), "(-2.5e0)");
        assert_eq!(number(f64::MAX), "1.7976931348623157e308");
        assert_eq!(number(f64::NAN), "CAST(NULL AS DOUBLE)");
    }
}
