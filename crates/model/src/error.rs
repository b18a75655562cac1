//! What can be wrong with a bundle or with rows to score.

use tabwright_table::Kind;

/// Why there is no bundle, or no score.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// Not a zip, or a broken one.
    #[error("this is not a Tabwright bundle: {0}")]
    NotABundle(String),
    /// An entry that must be there.
    #[error("the bundle lacks the entry {0}")]
    AbsentEntry(&'static str),
    /// An entry that is not what it should be.
    #[error("the bundle's entry {entry} is damaged: {message}")]
    BadEntry {
        /// The entry's name.
        entry: String,
        /// What was expected and what was found.
        message: String,
    },
    /// A checksum that does not match.
    #[error(
        "the bundle's entry {entry} does not match its checksum: the file was changed or damaged after it was exported"
    )]
    Checksum {
        /// The entry's name.
        entry: String,
    },
    /// A newer or unknown format.
    #[error(
        "the bundle has format {found}; this version reads formats {first} to {last}: update Tabwright"
    )]
    FormatVersion {
        /// The bundle's.
        found: u32,
        /// The first that this build reads.
        first: u32,
        /// The last one.
        last: u32,
    },
    /// A column that was read as another kind, with a value that cannot be converted.
    #[error(
        "the model needs the column \"{column}\" as {}; it was read as {} and holds \"{text}\": read the file with \
         the bundle's column kinds, so that cells that do not fit become missing and are counted",
        expected.name(),
        found.name()
    )]
    Kind {
        /// The column.
        column: String,
        /// What the model learnt.
        expected: Kind,
        /// What the table has.
        found: Kind,
        /// The first value that cannot be converted.
        text: String,
    },
    /// Rows to score that lack several columns.
    #[error("the input lacks {n} columns that the model needs: {names}")]
    AbsentColumns {
        /// How many.
        n: usize,
        /// Their names, comma-separated.
        names: String,
    },
    /// A tree of more levels than contributions can be told of.
    #[error("a tree has more than {limit} levels: contributions of its features are not told")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A column to be kept beside the scores that the rows do not have.
    #[error("there is no column \"{column}\" to keep; the columns are {known}")]
    UnknownColumn {
        /// The name asked for.
        column: String,
        /// The names there are, comma-separated (the first twenty).
        known: String,
    },
    /// Rows that cannot be scored.
    #[error(transparent)]
    Recipe(#[from] tabwright_recipe::RecipeError),
    /// Rows that cannot be read.
    #[error(transparent)]
    Table(#[from] tabwright_table::TableError),
}
