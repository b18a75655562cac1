//! Tokens to an expression, by precedence climbing.

use super::{
    ast::{Expr, Node},
    lexer::{Token, error, tokens},
};
use crate::{
    RecipeError,
    program::{Arithmetic, Comparison, Function},
};

/// Parts within parts. Evaluation recurses as deep, and a browser's stack is small.
const MAX_DEPTH: usize = 200;

/// Words that are not columns unless in backquotes.
pub(super) const RESERVED: [&str; 8] = ["and", "or", "not", "is", "in", "missing", "true", "false"];

// How tightly operators bind.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARE: u8 = 4;
const SUM: u8 = 5;
const PRODUCT: u8 = 6;
const NEGATE: u8 = 7;

/// Reads a formula.
pub(super) fn parse(formula: &str) -> Result<Expr, RecipeError> {
    let mut parser = Parser {
        tokens: tokens(formula)?,
        next: 0,
    };
    let (expr, _) = parser.expression(0, 0)?;
    match parser.peek() {
        (_, Token::End) => Ok(expr),
        (at, token) => Err(error(
            *at,
            format!(
                "expected an operator or the end, found {}",
                token.describe()
            ),
        )),
    }
}

struct Parser {
    /// Never empty: the last one is the end.
    tokens: Vec<(usize, Token)>,
    next: usize,
}

/// An expression and how deep its parts go.
type Parsed = Result<(Expr, usize), RecipeError>;

impl Parser {
    fn peek(&self) -> &(usize, Token) {
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn take(&mut self) -> (usize, Token) {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    fn is_word(&self, wanted: &str) -> bool {
        matches!(&self.peek().1, Token::Word(word) if word.eq_ignore_ascii_case(wanted))
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let is_next = self.is_word(wanted);
        self.next += usize::from(is_next);
        is_next
    }

    fn take_symbol(&mut self, wanted: &str) -> bool {
        let is_next = matches!(self.peek().1, Token::Symbol(symbol) if symbol == wanted);
        self.next += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, wanted: &str) -> Result<(), RecipeError> {
        if self.take_symbol(wanted) {
            return Ok(());
        }
        let (at, token) = self.peek();
        Err(error(
            *at,
            format!("expected \"{wanted}\", found {}", token.describe()),
        ))
    }

    /// An expression whose operators bind tighter than `floor`, itself `level` deep.
    fn expression(&mut self, floor: u8, level: usize) -> Parsed {
        let (mut left, mut depth) = self.operand(level)?;
        while let Some(binding) = self.binding().filter(|&binding| binding > floor) {
            let (at, token) = self.take();
            let start = left.at;
            let (node, right_depth) = match token {
                Token::Word(word) if binding == COMPARE => self.suffix(left, &word, level)?,
                token => {
                    let (right, right_depth) = self.expression(binding, level + 1)?;
                    (infix(&token, Box::new(left), Box::new(right)), right_depth)
                }
            };
            left = Expr { at: start, node };
            depth = limited(depth.max(right_depth) + 1, at)?;
        }
        Ok((left, depth))
    }

    /// How tightly the next token binds what is before it to what is behind.
    fn binding(&self) -> Option<u8> {
        match &self.peek().1 {
            Token::Symbol("+" | "-") => Some(SUM),
            Token::Symbol("*" | "/" | "%") => Some(PRODUCT),
            Token::Symbol("=" | "!=" | "<" | "<=" | ">" | ">=") => Some(COMPARE),
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "or" => Some(OR),
                "and" => Some(AND),
                "is" | "in" | "not" => Some(COMPARE),
                _ => None,
            },
            _ => None,
        }
    }

    /// `is [not] missing` or `[not] in (…)` behind a value.
    fn suffix(
        &mut self,
        value: Expr,
        word: &str,
        level: usize,
    ) -> Result<(Node, usize), RecipeError> {
        let value = Box::new(value);
        if word.eq_ignore_ascii_case("is") {
            let negated = self.take_word("not");
            if self.take_word("missing") {
                return Ok((Node::IsMissing { value, negated }, 0));
            }
            let (at, token) = self.peek();
            let found = token.describe();
            return Err(error(
                *at,
                format!("expected \"missing\" or \"not missing\" behind \"is\", found {found}"),
            ));
        }
        let negated = word.eq_ignore_ascii_case("not");
        if negated && !self.take_word("in") {
            let (at, token) = self.peek();
            return Err(error(
                *at,
                format!("expected \"in\" behind \"not\", found {}", token.describe()),
            ));
        }
        self.expect("(")?;
        let (options, depth) = self.list(level)?;
        Ok((
            Node::In {
                value,
                options,
                negated,
            },
            depth,
        ))
    }

    /// One or more expressions between commas, up to the closing bracket, which is taken.
    fn list(&mut self, level: usize) -> Result<(Vec<Expr>, usize), RecipeError> {
        let (mut exprs, mut deepest) = (Vec::new(), 0);
        loop {
            let (expr, depth) = self.expression(0, level + 1)?;
            exprs.push(expr);
            deepest = deepest.max(depth);
            if !self.take_symbol(",") {
                self.expect(")")?;
                return Ok((exprs, deepest));
            }
        }
    }

    fn operand(&mut self, level: usize) -> Parsed {
        let (at, token) = self.take();
        limited(level, at)?;
        let leaf = |node| Ok((Expr { at, node }, 1));
        match token {
            Token::Number(number) => leaf(Node::Number(number)),
            Token::Text(text) => leaf(Node::Text(text)),
            Token::Quoted(name) => leaf(Node::Column(name)),
            Token::Symbol("(") => {
                let inside = self.expression(0, level + 1)?;
                self.expect(")")?;
                Ok(inside)
            }
            Token::Symbol("-") => self.prefix(at, NEGATE, level, Node::Negate),
            Token::Symbol("+") => self.expression(NEGATE, level + 1),
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "not" => self.prefix(at, NOT, level, Node::Not),
                "true" => leaf(Node::Truth(true)),
                "false" => leaf(Node::Truth(false)),
                "missing" => leaf(Node::Missing),
                _ if self.take_symbol("(") => self.call(at, &word, level),
                reserved if RESERVED.contains(&reserved) => Err(error(
                    at,
                    format!(
                        "expected a value, found \"{word}\"; a column of that name goes in backquotes"
                    ),
                )),
                _ => leaf(Node::Column(word)),
            },
            token => Err(error(
                at,
                format!(
                    "expected a number, a text, a column or a function, found {}",
                    token.describe()
                ),
            )),
        }
    }

