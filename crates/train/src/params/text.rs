//! Parameters that are text: an optional number, signs of features, groups of features.
//!
//! A feature's name may be put in double quotes, which it must be where it holds a comma, colon or semicolon; a quote within them is
//! doubled.

use crate::TrainError;

/// What a text must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextForm {
    /// A number, or nothing.
    Number,
    /// `age:+1, price:-1`: a feature and a sign each, or nothing.
    Signs,
    /// `age, income; height, weight`: features by groups, or nothing.
    Groups,
}

impl TextForm {
    /// What is expected, as an error and the form say it.
    pub fn expected(self) -> &'static str {
        match self {
            TextForm::Number => "a number, or nothing",
            TextForm::Signs => "features with their signs such as age:+1, price:-1, or nothing",
            TextForm::Groups => {
                "features by groups such as age, income; height, weight, or nothing"
            }
        }
    }

    /// Whether a text has this form.
    pub fn fits(self, text: &str) -> bool {
        match self {
            TextForm::Number => text.trim().is_empty() || number(text).is_some(),
            TextForm::Signs => signs(text).is_some(),
            TextForm::Groups => groups(text).is_some(),
        }
    }
}

/// A finite number.
pub(crate) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|x: &f64| x.is_finite())
}

/// Features and their signs; `None` where the text is not so.
pub(crate) fn signs(text: &str) -> Option<Vec<(String, i8)>> {
    let parts = split(text, &[',', ':'])?;
    if parts.len() == 1 && parts[0].0.is_empty() {
        return Some(Vec::new());
    }
    let mut signs = Vec::new();
    let mut parts = parts.into_iter();
    while let Some((name, after)) = parts.next() {
        let (sign, after_sign) = parts.next()?;
        if name.is_empty() || after != Some(':') || after_sign == Some(':') {
            return None;
        }
        let sign = match sign.as_str() {
            "+1" | "1" | "+" => 1,
            "-1" | "-" => -1,
            "0" => 0,
            _ => return None,
        };
        signs.push((name, sign));
        if parts.len() == 0 && after_sign.is_some() {
            return None;
        }
    }
    Some(signs)
}

/// Groups of features; `None` where the text is not so.
pub(crate) fn groups(text: &str) -> Option<Vec<Vec<String>>> {
    let parts = split(text, &[',', ';'])?;
    if parts.len() == 1 && parts[0].0.is_empty() {
        return Some(Vec::new());
    }
    let mut groups = vec![Vec::new()];
    for (name, after) in parts {
        if name.is_empty() {
            return None;
        }
        groups.last_mut()?.push(name);
        if after == Some(';') {
            groups.push(Vec::new());
        }
    }
    Some(groups)
}

/// The position of a feature.
///
/// # Errors
/// If there is none of this name, with those that there are.
pub(crate) fn position(
    parameter: &str,
    name: &str,
    features: &[tabwright_recipe::Feature],
) -> Result<usize, TrainError> {
    features
        .iter()
        .position(|feature| feature.name == name)
        .ok_or_else(|| {
            let known: Vec<&str> = features
                .iter()
                .take(MAX_KNOWN)
                .map(|feature| feature.name.as_str())
                .collect();
            TrainError::Parameter {
                name: parameter.to_owned(),
                message: format!(
                    "there is no feature \"{name}\" after the recipe; the features are {}",
                    known.join(", ")
                ),
            }
        })
}

/// Features that an error message lists.
const MAX_KNOWN: usize = 20;

/// The text cut at separators outside quotes: each part without its quotes and the blanks around it, and the separator after it.
/// `None` where a quote is not closed, or something stands beside quotes.
fn split(text: &str, separators: &[char]) -> Option<Vec<(String, Option<char>)>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let name;
        (name, rest) = if let Some(quoted) = rest.strip_prefix('"') {
            unquote(quoted)?
        } else {
            let end = rest.find(separators).unwrap_or(rest.len());
            (rest[..end].trim_end().to_owned(), &rest[end..])
        };
        rest = rest.trim_start();
        let separator = rest.chars().next();
        parts.push((name, separator));
        match separator {
            None => return Some(parts),
            Some(found) if separators.contains(&found) => rest = &rest[found.len_utf8()..],
            Some(_) => return None,
        }
    }
}

/// What stands before the closing quote, and what behind it.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = quoted;
    loop {
        let end = rest.find('"')?;
        name.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                rest = more;
            }
            None => return Some((name, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_read() {
        let of = |text: &str| signs(text);
        assert_eq!(of(" "), Some(vec![]));
        assert_eq!(
            of("age:+1, \"a, \"\"b\"\":c\" : -1,x:0"),
            Some(vec![
                ("age".into(), 1),
                ("a, \"b\":c".into(), -1),
                ("x".into(), 0)
            ])
        );
        for wrong in [
            "age", "age:", "age:2", "age:+1,", ",age:1", "age:1:1", "\"age:1", "\"a\"b:1", ":1",
            "age,1",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn groups_are_read() {
        assert_eq!(groups(""), Some(vec![]));
        assert_eq!(
            groups("a, b;\"c;d\""),
            Some(vec![vec!["a".into(), "b".into()], vec!["c;d".into()]])
        );
        for wrong in ["a,", ";a", "a;;b", "\"a"] {
            assert_eq!(groups(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_are_finite_or_absent() {
        assert!(TextForm::Number.fits(" ") && TextForm::Number.fits("-0.5"));
        assert!(!TextForm::Number.fits("inf") && !TextForm::Number.fits("x"));
    }
}
