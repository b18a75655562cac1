//! Each operation of a recipe as nodes. A number that is missing is NaN, a text that is missing is empty, and a truth is a number:
//! 1, 0 or NaN.

use tabwright_recipe::program::{Arithmetic, Comparison, Op, Operand, Type};
use tabwright_table::Kind;

use super::calendar::{DAY, whole_parts};
use super::functions::call;
use super::graph::{Graph, Value};
use super::proto::{Attribute, Tensor};
use crate::{ExportError, Plan};

/// Values of inputs and operations, as far as they are there.
pub(super) struct Values<'a> {
    plan: &'a Plan<'a>,
    /// Inputs as operations read them: made when the first one does.
    inputs: Vec<Option<Value>>,
    made: Vec<Value>,
}

impl<'a> Values<'a> {
    pub fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            inputs: vec![None; plan.program.inputs.len()],
            made: Vec::new(),
        }
    }

    /// Adds an operation.
    ///
    /// # Errors
    /// If ONNX has no words for it.
    pub fn push(&mut self, graph: &mut Graph, op: &Op) -> Result<(), ExportError> {
        let value = self.operation(graph, op)?;
        self.made.push(value);
        Ok(())
    }

    /// The raw input, as the caller gives it.
    pub fn raw(&self, at: usize) -> Value {
        Value {
            name: self.plan.program.inputs[at].name.clone(),
            is_column: true,
        }
    }

    /// A value as operations read it.
    pub fn read(&mut self, graph: &mut Graph, operand: &Operand, of: Type) -> Value {
        match operand {
            Operand::Input(at) => self.input(graph, *at),
            Operand::Op(at) => self.made[*at].clone(),
            Operand::Number(x) => graph.number(*x),
            Operand::Truth(truth) => graph.number(f64::from(*truth)),
            Operand::Text(text) => graph.text(text),
            Operand::Missing if of == Type::Text => graph.text(""),
            Operand::Missing => graph.missing(),
        }
    }

    /// An input without what means "missing": a number that is not finite, a missing token.
    fn input(&mut self, graph: &mut Graph, at: usize) -> Value {
        if let Some(value) = &self.inputs[at] {
            return value.clone();
        }
        let raw = self.raw(at);
        let tokens = &self.plan.schema.missing_tokens;
        let value = if self.plan.program.inputs[at].value_type() == Type::Number {
            let mut number = graph.finite(&raw);
            for token in self.plan.missing_numbers() {
                let is_token = graph.with("Equal", &raw, token);
                let missing = graph.missing();
                number = graph.choose(&is_token, &missing, &number);
            }
            number
        } else if tokens.is_empty() {
            raw
        } else {
            let is_token = position(graph, &raw, tokens, 1, &|_| 0);
            let zero = graph.integer(0);
            let is_token = graph.node("Equal", &[&is_token, &zero]);
            let empty = graph.text("");
            graph.choose(&is_token, &empty, &raw)
        };
        self.inputs[at] = Some(value.clone());
        value
    }

    fn operation(&mut self, graph: &mut Graph, op: &Op) -> Result<Value, ExportError> {
        let number = |values: &mut Self, graph: &mut Graph, x| values.read(graph, x, Type::Number);
        Ok(match op {
            Op::Negate(x) => {
                let x = number(self, graph, x);
                graph.node("Neg", &[&x])
            }
            Op::Arithmetic(operator, a, b) => {
                let (a, b) = (number(self, graph, a), number(self, graph, b));
                arithmetic(graph, *operator, &a, &b)
            }
            Op::Function(function, values) => {
                let values: Vec<Value> = values.iter().map(|x| number(self, graph, x)).collect();
                let result = call(graph, *function, &values)?;
                graph.finite(&result)
            }
            Op::Compare(comparison, of, a, b) => {
                let (a, b) = (self.read(graph, a, *of), self.read(graph, b, *of));
                compare(graph, *comparison, *of, &a, &b)?
            }
            Op::Not(a) => {
                let a = number(self, graph, a);
                graph.with_first("Sub", 1.0, &a)
            }
            Op::And(a, b) => self.decided(graph, [a, b], 0.0, "Mul"),
            Op::Or(a, b) => self.decided(graph, [a, b], 1.0, "Add"),
            Op::IsMissing(a) => {
                let of = self.type_of(a);
                let a = self.read(graph, a, of);
                let is_missing = is_missing(graph, &a, of);
                graph.zero_one(&is_missing)
            }
            Op::If(of, condition, then, otherwise) => {
                let condition = number(self, graph, condition);
                let condition = graph.with("Equal", &condition, 1.0);
                let (then, otherwise) = (
                    self.read(graph, then, *of),
                    self.read(graph, otherwise, *of),
                );
                graph.choose(&condition, &then, &otherwise)
            }
            Op::Fill(of, a, b) => {
                let (a, b) = (self.read(graph, a, *of), self.read(graph, b, *of));
                let is_missing = is_missing(graph, &a, *of);
                graph.choose(&is_missing, &b, &a)
            }
            Op::Contains(a, wanted) => {
                let a = self.read(graph, a, Type::Text);
                contains(graph, &a, wanted)
            }
            Op::Lookup {
                text,
                entries,
                missing,
                other,
            } => self.lookup(graph, text, entries, *missing, *other),
            Op::LookupNumber {
                number: x,
                entries,
                missing,
                other,
            } => {
                let x = number(self, graph, x);
                lookup_number(graph, &x, entries, *missing, *other)
            }
            // Truths are numbers already.
            Op::ZeroOne(a) => number(self, graph, a),
            Op::Spell(a, words) => {
                let a = number(self, graph, a);
                spell(graph, &a, words)
            }
            Op::Whole(x) => {
                let x = number(self, graph, x);
                let floor = graph.node("Floor", &[&x]);
                let is_whole = graph.node("Equal", &[&floor, &x]);
                let missing = graph.missing();
                graph.choose(&is_whole, &x, &missing)
            }
            Op::StartOfDay(x) => {
                let x = number(self, graph, x);
                let day = whole_parts(graph, &x, DAY);
                graph.with("Mul", &day, DAY)
            }
            Op::OneIsYes(x) => {
                let x = number(self, graph, x);
                let is_one = graph.with("Equal", &x, 1.0);
                let is_zero = graph.with("Equal", &x, 0.0);
                let is_either = graph.node("Or", &[&is_one, &is_zero]);
                let missing = graph.missing();
                graph.choose(&is_either, &x, &missing)
            }
            Op::Write(_, kind) => {
                return Err(unsupported(match kind {
                    Kind::Date | Kind::Datetime => "write a day or a time as text",
                    _ => "write a number as text",
                }));
            }
            Op::ReadNumber(_) => return Err(unsupported("read a text as a number")),
            Op::ReadTruth(_) => return Err(unsupported("read a text as yes or no")),
            Op::ReadTime { .. } => return Err(unsupported("read a text as a day or a time")),
        })
    }

    fn type_of(&self, operand: &Operand) -> Type {
        match operand {
            Operand::Input(at) => self.plan.program.inputs[*at].value_type(),
            Operand::Op(at) => self.plan.program.ops[*at].value_type(),
            Operand::Number(_) | Operand::Missing => Type::Number,
            Operand::Text(_) => Type::Text,
            Operand::Truth(_) => Type::Truth,
        }
    }

    /// Kleene's "and" and "or": the decisive truth wherever there is one, else what the operator makes of the two.
    fn decided(&mut self, graph: &mut Graph, of: [&Operand; 2], decisive: f64, op: &str) -> Value {
        let [a, b] = of.map(|operand| self.read(graph, operand, Type::Truth));
        let [by_a, by_b] = [&a, &b].map(|truth| graph.with("Equal", truth, decisive));
        let is_decided = graph.node("Or", &[&by_a, &by_b]);
        let decisive = graph.number(decisive);
        let rest = graph.node(op, &[&a, &b]);
        graph.choose(&is_decided, &decisive, &rest)
    }

    /// The number of a text: its position among the entries, and what stands there.
    fn lookup(
        &mut self,
        graph: &mut Graph,
        text: &Operand,
        entries: &[(String, f64)],
        missing: f64,
        other: f64,
    ) -> Value {
        // Missing tokens of a raw column are looked up together with all else.
        let (text, tokens) = match text {
            Operand::Input(at) => (self.raw(*at), self.plan.schema.missing_tokens.as_slice()),
            _ => (self.read(graph, text, Type::Text), [].as_slice()),
        };
        let is_missing = |text: &String| text.is_empty() || tokens.contains(text);
        let known = entries.iter().filter(|entry| !is_missing(&entry.0));
        let (mut keys, mut numbers): (Vec<String>, Vec<f64>) = known.cloned().unzip();
        let n_known = keys.len();
        keys.push(String::new());
        keys.extend(tokens.iter().filter(|token| !token.is_empty()).cloned());
        numbers.extend([missing, other]);
        let of = |at: usize| at.min(n_known) as i64;
        let position = position(graph, &text, &keys, n_known as i64 + 1, &of);
        let numbers = graph.constant(Tensor::doubles(&[numbers.len()], &numbers));
        graph.node("Gather", &[&numbers, &position])
    }
}

