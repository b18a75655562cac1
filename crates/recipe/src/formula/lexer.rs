//! Characters to tokens.

use crate::RecipeError;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    /// In single quotes.
    Text(String),
    /// A bare word: a column, a function or a keyword.
    Word(String),
    /// In backquotes: always a column.
    Quoted(String),
    /// An operator, bracket or comma.
    Symbol(&'static str),
    End,
}

impl Token {
    /// For "found …" in messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Token::Number(number) => format!("the number {number}"),
            Token::Text(text) => format!("the text '{text}'"),
            Token::Word(word) => format!("\"{word}\""),
            Token::Quoted(name) => format!("the column `{name}`"),
            Token::Symbol(symbol) => format!("\"{symbol}\""),
            Token::End => "the end".into(),
        }
    }
}

pub(super) fn error(at: usize, message: impl Into<String>) -> RecipeError {
    RecipeError::Formula {
        message: message.into(),
        at,
    }
}

/// Longer ones first, so that `<=` is not read as `<`.
const SYMBOLS: [(&str, &str); 18] = [
    ("<=", "<="),
    (">=", ">="),
    ("<>", "!="),
    ("!=", "!="),
    ("==", "="),
    ("=", "="),
    ("<", "<"),
    (">", ">"),
    ("+", "+"),
    ("-", "-"),
    ("−", "-"),
    ("*", "*"),
    ("×", "*"),
    ("/", "/"),
    ("%", "%"),
    ("(", "("),
    (")", ")"),
    (",", ","),
];

/// The tokens with the one-based character where each starts; the last is [`Token::End`].
pub(super) fn tokens(formula: &str) -> Result<Vec<(usize, Token)>, RecipeError> {
    let mut rest = formula;
    let mut at = 1;
    let mut tokens = Vec::new();
    loop {
        let trimmed = rest.trim_start();
        at += rest[..rest.len() - trimmed.len()].chars().count();
        if trimmed.is_empty() {
            tokens.push((at, Token::End));
            return Ok(tokens);
        }
        let (token, n_bytes) = next_token(trimmed, at)?;
        tokens.push((at, token));
        at += trimmed[..n_bytes].chars().count();
        rest = &trimmed[n_bytes..];
    }
}

/// The first token of a text that does not start with a blank, and its length in bytes.
fn next_token(text: &str, at: usize) -> Result<(Token, usize), RecipeError> {
    if let Some((written, symbol)) = SYMBOLS
        .iter()
        .find(|(written, _)| text.starts_with(written))
    {
        return Ok((Token::Symbol(symbol), written.len()));
    }
    match text.chars().next() {
        Some('\'') => quoted(text, '\'', at).map(|(inner, n)| (Token::Text(inner), n)),
        Some('`') => quoted(text, '`', at).map(|(inner, n)| (Token::Quoted(inner), n)),
        Some(c) if c.is_ascii_digit() || c == '.' => number(text, at),
        Some(c) if c.is_alphabetic() || c == '_' => {
            let is_inner = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let n_bytes = text.find(|c| !is_inner(c)).unwrap_or(text.len());
            Ok((Token::Word(text[..n_bytes].to_owned()), n_bytes))
        }
        Some('"' | '“' | '”' | '‘' | '’') => Err(error(
            at,
            "text is written in single quotes ('male') and a column's name bare or in backquotes (`body mass`)",
        )),
        c => Err(error(
            at,
            format!(
                "\"{}\" has no meaning here; write a column's name that holds it in backquotes",
                c.unwrap_or(' ')
            ),
        )),
    }
}

/// The inside of a quoted text, where the quote doubled stands for itself.
fn quoted(text: &str, quote: char, at: usize) -> Result<(String, usize), RecipeError> {
    let mut inner = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((place, c)) = chars.next() {
        if c != quote {
            inner.push(c);
        } else if chars.next_if(|&(_, next)| next == quote).is_some() {
            inner.push(quote);
        } else {
            return Ok((inner, place + 1));
        }
    }
    Err(error(
        at,
        format!("the {quote} that opens here is never closed"),
    ))
}

fn number(text: &str, at: usize) -> Result<(Token, usize), RecipeError> {
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count() + from;
    let mut end = digits(0);
    if text[end..].starts_with('.') {
        end = digits(end + 1);
    }
    if let Some(exponent) = text[end..].strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let last = digits(end + 1 + sign);
        if last > end + 1 + sign {
            end = last;
        }
    }
    match text[..end].parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Number(value), end)),
        _ => Err(error(
            at,
            format!("expected a number, found \"{}\"", &text[..end.max(1)]),
        )),
    }
}
