//! What is said of a fit besides its errors.

use tabwright_engine::train::LossCurve;

use tabwright_format as format;

/// Where boosting stopped, and what follows.
pub fn of_loss(curve: &LossCurve) -> String {
    let best = curve.best_round as usize;
    let last = curve.kept_aside.len().saturating_sub(1);
    let rounds = format::counted(best, "round", "rounds");
    if best == last {
        format!(
            "On rows that were kept aside the loss still fell in the last of {rounds}: more rounds may do better."
        )
    } else {
        format!(
            "On rows that were kept aside the loss was least after {rounds}, and the model has no more; {} later ones were dropped.",
            format::count(last - best)
        )
    }
}

/// Positions of at most `most` of `n` steps, evenly picked, the first and the last among them.
pub fn picked(n: usize, most: usize) -> Vec<usize> {
    let listed = n.min(most);
    (0..listed)
        .map(|step| step * (n - 1) / (listed - 1).max(1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(kept_aside: &[f64], best_round: u32) -> LossCurve {
        LossCurve {
            loss: "log loss".into(),
            learnt: kept_aside.to_vec(),
            kept_aside: kept_aside.to_vec(),
            best_round,
        }
    }

    #[test]
    fn it_is_said_whether_more_rounds_would_help() {
        let falling = of_loss(&curve(&[0.7, 0.6, 0.5], 2));
        assert!(falling.contains("still fell"), "{falling}");
        let turned = of_loss(&curve(&[0.7, 0.5, 0.6, 0.8], 1));
        assert!(turned.contains("least after 1 round, "), "{turned}");
        assert!(turned.contains("2 later ones"), "{turned}");
    }

    #[test]
    fn steps_are_picked_from_end_to_end() {
        let twelve = picked(40, 12);
        assert_eq!(twelve.len(), 12);
        assert_eq!((twelve[0], twelve[11]), (0, 39));
        assert_eq!(picked(1, 12), [0]);
        assert_eq!(picked(3, 12), [0, 1, 2]);
        assert!(picked(0, 12).is_empty());
    }
}
