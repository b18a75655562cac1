//! Who may ask: bearer tokens from a file.

use std::fs;
use std::path::Path;

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use crate::ServeError;
use crate::config::AuthConfig;
use crate::problem::Problem;

/// Shorter tokens can be guessed.
const MIN_TOKEN_BYTES: usize = 16;

/// Digests of tokens: all are of one length, so that comparisons tell nothing, not even that.
type Tokens = Vec<[u8; 32]>;

/// Those who may ask, and those who may change the server.
pub struct Auth {
    /// Everybody may ask if there is none.
    ask: Option<Tokens>,
    /// Nobody may change the server if there is none.
    change: Tokens,
}

impl Auth {
    /// Reads the files of tokens.
    ///
    /// # Errors
    /// Files that cannot be read, have no token, or one that is too short.
    pub fn read(config: &AuthConfig) -> Result<Self, ServeError> {
        Ok(Self {
            ask: config.tokens.as_deref().map(read).transpose()?,
            change: config
                .admin_tokens
                .as_deref()
                .map_or(Ok(Vec::new()), read)?,
        })
    }

    /// Whether anybody may ask.
    pub fn is_open(&self) -> bool {
        self.ask.is_none()
    }

    /// Lets those through who may ask; who may change the server may ask, too.
    ///
    /// # Errors
    /// 401.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(tokens) = &self.ask else {
            return Ok(());
        };
        let digest = digest(headers);
        if bool::from(holds(tokens, &digest) | holds(&self.change, &digest)) {
            return Ok(());
        }
        Err(unauthorized(
            "expected a header Authorization: Bearer with a token that is known here",
        ))
    }

    /// Lets those through who may change the server.
    ///
    /// # Errors
    /// 401, also where there is no admin token at all.
    pub fn check_admin(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if bool::from(holds(&self.change, &digest(headers))) {
            return Ok(());
        }
        Err(unauthorized(
            "expected a header Authorization: Bearer with an admin token (auth.admin_tokens in the configuration)",
        ))
    }
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(401, "unauthorized", "A token is needed", detail)
}

/// The digest of the token that a request has; that of nothing if it has none, which no token's is.
fn digest(headers: &HeaderMap) -> [u8; 32] {
    let value = headers
        .get(AUTHORIZATION)
        .map_or(&[][..], |value| value.as_bytes());
    let token = match value.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"bearer ") => token.trim_ascii(),
        _ => &[],
    };
    Sha256::digest(token).into()
}

/// Compares with every token, whichever is equal.
fn holds(tokens: &Tokens, digest: &[u8; 32]) -> Choice {
    let none = Choice::from(0);
    tokens
        .iter()
        .fold(none, |found, token| found | token.ct_eq(digest))
}

fn read(path: &Path) -> Result<Tokens, ServeError> {
    let bad = |message: String| ServeError::File {
        path: path.into(),
        message,
    };
    let text = fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    let mut tokens = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let token = line.trim();
        if token.is_empty() || token.starts_with('#') {
            continue;
        }
        if token.len() < MIN_TOKEN_BYTES {
            return Err(bad(format!(
                "line {}: the token has {} characters, expected {MIN_TOKEN_BYTES} or more",
                index + 1,
                token.len()
            )));
        }
        tokens.push(Sha256::digest(token.as_bytes()).into());
    }
    if tokens.is_empty() {
        return Err(bad("there is no token: expected one a line".into()));
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn headers(value: &str) -> HeaderMap {
        let value = HeaderValue::from_str(value).unwrap();
        HeaderMap::from_iter([(AUTHORIZATION, value)])
    }

    fn auth(tokens: &str, admin: &str) -> Result<Auth, ServeError> {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            Some(path)
        };
        Auth::read(&AuthConfig {
            tokens: file("tokens", tokens),
            admin_tokens: file("admin", admin),
        })
    }

    #[test]
    fn only_known_tokens_pass() {
        let auth = auth(
            "# ours\n0123456789abcdef\nfedcba9876543210\n",
            "admin-0123456789\n",
        )
        .unwrap();
        for (value, may_ask, may_change) in [
            ("Bearer 0123456789abcdef", true, false),
            ("bearer fedcba9876543210", true, false),
            ("Bearer admin-0123456789", true, true),
            ("Bearer 0123456789abcdeg", false, false),
            ("Bearer ", false, false),
            ("Bearer # ours", false, false),
            ("Basic 0123456789abcdef", false, false),
        ] {
            assert_eq!(auth.check(&headers(value)).is_ok(), may_ask, "{value}");
            assert_eq!(
                auth.check_admin(&headers(value)).is_ok(),
                may_change,
                "{value}"
            );
        }
        assert_eq!(auth.check(&HeaderMap::new()).unwrap_err().status, 401);
    }

    #[test]
    fn without_files_all_may_ask_and_none_may_change() {
        let auth = Auth::read(&AuthConfig::default()).unwrap();
        assert!(auth.is_open() && auth.check(&HeaderMap::new()).is_ok());
        assert!(auth.check_admin(&HeaderMap::new()).is_err());
        assert!(auth.check_admin(&headers("Bearer ")).is_err());
    }

    #[test]
    fn tokens_that_can_be_guessed_are_refused() {
        let message = |tokens| auth(tokens, "admin-0123456789").err().unwrap().to_string();
        assert!(message("\n\nshort").contains("line 3: the token has 5 characters"));
        assert!(message("# none").contains("there is no token"));
    }
}
