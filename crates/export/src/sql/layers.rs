//! Queries over queries: each adds columns to the one before.

use std::collections::BTreeSet;

use tabwright_recipe::program::Operand;

use super::{Dialect, operations::Writer};
use crate::{ExportError, Plan};

/// Columns that one query adds: names, as they are written, and expressions.
pub(crate) type Layer = Vec<(String, String)>;

/// What the columns between input and output are called.
pub(crate) struct Names {
    prefix: String,
}

/// The recipe as queries.
pub(crate) struct Features {
    /// The queries, one after the other.
    pub layers: Vec<Layer>,
    /// The model's features: a name or a literal each; NULL is missing, of a category -1 a level that training did not see.
    pub cells: Vec<String>,
}

impl Names {
    /// Names that no raw column has.
    pub fn of(plan: &Plan) -> Self {
        let mut prefix = String::from("tw_");
        let is_taken = |prefix: &str| {
            let columns = &plan.schema.columns;
            columns
                .iter()
                .any(|column| column.name.to_lowercase().starts_with(prefix))
        };
        while is_taken(&prefix) {
            prefix.push('_');
        }
        Self { prefix }
    }

    /// The name of one of several alike.
    pub fn numbered(&self, what: &str, position: usize) -> String {
        format!("{}{what}{position}", self.prefix)
    }

    /// The name of one of its own.
    pub fn single(&self, what: &str) -> String {
        format!("{}{what}", self.prefix)
    }
}

impl Features {
    /// The recipe's queries in a dialect.
    pub fn of(plan: &Plan, dialect: Dialect, names: &Names) -> Result<Self, ExportError> {
        let program = &plan.program;
        let numbered = |what: &'static str, n: usize| -> Vec<String> {
            (0..n).map(|at| names.numbered(what, at)).collect()
        };
        let (inputs, made) = (
            numbered("x", program.inputs.len()),
            numbered("v", program.ops.len()),
        );
        let writer = Writer {
            dialect,
            inputs: &inputs,
            made: &made,
        };
        // Columns that are not read are for the caller alone.
        let mut read = BTreeSet::new();
        let mut depths: Vec<usize> = Vec::with_capacity(program.ops.len());
        let mut layers = vec![Layer::new()];
        for (at, op) in program.ops.iter().enumerate() {
            let mut depth = 1;
            for operand in op.operands() {
                match operand {
                    Operand::Input(input) => {
                        read.insert(*input);
                    }
                    Operand::Op(op) => depth = depth.max(depths[*op] + 1),
                    _ => {}
                }
            }
            if layers.len() <= depth {
                layers.push(Layer::new());
            }
            layers[depth].push((made[at].clone(), writer.operation(op)?));
            depths.push(depth);
        }
        for feature in &program.features {
            if let Operand::Input(input) = feature {
                read.insert(*input);
            }
        }
        for input in read {
            let column = &plan.schema.columns[input];
            layers[0].push((
                inputs[input].clone(),
                dialect.raw(column, &plan.schema.missing_tokens, &plan.missing_numbers()),
            ));
        }
        let cells = program.features.iter();
        Ok(Self {
            cells: cells.map(|feature| writer.number(feature)).collect(),
            layers,
        })
    }
}

/// One query that adds the layers to what is in `from` and then selects `last` of it.
pub(crate) fn query(names: &Names, from: &str, layers: &[Layer], last: &str) -> String {
    let mut text = String::new();
    let mut source = from.to_owned();
    for (at, layer) in layers.iter().filter(|layer| !layer.is_empty()).enumerate() {
        let name = names.numbered("layer", at);
        let columns: Vec<String> = layer
            .iter()
            .map(|(name, expression)| format!("    {expression} AS {name}"))
            .collect();
        text += if at == 0 { "WITH " } else { ", " };
        text += &format!(
            "{name} AS (\n  SELECT *,\n{}\n  FROM {source}\n)\n",
            columns.join(",\n")
        );
        source = name;
    }
    text + &format!("SELECT {last}\nFROM {source}\n")
}

/// The names that layers add.
pub(crate) fn added(layers: &[Layer]) -> Vec<String> {
    let columns = layers.iter().flatten();
    columns.map(|(name, _)| name.clone()).collect()
}
