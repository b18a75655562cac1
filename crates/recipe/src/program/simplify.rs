//! A program without what nothing reads, and with texts left out where only their numbers count.

use tabwright_table::{Kind, format_number, parse_number};

use super::{Op, Operand, Program, Type};

impl Program {
    /// The same features by fewer and plainer operations. A number that is written as text only to be looked up is looked up as
    /// the number that it is: few engines write numbers alike.
    pub(super) fn simplified(mut self) -> Program {
        for at in 0..self.ops.len() {
            while let Some(plainer) = plainer(&self.ops[at], &self.ops) {
                self.ops[at] = plainer;
            }
        }
        self.without_dead()
    }

    fn without_dead(self) -> Program {
        let mut is_read = vec![false; self.ops.len()];
        let mark = |operand: &Operand, is_read: &mut Vec<bool>| {
            if let Operand::Op(at) = operand {
                is_read[*at] = true;
            }
        };
        for feature in &self.features {
            mark(feature, &mut is_read);
        }
        for (at, op) in self.ops.iter().enumerate().rev() {
            if is_read[at] {
                for operand in op.operands() {
                    mark(operand, &mut is_read);
                }
            }
        }
        let mut places = Vec::with_capacity(self.ops.len());
        let mut ops = Vec::new();
        let moved = |operand: &mut Operand, places: &[usize]| {
            if let Operand::Op(at) = operand {
                *at = places[*at];
            }
        };
        for (mut op, is_read) in self.ops.into_iter().zip(is_read) {
            places.push(ops.len());
            if is_read {
                for operand in op.operands_mut() {
                    moved(operand, &places);
                }
                ops.push(op);
            }
        }
        let mut features = self.features;
        for operand in &mut features {
            moved(operand, &places);
        }
        Program {
            inputs: self.inputs,
            ops,
            features,
        }
    }
}

/// The operation in other words, if there are plainer ones.
fn plainer(op: &Op, ops: &[Op]) -> Option<Op> {
    let Op::Lookup {
        text: Operand::Op(text),
        entries,
        missing,
        other,
    } = op
    else {
        return None;
    };
    match &ops[*text] {
        Op::Fill(Type::Text, first, Operand::Text(instead)) => Some(Op::Lookup {
            text: first.clone(),
            entries: entries.clone(),
            missing: entries
                .iter()
                .find(|(text, _)| text == instead)
                .map_or(*other, |entry| entry.1),
            other: *other,
        }),
        // Times are written to the microsecond and days without their hours, so that several numbers may have one text.
        Op::Write(number, kind) if !matches!(kind, Kind::Date | Kind::Datetime) => {
            let written = |(text, to): &(String, f64)| {
                let number = parse_number(text)?;
                (format_number(*kind, number) == *text).then_some((number, *to))
            };
            Some(Op::LookupNumber {
                number: number.clone(),
                entries: entries.iter().filter_map(written).collect(),
                missing: *missing,
                other: *other,
            })
        }
        _ => None,
    }
}
