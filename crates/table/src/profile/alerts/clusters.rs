//! Columns that say the same as each other.

use std::collections::BTreeMap;

use super::Weighted;
use crate::profile::{Alert, AlertRule, Fix, Profile, Severity, leak::Leak, wording};

/// |Association| from which two columns are taken to say the same.
const SAME: f64 = 0.8;
/// |Association| from which two columns are worth naming as a pair.
const RELATED: f64 = 0.5;
/// Pairs that are named.
const MAX_NAMED: usize = 3;

/// One alert for each connected component of columns that say the same, and one for all other pairs that go together.
/// The target belongs to none, nor does a column that gives it away: those have alerts of their own.
pub(super) fn find(profile: &Profile, leaks: &[Leak]) -> Vec<Weighted> {
    let names = &profile.correlations.names;
    let is_apart = |name: &String| {
        profile.target.as_ref() == Some(name)
            || leaks
                .iter()
                .any(|leak| profile.columns[leak.column].name == *name)
    };
    let members: Vec<usize> = (0..names.len())
        .filter(|&index| !is_apart(&names[index]))
        .collect();
    let strength = |a: usize, b: usize| profile.correlations.values[a * names.len() + b].abs();
    let roots = components(&members, strength);
    let mut clusters = BTreeMap::<usize, Vec<usize>>::new();
    for (&member, &root) in members.iter().zip(&roots) {
        clusters.entry(root).or_default().push(member);
    }
    let mut found: Vec<Weighted> = clusters
        .values()
        .filter(|cluster| cluster.len() > 1)
        .map(|cluster| describe(profile, cluster, strength))
        .collect();
    found.extend(related(profile, &members, &roots));
    found
}

/// The pairs of columns from different clusters that go together, strongest first, in one alert.
fn related(profile: &Profile, members: &[usize], roots: &[usize]) -> Option<Weighted> {
    let names = &profile.correlations.names;
    let value = |a: usize, b: usize| profile.correlations.values[a * names.len() + b];
    let mut pairs = Vec::new();
    for (at, &a) in members.iter().enumerate() {
        for (other, &b) in members.iter().enumerate().skip(at + 1) {
            if roots[at] != roots[other] && value(a, b).abs() >= RELATED {
                pairs.push((a, b, value(a, b)));
            }
        }
    }
    pairs.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    let named: Vec<String> = pairs
        .iter()
        .take(MAX_NAMED)
        .map(|&(a, b, r)| {
            let sign = if r < 0.0 { "−" } else { "" };
            format!("`{}` and `{}` ({sign}{:.2})", names[a], names[b], r.abs())
        })
        .collect();
    let message = match pairs.len() {
        0 => return None,
        1 => format!("One pair of columns goes together: {}.", named[0]),
        n if n <= MAX_NAMED => format!("{n} pairs of columns go together: {}.", named.join(", ")),
        n => format!(
            "{} pairs of columns go together, most closely {}.",
            wording::count(n),
            named.join(", ")
        ),
    };
    let columns = members
        .iter()
        .filter(|member| pairs.iter().any(|(a, b, _)| a == *member || b == *member))
        .map(|&member| names[member].clone())
        .collect();
    Some(Weighted {
        impact: pairs[0].2.abs() / RELATED,
        alert: Alert {
            severity: Severity::Note,
            rule: AlertRule::Related,
            columns,
            message,
            advice: "Nothing to mend for trees; give a linear model a penalty, and read its weights of these columns together."
                .into(),
            fix: None,
        },
    })
}

/// The smallest member of each member's component.
fn components(members: &[usize], strength: impl Fn(usize, usize) -> f64) -> Vec<usize> {
    let mut roots = members.to_vec();
    for (at, &a) in members.iter().enumerate() {
        for (other, &b) in members.iter().enumerate().skip(at + 1) {
            if strength(a, b) >= SAME && roots[at] != roots[other] {
                let (kept, merged) = (roots[at].min(roots[other]), roots[at].max(roots[other]));
                roots
                    .iter_mut()
                    .filter(|root| **root == merged)
                    .for_each(|root| *root = kept);
            }
        }
    }
    roots
}

fn describe(
    profile: &Profile,
    cluster: &[usize],
    strength: impl Fn(usize, usize) -> f64,
) -> Weighted {
    let name = |index: usize| &profile.correlations.names[index];
    let (a, b, most) = strongest_pair(cluster, &strength);
    let kept = most_telling(profile, cluster);
    let columns: Vec<String> = cluster.iter().map(|&index| name(index).clone()).collect();
    let dropped: Vec<String> = cluster
        .iter()
        // Others are in the cluster by way of a third column: they say more than the kept one does.
        .filter(|&&index| index != kept && strength(index, kept) >= SAME)
        .map(|&index| name(index).clone())
        .collect();
    let alert = Alert {
        severity: Severity::Note,
        rule: AlertRule::Correlated,
        message: format!(
            "{} say much the same: the association of `{}` and `{}` is {most:.2}.",
            wording::names(&columns),
            name(a),
            name(b)
        ),
        advice: format!(
            "Keep `{}` and drop {} for a linear model; trees do not mind, but their importance is shared out.",
            name(kept),
            wording::names(&dropped)
        ),
        fix: Some(Fix::Drop { columns: dropped }),
        columns,
    };
    Weighted {
        impact: most + cluster.len() as f64 / 100.0,
        alert,
    }
}

/// The two members with the strongest association, and that association.
fn strongest_pair(
    cluster: &[usize],
    strength: impl Fn(usize, usize) -> f64,
) -> (usize, usize, f64) {
    let pairs = cluster
        .iter()
        .enumerate()
        .flat_map(|(at, &a)| cluster[at + 1..].iter().map(move |&b| (a, b)));
    pairs
        .map(|(a, b)| (a, b, strength(a, b)))
        .fold(
            (0, 0, 0.0),
            |best, pair| {
                if pair.2 > best.2 { pair } else { best }
            },
        )
}

/// The first of the members that tell most about the target.
fn most_telling(profile: &Profile, cluster: &[usize]) -> usize {
    let with_target = |index: usize| {
        let name = &profile.correlations.names[index];
        let column = profile.columns.iter().find(|column| column.name == *name);
        column
            .and_then(|column| column.target_association)
            .unwrap_or(0.0)
    };
    cluster.iter().copied().fold(cluster[0], |best, index| {
        if with_target(index) > with_target(best) {
            index
        } else {
            best
        }
    })
}
