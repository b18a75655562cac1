//! What happens to a binary classifier as its threshold moves.

use serde::{Deserialize, Serialize};

/// Counts at one threshold: a row is called positive when its score is at least the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// The threshold, a score that occurs (or +∞ for "none is positive", written as null in JSON).
    #[serde(with = "threshold_or_null")]
    pub threshold: f64,
    /// Positives called positive.
    pub tp: u64,
    /// Negatives called positive.
    pub fp: u64,
    /// Positives called negative.
    #[serde(rename = "fn")]
    pub fn_: u64,
    /// Negatives called negative.
    pub tn: u64,
}

/// A point of the ROC curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RocPoint {
    /// False positive rate.
    pub fpr: f64,
    /// True positive rate.
    pub tpr: f64,
}

/// A point of the precision-recall curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrPoint {
    /// Recall.
    pub recall: f64,
    /// Precision.
    pub precision: f64,
}

impl CurvePoint {
    /// Where this threshold lies on the ROC curve; a rate of an absent class is 0.
    pub fn roc(&self) -> RocPoint {
        RocPoint {
            fpr: share(self.fp, self.fp + self.tn),
            tpr: share(self.tp, self.tp + self.fn_),
        }
    }

    /// Where this threshold lies on the precision-recall curve; precision is 1 where nothing is called positive.
    pub fn pr(&self) -> PrPoint {
        let called = self.tp + self.fp;
        let precision = if called == 0 {
            1.0
        } else {
            share(self.tp, called)
        };
        PrPoint {
            recall: share(self.tp, self.tp + self.fn_),
            precision,
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// Counts at each different score, highest threshold first, after a first point where nothing is called
/// positive. Thinned to about `max_points` evenly over the rows, both ends kept. Ties share one point.
/// `truth` is as long as `scores`, and no score is NaN.
pub fn threshold_curve(scores: &[f64], truth: &[bool], max_points: usize) -> Vec<CurvePoint> {
    let groups = tie_groups(scores, truth);
    let (positives, negatives) = totals(&groups);
    let n_rows = positives + negatives;
    let none = CurvePoint {
        threshold: f64::INFINITY,
        tp: 0,
        fp: 0,
        fn_: positives,
        tn: negatives,
    };
    let mut curve = vec![none];
    let (mut tp, mut fp) = (0, 0);
    // A point is kept when the rows called positive reach the next of `intervals` equal shares of the rows.
    let intervals = if groups.len() < max_points {
        n_rows
    } else {
        max_points.saturating_sub(1) as u64
    };
    let mut reached = 0;
    for group in &groups {
        tp += group.positives;
        fp += group.negatives;
        let share = (u128::from(tp + fp) * u128::from(intervals) / u128::from(n_rows)) as u64;
        if share > reached || tp + fp == n_rows {
            reached = share;
            curve.push(CurvePoint {
                threshold: group.score,
                tp,
                fp,
                fn_: positives - tp,
                tn: negatives - fp,
            });
        }
    }
    curve
}

/// Area under the ROC curve by ranks, ties counted half (Mann–Whitney); `None` if a class is absent.
pub fn roc_auc(scores: &[f64], truth: &[bool]) -> Option<f64> {
    let groups = tie_groups(scores, truth);
    let (positives, negatives) = totals(&groups);
    if positives == 0 || negatives == 0 {
        return None;
    }
    // Twice the pairs that are in the right order, so that half a tie stays a whole number.
    let mut pairs = 0_u128;
    let mut negatives_above = 0;
    for group in &groups {
        let below = negatives - negatives_above - group.negatives;
        pairs += u128::from(group.positives) * u128::from(2 * below + group.negatives);
        negatives_above += group.negatives;
    }
    Some(pairs as f64 / (2.0 * positives as f64 * negatives as f64))
}

/// Average precision: Σ (Rₙ − Rₙ₋₁) Pₙ, as scikit-learn defines it; `None` if there is no positive.
pub fn average_precision(scores: &[f64], truth: &[bool]) -> Option<f64> {
    let groups = tie_groups(scores, truth);
    let (positives, _) = totals(&groups);
    if positives == 0 {
        return None;
    }
    let (mut tp, mut called, mut sum) = (0_u64, 0_u64, 0.0);
    for group in &groups {
        tp += group.positives;
        called += group.positives + group.negatives;
        sum += group.positives as f64 * (tp as f64 / called as f64);
    }
    Some(sum / positives as f64)
}

/// Rows of one score.
struct TieGroup {
    score: f64,
    positives: u64,
    negatives: u64,
}

/// Rows grouped by score, highest first.
fn tie_groups(scores: &[f64], truth: &[bool]) -> Vec<TieGroup> {
    let mut rows: Vec<(f64, bool)> = scores.iter().copied().zip(truth.iter().copied()).collect();
    rows.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    rows.chunk_by(|a, b| a.0 == b.0)
        .map(|group| {
            let positives = group.iter().filter(|row| row.1).count() as u64;
            TieGroup {
                score: group[0].0,
                positives,
                negatives: group.len() as u64 - positives,
            }
        })
        .collect()
}

/// Positives and negatives in all.
fn totals(groups: &[TieGroup]) -> (u64, u64) {
    groups.iter().fold((0, 0), |(p, n), group| {
        (p + group.positives, n + group.negatives)
    })
}

/// JSON has no infinity: "no row is positive" is written as null.
mod threshold_or_null {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    pub fn serialize<S: Serializer>(threshold: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        threshold
            .is_finite()
            .then_some(*threshold)
            .serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Option::<f64>::deserialize(deserializer)?.unwrap_or(f64::INFINITY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ties_share_one_point_and_the_curve_starts_with_none_positive() {
        let curve = threshold_curve(&[0.5, 0.9, 0.5, 0.1], &[true, true, false, false], 100);
        let counts: Vec<_> = curve
            .iter()
            .map(|p| (p.threshold, p.tp, p.fp, p.fn_, p.tn))
            .collect();
        assert_eq!(
            counts,
            [
                (f64::INFINITY, 0, 0, 2, 2),
                (0.9, 1, 0, 1, 2),
                (0.5, 2, 1, 0, 1),
                (0.1, 2, 2, 0, 0)
            ]
        );
    }

    #[test]
    fn an_infinite_threshold_is_null_in_json_and_comes_back() {
        let curve = threshold_curve(&[0.25], &[true], 10);
        let json = serde_json::to_string(&curve).unwrap();
        assert_eq!(
            json,
            r#"[{"threshold":null,"tp":0,"fp":0,"fn":1,"tn":0},{"threshold":0.25,"tp":1,"fp":0,"fn":0,"tn":0}]"#
        );
        assert_eq!(
            serde_json::from_str::<Vec<CurvePoint>>(&json).unwrap(),
            curve
        );
    }

    #[test]
    fn thinning_keeps_both_ends_and_spreads_over_the_rows() {
        let scores: Vec<f64> = (0..10_000).map(f64::from).collect();
        let truth: Vec<bool> = (0..10_000).map(|i| i % 3 == 0).collect();
        let curve = threshold_curve(&scores, &truth, 101);
        assert_eq!(curve.len(), 101);
        assert_eq!((curve[1].threshold, curve[100].threshold), (9900.0, 0.0));
        assert_eq!(curve[50].tp + curve[50].fp, 5000);
    }

    #[test]
    fn an_absent_class_has_no_area() {
        assert_eq!(roc_auc(&[0.1, 0.2], &[true, true]), None);
        assert_eq!(roc_auc(&[0.1, 0.2], &[false, false]), None);
        assert_eq!(average_precision(&[0.1, 0.2], &[false, false]), None);
        assert_eq!(roc_auc(&[], &[]), None);
        assert_eq!(threshold_curve(&[], &[], 10).len(), 1);
    }

    #[test]
    fn rates_of_an_absent_class_are_zero() {
        let point = CurvePoint {
            threshold: 0.5,
            tp: 0,
            fp: 0,
            fn_: 3,
            tn: 0,
        };
        assert_eq!(point.roc(), RocPoint { fpr: 0.0, tpr: 0.0 });
        assert_eq!(
            point.pr(),
            PrPoint {
                recall: 0.0,
                precision: 1.0
            }
        );
    }

    proptest! {
        #[test]
        fn area_agrees_with_counting_pairs(rows in prop::collection::vec((0_u8..6, any::<bool>()), 0..40)) {
            let scores: Vec<f64> = rows.iter().map(|r| f64::from(r.0)).collect();
            let truth: Vec<bool> = rows.iter().map(|r| r.1).collect();
            let (mut won, mut pairs) = (0.0, 0.0);
            for positive in rows.iter().filter(|r| r.1) {
                for negative in rows.iter().filter(|r| !r.1) {
                    pairs += 1.0;
                    won += match positive.0.cmp(&negative.0) {
                        std::cmp::Ordering::Greater => 1.0,
                        std::cmp::Ordering::Equal => 0.5,
                        std::cmp::Ordering::Less => 0.0,
                    };
                }
            }
            match roc_auc(&scores, &truth) {
                None => prop_assert_eq!(pairs, 0.0),
                Some(area) => prop_assert!((area - won / pairs).abs() < 1e-14),
            }
        }

        #[test]
        fn each_point_counts_the_rows_at_or_above_its_threshold(
            rows in prop::collection::vec((0_u8..20, any::<bool>()), 1..60),
            max_points in 2_usize..30,
        ) {
            let scores: Vec<f64> = rows.iter().map(|r| f64::from(r.0)).collect();
            let truth: Vec<bool> = rows.iter().map(|r| r.1).collect();
            let curve = threshold_curve(&scores, &truth, max_points);
            prop_assert!(curve.len() <= max_points.max(2) + 1);
            prop_assert_eq!(curve.last().unwrap().fn_ + curve.last().unwrap().tn, 0);
            for point in &curve {
                let count = |positive: bool, above: bool| {
                    rows.iter().filter(|r| r.1 == positive && (f64::from(r.0) >= point.threshold) == above).count() as u64
                };
                prop_assert_eq!(
                    (point.tp, point.fp, point.fn_, point.tn),
                    (count(true, true), count(false, true), count(true, false), count(false, false))
                );
            }
        }
    }
}
