//! Which of any number of rows are on screen.

/// Height of a row in CSS pixels; the style sheet says the same (`--row-height`).
pub const ROW_PX: f64 = 24.0;
/// Browsers draw nothing beyond some ten million pixels: a longer table scrolls proportionally.
const MAX_PX: f64 = 6_000_000.0;

/// Rows to pixels and back.
#[derive(Clone, Copy, Debug)]
pub struct Geometry {
    /// All rows.
    pub n_rows: usize,
    /// Rows on screen at once.
    pub n_visible: usize,
}

impl Geometry {
    /// Of so many rows, of which so many fit on screen.
    pub fn new(n_rows: usize, n_visible: usize) -> Self {
        Self { n_rows, n_visible }
    }

    /// Of all rows, as far as a browser draws.
    pub fn height(self) -> f64 {
        (self.n_rows as f64 * ROW_PX).min(MAX_PX)
    }

    fn is_scaled(self) -> bool {
        self.n_rows as f64 * ROW_PX > MAX_PX
    }

    /// The row at the top edge.
    pub fn first_row(self, top: f64) -> usize {
        let row = if self.is_scaled() {
            let span = (MAX_PX - self.n_visible as f64 * ROW_PX).max(1.0);
            (top / span).min(1.0)
                * self.n_rows.saturating_sub(self.n_visible.saturating_sub(2)) as f64
        } else {
            top / ROW_PX
        };
        (row as usize).min(self.n_rows)
    }

    /// Where the row `start` is drawn while the view is at `top`.
    pub fn offset(self, start: usize, top: f64) -> f64 {
        if self.is_scaled() {
            let before = self.first_row(top) as f64 - start as f64;
            (top - before * ROW_PX).clamp(0.0, MAX_PX)
        } else {
            start as f64 * ROW_PX
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Geometry, MAX_PX, ROW_PX};

    #[test]
    fn short_tables_scroll_row_by_row() {
        let geometry = Geometry::new(1000, 20);
        assert_eq!(geometry.first_row(240.0), 10);
        assert_eq!(geometry.offset(7, 240.0), 7.0 * ROW_PX);
    }

    #[test]
    fn the_last_of_a_million_rows_can_be_reached() {
        let geometry = Geometry::new(1_000_000, 20);
        assert_eq!(geometry.height(), MAX_PX);
        assert_eq!(geometry.first_row(0.0), 0);
        assert!(geometry.first_row(MAX_PX - 20.0 * ROW_PX) + 20 >= 1_000_000);
    }
}
