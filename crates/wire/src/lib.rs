//! Messages between page and worker as bytes, made so that both sides need little code.
//!
//! Page and worker are always of one build, so a struct's fields come in the order of its declaration and are read by
//! position: the look-up of names and the states of half-read structs, of which serde makes a copy for each type, are never
//! compiled. That was a quarter of the page's code. Names travel nevertheless, and each value says what it is: enums tagged inside, flattened and
//! untagged values are read by looking first (`deserialize_any`), and there a struct is a map. No other self-describing format
//! reads by position past fields that were left out (`skip_serializing_if`), hence one of our own.
//!
//! Nothing that is kept is written so: the format may change with any build.
//!
//! | First byte | Then |
//! |---|---|
//! | `NONE` | nothing: no value, or the unit |
//! | `SOME` | the value |
//! | `FALSE`, `TRUE` | nothing |
//! | `UNSIGNED` | the number in groups of seven bits, the lowest first |
//! | `NEGATIVE` | as `UNSIGNED`: −1 minus the number |
//! | `FLOAT` | eight bytes, the lowest first |
//! | `TEXT`, `BYTES` | length, content |
//! | `SEQUENCE` | length, values |
//! | `MAP` | keys and values in turn, `END` |
//! | `STRUCT` | of each field `TEXT`, its name (length, content) and the value, or `LEFT_OUT`; `END` |
//! | `VARIANT` | position, name (length, content), the value: `NONE` for a unit variant |

mod bytes;
mod read;
mod write;

use std::fmt::{self, Display};

pub use read::decode;
pub use write::encode;

const NONE: u8 = 0;
const SOME: u8 = 1;
const FALSE: u8 = 2;
const TRUE: u8 = 3;
const UNSIGNED: u8 = 4;
const NEGATIVE: u8 = 5;
const FLOAT: u8 = 6;
const TEXT: u8 = 7;
const BYTES: u8 = 8;
const SEQUENCE: u8 = 9;
const MAP: u8 = 10;
const STRUCT: u8 = 11;
const VARIANT: u8 = 12;
const LEFT_OUT: u8 = 13;
const END: u8 = 14;

/// Why a message cannot be written or read: an error in the program, or two builds that talk to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<str>);

impl Error {
    #[cold]
    fn new(why: &str) -> Self {
        Self(why.into())
    }
}

impl Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a message of another build: {}", self.0)
    }
}

impl std::error::Error for Error {}

impl serde::ser::Error for Error {
    #[cold]
    fn custom<T: Display>(why: T) -> Self {
        Self::new(&why.to_string())
    }
}

impl serde::de::Error for Error {
    #[cold]
    fn custom<T: Display>(why: T) -> Self {
        Self::new(&why.to_string())
    }
}

#[cfg(test)]
mod tests;
