//! Comments, delimiter and header, from the first lines of the text.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Decision, ReadOptions, formats::is_local, missing::MissingTokens, number::read_number,
    parse::Parser, rows::to_text, time::read_iso,
};
use crate::TableError;

/// Rarest in ordinary text first: where two fit equally well, the rarer one is no accident.
const DELIMITERS: [char; 4] = ['\t', '|', ';', ','];
/// What a comment starts with, unless the options say otherwise.
const MARK: u8 = b'#';
/// Rows that the header is compared with.
const MAX_ROWS: usize = 200;

/// What the first lines say.
pub(super) struct Sniffed {
    pub(super) comment: Decision<Option<char>>,
    pub(super) delimiter: Decision<char>,
    pub(super) has_header: Decision<bool>,
    /// Cells that most rows have.
    pub(super) width: usize,
}

/// Detects what the options leave open; `complete` says that `text` is the whole file.
pub(super) fn sniff(
    text: &[u8],
    complete: bool,
    options: &ReadOptions,
    missing: &MissingTokens,
) -> Result<Sniffed, TableError> {
    if let Some(sniffed) = all_chosen(options)? {
        return Ok(sniffed);
    }
    let (comment, delimiter, rows) = match options.comment {
        Some(comment) => {
            let comment = chosen(comment_of(comment));
            let byte = comment.value.map(ascii).transpose()?;
            let (delimiter, rows) = split(text, complete, options, byte)?;
            (comment, delimiter, rows)
        }
        None => sniff_comment(text, complete, options)?,
    };
    let has_header = match options.has_header {
        Some(value) => chosen(value),
        None => sniff_header(&rows.cells, missing),
    };
    Ok(Sniffed {
        comment,
        delimiter,
        has_header,
        width: rows.width,
    })
}

fn chosen<T>(value: T) -> Decision<T> {
    Decision {
        value,
        reason: "chosen by you".into(),
    }
}

/// The blank says that there are no comments.
fn comment_of(chosen: char) -> Option<char> {
    Some(chosen).filter(|chosen| !chosen.is_whitespace())
}

/// What the options say, if they leave nothing to detect: the header will give the width.
fn all_chosen(options: &ReadOptions) -> Result<Option<Sniffed>, TableError> {
    let (Some(comment), Some(delimiter), Some(true)) =
        (options.comment, options.delimiter, options.has_header)
    else {
        return Ok(None);
    };
    ascii(delimiter)?;
    comment_of(comment).map(ascii).transpose()?;
    Ok(Some(Sniffed {
        comment: chosen(comment_of(comment)),
        delimiter: chosen(delimiter),
        has_header: chosen(true),
        width: 0,
    }))
}

/// Splits by the delimiter that was chosen, or by the one that fits best.
fn split(
    text: &[u8],
    complete: bool,
    options: &ReadOptions,
    comment: Option<u8>,
) -> Result<(Decision<char>, Rows), TableError> {
    let Some(value) = options.delimiter else {
        return Ok(sniff_delimiter(text, complete, comment));
    };
    let rows = Rows::split(text, complete, ascii(value)?, comment);
    Ok((chosen(value), rows))
}

type Split = (Decision<Option<char>>, Decision<char>, Rows);

/// Lines that start with `#` are comments where not one of them has as many cells as the others.
fn sniff_comment(text: &[u8], complete: bool, options: &ReadOptions) -> Result<Split, TableError> {
    let with_comments = |options| split(text, complete, options, None);
    let reason = |text: &str| Decision {
        value: None,
        reason: text.into(),
    };
    if text.first() != Some(&MARK) && !text.windows(2).any(|pair| pair == b"\n#" || pair == b"\r#")
    {
        let (delimiter, rows) = with_comments(options)?;
        return Ok((
            reason("no line at the start begins with #"),
            delimiter,
            rows,
        ));
    }
    let (delimiter, rows) = split(text, complete, options, Some(MARK))?;
    let all = Rows::split(text, complete, ascii(delimiter.value)?, None);
    if rows.n_comments == 0 || rows.n_lines == 0 || all.marked_widths.contains(&rows.width) {
        let (delimiter, rows) = with_comments(options)?;
        return Ok((
            reason("lines that begin with # have as many cells as others"),
            delimiter,
            rows,
        ));
    }
    let comment = Decision {
        value: Some('#'),
        reason: format!(
            "none of the first {} lines that begin with # has {} cells as the others have",
            rows.n_comments, rows.width
        ),
    };
    Ok((comment, delimiter, rows))
}

/// The byte of a delimiter.
pub(super) fn ascii(delimiter: char) -> Result<u8, TableError> {
    match u8::try_from(delimiter) {
        Ok(byte) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r' | b' ' | 0) => Ok(byte),
        _ => Err(TableError::BadDelimiter { found: delimiter }),
    }
}

