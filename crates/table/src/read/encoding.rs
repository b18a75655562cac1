//! Bytes to UTF-8 text, a slice at a time.

use encoding_rs::{Decoder as ByteDecoder, DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Decision, Encoding, scan::is_plain};
use crate::TableError;

/// What stands for bytes that are not valid.
const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

/// How files of other formats start, what they are, and what makes a table of text of them. An older Excel workbook is a compound file.
const OTHER_FORMATS: [(&[u8], &str, &str); 7] = [
    (
        b"PK\x03\x04",
        "an Excel workbook or another zip file",
        "save the sheet as CSV, or unpack the file",
    ),
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "an Excel workbook",
        "save the sheet as CSV",
    ),
    (b"\x1F\x8B", "a gzip file", "unpack it"),
    (b"\xFD7zXZ\0", "an xz file", "unpack it"),
    (b"\x28\xB5\x2F\xFD", "a Zstandard file", "unpack it"),
    (b"PAR1\x15", "a Parquet file", "write it as CSV"),
    (
        b"SQLite format 3\0",
        "an SQLite database",
        "write the table as CSV",
    ),
];

/// Refuses a file that starts as one of another format does.
pub(super) fn refuse_other_formats(sample: &[u8]) -> Result<(), TableError> {
    match OTHER_FORMATS
        .iter()
        .find(|(start, ..)| sample.starts_with(start))
    {
        Some(&(_, what, advice)) => Err(TableError::OtherFormat { what, advice }),
        None => Ok(()),
    }
}

/// The encoding of a file that starts with `sample`, and the length of its byte order mark.
pub(super) fn detect(
    sample: &[u8],
    complete: bool,
    chosen: Option<Encoding>,
) -> (Decision<Encoding>, usize) {
    let mark = byte_order_mark(sample);
    if let Some(value) = chosen {
        let skip = mark
            .filter(|(marked, _)| *marked == value)
            .map_or(0, |(_, length)| length);
        return (
            Decision {
                value,
                reason: "chosen by you".into(),
            },
            skip,
        );
    }
    if let Some((value, length)) = mark {
        return (
            Decision {
                value,
                reason: "the file starts with its byte order mark".into(),
            },
            length,
        );
    }
    if let Some(value) = utf16_without_mark(sample) {
        let reason = "every other byte at the start is NUL, as in UTF-16".into();
        return (Decision { value, reason }, 0);
    }
    let body = if complete {
        sample
    } else {
        &sample[..sample.len() - incomplete_tail(sample)]
    };
    let decision = match std::str::from_utf8(body) {
        Ok(_) if body.is_ascii() => Decision {
            value: Encoding::Utf8,
            reason: "the start of the file is plain ASCII, which UTF-8 includes".into(),
        },
        Ok(_) => Decision {
            value: Encoding::Utf8,
            reason: "the start of the file is valid UTF-8".into(),
        },
        Err(error) => {
            let at = error.valid_up_to();
            let line = body[..at].split(|&byte| byte == b'\n').count();
            Decision {
                value: Encoding::Windows1252,
                reason: format!("byte 0x{:02X} on line {line} is not valid UTF-8", body[at]),
            }
        }
    };
    (decision, 0)
}

