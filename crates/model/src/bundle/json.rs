//! JSON as bundles have it.

use std::io::{self, Write};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::ser::Formatter;

use crate::ModelError;

/// The bytes of a value. It is read back, because JSON has no NaN and no infinity and writes null for them.
pub(super) fn to_json<T: Serialize + DeserializeOwned + PartialEq>(
    entry: &str,
    value: &T,
) -> Result<Vec<u8>, ModelError> {
    let bad = |message: String| ModelError::BadEntry {
        entry: entry.into(),
        message,
    };
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Lines::default());
    value
        .serialize(&mut serializer)
        .map_err(|error| bad(error.to_string()))?;
    bytes.push(b'\n');
    match serde_json::from_slice::<T>(&bytes) {
        Ok(read) if read == *value => Ok(bytes),
        _ => Err(bad(
            "it holds a number that is not finite and cannot be written".into(),
        )),
    }
}

/// The value of an entry.
pub(super) fn from_json<T: DeserializeOwned>(entry: &str, bytes: &[u8]) -> Result<T, ModelError> {
    serde_json::from_slice(bytes).map_err(|error| ModelError::BadEntry {
        entry: entry.into(),
        message: error.to_string(),
    })
}

/// One line a field and one line an element of an array, all within that element on its line: a tree, a column or a
/// fold is a line, so that two bundles compare well and a large model stays small.
#[derive(Default)]
struct Lines {
    /// Objects around, outside any array.
    depth: usize,
    /// Arrays around.
    arrays: usize,
    has_value: bool,
}

fn new_line<W: ?Sized + Write>(writer: &mut W, depth: usize) -> io::Result<()> {
    write!(writer, "\n{:width$}", "", width = 2 * depth)
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.arrays += 1;
        self.has_value = false;
        writer.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.arrays -= 1;
        if self.arrays == 0 && self.has_value {
            new_line(writer, self.depth)?;
        }
        self.has_value = true;
        writer.write_all(b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.arrays == 1 {
            new_line(writer, self.depth + 1)
        } else {
            Ok(())
        }
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth += usize::from(self.arrays == 0);
        self.has_value = false;
        writer.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.depth -= usize::from(self.arrays == 0);
        if self.arrays == 0 && self.has_value {
            new_line(writer, self.depth)?;
        }
        self.has_value = true;
        writer.write_all(b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if self.arrays == 0 {
            new_line(writer, self.depth)
        } else {
            Ok(())
        }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.arrays == 0 { b": " } else { b":" })
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn an_element_is_a_line() {
        let value = json!({"a": {}, "b": [], "c": [[1, 2], {"d": [3], "e": {}}], "f": {"g": 0.1}});
        let text = String::from_utf8(to_json("x", &value).unwrap()).unwrap();
        let expected = "{\n  \"a\": {},\n  \"b\": [],\n  \"c\": [\n    [1,2],\n    {\"d\":[3],\"e\":{}}\n  ],\n  \"f\": {\n    \"g\": 0.1\n  }\n}\n";
        assert_eq!(text, expected);
        assert_eq!(from_json::<Value>("x", text.as_bytes()).unwrap(), value);
    }

    #[test]
    fn a_number_that_json_cannot_hold_is_an_error() {
        assert!(to_json("x", &vec![1.0, f64::NAN]).is_err());
        assert!(to_json("x", &vec![1.0, f64::INFINITY]).is_err());
        assert!(to_json("x", &vec![1.0, f64::MAX, 5e-324]).is_ok());
    }
}
