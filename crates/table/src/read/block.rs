//! Rows of plain cells, and their columns.

/// Rows of equal width, as bounds of cells in a text.
#[derive(Clone, Copy, Default)]
pub(super) struct Block<'a> {
    pub(super) text: &'a [u8],
    /// Where each cell starts, row after row, and at last one past the end of the last row. A cell ends one byte
    /// before the next one starts.
    pub(super) bounds: &'a [u32],
    pub(super) n_columns: usize,
    pub(super) n_rows: usize,
    /// Rows end with a carriage return before their line feed.
    pub(super) has_returns: bool,
    /// Cells may stand in quotation marks, each in two that belong to no pair.
    pub(super) has_quotes: bool,
    /// Rows with line breaks in them, ascending, and how many they have.
    pub(super) breaks: &'a [(usize, usize)],
}

/// One column of a block.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    pub(super) text: &'a [u8],
    bounds: &'a [u32],
    n_columns: usize,
    column: usize,
    /// Bytes between a cell and the next one.
    gap: usize,
    pub(super) has_quotes: bool,
    pub(super) n_rows: usize,
}

impl<'a> Block<'a> {
    /// Lines of the file that its rows take.
    pub(super) fn n_lines(&self) -> usize {
        self.n_rows
            + self
                .breaks
                .iter()
                .map(|(_, n_breaks)| n_breaks)
                .sum::<usize>()
    }

    pub(super) fn column(&self, column: usize) -> Cells<'a> {
        let ends_row = column + 1 == self.n_columns;
        Cells {
            text: self.text,
            bounds: &self.bounds[..=self.n_rows * self.n_columns],
            n_columns: self.n_columns,
            column,
            gap: if ends_row && self.has_returns { 2 } else { 1 },
            has_quotes: self.has_quotes,
            n_rows: self.n_rows,
        }
    }
}

impl<'a> Cells<'a> {
    /// Where the cells start and end, from a row on, without their quotation marks if there may be `QUOTES`.
    #[inline]
    pub(super) fn bounds<const QUOTES: bool>(
        &self,
        from: usize,
    ) -> impl Iterator<Item = (usize, usize)> + use<'a, QUOTES> {
        let mut rest = &self.bounds[from * self.n_columns + self.column..];
        let (text, stride, gap, has_quotes) = (
            self.text,
            self.n_columns,
            self.gap,
            QUOTES && self.has_quotes,
        );
        std::iter::from_fn(move || {
            let [start, next, ..] = *rest else {
                return None;
            };
            rest = rest.get(stride..).unwrap_or_default();
            let (start, end) = (start as usize, next as usize - gap);
            let is_quoted = has_quotes && text[start] == b'"';
            Some((start + usize::from(is_quoted), end - usize::from(is_quoted)))
        })
    }

    /// The cell of a row without the blanks around it.
    #[inline]
    pub(super) fn get(&self, row: usize) -> &'a [u8] {
        let place = row * self.n_columns + self.column;
        let (start, next) = (self.bounds[place] as usize, self.bounds[place + 1] as usize);
        match &self.text[start..next - self.gap] {
            [b'"', cell @ .., b'"'] if self.has_quotes => trim(cell),
            cell => trim(cell),
        }
    }
}

/// Without blanks at both ends.
#[inline]
pub(super) fn trim(mut cell: &[u8]) -> &[u8] {
    while let [rest @ .., last] = cell
        && is_blank(*last)
    {
        cell = rest;
    }
    while let [first, rest @ ..] = cell
        && is_blank(*first)
    {
        cell = rest;
    }
    cell
}

#[inline]
pub(super) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}
