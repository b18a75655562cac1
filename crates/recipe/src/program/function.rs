//! The functions that formulas know, each declared in one line. How other engines say one stands with the writers (crate `export`:
//! `sql`, `onnx`, `python`), whose matches do not compile without it.

use jiff::civil::DateTime;

/// How a function gives its value; what it takes follows from that. What is not finite is missing, and so is a text without a letter.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    /// A number of one number.
    OfNumber(fn(f64) -> f64),
    /// One number of several: of the first two, then of that and the next.
    OfNumbers(fn(f64, f64) -> f64),
    /// A number of a text.
    OfText(fn(&str) -> f64),
    /// Another text for a text.
    Reword(fn(&str) -> String),
    /// A number of a time.
    OfTime(fn(DateTime) -> f64),
    /// An operation of its own, on so many values.
    Own(usize),
}

/// What the function gives, each with how it is written and its rule.
macro_rules! functions {
    ($($(#[doc = $help:literal])+ $name:ident, $signature:literal, $rule:expr;)+) => {
        /// A function; see [the formulas](crate::formula).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Function {
            $($(#[doc = $help])+ $name,)+
        }

        impl Function {
            /// Each function, in the order in which help lists them.
            pub const ALL: &[Function] = &[$(Function::$name),+];

            /// As it is written with its values, as `round(x)`.
            pub fn signature(self) -> &'static str {
                match self {
                    $(Function::$name => $signature,)+
                }
            }

            /// What it gives, in some words.
            pub fn help(self) -> &'static str {
                match self {
                    $(Function::$name => concat!($($help),+).trim_ascii(),)+
                }
            }

            pub(crate) fn rule(self) -> Rule {
                match self {
                    $(Function::$name => $rule,)+
                }
            }
        }
    };
}

functions! {
    /// The second where the first is met, else the third.
    If, "if(condition, then, else)", Rule::Own(3);
    /// Absolute value.
    Abs, "abs(x)", Rule::OfNumber(f64::abs);
    /// Square root.
    Sqrt, "sqrt(x)", Rule::OfNumber(f64::sqrt);
    /// Natural logarithm.
    Log, "log(x)", Rule::OfNumber(libm::log);
    /// e to the power.
    Exp, "exp(x)", Rule::OfNumber(libm::exp);
    /// To the nearest whole number, halves away from zero.
    Round, "round(x)", Rule::OfNumber(f64::round);
    /// The next whole number below.
    Floor, "floor(x)", Rule::OfNumber(f64::floor);
    /// The next whole number above.
    Ceil, "ceil(x)", Rule::OfNumber(f64::ceil);
    /// The least of several.
    Min, "min(x, y)", Rule::OfNumbers(|a, b| if b < a { b } else { a });
    /// The largest of several.
    Max, "max(x, y)", Rule::OfNumbers(|a, b| if b > a { b } else { a });
    /// Characters.
    Length, "length(text)", Rule::OfText(|text| text.chars().count() as f64);
    /// In lower case.
    Lower, "lower(text)", Rule::Reword(str::to_lowercase);
    /// In upper case.
    Upper, "upper(text)", Rule::Reword(str::to_uppercase);
    /// Whether a text holds another.
    Contains, "contains(text, 'part')", Rule::Own(2);
    /// Of a time.
    Year, "year(time)", Rule::OfTime(|time| f64::from(time.year()));
    /// Of a time, 1 to 12.
    Month, "month(time)", Rule::OfTime(|time| f64::from(time.month()));
    /// Of a time, 1 to 31.
    Day, "day(time)", Rule::OfTime(|time| f64::from(time.day()));
    /// Of a time, Monday 1.
    Weekday, "weekday(time)", Rule::OfTime(|time| f64::from(time.weekday().to_monday_one_offset()));
    /// Of a time, 0 to 23.
    Hour, "hour(time)", Rule::OfTime(|time| f64::from(time.hour()));
}

impl Function {
    /// Its name, as it is written.
    pub fn name(self) -> &'static str {
        let signature = self.signature();
        signature
            .split_once('(')
            .map_or(signature, |(name, _)| name)
    }

    /// The function of that name, in upper or lower case.
    pub(crate) fn named(name: &str) -> Option<Function> {
        let mut all = Self::ALL.iter().copied();
        all.find(|function| function.name().eq_ignore_ascii_case(name))
    }

    /// The fewest and the most values that it takes.
    pub(crate) fn n_values(self) -> (usize, usize) {
        match self.rule() {
            Rule::OfNumbers(_) => (2, usize::MAX),
            Rule::Own(n) => (n, n),
            Rule::OfNumber(_) | Rule::OfText(_) | Rule::Reword(_) | Rule::OfTime(_) => (1, 1),
        }
    }
}
