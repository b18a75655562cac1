//! Which column may be the target.

use tabwright_engine::TableInfo;
use tabwright_engine::table::Kind;

/// Names that targets tend to have, the surest first: a "class" may also be a ticket's.
const TARGET_NAMES: [&str; 18] = [
    "target",
    "label",
    "outcome",
    "survived",
    "species",
    "response",
    "churn",
    "fraud",
    "diagnosis",
    "median_house_value",
    "price",
    "quality",
    "income",
    "default",
    "result",
    "y",
    "class",
    "status",
];

/// A column that may be the target, and why.
pub fn propose_target(info: &TableInfo) -> Option<(String, &'static str)> {
    let can_be = |kind: Kind| {
        matches!(
            kind,
            Kind::Integer | Kind::Decimal | Kind::Boolean | Kind::Category
        )
    };
    let columns = || {
        info.schema
            .columns
            .iter()
            .filter(|column| can_be(column.kind))
    };
    let named = TARGET_NAMES
        .iter()
        .find_map(|name| columns().find(|column| column.name.eq_ignore_ascii_case(name)));
    match named {
        Some(column) => Some((column.name.clone(), "targets are often called so")),
        None => columns()
            .next_back()
            .map(|column| (column.name.clone(), "targets often stand last")),
    }
}
