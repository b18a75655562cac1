//! How large a value is as JSON, without holding it.

use std::io::{self, Write};

use serde::Serialize;

/// Bytes of a value's JSON; 0 if it has none.
pub(crate) fn json_bytes(value: &impl Serialize) -> u64 {
    let mut written = Written(0);
    serde_json::to_writer(&mut written, value).map_or(0, |()| written.0)
}

/// Counts what is written and keeps none of it.
struct Written(u64);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::json_bytes;

    #[test]
    fn as_many_as_are_written() {
        let value = serde_json::json!({"a": [1.5, null, "\u{e9}\n"], "b": {}});
        let written = serde_json::to_vec(&value).unwrap();
        assert_eq!(json_bytes(&value), written.len() as u64);
    }
}
