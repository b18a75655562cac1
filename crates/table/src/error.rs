//! What can go wrong between bytes and a table.

/// Why there is no table.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TableError {
    /// The file has no byte (or nothing but blanks).
    #[error("the file is empty: there is no header line and no row")]
    Empty,
    /// There is a header, and nothing below it.
    #[error("the file has a header line with {columns} columns and no row below it")]
    NoRows {
        /// Number of names in the header.
        columns: usize,
    },
    /// There are rows, and none has as many cells as the header.
    #[error(
        "none of the {rows} rows has {expected} cells as the header has (line {line} has {found}); \
         choose another delimiter, or say that there is no header"
    )]
    NoFittingRow {
        /// Cells of the header.
        expected: usize,
        /// Cells of the first row.
        found: usize,
        /// One-based line of the first row.
        line: u64,
        /// Number of rows.
        rows: usize,
    },
    /// A row without end.
    #[error(
        "the row that starts on line {line} is longer than {limit_mib} MiB: a quotation mark is probably not closed there"
    )]
    RowTooLong {
        /// One-based line.
        line: u64,
        /// The limit in MiB.
        limit_mib: usize,
    },
    /// A character that cannot stand between cells.
    #[error(
        "{found:?} cannot be the delimiter; choose a comma, a semicolon, a tab or a vertical bar"
    )]
    BadDelimiter {
        /// The character asked for.
        found: char,
    },
    /// A file of another format, told by how it starts.
    #[error("this is {what}, not text: {advice}")]
    OtherFormat {
        /// Which, with its article.
        what: &'static str,
        /// How to make a table of text of it.
        advice: &'static str,
    },
    /// Bytes that no text file has.
    #[error(
        "line {line} holds a NUL byte: this is not a text file, or it is UTF-16 without a byte order mark; save it as CSV in UTF-8"
    )]
    NulByte {
        /// One-based line.
        line: u64,
    },
    /// More rows than a code can count.
    #[error(
        "the table has more than {limit} rows, which is more than this build can hold; take a sample of the file"
    )]
    TooManyRows {
        /// The limit.
        limit: u64,
    },
    /// A table that the reader was told it must not make.
    #[error(
        "the table would take about {expected_mib} MiB of memory, and {limit_mib} MiB is what can be held here: read one of \
         each {sample_every} rows, or use the command tabwright, which has no such limit"
    )]
    TooLarge {
        /// What it would take, in MiB.
        expected_mib: u64,
        /// The limit, in MiB.
        limit_mib: u64,
        /// Of so many rows one can be held.
        sample_every: u32,
    },
    /// A column that does not fit its table.
    #[error("column \"{column}\" has {found} rows where the table has {expected}")]
    ColumnLength {
        /// The column's name.
        column: String,
        /// Rows of the table.
        expected: usize,
        /// Rows of the column.
        found: usize,
    },
    /// Two columns of one name.
    #[error("two columns are called \"{column}\"; rename one of them")]
    DuplicateColumn {
        /// The shared name.
        column: String,
    },
    /// A column that is not there.
    #[error("there is no column \"{column}\"; the columns are {known}")]
    UnknownColumn {
        /// The name asked for.
        column: String,
        /// The names there are, comma-separated (the first twenty).
        known: String,
    },
}
