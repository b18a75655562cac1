//! The projects that a browser keeps: where each has its place, and which of them stay.

use serde::{Deserialize, Serialize};

/// Projects that are kept; the oldest beyond them goes when another begins.
pub const MOST: usize = 8;

/// Characters of a place.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// A kept project, as a list shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recent {
    /// Its place among the browser's keys: what it keeps begins with it.
    #[serde(skip)]
    pub place: String,
    /// Its name.
    pub name: String,
    /// The file that it is about.
    pub file: String,
    /// Bytes of that file.
    pub n_bytes: u64,
    /// Models that it keeps.
    pub n_models: usize,
    /// Bytes of these.
    pub model_bytes: u64,
    /// When it was last changed, in milliseconds since 1970.
    pub at_ms: f64,
}

impl Recent {
    /// Bytes that it takes.
    pub fn bytes(&self) -> u64 {
        self.n_bytes + self.model_bytes
    }
}

/// A place that nobody had before: the time, and a number to tell tabs of the same moment apart.
pub fn new_place(now_ms: f64, random: f64) -> String {
    let text = |mut n: u64| {
        let mut digits = Vec::new();
        while n > 0 {
            digits.push(char::from(DIGITS[(n % 36) as usize]));
            n /= 36;
        }
        digits.iter().rev().collect::<String>()
    };
    format!("{}-{}", text(now_ms as u64), text((random * 1e9) as u64))
}

/// What something of a project is kept under. Earlier builds kept one project, which had no place.
pub fn key(place: &str, name: &str) -> String {
    if place.is_empty() {
        name.to_owned()
    } else {
        format!("{place}/{name}")
    }
}

/// The name under which a key keeps something of the project at a place; `None` if it is another's.
pub fn name_of<'a>(place: &str, key: &'a str) -> Option<&'a str> {
    match key.split_once('/') {
        Some((of, name)) => (of == place).then_some(name),
        None => place.is_empty().then_some(key),
    }
}

/// Latest first.
pub fn sorted(mut all: Vec<Recent>) -> Vec<Recent> {
    all.sort_by(|a, b| b.at_ms.total_cmp(&a.at_ms));
    all
}

/// Those that go: the oldest beyond [`MOST`], never the one at `present`.
pub fn surplus(sorted: &[Recent], present: &str) -> Vec<String> {
    let others = sorted.iter().filter(|recent| recent.place != present);
    others
        .skip(MOST - 1)
        .map(|recent| recent.place.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(place: &str, at_ms: f64) -> Recent {
        Recent {
            place: place.to_owned(),
            at_ms,
            ..Recent::default()
        }
    }

    #[test]
    fn keys_belong_to_one_place() {
        assert_eq!(key("", "current"), "current");
        assert_eq!(key("a1", "current"), "a1/current");
        assert_eq!(name_of("a1", "a1/current"), Some("current"));
        assert_eq!(name_of("a1", "a12/current"), None);
        assert_eq!(name_of("", "a1/current"), None);
        assert_eq!(name_of("", "linear"), Some("linear"));
        assert_eq!(name_of("a1", "linear"), None);
    }

    #[test]
    fn places_differ_by_time_and_by_chance() {
        assert_ne!(new_place(1.7e12, 0.25), new_place(1.7e12 + 1.0, 0.25));
        assert_ne!(new_place(1.7e12, 0.25), new_place(1.7e12, 0.26));
        assert!(!new_place(1.7e12, 0.0).contains('/'));
    }

    #[test]
    fn the_oldest_go_and_the_present_one_stays() {
        let all: Vec<Recent> = (0..10)
            .map(|n| at(&format!("p{n}"), f64::from(n)))
            .collect();
        let all = sorted(all);
        assert_eq!(all[0].place, "p9");
        assert_eq!(surplus(&all, "p9"), ["p1", "p0"]);
        assert_eq!(surplus(&all, "p0"), ["p2", "p1"]);
        assert!(surplus(&all[..5], "p9").is_empty());
    }
}
