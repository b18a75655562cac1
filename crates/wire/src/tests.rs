use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Record {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    numbers: Vec<f64>,
    tagged: Tagged,
    plain: Plain,
    untagged: Untagged,
    #[allow(clippy::option_option, reason = "that it survives is what is tested")]
    nested: Option<Option<i64>>,
    counts: BTreeMap<String, u64>,
    last: (bool, char, u8),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Tagged {
    Nothing,
    Record {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first: Option<f32>,
        second: Plain,
    },
    Other(Flat),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    of: i32,
    #[serde(flatten)]
    more: Inner,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Inner {
    a: Option<u64>,
    b: Vec<Plain>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Plain {
    Unit,
    One(i64),
    Two(String, f64),
    Named { x: u32, y: Option<Box<Plain>> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(f64),
    Text(String),
    List(Vec<Plain>),
}

fn plain() -> impl Strategy<Value = Plain> {
    let leaf = prop_oneof![
        Just(Plain::Unit),
        any::<i64>().prop_map(Plain::One),
        (any::<String>(), any::<f64>()).prop_map(|(text, x)| Plain::Two(text, x)),
    ];
    leaf.prop_recursive(3, 8, 1, |inner| {
        (any::<u32>(), proptest::option::of(inner)).prop_map(|(x, y)| Plain::Named {
            x,
            y: y.map(Box::new),
        })
    })
}

fn tagged() -> impl Strategy<Value = Tagged> {
    prop_oneof![
        Just(Tagged::Nothing),
        (any::<Option<f32>>(), plain())
            .prop_map(|(first, second)| Tagged::Record { first, second }),
        (
            any::<i32>(),
            any::<Option<u64>>(),
            proptest::collection::vec(plain(), 0..3)
        )
            .prop_map(|(of, a, b)| Tagged::Other(Flat {
                of,
                more: Inner { a, b }
            })),
    ]
}

fn untagged() -> impl Strategy<Value = Untagged> {
    prop_oneof![
        any::<f64>().prop_map(Untagged::Number),
        any::<String>().prop_map(Untagged::Text),
        proptest::collection::vec(plain(), 0..3).prop_map(Untagged::List),
    ]
}

prop_compose! {
    fn record()(
        name in any::<String>(),
        note in any::<Option<String>>(),
        numbers in proptest::collection::vec(any::<f64>(), 0..4),
        tagged in tagged(),
        plain in plain(),
        untagged in untagged(),
        nested in any::<Option<Option<i64>>>(),
        counts in proptest::collection::btree_map(any::<String>(), any::<u64>(), 0..4),
        last in any::<(bool, char, u8)>(),
    ) -> Record {
        Record { name, note, numbers, tagged, plain, untagged, nested, counts, last }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(record in record()) {
        prop_assert_eq!(decode::<Record>(&encode(&record).unwrap()).unwrap(), record);
    }

    #[test]
    fn cut_or_changed_bytes_are_an_error_or_another_value(
        record in record(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = encode(&record).unwrap();
        let at = at.index(bytes.len());
        prop_assert!(decode::<Record>(&bytes[..at]).is_err());
        bytes[at] = byte;
        // Whatever comes out, nothing panics and nothing is allocated for a length that was made up.
        let _ = decode::<Record>(&bytes);
    }
}

#[test]
fn every_bit_of_a_number_travels() {
    for x in [f64::NAN, -0.0, f64::INFINITY, f64::MIN_POSITIVE, 1e308] {
        let back: f64 = decode(&encode(&x).unwrap()).unwrap();
        assert_eq!(back.to_bits(), x.to_bits());
    }
    for n in [i64::MIN, -1, 0, i64::MAX] {
        assert_eq!(decode::<i64>(&encode(&n).unwrap()), Ok(n));
    }
    assert_eq!(decode::<u64>(&encode(&u64::MAX).unwrap()), Ok(u64::MAX));
}

#[test]
fn another_type_is_refused() {
    let bytes = encode("a text").unwrap();
    assert!(decode::<u32>(&bytes).is_err());
    assert!(decode::<Record>(&bytes).is_err());
    let more = [bytes, vec![0]].concat();
    assert!(decode::<String>(&more).is_err());
}
