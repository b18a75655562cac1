//! Bytes to rows, once dialect and encoding are decided.

use super::{
    Decision, Encoding,
    encoding::{Decoder, Text},
    parse::Parser,
    rows::TableBuilder,
    split::Splitter,
};
use crate::TableError;

/// Bytes behind a row that is not plain that are parsed in any case: where there is one, there are more.
const QUOTED_BYTES: usize = 4 << 10;

/// What happens to the bytes once dialect and encoding are decided.
pub(super) struct Stream {
    pub(super) decoder: Decoder,
    pub(super) text: TextStream,
    pub(super) encoding: Decision<Encoding>,
    pub(super) delimiter: Decision<char>,
    pub(super) has_header: Decision<bool>,
    pub(super) comment: Decision<Option<char>>,
}

/// Rows from text: plain ones at once, others by the parser.
pub(super) struct TextStream {
    pub(super) parser: Parser,
    pub(super) splitter: Splitter,
    pub(super) rows: TableBuilder,
}

impl Stream {
    /// Takes bytes of at most a part's length.
    pub(super) fn push(&mut self, part: &[u8]) -> Result<(), TableError> {
        let text = &mut self.text;
        self.decoder
            .decode(part, false, &mut |part| text.feed(part))
    }

    pub(super) fn end(&mut self) -> Result<(), TableError> {
        let text = &mut self.text;
        self.decoder.decode(&[], true, &mut |part| text.feed(part))
    }
}

impl TextStream {
    pub(super) fn feed(&mut self, text: Text) -> Result<(), TableError> {
        let Text { bytes, is_plain } = text;
        let nul = if is_plain {
            None
        } else {
            bytes.iter().position(|&byte| byte == 0)
        };
        self.feed_rows(&bytes[..nul.unwrap_or(bytes.len())])?;
        match nul {
            Some(_) => Err(TableError::NulByte {
                line: self.parser.line(),
            }),
            None => Ok(()),
        }
    }

    /// Takes text of at most a part's length.
    fn feed_rows(&mut self, text: &[u8]) -> Result<(), TableError> {
        let mut at = 0;
        while at < text.len() {
            let n_columns = self.rows.width();
            let mut enough = 0;
            // In a file of one column a blank line is no row, which only the parser knows.
            if n_columns > 1 && self.parser.is_between_rows() && !self.rows.is_sample() {
                let (block, end) = self.splitter.run(text, at, n_columns);
                if block.n_rows > 0 {
                    self.rows.push_block(&block, self.parser.line())?;
                    self.parser.skip_lines(block.n_lines());
                    at = end;
                    continue;
                }
                enough = QUOTED_BYTES;
            }
            let rows = &mut self.rows;
            at += self
                .parser
                .feed(&text[at..], enough, &mut |row| rows.push(row))?;
        }
        Ok(())
    }

    /// Takes the last row; gives its line if it ends inside quotation marks.
    pub(super) fn finish(&mut self) -> Result<Option<u64>, TableError> {
        let open_quote = self.parser.open_quote();
        let rows = &mut self.rows;
        self.parser.finish(&mut |row| rows.push(row))?;
        self.rows.flush();
        Ok(open_quote)
    }
}