fn byte_order_mark(sample: &[u8]) -> Option<(Encoding, usize)> {
    match sample {
        [0xEF, 0xBB, 0xBF, ..] => Some((Encoding::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some((Encoding::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some((Encoding::Utf16Be, 2)),
        _ => None,
    }
}

/// UTF-16 of mostly Latin letters, digits and delimiters: one byte of each two is NUL, and never the other.
fn utf16_without_mark(sample: &[u8]) -> Option<Encoding> {
    let (pairs, _) = sample[..sample.len().min(1024)].as_chunks::<2>();
    let n_nul = |place: usize| pairs.iter().filter(|pair| pair[place] == 0).count();
    let is_most = |n: usize| pairs.len() >= 4 && n * 10 >= pairs.len() * 7;
    match (n_nul(0), n_nul(1)) {
        (0, odd) if is_most(odd) => Some(Encoding::Utf16Le),
        (even, 0) if is_most(even) => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// Length of the character that `bytes` ends in the middle of; 0 if it ends with a whole one.
fn incomplete_tail(bytes: &[u8]) -> usize {
    (1..=bytes.len().min(3))
        .find(|&length| bytes[bytes.len() - length] & 0xC0 != 0x80)
        .filter(|&length| is_incomplete(&bytes[bytes.len() - length..]))
        .unwrap_or(0)
}

fn is_incomplete(bytes: &[u8]) -> bool {
    matches!(std::str::from_utf8(bytes), Err(error) if error.valid_up_to() == 0 && error.error_len().is_none())
}

/// Valid UTF-8.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) bytes: &'a [u8],
    /// It is ASCII without a NUL byte.
    pub(super) is_plain: bool,
}

impl<'a> Text<'a> {
    /// Looks whether valid UTF-8 is plain.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            is_plain: is_plain(bytes),
        }
    }
}

/// Turns slices of bytes into slices of valid UTF-8, and counts what it had to replace.
pub(super) struct Decoder {
    source: Source,
    n_replaced: usize,
}

enum Source {
    /// Passed on without a copy; `carry` is the character that the last slice ended in the middle of.
    Utf8 { carry: Vec<u8> },
    Other {
        decoder: Box<ByteDecoder>,
        text: Vec<u8>,
    },
}

impl Decoder {
    pub(super) fn new(encoding: Encoding) -> Self {
        let other = match encoding {
            Encoding::Utf8 => None,
            Encoding::Utf16Le => Some(UTF_16LE),
            Encoding::Utf16Be => Some(UTF_16BE),
            Encoding::Windows1252 => Some(WINDOWS_1252),
        };
        let source = match other {
            None => Source::Utf8 { carry: Vec::new() },
            Some(encoding) => Source::Other {
                decoder: Box::new(encoding.new_decoder_without_bom_handling()),
                text: vec![0; 1 << 16],
            },
        };
        Self {
            source,
            n_replaced: 0,
        }
    }

    /// Bytes replaced so far.
    pub(super) fn n_replaced(&self) -> usize {
        self.n_replaced
    }

    /// Decodes the next slice; `last` says that no other follows.
    pub(super) fn decode(
        &mut self,
        slice: &[u8],
        last: bool,
        sink: &mut impl FnMut(Text) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        let n_replaced = &mut self.n_replaced;
        match &mut self.source {
            Source::Utf8 { carry } => decode_utf8(carry, n_replaced, slice, last, sink),
            Source::Other { decoder, text } => {
                decode_other(decoder, text, n_replaced, slice, last, sink)
            }
        }
    }
}

fn decode_utf8(
    carry: &mut Vec<u8>,
    n_replaced: &mut usize,
    mut slice: &[u8],
    last: bool,
    sink: &mut impl FnMut(Text) -> Result<(), TableError>,
) -> Result<(), TableError> {
    if !carry.is_empty() {
        while let [first, rest @ ..] = slice
            && is_incomplete(carry)
            && first & 0xC0 == 0x80
        {
            carry.push(*first);
            slice = rest;
        }
        if slice.is_empty() && !last && is_incomplete(carry) {
            return Ok(());
        }
        emit(carry, n_replaced, sink)?;
        carry.clear();
    }
    let tail = if last { 0 } else { incomplete_tail(slice) };
    let (body, tail) = slice.split_at(slice.len() - tail);
    carry.extend_from_slice(tail);
    emit(body, n_replaced, sink)
}

fn emit(
    bytes: &[u8],
    n_replaced: &mut usize,
    sink: &mut impl FnMut(Text) -> Result<(), TableError>,
) -> Result<(), TableError> {
    let text = Text::of(bytes);
    if text.is_plain || std::str::from_utf8(bytes).is_ok() {
        return sink(text);
    }
    for chunk in bytes.utf8_chunks() {
        sink(Text::of(chunk.valid().as_bytes()))?;
        if !chunk.invalid().is_empty() {
            *n_replaced += chunk.invalid().len();
            sink(Text::of(REPLACEMENT))?;
        }
    }
    Ok(())
}

fn decode_other(
    decoder: &mut ByteDecoder,
    text: &mut [u8],
    n_replaced: &mut usize,
    mut slice: &[u8],
    last: bool,
    sink: &mut impl FnMut(Text) -> Result<(), TableError>,
) -> Result<(), TableError> {
    loop {
        let (result, n_read, n_written) =
            decoder.decode_to_utf8_without_replacement(slice, text, last);
        slice = &slice[n_read..];
        sink(Text::of(&text[..n_written]))?;
        match result {
            DecoderResult::InputEmpty => return Ok(()),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, _) => {
                *n_replaced += usize::from(length);
                sink(Text::of(REPLACEMENT))?;
            }
        }
    }
}