    fn prefix(
        &mut self,
        at: usize,
        binding: u8,
        level: usize,
        node: fn(Box<Expr>) -> Node,
    ) -> Parsed {
        let (inner, depth) = self.expression(binding - 1, level + 1)?;
        Ok((
            Expr {
                at,
                node: node(Box::new(inner)),
            },
            limited(depth + 1, at)?,
        ))
    }

    /// A function behind its opening bracket.
    fn call(&mut self, at: usize, name: &str, level: usize) -> Parsed {
        let Some(function) = Function::named(name) else {
            let all = Function::ALL.iter();
            let known: Vec<&str> = all.map(|function| function.name()).collect();
            return Err(error(
                at,
                format!(
                    "there is no function \"{name}\"; there are {}",
                    known.join(", ")
                ),
            ));
        };
        let (fewest, most) = function.n_values();
        let (values, depth) = self.list(level)?;
        if (fewest..=most).contains(&values.len()) {
            return Ok((
                Expr {
                    at,
                    node: Node::Call(function, values),
                },
                limited(depth + 1, at)?,
            ));
        }
        let expected = if fewest == most {
            fewest.to_string()
        } else {
            format!("at least {fewest}")
        };
        let plural = if expected == "1" { "" } else { "s" };
        Err(error(
            at,
            format!(
                "\"{name}\" takes {expected} value{plural}, found {}",
                values.len()
            ),
        ))
    }
}

fn limited(depth: usize, at: usize) -> Result<usize, RecipeError> {
    if depth <= MAX_DEPTH {
        return Ok(depth);
    }
    Err(error(
        at,
        format!(
            "expected at most {MAX_DEPTH} operations within or behind one another; derive a part as a column of its own"
        ),
    ))
}

fn infix(token: &Token, left: Box<Expr>, right: Box<Expr>) -> Node {
    match token {
        Token::Symbol("+") => Node::Arithmetic(Arithmetic::Add, left, right),
        Token::Symbol("-") => Node::Arithmetic(Arithmetic::Subtract, left, right),
        Token::Symbol("*") => Node::Arithmetic(Arithmetic::Multiply, left, right),
        Token::Symbol("/") => Node::Arithmetic(Arithmetic::Divide, left, right),
        Token::Symbol("%") => Node::Arithmetic(Arithmetic::Remainder, left, right),
        Token::Symbol("!=") => Node::Comparison(Comparison::NotEqual, left, right),
        Token::Symbol("<") => Node::Comparison(Comparison::Less, left, right),
        Token::Symbol("<=") => Node::Comparison(Comparison::LessOrEqual, left, right),
        Token::Symbol(">") => Node::Comparison(Comparison::Greater, left, right),
        Token::Symbol(">=") => Node::Comparison(Comparison::GreaterOrEqual, left, right),
        Token::Word(word) if word.eq_ignore_ascii_case("and") => Node::And(left, right),
        Token::Word(_) => Node::Or(left, right),
        _ => Node::Comparison(Comparison::Equal, left, right),
    }
}
