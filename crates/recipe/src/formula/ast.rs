//! What a formula says.

/// A part of a formula, and where it starts.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    /// One-based character.
    pub(super) at: usize,
    pub(super) node: Node,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Number(f64),
    Text(String),
    Truth(bool),
    /// The value that is not there.
    Missing,
    Column(String),
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    Comparison(Comparison, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    IsMissing {
        value: Box<Expr>,
        negated: bool,
    },
    In {
        value: Box<Expr>,
        options: Vec<Expr>,
        negated: bool,
    },
    Call(Function, Vec<Expr>),
}

/// An operation on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// a + b
    Add,
    /// a − b
    Subtract,
    /// a · b
    Multiply,
    /// a / b
    Divide,
    /// The rest of a / b, with the sign of a.
    Remainder,
}

impl Arithmetic {
    /// As it is written.
    pub fn symbol(self) -> char {
        match self {
            Arithmetic::Add => '+',
            Arithmetic::Subtract => '-',
            Arithmetic::Multiply => '*',
            Arithmetic::Divide => '/',
            Arithmetic::Remainder => '%',
        }
    }
}

/// A comparison of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
}

impl Comparison {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }
}

/// A function; see [the formulas](super).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The second where the first is met, else the third.
    If,
    /// Absolute value.
    Abs,
    /// Square root.
    Sqrt,
    /// Natural logarithm.
    Log,
    /// e to the power.
    Exp,
    /// To the nearest whole number, halves away from zero.
    Round,
    /// The next whole number below.
    Floor,
    /// The next whole number above.
    Ceil,
    /// The least of several.
    Min,
    /// The largest of several.
    Max,
    /// Characters.
    Length,
    /// In lower case.
    Lower,
    /// In upper case.
    Upper,
    /// Whether a text holds another.
    Contains,
    /// Of a time.
    Year,
    /// Of a time, 1 to 12.
    Month,
    /// Of a time, 1 to 31.
    Day,
    /// Of a time, Monday 1.
    Weekday,
    /// Of a time, 0 to 23.
    Hour,
}

impl Function {
    /// Each function: its name, and the fewest and most values that it takes.
    pub(super) const ALL: [(Function, &'static str, usize, usize); 19] = [
        (Function::If, "if", 3, 3),
        (Function::Abs, "abs", 1, 1),
        (Function::Sqrt, "sqrt", 1, 1),
        (Function::Log, "log", 1, 1),
        (Function::Exp, "exp", 1, 1),
        (Function::Round, "round", 1, 1),
        (Function::Floor, "floor", 1, 1),
        (Function::Ceil, "ceil", 1, 1),
        (Function::Min, "min", 2, usize::MAX),
        (Function::Max, "max", 2, usize::MAX),
        (Function::Length, "length", 1, 1),
        (Function::Lower, "lower", 1, 1),
        (Function::Upper, "upper", 1, 1),
        (Function::Contains, "contains", 2, 2),
        (Function::Year, "year", 1, 1),
        (Function::Month, "month", 1, 1),
        (Function::Day, "day", 1, 1),
        (Function::Weekday, "weekday", 1, 1),
        (Function::Hour, "hour", 1, 1),
    ];

    /// The function of that name, in upper or lower case, with the fewest and most values that it takes.
    pub(super) fn named(name: &str) -> Option<(Function, usize, usize)> {
        Self::ALL
            .iter()
            .find(|entry| entry.1.eq_ignore_ascii_case(name))
            .map(|&(function, _, fewest, most)| (function, fewest, most))
    }
}

impl Expr {
    /// The parts that this one is made of.
    pub(super) fn parts(&self) -> Vec<&Expr> {
        match &self.node {
            Node::Number(_) | Node::Text(_) | Node::Truth(_) | Node::Missing | Node::Column(_) => {
                Vec::new()
            }
            Node::Negate(a) | Node::Not(a) | Node::IsMissing { value: a, .. } => vec![a],
            Node::Arithmetic(_, a, b)
            | Node::Comparison(_, a, b)
            | Node::And(a, b)
            | Node::Or(a, b) => {
                vec![a, b]
            }
            Node::In { value, options, .. } => std::iter::once(&**value).chain(options).collect(),
            Node::Call(_, values) => values.iter().collect(),
        }
    }
}
