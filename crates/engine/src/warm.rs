//! Practice for a new engine: browsers run WebAssembly in slow code until they have seen which functions are busy, and translate
//! those anew beside. A worker that waits for its user's file may as well show them.

use std::fmt::Write;

use tabwright_table::{ReadOptions, Reader, Schema, Table, profile};

/// Rows of the table that is practised on: fewer leave short loops in slow code, more take time.
const N_ROWS: u32 = 20_000;
/// Rows that are written and read in one step.
const STEP_ROWS: u32 = 1_000;
/// Columns that are described in one step.
const STEP_COLUMNS: usize = 8;
/// Decimal columns.
const N_DECIMALS: usize = 14;

/// Reads and describes a made-up table, in steps of some milliseconds. What comes out is thrown away.
pub struct Practice {
    state: State,
}

enum State {
    Reading { reader: Box<Reader>, n_rows: u32 },
    Describing { table: Table, n_columns: usize },
    Done,
}

impl Default for Practice {
    fn default() -> Self {
        Self {
            state: State::Reading {
                reader: Box::new(Reader::new(ReadOptions::default())),
                n_rows: 0,
            },
        }
    }
}

impl Practice {
    /// Takes the next step; `false` if there is none left.
    pub fn step(&mut self) -> bool {
        self.state = match std::mem::replace(&mut self.state, State::Done) {
            State::Reading { reader, n_rows } => read_on(reader, n_rows),
            State::Describing { table, n_columns } => describe(table, n_columns),
            State::Done => State::Done,
        };
        !matches!(self.state, State::Done)
    }
}

fn read_on(mut reader: Box<Reader>, n_rows: u32) -> State {
    let text = rows(n_rows..n_rows + STEP_ROWS);
    if reader.push(text.as_bytes()).is_err() {
        return State::Done;
    }
    let n_rows = n_rows + STEP_ROWS;
    if n_rows < N_ROWS {
        return State::Reading { reader, n_rows };
    }
    match reader.finish() {
        Ok((table, report)) => {
            // As every load does; only its work matters here.
            drop(Schema::of_read(&table, &report));
            State::Describing {
                table,
                n_columns: 0,
            }
        }
        Err(_) => State::Done,
    }
}

/// Describes the next columns and the last one, by which they are grouped.
fn describe(table: Table, n_columns: usize) -> State {
    let (Some(target), Some(rest)) = (table.columns().last(), table.columns().get(n_columns..))
    else {
        return State::Done;
    };
    let mut columns: Vec<_> = rest.iter().take(STEP_COLUMNS).cloned().collect();
    if n_columns + columns.len() < table.columns().len() {
        columns.push(target.clone());
    }
    let name = target.name.clone();
    let is_described =
        Table::new(columns, table.n_rows()).is_ok_and(|part| profile(&part, Some(&name)).is_ok());
    let n_columns = n_columns + STEP_COLUMNS;
    if is_described && n_columns < table.columns().len() {
        State::Describing { table, n_columns }
    } else {
        State::Done
    }
}

/// Rows as files have them, the header before the first: decimals, whole numbers, days, times, names, quoted text, gaps.
fn rows(range: std::ops::Range<u32>) -> String {
    let mut text = String::new();
    if range.start == 0 {
        for column in 0..N_DECIMALS {
            let _ = write!(text, "x{column},");
        }
        text += "count,day,time,place,name,note,gap,target\n";
    }
    for row in range {
        // Multiplication by an odd number mixes the bits well enough here.
        let mut mixed = row.wrapping_mul(2_654_435_769);
        let mut below = |limit: u32| {
            mixed = mixed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (mixed >> 8) % limit
        };
        for _ in 0..N_DECIMALS {
            let sign = if below(2) == 0 { "" } else { "-" };
            let _ = write!(text, "{sign}{}.{:05},", below(3), below(100_000));
        }
        let (day, hour) = (1 + below(28), below(24));
        let note = if below(2) == 0 {
            ""
        } else {
            "\"late, \"\"very\"\"\nor not\""
        };
        let gap = if below(9) == 0 { "" } else { "2.5" };
        let _ = writeln!(
            text,
            "{},2024-03-{day:02},2024-03-{day:02} {hour:02}:15:00,town {},A{row:07},{note},{gap},{}",
            below(50),
            below(300),
            below(2)
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn practice_describes_every_column_and_ends() {
        let mut practice = Practice::default();
        let mut n_described = 0;
        let mut n_steps = 1;
        while practice.step() {
            n_steps += 1;
            if let State::Describing { n_columns, table } = &practice.state {
                n_described = *n_columns;
                assert_eq!(
                    (table.n_rows(), table.columns().len()),
                    (N_ROWS as usize, N_DECIMALS + 8)
                );
            }
        }
        assert_eq!(n_described, 16);
        assert_eq!(n_steps, (N_ROWS / STEP_ROWS) as usize + 3);
    }
}
