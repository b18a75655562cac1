//! Each operation of a recipe as nodes. A number that is missing is NaN, a text that is missing is empty, and a truth is a number:
//! 1, 0 or NaN.

use tabwright_recipe::program::{Arithmetic, Comparison, Function, Op, Operand, Type};
use tabwright_table::Kind;

use super::exponential::exponential;
use super::graph::{Graph, Value};
use super::proto::{Attribute, Tensor};
use crate::{ExportError, Plan};

const DAY: f64 = 86_400.0;
/// Seconds beyond which there is no calendar.
const MAX_SECONDS: f64 = 1e12;

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
            graph.finite(&raw)
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
                let result = match operator {
                    Arithmetic::Add => graph.node("Add", &[&a, &b]),
                    Arithmetic::Subtract => graph.node("Sub", &[&a, &b]),
                    Arithmetic::Multiply => graph.node("Mul", &[&a, &b]),
                    Arithmetic::Divide => graph.node("Div", &[&a, &b]),
                    Arithmetic::Remainder => {
                        graph.node_with("Mod", &[&a, &b], vec![Attribute::int("fmod", 1)])
                    }
                };
                graph.finite(&result)
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
                let mut found = graph.number(*other);
                for (key, value) in entries {
                    let is_key = graph.with("Equal", &x, *key);
                    let value = graph.number(*value);
                    found = graph.choose(&is_key, &value, &found);
                }
                let missing = graph.number(*missing);
                let is_nan = graph.node("IsNaN", &[&x]);
                graph.choose(&is_nan, &missing, &found)
            }
            // Truths are numbers already.
            Op::ZeroOne(a) => number(self, graph, a),
            Op::Spell(a, [no, yes]) => {
                let a = number(self, graph, a);
                let [empty, no, yes] = ["", no, yes].map(|text| graph.text(text));
                let is_yes = graph.with("Equal", &a, 1.0);
                let is_no = graph.with("Equal", &a, 0.0);
                let rest = graph.choose(&is_no, &no, &empty);
                graph.choose(&is_yes, &yes, &rest)
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

fn call(graph: &mut Graph, function: Function, values: &[Value]) -> Result<Value, ExportError> {
    let x = &values[0];
    let folded = |graph: &mut Graph, op: &str| {
        // NaN of any one is NaN of all: `Min` and `Max` say so in the standard, and not in every engine.
        let mut all = x.clone();
        let mut sum = x.clone();
        for value in &values[1..] {
            all = graph.node(op, &[&all, value]);
            sum = graph.node("Add", &[&sum, value]);
        }
        let is_nan = graph.node("IsNaN", &[&sum]);
        let missing = graph.missing();
        graph.choose(&is_nan, &missing, &all)
    };
    Ok(match function {
        Function::Abs => graph.node("Abs", &[x]),
        Function::Sqrt => graph.node("Sqrt", &[x]),
        Function::Log => graph.node("Log", &[x]),
        Function::Exp => exponential(graph, x),
        Function::Round => round(graph, x),
        Function::Floor => graph.node("Floor", &[x]),
        Function::Ceil => graph.node("Ceil", &[x]),
        Function::Min => folded(graph, "Min"),
        Function::Max => folded(graph, "Max"),
        Function::Year => date_part(graph, x, |date| date.year),
        Function::Month => date_part(graph, x, |date| date.month),
        Function::Day => date_part(graph, x, |date| date.day),
        Function::Weekday => {
            let days = whole_parts(graph, x, DAY);
            let shifted = graph.with("Add", &days, 3.0);
            let since_monday = rest(graph, &shifted, 7.0);
            let weekday = graph.with("Add", &since_monday, 1.0);
            date_part(graph, x, |_| weekday)
        }
        Function::Hour => {
            let seconds = graph.node("Floor", &[x]);
            let of_day = rest(graph, &seconds, DAY);
            let hour = whole_parts(graph, &of_day, 3600.0);
            date_part(graph, x, |_| hour)
        }
        Function::Length => return Err(unsupported("count a text's letters")),
        Function::Lower | Function::Upper => {
            return Err(unsupported("change the case of a text"));
        }
        Function::If | Function::Contains => {
            return Err(unsupported("call an operation as a function"));
        }
    })
}

/// Halves go away from zero.
fn round(graph: &mut Graph, x: &Value) -> Value {
    let size = graph.node("Abs", &[x]);
    let floor = graph.node("Floor", &[&size]);
    let rest = graph.node("Sub", &[&size, &floor]);
    let is_up = graph.with("GreaterOrEqual", &rest, 0.5);
    let up = graph.zero_one(&is_up);
    let rounded = graph.node("Add", &[&floor, &up]);
    let sign = graph.node("Sign", &[x]);
    graph.node("Mul", &[&sign, &rounded])
}

/// How often `n` goes into a number, rounded down.
fn whole_parts(graph: &mut Graph, x: &Value, n: f64) -> Value {
    let parts = graph.with("Div", x, n);
    graph.node("Floor", &[&parts])
}

/// What is left of a whole number then.
fn rest(graph: &mut Graph, x: &Value, n: f64) -> Value {
    let parts = whole_parts(graph, x, n);
    let taken = graph.with("Mul", &parts, n);
    graph.node("Sub", &[x, &taken])
}

struct Civil {
    year: Value,
    month: Value,
    day: Value,
}

/// A part of a time's day, where there is a calendar for it.
fn date_part(graph: &mut Graph, seconds: &Value, part: impl FnOnce(Civil) -> Value) -> Value {
    let date = civil(graph, seconds);
    let size = graph.node("Abs", &[&date.year]);
    let is_year = graph.with("LessOrEqual", &size, 9999.0);
    let size = graph.node("Abs", &[seconds]);
    let is_near = graph.with("LessOrEqual", &size, MAX_SECONDS);
    let is_date = graph.node("And", &[&is_year, &is_near]);
    let missing = graph.missing();
    let part = part(date);
    graph.choose(&is_date, &part, &missing)
}

/// Year, month and day of the proleptic Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). Whole numbers
/// of this size are exact, and so are their quotients when rounded down.
fn civil(graph: &mut Graph, seconds: &Value) -> Civil {
    let days = whole_parts(graph, seconds, DAY);
    let days = graph.with("Add", &days, 719_468.0);
    let era = whole_parts(graph, &days, 146_097.0);
    let of_era = rest(graph, &days, 146_097.0);
    let mut sum = of_era.clone();
    for (op, n) in [("Sub", 1460.0), ("Add", 36_524.0), ("Sub", 146_096.0)] {
        let parts = whole_parts(graph, &of_era, n);
        sum = graph.node(op, &[&sum, &parts]);
    }
    let year = whole_parts(graph, &sum, 365.0);
    let days_of_years = graph.with("Mul", &year, 365.0);
    let leap = whole_parts(graph, &year, 4.0);
    let days_of_years = graph.node("Add", &[&days_of_years, &leap]);
    let not_leap = whole_parts(graph, &year, 100.0);
    let days_of_years = graph.node("Sub", &[&days_of_years, &not_leap]);
    let of_year = graph.node("Sub", &[&of_era, &days_of_years]);
    let month_of = graph.with("Mul", &of_year, 5.0);
    let month_of = graph.with("Add", &month_of, 2.0);
    let month = whole_parts(graph, &month_of, 153.0);
    let before = graph.with("Mul", &month, 153.0);
    let before = graph.with("Add", &before, 2.0);
    let before = whole_parts(graph, &before, 5.0);
    let day = graph.node("Sub", &[&of_year, &before]);
    let day = graph.with("Add", &day, 1.0);
    let is_late = graph.with("GreaterOrEqual", &month, 10.0);
    let (early, late) = (
        graph.with("Add", &month, 3.0),
        graph.with("Sub", &month, 9.0),
    );
    let month = graph.choose(&is_late, &late, &early);
    // Years of the calendar start in March.
    let next = graph.zero_one(&is_late);
    let eras = graph.with("Mul", &era, 400.0);
    let year = graph.node("Add", &[&year, &eras]);
    let year = graph.node("Add", &[&year, &next]);
    Civil { year, month, day }
}

fn unsupported(what: &str) -> ExportError {
    ExportError::Unsupported {
        target: "ONNX",
        what: what.to_owned(),
        remedy: "do that step before training, or score with tabwright score",
    }
}
