//! What a formula says.

use crate::program::{Arithmetic, Comparison, Function};

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
