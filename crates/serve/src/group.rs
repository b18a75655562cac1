//! A champion, its challenger and its shadow, and who answers which request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::config::GroupConfig;
use crate::served::Served;

/// The part that a model plays in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It answers.
    Champion,
    /// It answers its share.
    Challenger,
    /// It is scored beside those that answer.
    Shadow,
}

impl Role {
    /// The role of that name.
    pub fn of(name: &str) -> Option<Self> {
        [Role::Champion, Role::Challenger, Role::Shadow]
            .into_iter()
            .find(|role| role.name() == name)
    }

    /// As requests, answers and logs name it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Champion => "champion",
            Role::Challenger => "challenger",
            Role::Shadow => "shadow",
        }
    }
}

/// Models that answer under one name.
pub struct Group {
    /// The model that answers.
    pub champion: Arc<Served>,
    /// The model that answers its share.
    pub challenger: Option<Arc<Served>>,
    /// The challenger's share.
    pub share: f64,
    /// The model that only scores.
    pub shadow: Option<Arc<Served>>,
    /// Requests so far; kept while models are reloaded.
    counter: Arc<AtomicU64>,
}

impl Group {
    /// A group of models that are loaded.
    ///
    /// # Errors
    /// A model that is not there, or does not predict the same.
    pub fn new(
        config: &GroupConfig,
        find: impl Fn(&str) -> Option<Arc<Served>>,
        old: Option<&Group>,
    ) -> Result<Self, String> {
        let model =
            |name: &String| find(name).ok_or_else(|| format!("there is no model \"{name}\""));
        let champion = model(&config.champion)?;
        let fellow = |name: &Option<String>| -> Result<Option<Arc<Served>>, String> {
            let Some(name) = name else { return Ok(None) };
            let fellow = model(name)?;
            let task = |served: &Served| served.scorer.pipeline().model.task.clone();
            if task(&fellow) != task(&champion) {
                return Err(format!(
                    "\"{name}\" does not predict the same as \"{}\": task and classes must be equal",
                    champion.name
                ));
            }
            Ok(Some(fellow))
        };
        Ok(Self {
            challenger: fellow(&config.challenger)?,
            shadow: fellow(&config.shadow)?,
            champion,
            share: config.challenger_share,
            counter: old.map_or_else(Arc::default, |old| Arc::clone(&old.counter)),
        })
    }

    /// Who answers the next request. With a key, the same key is always answered by the same model; without one, of the first n
    /// requests exactly ⌊n · share⌋ go to the challenger.
    pub fn route(&self, key: Option<&str>) -> (Role, &Arc<Served>) {
        let to_challenger = match key {
            Some(key) => fraction(key) < self.share,
            None => is_next(&self.counter, self.share),
        };
        match &self.challenger {
            Some(challenger) if to_challenger => (Role::Challenger, challenger),
            _ => (Role::Champion, &self.champion),
        }
    }

    /// The model of a role.
    pub fn role(&self, role: Role) -> Option<&Arc<Served>> {
        match role {
            Role::Champion => Some(&self.champion),
            Role::Challenger => self.challenger.as_ref(),
            Role::Shadow => self.shadow.as_ref(),
        }
    }
}

/// Counts one more; whether it is one of the share, evenly spread.
pub(crate) fn is_next(counter: &AtomicU64, share: f64) -> bool {
    let n = counter.fetch_add(1, Ordering::Relaxed) as f64;
    ((n + 1.0) * share).floor() > (n * share).floor()
}

/// A key to a number of 0..1, evenly.
fn fraction(key: &str) -> f64 {
    let digest = Sha256::digest(key.as_bytes());
    let first = digest.iter().take(8);
    let number = first.fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
    (number >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_met_exactly_and_evenly() {
        for share in [0.0, 0.1, 0.25, 1.0 / 3.0, 0.5, 0.9, 1.0] {
            let counter = AtomicU64::new(0);
            let mut n_taken = 0;
            for n in 1..=1000 {
                n_taken += usize::from(is_next(&counter, share));
                assert_eq!(n_taken, (f64::from(n) * share).floor() as usize);
            }
        }
    }

    #[test]
    fn keys_spread_evenly() {
        let keys = (0..10_000).map(|key| fraction(&key.to_string()));
        let n_below = keys.filter(|&fraction| fraction < 0.3).count();
        assert!((2800..3200).contains(&n_below), "{n_below}");
        assert_eq!(fraction("a").to_bits(), fraction("a").to_bits());
    }
}
