//! A column of days and times in ISO 8601 order that can still write every cell as it was.

use super::{
    block::Cells,
    chunks::{Chunks, Exceptions, Forms},
    missing::MissingTokens,
    numbers::Scratch,
    texts::Texts,
    time::{IsoForm, read_iso, write_iso},
};

/// Form of a cell whose text is among the exceptions.
const EXCEPTION: IsoForm = IsoForm::MAX;

/// Seconds, and how each was written.
pub(super) struct Times {
    pub(super) seconds: Chunks<f64>,
    forms: Forms<IsoForm>,
    exceptions: Exceptions,
    n_rows: usize,
    pub(super) n_missing: usize,
    /// No cell has a time of day.
    pub(super) is_days: bool,
}

impl Times {
    /// A column that starts with `n_missing` missing cells.
    pub(super) fn new(expected_rows: usize, n_missing: usize) -> Self {
        let mut seconds = Chunks::expecting(expected_rows);
        seconds.fill(f64::NAN, n_missing);
        let mut forms = Forms::default();
        forms.fill(0, n_missing);
        Self {
            seconds,
            forms,
            exceptions: Exceptions::default(),
            n_rows: n_missing,
            n_missing,
            is_days: true,
        }
    }

    /// Takes the cells from row `from` of a block on, up to the first that is not such a time; gives the row
    /// after the last one taken.
    pub(super) fn append(
        &mut self,
        cells: &Cells,
        from: usize,
        missing: &MissingTokens,
        scratch: &mut Scratch,
    ) -> usize {
        let (seconds, forms) = scratch.numbers(cells.n_rows - from);
        let (mut last_form, mut n_taken) = (0, seconds.len());
        for (at, (value, form)) in seconds.iter_mut().zip(forms.iter_mut()).enumerate() {
            let cell = cells.get(from + at);
            if missing.contains_bytes(cell) {
                (*value, *form) = (f64::NAN, last_form);
                self.n_missing += 1;
                continue;
            }
            let Some((read, read_form)) = read_iso(cell) else {
                n_taken = at;
                break;
            };
            (*value, *form) = (read, self.keep(at, cell, read, read_form));
            self.is_days &= read_form == 0;
            last_form = *form;
        }
        self.seconds.extend(&seconds[..n_taken]);
        self.forms.extend(&forms[..n_taken]);
        self.n_rows += n_taken;
        from + n_taken
    }

    /// The form, or that of an exception where a fraction of a second is too fine for its double.
    fn keep(&mut self, at: usize, cell: &[u8], seconds: f64, form: IsoForm) -> IsoForm {
        // Whole seconds are exact.
        if form < 9 {
            return form;
        }
        let mut written = Vec::with_capacity(cell.len());
        write_iso(seconds, form, &mut written);
        if written == cell {
            return form;
        }
        self.exceptions.push(self.n_rows + at, cell);
        EXCEPTION
    }

    /// The texts of the rows, missing ones apart.
    pub(super) fn into_texts(self, expected_rows: usize) -> Texts {
        let mut texts = Texts::new(expected_rows, 0);
        let mut forms = self.forms.iter();
        let mut cell = Vec::new();
        let mut row = 0;
        for piece in self.seconds.into_pieces() {
            for seconds in piece {
                let form = forms.next().unwrap_or_default();
                cell.clear();
                if seconds.is_nan() {
                    texts.push(None);
                } else if form == EXCEPTION {
                    texts.push(Some(self.exceptions.get(row)));
                } else {
                    write_iso(seconds, form, &mut cell);
                    texts.push(Some(&cell));
                }
                row += 1;
            }
        }
        texts
    }
}
