//! Which way a leaf's rows go.

/// The bins that go left, one bit a bin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Route([u64; 4]);

impl Route {
    /// Sends a bin left.
    pub fn insert(&mut self, bin: u8) {
        self.0[usize::from(bin >> 6)] |= 1 << (bin & 63);
    }

    /// Whether a bin goes left.
    pub fn goes_left(self, bin: u8) -> bool {
        self.0[usize::from(bin >> 6)] >> (bin & 63) & 1 == 1
    }
}

/// Moves the rows that go left to the front, in place; both sides keep their order. Gives the number that went left.
pub(crate) fn partition(
    rows: &mut [u32],
    column: &[u8],
    route: Route,
    scratch: &mut Vec<u32>,
) -> usize {
    let mut table = [false; 256];
    for (bin, left) in table.iter_mut().enumerate() {
        *left = route.goes_left(bin as u8);
    }
    scratch.clear();
    scratch.resize(rows.len(), 0);
    // Every row is written to both sides and only one side advances: no branch to mispredict.
    let (mut n_left, mut n_right) = (0, 0);
    for position in 0..rows.len() {
        let row = rows[position];
        let left = table[usize::from(column[row as usize])];
        rows[n_left] = row;
        scratch[n_right] = row;
        n_left += usize::from(left);
        n_right += usize::from(!left);
    }
    rows[n_left..].copy_from_slice(&scratch[..n_right]);
    n_left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_stable_partition(column in prop::collection::vec(any::<u8>(), 1..200), left in prop::collection::vec(any::<u8>(), 0..100)) {
            let mut route = Route::default();
            for &bin in &left {
                route.insert(bin);
            }
            let rows: Vec<u32> = (0..column.len() as u32).rev().step_by(2).collect();
            let goes_left = |row: &&u32| left.contains(&column[**row as usize]);
            let expected: Vec<u32> =
                rows.iter().filter(goes_left).chain(rows.iter().filter(|row| !goes_left(row))).copied().collect();
            let mut moved = rows.clone();
            let n_left = partition(&mut moved, &column, route, &mut Vec::new());
            prop_assert_eq!(n_left, rows.iter().filter(goes_left).count());
            prop_assert_eq!(moved, expected);
        }
    }
}
