//! The sums that a large leaf keeps while it is open, so that the larger of two children gets its own by subtraction.

use std::ops::Range;

use super::binning::{BinnedMatrix, Bins};
use super::histogram::{self, Statistics};
use super::packed::{self, Rows, Sums};

/// The sums of every feature in one leaf.
#[derive(Default)]
pub(super) struct Kept {
    pub packed: Vec<Sums>,
    pub wide: Vec<i64>,
}

/// Where a feature's sums are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Slot {
    /// Numbers of packed statistics: position in [`Kept::packed`].
    Packed(usize),
    /// All else: part of [`Kept::wide`].
    Wide(Range<usize>),
}

/// Which features a tree looks at, and where their sums are.
#[derive(Default)]
pub(super) struct Layout {
    packed: Vec<usize>,
    wide: Vec<(usize, Range<usize>)>,
    /// One a feature of the matrix; `None` for those that the tree does not look at.
    pub slots: Vec<Option<Slot>>,
}

impl Layout {
    /// Number features are packed if `packs` says so.
    pub fn new(packs: bool, width: usize, binned: &BinnedMatrix, features: &[usize]) -> Self {
        let mut layout = Self {
            slots: vec![None; binned.bins.len()],
            ..Self::default()
        };
        let mut end = 0;
        for &feature in features {
            let bins = &binned.bins[feature];
            let slot = if packs && matches!(bins, Bins::Number { .. }) {
                layout.packed.push(feature);
                Slot::Packed(layout.packed.len() - 1)
            } else {
                let range = end..end + bins.n_bins() * width;
                end = range.end;
                layout.wide.push((feature, range.clone()));
                Slot::Wide(range)
            };
            layout.slots[feature] = Some(slot);
        }
        layout
    }

    /// Sums the gathered parts of some rows (ascending), anew.
    pub fn fill<S: Statistics>(
        &self,
        statistics: &S,
        binned: &BinnedMatrix,
        rows: &[u32],
        parts: &[S::Row],
        kept: &mut Kept,
    ) {
        let which = if rows.len() == binned.n_rows {
            Rows::From(0)
        } else {
            Rows::Some(rows)
        };
        kept.packed.resize(self.packed.len(), [0; 256]);
        packed::fill(
            binned,
            &self.packed,
            which,
            S::packed(parts),
            &mut kept.packed,
        );
        kept.wide.clear();
        kept.wide
            .resize(self.wide.last().map_or(0, |last| last.1.end), 0);
        for (feature, range) in &self.wide {
            let column = &binned.columns[*feature];
            histogram::fill(
                statistics,
                column,
                rows,
                parts,
                &mut kept.wide[range.clone()],
            );
        }
    }
}

impl Kept {
    /// Takes a child's sums from its parent's, which leaves the other child's.
    pub fn subtract(&mut self, child: &Self) {
        packed::subtract(&mut self.packed, &child.packed);
        histogram::subtract(&mut self.wide, &child.wide);
    }
}
