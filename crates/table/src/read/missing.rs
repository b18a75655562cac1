//! Cells that mean "missing".

use super::{Decision, MISSING_TOKENS, ReadOptions, block::trim, number::read_number};

/// The tokens in force, with a quick way past cells that cannot be one.
#[derive(Clone, Debug)]
pub(super) struct MissingTokens {
    tokens: Vec<String>,
    first_bytes: [bool; 256],
    /// Values of the tokens that are numbers.
    numbers: Vec<f64>,
}

impl MissingTokens {
    pub(super) fn of(options: &ReadOptions) -> Decision<Self> {
        match &options.missing_tokens {
            Some(tokens) => Decision {
                value: Self::new(tokens.clone()),
                reason: "chosen by you".into(),
            },
            None => Decision {
                value: Self::new(MISSING_TOKENS.map(String::from).to_vec()),
                reason: "the usual ones, besides the empty cell".into(),
            },
        }
    }

    pub(super) fn new(tokens: Vec<String>) -> Self {
        let mut first_bytes = [false; 256];
        for byte in tokens
            .iter()
            .filter_map(|token| token.trim().bytes().next())
        {
            first_bytes[usize::from(byte)] = true;
        }
        let numbers = tokens
            .iter()
            .filter_map(|token| {
                let dotted = token.trim().replace(',', ".");
                Some(read_number(dotted.as_bytes())?.value)
            })
            .collect();
        Self {
            tokens,
            first_bytes,
            numbers,
        }
    }

    pub(super) fn contains(&self, cell: &str) -> bool {
        self.contains_bytes(trim(cell.as_bytes()))
    }

    /// Whether a cell without blanks around it means "missing".
    #[inline]
    pub(super) fn contains_bytes(&self, cell: &[u8]) -> bool {
        match cell.first() {
            None => true,
            Some(&first) => self.first_bytes[usize::from(first)] && self.is_token(cell),
        }
    }

    fn is_token(&self, cell: &[u8]) -> bool {
        self.tokens
            .iter()
            .any(|token| token.trim().as_bytes() == cell)
    }

    /// Whether some token is a number.
    pub(super) fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// Whether a cell of that value may be a token: to be asked where only the value has been looked at.
    #[inline(never)]
    pub(super) fn may_be(&self, value: f64) -> bool {
        self.numbers.contains(&value)
    }

    pub(super) fn into_tokens(self) -> Vec<String> {
        self.tokens
    }
}
