//! Leaves on a grid of powers of two, where every sum of them is exact.

use tabwright_model::TreeEnsemble;

use super::histogram::round;

/// Bits of an f32's significand: whole numbers below 2²⁴ are exact.
const SIGNIFICAND_BITS: i32 = 24;

/// Rounds leaves and base, half to even, to multiples of `2^−grid_bits`, the finest grid on which base plus any choice of one
/// leaf a tree stays below `2^(24 − grid_bits)`. So margins are exact in f32 and f64, whatever the order of addition.
pub(crate) fn round_to_grid(ensemble: &mut TreeEnsemble) {
    let bits = grid_bits(ensemble);
    let (scale, unit) = (libm::ldexp(1.0, bits), libm::ldexp(1.0, -bits));
    let leaves = ensemble.trees.iter_mut().flat_map(|tree| &mut tree.leaf);
    for value in ensemble.base.iter_mut().chain(leaves) {
        // Adding 0 turns −0 into 0: one way to write nothing.
        *value = round(*value * scale) * unit + 0.0;
    }
    ensemble.grid_bits = bits;
}

fn grid_bits(ensemble: &TreeEnsemble) -> i32 {
    let bound = (0..ensemble.base.len())
        .map(|output| largest_margin(ensemble, output))
        .fold(0.0, f64::max);
    if bound == 0.0 {
        return SIGNIFICAND_BITS;
    }
    let mut bits = SIGNIFICAND_BITS - libm::frexp(bound).1;
    // Rounding may lift each term by half a unit.
    let terms = (ensemble.trees.len() + 1) as f64;
    while bound * libm::ldexp(1.0, bits) + terms / 2.0 >= libm::ldexp(1.0, SIGNIFICAND_BITS) {
        bits -= 1;
    }
    bits
}

/// The base and each tree's largest leaf of one output, by size.
fn largest_margin(ensemble: &TreeEnsemble, output: usize) -> f64 {
    let n_outputs = ensemble.base.len();
    let largest = |values: &mut dyn Iterator<Item = &f64>| {
        values.fold(0.0, |most: f64, leaf| most.max(leaf.abs()))
    };
    ensemble
        .trees
        .iter()
        .fold(ensemble.base[output].abs(), |sum, tree| {
            sum + match tree.output {
                Some(of) if of as usize == output => largest(&mut tree.leaf.iter()),
                Some(_) => 0.0,
                None => largest(&mut tree.leaf.iter().skip(output).step_by(n_outputs)),
            }
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tabwright_model::{Link, Tree};

    use super::*;

    fn ensemble(base: f64, leaves: &[Vec<f64>]) -> TreeEnsemble {
        let trees = leaves
            .iter()
            .map(|leaf| Tree {
                output: Some(0),
                leaf: leaf.clone(),
                ..Tree::default()
            })
            .collect();
        TreeEnsemble {
            base: vec![base],
            trees,
            link: Link::Identity,
            grid_bits: 0,
        }
    }

    #[test]
    fn the_grid_is_as_fine_as_the_largest_margin_allows() {
        let mut small = ensemble(0.3, &[vec![0.1, -0.5]]);
        round_to_grid(&mut small);
        // 0.3 + 0.5 < 2⁰, so 24 bits behind the point.
        assert_eq!(small.grid_bits, 24);
        let mut large = ensemble(200_000.0, &[vec![1000.7]]);
        round_to_grid(&mut large);
        // 201,000.7 < 2¹⁸.
        assert_eq!(large.grid_bits, 6);
        assert_eq!(large.trees[0].leaf[0], 1_000.703_125);
        let mut zero = ensemble(0.0, &[]);
        round_to_grid(&mut zero);
        assert_eq!(zero.base, [0.0]);
    }

    proptest! {
        #[test]
        fn sums_are_exact_in_f32_in_any_order(
            base in -1e6..1e6_f64,
            leaves in prop::collection::vec(prop::collection::vec(-1e3..1e3_f64, 1..4), 0..40),
        ) {
            let mut rounded = ensemble(base, &leaves);
            round_to_grid(&mut rounded);
            let picks: Vec<f64> = rounded.trees.iter().map(|t| t.leaf.iter().copied().fold(0.0, |m: f64, x| if x.abs() > m.abs() { x } else { m })).collect();
            let forward = picks.iter().fold(rounded.base[0], |sum, x| sum + x);
            let backward = picks.iter().rev().fold(0.0_f32, |sum, x| sum + *x as f32) + rounded.base[0] as f32;
            prop_assert_eq!(forward, f64::from(backward));
            for (tree, leaf) in rounded.trees.iter().zip(&leaves) {
                for (rounded_leaf, exact) in tree.leaf.iter().zip(leaf) {
                    prop_assert!((rounded_leaf - exact).abs() <= libm::ldexp(0.5, -rounded.grid_bits));
                }
            }
        }
    }
}
