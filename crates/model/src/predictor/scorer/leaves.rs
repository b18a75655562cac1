//! The leaves of a tree as bits, and what the open ones add to margins.

use super::super::Tree;
use super::masks::ROWS;

/// On the way through a tree: a child to go down, or a split whose left side, from this leaf on, is done.
enum Step {
    Down(i32),
    LeftDone(usize, usize),
}

/// Adds the values of each row's first open leaf, of N, to its margins.
#[inline]
pub(super) fn add_values<const N: usize>(
    open: &[u32; ROWS],
    values: &[f64],
    sums: &mut [[f64; ROWS]],
) {
    let (values, _) = values.as_chunks::<N>();
    for (values, sums) in values.iter().zip(sums) {
        for (sum, open) in sums.iter_mut().zip(open) {
            // One leaf is open; saying so again spares the question whether there is none.
            let leaf = (open | 1 << (N - 1)).trailing_zeros();
            *sum += values[leaf as usize % N];
        }
    }
}

/// The same of leaves that are known.
pub(super) fn add_values_at<const N: usize>(
    leaves: &[u32; ROWS],
    values: &[f64],
    sums: &mut [[f64; ROWS]],
) {
    let (values, _) = values.as_chunks::<N>();
    for (values, sums) in values.iter().zip(sums) {
        for (sum, leaf) in sums.iter_mut().zip(leaves) {
            *sum += values[*leaf as usize % N];
        }
    }
}

/// A tree's leaves from left to right, and each split with the places among them on its left, as bits.
pub(super) fn from_left(tree: &Tree) -> (Vec<usize>, Vec<(usize, u64)>) {
    let (mut leaves, mut lefts) = (Vec::new(), Vec::with_capacity(tree.n_splits()));
    let mut steps = vec![Step::Down(tree.root())];
    while let Some(step) = steps.pop() {
        match step {
            Step::Down(child) => match usize::try_from(child) {
                Ok(split) => steps.extend([
                    Step::Down(tree.right[split]),
                    Step::LeftDone(split, leaves.len()),
                    Step::Down(tree.left[split]),
                ]),
                Err(_) => leaves.push(!child as usize),
            },
            // There is a leaf on the right, so that no more than 63 are on the left.
            Step::LeftDone(split, first) => {
                lefts.push((split, (1_u64 << leaves.len()) - (1_u64 << first)));
            }
        }
    }
    (leaves, lefts)
}