/// The sample, split by one delimiter.
struct Rows {
    cells: Vec<Vec<String>>,
    n_lines: usize,
    n_comments: usize,
    /// The most frequent number of cells in a row, and the rows that have it.
    width: usize,
    n_fitting: usize,
    /// Numbers of cells of the rows, all of the sample's, whose first cell starts with [`MARK`].
    marked_widths: BTreeSet<usize>,
}

impl Rows {
    fn split(text: &[u8], complete: bool, delimiter: u8, comment: Option<u8>) -> Self {
        let mut parser = Parser::new(delimiter, comment);
        let mut widths = BTreeMap::<usize, usize>::new();
        let mut cells = Vec::new();
        let mut marked_widths = BTreeSet::new();
        let mut collect = |row: &super::parse::Row| {
            if row
                .cells()
                .next()
                .is_some_and(|cell| cell.starts_with(&[MARK]))
            {
                marked_widths.insert(row.len());
            }
            *widths.entry(row.len()).or_default() += 1;
            if cells.len() < MAX_ROWS {
                cells.push(row.cells().map(to_text).collect());
            }
            Ok(())
        };
        // A row too long ends the sample here, and is reported when the file itself is parsed.
        let fed = parser.feed(text, usize::MAX, &mut collect);
        if fed.is_ok() && complete {
            let _ = parser.finish(&mut collect);
        }
        if widths.is_empty() {
            // One line longer than the sample: a header of very many names.
            let _ = parser.finish(&mut |row| {
                widths.insert(row.len(), 1);
                Ok(())
            });
        }
        let (width, n_fitting) = widths.iter().fold((1, 0), |best, (&width, &count)| {
            if count >= best.1 {
                (width, count)
            } else {
                best
            }
        });
        Self {
            cells,
            n_lines: widths.values().sum(),
            n_comments: parser.n_comments(),
            width,
            n_fitting,
            marked_widths,
        }
    }
}

fn sniff_delimiter(text: &[u8], complete: bool, comment: Option<u8>) -> (Decision<char>, Rows) {
    let mut best: Option<(char, Rows)> = None;
    for delimiter in DELIMITERS {
        let rows = Rows::split(text, complete, delimiter as u8, comment);
        let fits_better = best.as_ref().is_none_or(|(_, other)| {
            rows.n_fitting as u128 * other.n_lines as u128
                > other.n_fitting as u128 * rows.n_lines as u128
        });
        if rows.width > 1 && fits_better {
            best = Some((delimiter, rows));
        }
    }
    if let Some((value, rows)) = best {
        let (fit, all, width) = (rows.n_fitting, rows.n_lines, rows.width);
        let reason = format!("{fit} of the first {all} lines have {width} cells with it");
        return (Decision { value, reason }, rows);
    }
    let reason = "no delimiter splits the first lines evenly: one column".into();
    (
        Decision { value: ',', reason },
        Rows::split(text, complete, b',', comment),
    )
}

fn sniff_header(rows: &[Vec<String>], missing: &MissingTokens) -> Decision<bool> {
    let Some((first, below)) = rows.split_first() else {
        return Decision {
            value: true,
            reason: "there is no row to compare the first line with".into(),
        };
    };
    if below.is_empty() {
        return Decision {
            value: true,
            reason: "there is nothing below the first line".into(),
        };
    }
    let below: Vec<_> = below
        .iter()
        .filter(|row| row.len() == first.len())
        .collect();
    let measured: Vec<usize> = (0..first.len())
        .filter(|&column| {
            let mut cells = below
                .iter()
                .map(|row| row[column].as_str())
                .filter(|cell| !missing.contains(cell));
            cells.next().is_some_and(is_measured) && cells.all(is_measured)
        })
        .collect();
    let names_one =
        |&&column: &&usize| !is_measured(&first[column]) && !missing.contains(&first[column]);
    if let Some(&column) = measured.iter().find(names_one) {
        let reason = format!(
            "\"{}\" stands above a column of numbers or days",
            shorten(&first[column])
        );
        return Decision {
            value: true,
            reason,
        };
    }
    if let Some(&column) = measured.iter().find(|&&column| is_measured(&first[column])) {
        let reason = format!(
            "the first line has {} where a column of numbers or days follows",
            first[column]
        );
        return Decision {
            value: false,
            reason,
        };
    }
    header_of_texts(first, &below)
}

/// No column is numeric: names of columns do not come again among their values.
fn header_of_texts(first: &[String], below: &[&Vec<String>]) -> Decision<bool> {
    let again = (0..first.len())
        .filter(|&column| {
            !first[column].is_empty() && below.iter().any(|row| row[column] == first[column])
        })
        .count();
    let value = again * 2 < first.len();
    let reason = if value {
        "the cells of the first line do not come again below".into()
    } else {
        format!(
            "{again} of the {} cells of the first line come again below",
            first.len()
        )
    };
    Decision { value, reason }
}

/// A number, a day or a time, in whatever way it is written.
fn is_measured(cell: &str) -> bool {
    read_number(cell.as_bytes()).is_some() || read_iso(cell.as_bytes()).is_some() || is_local(cell)
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}
