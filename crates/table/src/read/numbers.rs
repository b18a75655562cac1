//! A column of plain numbers that can still write every cell as it was.

use super::{
    NumberFormat,
    block::Cells,
    chunks::{Chunks, Exceptions, Forms},
    exponent::{other_form, write_form},
    missing::MissingTokens,
    number::{Number, Plain, mark_word, read_number, read_short},
    texts::Texts,
};
use crate::range::widened;

/// Places of a cell whose text is among the exceptions.
const EXCEPTION: u8 = u8::MAX;

/// Digits alone that make a number as large as this are more than 15, a name.
const NAME_OF_DIGITS: f64 = 1e15;

/// Room for one block's values, used again for the next.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) numbers: Vec<f64>,
    pub(super) forms: Vec<u8>,
    pub(super) codes: Vec<u32>,
}

impl Scratch {
    /// Room for the numbers and forms of `n` cells.
    pub(super) fn numbers(&mut self, n: usize) -> (&mut [f64], &mut [u8]) {
        if self.numbers.len() < n {
            self.numbers.resize(n, 0.0);
            self.forms.resize(n, 0);
        }
        (&mut self.numbers[..n], &mut self.forms[..n])
    }
}

/// Numbers with what else their texts had. Texts that value, form and residue do not give (`+1`, `5.`, `12e4`) are
/// kept as they are. In most files they are few; a column of nothing else takes its text and 16 bytes a cell besides
/// its numbers, until the file ends.
pub(super) struct Numbers {
    pub(super) values: Chunks<f64>,
    places: Forms<u8>,
    residues: Forms<i8>,
    pub(super) exceptions: Exceptions,
    /// Decimal mark: a point until the first cell with a mark has a comma.
    pub(super) mark: u8,
    /// Some cell has a decimal mark.
    has_mark: bool,
    n_rows: usize,
    pub(super) n_missing: usize,
    /// The first cell that is more than sign and digits.
    pub(super) fraction: Option<Vec<u8>>,
    /// Smallest and largest value.
    pub(super) range: (f64, f64),
}

/// Cells that the short way read.
pub(super) struct Run {
    pub(super) n_cells: usize,
    /// Of them, empty ones.
    pub(super) n_missing: usize,
    /// Their places, or-ed.
    pub(super) all_places: u8,
    last_places: u8,
}

/// Reads cells from a row on, as long as they are short plain numbers or empty.
pub(super) fn read_run(
    cells: &Cells,
    from: usize,
    mark: u64,
    missing: &MissingTokens,
    values: &mut [f64],
    places: &mut [u8],
) -> Run {
    if cells.has_quotes || missing.has_numbers() {
        read_cells::<true>(cells, from, mark, missing, values, places)
    } else {
        read_cells::<false>(cells, from, mark, missing, values, places)
    }
}

/// [`read_run`] where cells may stand in quotation marks and numbers may be missing tokens, or neither. A function of its
/// own, with nothing in it that is seldom wanted: its loop has to live in registers.
#[inline(never)]
fn read_cells<const CAREFUL: bool>(
    cells: &Cells,
    from: usize,
    mark: u64,
    missing: &MissingTokens,
    values: &mut [f64],
    places: &mut [u8],
) -> Run {
    let (mut n_cells, mut n_missing, mut all_places, mut last_places) = (0, 0, 0, 0);
    let slots = values.iter_mut().zip(places);
    for ((value, form), (start, end)) in slots.zip(cells.bounds::<CAREFUL>(from)) {
        if let Some((short, n_places)) = read_short(cells.text, start, end, mark) {
            if CAREFUL && missing.may_be(short) {
                break;
            }
            (*value, *form) = (short, n_places);
            last_places = n_places;
            all_places |= n_places;
        } else if start == end {
            (*value, *form) = (f64::NAN, last_places);
            n_missing += 1;
        } else {
            break;
        }
        n_cells += 1;
    }
    Run {
        n_cells,
        n_missing,
        all_places,
        last_places,
    }
}

/// A cell that the short way did not read.
enum Slow {
    Missing,
    Read(Number),
    /// Not a number as those before it: the column is to be widened.
    Other,
}

