//! A graph that grows node by node.

use std::collections::BTreeMap;

use tabwright_recipe::program::Input;

use super::proto::{Attribute, Node, Tensor};

/// Where classical machine learning's operators are.
pub(super) const ML: &str = "ai.onnx.ml";

/// A value's name, and whether it has a row for each row of the input.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Value {
    pub name: String,
    /// Of shape `N × width`; else it is one value for all.
    pub is_column: bool,
}

/// Nodes and constants, each constant once.
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    pub constants: Vec<Tensor>,
    known: BTreeMap<Vec<u8>, String>,
    /// What names of values here start with; no raw column's name does.
    prefix: String,
    n_values: usize,
}

impl Graph {
    /// An empty graph of these inputs.
    pub fn new(inputs: &[Input]) -> Self {
        let mut prefix = "v".to_owned();
        while inputs.iter().any(|input| input.name.starts_with(&prefix)) {
            prefix.push('_');
        }
        Self {
            nodes: Vec::new(),
            constants: Vec::new(),
            known: BTreeMap::new(),
            prefix,
            n_values: 0,
        }
    }

    fn fresh(&mut self) -> String {
        self.n_values += 1;
        format!("{}{}", self.prefix, self.n_values)
    }

    /// What an operator makes of values.
    pub fn node(&mut self, op: &str, inputs: &[&Value]) -> Value {
        self.node_with(op, inputs, Vec::new())
    }

    /// The same with attributes.
    pub fn node_with(&mut self, op: &str, inputs: &[&Value], attributes: Vec<Attribute>) -> Value {
        self.push("", op, inputs, attributes)
    }

    /// What an operator of classical machine learning makes of a value.
    pub fn ml(&mut self, op: &str, input: &Value, attributes: Vec<Attribute>) -> Value {
        self.push(ML, op, &[input], attributes)
    }

    fn push(
        &mut self,
        domain: &str,
        op: &str,
        inputs: &[&Value],
        attribute: Vec<Attribute>,
    ) -> Value {
        let name = self.fresh();
        self.nodes.push(Node {
            input: inputs.iter().map(|value| value.name.clone()).collect(),
            output: vec![name.clone()],
            op_type: op.into(),
            attribute,
            domain: domain.into(),
        });
        Value {
            name,
            is_column: inputs.iter().any(|value| value.is_column),
        }
    }

    /// Gives a value a name of the caller's.
    pub fn name(&mut self, value: &Value, name: &str) {
        self.nodes.push(Node {
            input: vec![value.name.clone()],
            output: vec![name.into()],
            op_type: "Identity".into(),
            ..Node::default()
        });
    }

    /// A constant.
    pub fn constant(&mut self, tensor: Tensor) -> Value {
        let key = prost::Message::encode_to_vec(&tensor);
        let name = if let Some(name) = self.known.get(&key) {
            name.clone()
        } else {
            let name = self.fresh();
            self.constants.push(Tensor {
                name: name.clone(),
                ..tensor
            });
            self.known.insert(key, name.clone());
            name
        };
        Value {
            name,
            is_column: false,
        }
    }

    /// One number.
    pub fn number(&mut self, x: f64) -> Value {
        self.constant(Tensor::doubles(&[], &[x]))
    }

    /// No number.
    pub fn missing(&mut self) -> Value {
        self.number(f64::NAN)
    }

    /// One whole number.
    pub fn integer(&mut self, x: i64) -> Value {
        self.constant(Tensor::integers(&[], &[x]))
    }

    /// One text.
    pub fn text(&mut self, text: &str) -> Value {
        self.constant(Tensor::texts(&[], &[text.to_owned()]))
    }

    /// The second where the first holds, else the third.
    pub fn choose(&mut self, condition: &Value, then: &Value, otherwise: &Value) -> Value {
        self.node("Where", &[condition, then, otherwise])
    }

    /// `a + b`, `a - b`, … by the operator's name, of a value and a number.
    pub fn with(&mut self, op: &str, a: &Value, b: f64) -> Value {
        let b = self.number(b);
        self.node(op, &[a, &b])
    }

    /// The same with the number first.
    pub fn with_first(&mut self, op: &str, a: f64, b: &Value) -> Value {
        let a = self.number(a);
        self.node(op, &[&a, b])
    }

    /// The number where it is finite.
    pub fn finite(&mut self, x: &Value) -> Value {
        let infinite = self.node("IsInf", &[x]);
        let missing = self.missing();
        self.choose(&infinite, &missing, x)
    }

    /// A truth of the graph as a number: 1 or 0.
    pub fn zero_one(&mut self, truth: &Value) -> Value {
        self.node_with(
            "Cast",
            &[truth],
            vec![Attribute::int("to", i64::from(super::proto::data::DOUBLE))],
        )
    }

    /// The value at a position (a number without fraction) of a list.
    pub fn at(&mut self, list: Tensor, position: &Value) -> Value {
        let list = self.constant(list);
        let position = self.node_with(
            "Cast",
            &[position],
            vec![Attribute::int("to", i64::from(super::proto::data::INT64))],
        );
        self.node("Gather", &[&list, &position])
    }
}