fn arithmetic(graph: &mut Graph, operator: Arithmetic, a: &Value, b: &Value) -> Value {
    let result = match operator {
        Arithmetic::Add => graph.node("Add", &[a, b]),
        Arithmetic::Subtract => graph.node("Sub", &[a, b]),
        Arithmetic::Multiply => graph.node("Mul", &[a, b]),
        Arithmetic::Divide => graph.node("Div", &[a, b]),
        Arithmetic::Remainder => graph.node_with("Mod", &[a, b], vec![Attribute::int("fmod", 1)]),
    };
    graph.finite(&result)
}

/// The number of a number.
fn lookup_number(
    graph: &mut Graph,
    x: &Value,
    entries: &[(f64, f64)],
    missing: f64,
    other: f64,
) -> Value {
    let (keys, values): (Vec<f64>, Vec<f64>) = entries.iter().copied().unzip();
    let list =
        |name, values: &[f64]| Attribute::tensor(name, Tensor::doubles(&[values.len()], values));
    let attributes = vec![
        list("keys_tensor", &keys),
        list("values_tensor", &values),
        list("default_tensor", &[other]),
    ];
    let found = graph.ml("LabelEncoder", x, attributes);
    let missing = graph.number(missing);
    let is_nan = graph.node("IsNaN", &[x]);
    graph.choose(&is_nan, &missing, &found)
}

