//! Numbers that probably stand for "missing".

use serde::{Deserialize, Serialize};

use super::numbers::Numbers;

/// What people write for "missing" where a number has to stand.
const SENTINELS: [f64; 5] = [99.0, 999.0, 9999.0, 99_999.0, 999_999.0];
/// A value met once is an outlier.
const MIN_COUNT: usize = 2;

/// A number that probably stands for "missing": a suggestion, not applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentinel {
    /// The number as it is written in the file: what to add to the missing tokens.
    pub text: String,
    /// Rows that have it.
    pub count: usize,
}

/// The smallest and the largest value, where it is a row of nines and further from all others than they are from
/// each other.
pub(super) fn sentinels(numbers: &Numbers) -> Vec<Sentinel> {
    let (low, high) = numbers.range;
    let mut found = Vec::new();
    for value in [low, high] {
        let is_known = SENTINELS.contains(&value.abs()) && (value == high) == (value > 0.0);
        if is_known && let Some(count) = stands_apart(numbers, value) {
            found.push(Sentinel {
                text: numbers.text_of(value),
                count,
            });
        }
    }
    found
}

/// How often the value is met, if it stands apart from all others (which may have another such value).
fn stands_apart(numbers: &Numbers, value: f64) -> Option<usize> {
    let (mut low, mut high, mut count) = (f64::INFINITY, f64::NEG_INFINITY, 0);
    for other in numbers.values.iter() {
        if other == value {
            count += 1;
        } else if !other.is_nan() && other.abs() < value.abs() {
            low = other.min(low);
            high = other.max(high);
        }
    }
    let gap = if value < 0.0 {
        low - value
    } else {
        value - high
    };
    (count >= MIN_COUNT && low <= high && gap > high - low).then_some(count)
}