impl Numbers {
    /// A column that starts with `n_missing` missing cells.
    pub(super) fn new(expected_rows: usize, n_missing: usize) -> Self {
        let mut values = Chunks::expecting(expected_rows);
        values.fill(f64::NAN, n_missing);
        let (mut places, mut residues) = (Forms::default(), Forms::default());
        places.fill(0, n_missing);
        residues.fill(0, n_missing);
        Self {
            values,
            places,
            residues,
            exceptions: Exceptions::default(),
            mark: b'.',
            has_mark: false,
            n_rows: n_missing,
            n_missing,
            fraction: None,
            range: (f64::INFINITY, f64::NEG_INFINITY),
        }
    }

    /// Takes the cells from row `from` of a block on, up to the first that is not such a number; gives the row
    /// after the last one taken.
    pub(super) fn append(
        &mut self,
        cells: &Cells,
        from: usize,
        missing: &MissingTokens,
        scratch: &mut Scratch,
    ) -> usize {
        let (values, places) = scratch.numbers(cells.n_rows - from);
        let mut residues: Vec<(usize, i8)> = Vec::new();
        let (mut all_places, mut n_taken) = (0, 0);
        while n_taken < values.len() {
            let (values, places) = (&mut values[n_taken..], &mut places[n_taken..]);
            let word = mark_word(self.mark);
            let run = read_run(cells, from + n_taken, word, missing, values, places);
            n_taken += run.n_cells;
            all_places |= run.all_places;
            self.has_mark |= run.all_places > 0;
            self.n_missing += run.n_missing;
            let (Some(value), Some(form)) =
                (values.get_mut(run.n_cells), places.get_mut(run.n_cells))
            else {
                break;
            };
            let cell = cells.get(from + n_taken);
            let is_whole = all_places == 0 && self.fraction.is_none();
            (*value, *form) = match self.read(cell, missing) {
                // Any form will do, and that of most others keeps forms constant.
                Slow::Missing => (f64::NAN, run.last_places),
                Slow::Read(number) => {
                    if !number.is_whole && is_whole {
                        self.fraction = Some(cell.to_vec());
                    }
                    (
                        number.value,
                        self.keep(n_taken, cell, &number, &mut residues),
                    )
                }
                Slow::Other => break,
            };
            n_taken += 1;
        }
        let (values, places) = (&values[..n_taken], &places[..n_taken]);
        if self.fraction.is_none() && all_places > 0 {
            let is_fraction = |n_places: &u8| (1..EXCEPTION).contains(n_places);
            let first = places.iter().position(is_fraction);
            self.fraction = first.map(|at| cells.get(from + at).to_vec());
        }
        self.values.extend(values);
        self.places.extend(places);
        self.extend_residues(n_taken, &residues);
        self.range = widened(self.range, values);
        self.n_rows += n_taken;
        from + n_taken
    }

    /// Keeps what writing the cell needs besides its value, `at` rows behind those taken; gives its form.
    fn keep(
        &mut self,
        at: usize,
        cell: &[u8],
        number: &Number,
        residues: &mut Vec<(usize, i8)>,
    ) -> u8 {
        let Some(plain) = number.plain else {
            if let Some(form) = other_form(cell, number.value, self.mark) {
                return form;
            }
            self.exceptions.push(self.n_rows + at, cell);
            return EXCEPTION;
        };
        if plain.residue != 0 {
            residues.push((at, plain.residue));
        }
        plain.places
    }

    /// Takes the residues of `n` rows, of which those that are not 0 are given with their places.
    fn extend_residues(&mut self, n: usize, residues: &[(usize, i8)]) {
        if residues.is_empty() {
            self.residues.fill(0, n);
            return;
        }
        let mut all = vec![0; n];
        for &(at, residue) in residues {
            all[at] = residue;
        }
        self.residues.extend(&all);
    }