/// The word for a truth.
fn spell(graph: &mut Graph, truth: &Value, [no, yes]: &[String; 2]) -> Value {
    let [empty, no, yes] = ["", no, yes].map(|text| graph.text(text));
    let is_yes = graph.with("Equal", truth, 1.0);
    let is_no = graph.with("Equal", truth, 0.0);
    let rest = graph.choose(&is_no, &no, &empty);
    graph.choose(&is_yes, &yes, &rest)
}

/// A number for each text that is among the keys, and another one for all others.
fn position(
    graph: &mut Graph,
    text: &Value,
    keys: &[String],
    other: i64,
    of: &dyn Fn(usize) -> i64,
) -> Value {
    let attributes = vec![
        Attribute::strings("keys_strings", keys),
        Attribute::ints("values_int64s", (0..keys.len()).map(of).collect()),
        Attribute::int("default_int64", other),
    ];
    graph.ml("LabelEncoder", text, attributes)
}

fn is_missing(graph: &mut Graph, value: &Value, of: Type) -> Value {
    if of == Type::Text {
        let empty = graph.text("");
        graph.node("Equal", &[value, &empty])
    } else {
        graph.node("IsNaN", &[value])
    }
}

fn compare(
    graph: &mut Graph,
    comparison: Comparison,
    of: Type,
    a: &Value,
    b: &Value,
) -> Result<Value, ExportError> {
    let op = match comparison {
        Comparison::Equal | Comparison::NotEqual => "Equal",
        _ if of == Type::Text => return Err(unsupported("put texts in order")),
        Comparison::Less => "Less",
        Comparison::LessOrEqual => "LessOrEqual",
        Comparison::Greater => "Greater",
        Comparison::GreaterOrEqual => "GreaterOrEqual",
    };
    let mut holds = graph.node(op, &[a, b]);
    if comparison == Comparison::NotEqual {
        holds = graph.node("Not", &[&holds]);
    }
    let holds = graph.zero_one(&holds);
    let [a, b] = [a, b].map(|value| is_missing(graph, value, of));
    let is_missing = graph.node("Or", &[&a, &b]);
    let missing = graph.missing();
    Ok(graph.choose(&is_missing, &missing, &holds))
}

/// Whether a text holds another, by a regular expression that has it verbatim.
fn contains(graph: &mut Graph, text: &Value, wanted: &str) -> Value {
    let mut pattern = "(?s).*".to_owned();
    for c in wanted.chars() {
        if c.is_ascii_punctuation() {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern += ".*";
    let holds = graph.node_with(
        "RegexFullMatch",
        &[text],
        vec![Attribute::string("pattern", &pattern)],
    );
    let holds = graph.zero_one(&holds);
    let is_missing = is_missing(graph, text, Type::Text);
    let missing = graph.missing();
    graph.choose(&is_missing, &missing, &holds)
}

pub(super) fn unsupported(what: &str) -> ExportError {
    ExportError::Unsupported {
        target: "ONNX",
        what: what.to_owned(),
        remedy: "do that step before training, or score with tabwright score",
    }
}