    /// Reads a cell that the short way did not.
    #[cold]
    fn read(&mut self, cell: &[u8], missing: &MissingTokens) -> Slow {
        if missing.contains_bytes(cell) {
            self.n_missing += 1;
            return Slow::Missing;
        }
        let number = read_marked(cell, self.mark).or_else(|| {
            let number = read_marked(cell, b',').filter(|_| !self.has_mark)?;
            self.mark = b',';
            Some(number)
        });
        self.has_mark |= number.is_some() && cell.contains(&self.mark);
        match number {
            // So far it may be a column of names such as 007.
            Some(Number { is_code: true, .. }) if !self.has_mark => Slow::Other,
            Some(number) => Slow::Read(number),
            None => Slow::Other,
        }
    }

    /// The texts of the rows, missing ones apart.
    pub(super) fn into_texts(self, expected_rows: usize) -> Texts {
        let mut texts = Texts::new(expected_rows, 0);
        let mut forms = self.places.iter().zip(self.residues.iter());
        let mut cell = Vec::new();
        let mut row = 0;
        for piece in self.values.into_pieces() {
            for value in piece {
                let (places, residue) = forms.next().unwrap_or_default();
                cell.clear();
                if value.is_nan() {
                    texts.push(None);
                } else if places == EXCEPTION {
                    texts.push(Some(self.exceptions.get(row)));
                } else {
                    write_form(value, Plain { places, residue }, self.mark, &mut cell);
                    texts.push(Some(&cell));
                }
                row += 1;
            }
        }
        texts
    }

    /// Whether a comma can only be a decimal mark: some cell is no number with commas between its thousands.
    pub(super) fn has_sure_comma(&self) -> bool {
        let forms = self.values.iter().zip(self.places.iter()).enumerate();
        let mut present = forms.filter(|(_, (value, _))| !value.is_nan());
        present.any(|(row, (value, places))| match places {
            EXCEPTION => is_sure_comma(self.exceptions.get(row)),
            0 => value.abs() >= NAME_OF_DIGITS,
            3 => !(1.0..1000.0).contains(&value.abs()),
            _ => true,
        })
    }

    /// The text of the first row that has this value.
    pub(super) fn text_of(&self, value: f64) -> String {
        let mut forms = self.values.iter().zip(self.places.iter()).enumerate();
        let mut cell = Vec::new();
        match forms.find(|&(_, (other, _))| other == value) {
            Some((row, (_, EXCEPTION))) => cell.extend_from_slice(self.exceptions.get(row)),
            Some((_, (_, places))) => {
                write_form(value, Plain { places, residue: 0 }, self.mark, &mut cell);
            }
            None => {}
        }
        String::from_utf8_lossy(&cell).into_owned()
    }
}

/// Whether a cell that a decimal comma reads is no number with commas between thousands.
pub(super) fn is_sure_comma(cell: &[u8]) -> bool {
    let grouped = NumberFormat {
        thousands: Some(','),
        ..NumberFormat::default()
    };
    std::str::from_utf8(cell).is_ok_and(|cell| grouped.read(cell).is_none())
}

/// Reads a plain number with that decimal mark.
pub(super) fn read_marked(cell: &[u8], mark: u8) -> Option<Number> {
    if mark == b'.' {
        return read_number(cell);
    }
    if cell.contains(&b'.') {
        return None;
    }
    let mut dotted = cell.to_vec();
    let at = dotted.iter().position(|&byte| byte == mark);
    if let Some(at) = at {
        dotted[at] = b'.';
    }
    read_number(&dotted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_cells_have_no_commas_between_thousands() {
        for cell in ["1,5", "0,123", "1234,567", ",5", "5,", "+1,5", "1,234e5"] {
            assert!(is_sure_comma(cell.as_bytes()), "{cell}");
        }
        for cell in ["1", "1,234", "+1,234", "-12,345"] {
            assert!(!is_sure_comma(cell.as_bytes()), "{cell}");
        }
    }

    #[test]
    fn a_comma_is_a_decimal_mark_only() {
        assert_eq!(
            read_marked(b"1,5", b',').map(|number| number.value),
            Some(1.5)
        );
        for cell in ["1.5", "1,2,3", ",", "1.234,5"] {
            assert_eq!(read_marked(cell.as_bytes(), b','), None);
        }
    }
}
