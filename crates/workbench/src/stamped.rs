//! A value and what it was made from, so that whether it is out of date is derived, never kept in step.

use std::sync::Arc;

use tabwright_engine::Failure;

/// One of a panel's four states. Cheap to clone, and to compare: two values are equal only if they are one, so that what is drawn of a
/// value is drawn anew only for another.
#[derive(Debug, Default)]
pub enum Loadable<T> {
    /// Nothing was asked for yet.
    #[default]
    Empty,
    /// On its way; the bar of jobs says how far.
    Loading,
    /// Here.
    Ready(Arc<T>),
    /// Not to be had, and why.
    Failed(Failure),
}

impl<T> Clone for Loadable<T> {
    fn clone(&self) -> Self {
        match self {
            Loadable::Empty => Loadable::Empty,
            Loadable::Loading => Loadable::Loading,
            Loadable::Ready(value) => Loadable::Ready(Arc::clone(value)),
            Loadable::Failed(failure) => Loadable::Failed(failure.clone()),
        }
    }
}

impl<T> PartialEq for Loadable<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Loadable::Ready(a), Loadable::Ready(b)) => Arc::ptr_eq(a, b),
            (Loadable::Failed(a), Loadable::Failed(b)) => a == b,
            (Loadable::Empty, Loadable::Empty) | (Loadable::Loading, Loadable::Loading) => true,
            _ => false,
        }
    }
}

impl<T> Loadable<T> {
    /// What came of asking; a call that was cancelled leaves nothing.
    pub fn of(outcome: Result<T, Failure>) -> Self {
        match outcome {
            Ok(value) => Loadable::Ready(Arc::new(value)),
            Err(failure) if failure.cancelled => Loadable::Empty,
            Err(failure) => Loadable::Failed(failure),
        }
    }

    /// The value, if it is here.
    pub fn ready(&self) -> Option<&Arc<T>> {
        match self {
            Loadable::Ready(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is on its way.
    pub fn is_loading(&self) -> bool {
        matches!(self, Loadable::Loading)
    }
}

/// A value with the key that it was, or is being, made from, and the one before it until it is here.
#[derive(Debug)]
pub struct Stamped<K, T> {
    asked: Option<K>,
    value: Loadable<T>,
    last: Option<(K, Arc<T>)>,
}

impl<K, T> Default for Stamped<K, T> {
    fn default() -> Self {
        Self {
            asked: None,
            value: Loadable::Empty,
            last: None,
        }
    }
}

impl<K: Clone + PartialEq, T> Stamped<K, T> {
    /// Notes that it is being made from this key.
    pub fn begin(&mut self, key: K) {
        if let (Some(asked), Loadable::Ready(value)) = (self.asked.take(), &self.value) {
            self.last = Some((asked, Arc::clone(value)));
        }
        self.asked = Some(key);
        self.value = Loadable::Loading;
    }

    /// Takes what came of this key, unless something else was asked for meanwhile. What the user stopped is not asked for again by itself;
    /// what was lost is.
    pub fn settle(&mut self, key: &K, outcome: Result<T, Failure>, is_users_to_stop: bool) {
        if self.asked.as_ref() != Some(key) {
            return;
        }
        let is_lost = !is_users_to_stop && outcome.as_ref().is_err_and(|failure| failure.cancelled);
        self.value = Loadable::of(outcome);
        self.last = None;
        if is_lost {
            self.asked = None;
        }
    }

    /// Notes that the user wants none of this key now.
    pub fn stop(&mut self, key: K) {
        self.asked = Some(key);
        self.value = Loadable::Empty;
    }

    /// Whether this key was asked for last: its value is here, on its way, failed or stopped.
    pub fn is_at(&self, key: &K) -> bool {
        self.asked.as_ref() == Some(key)
    }

    /// What there is of this key, and of no other.
    pub fn at(&self, key: &K) -> Loadable<T> {
        if self.is_at(key) {
            self.value.clone()
        } else {
            Loadable::Empty
        }
    }

    /// The last value that was made, and from what.
    pub fn made(&self) -> Option<(&K, &Arc<T>)> {
        match (&self.asked, &self.value) {
            (Some(asked), Loadable::Ready(value)) => Some((asked, value)),
            _ => self.last.as_ref().map(|(key, value)| (key, value)),
        }
    }

    /// Whether it is being made, from whatever key.
    pub fn is_loading(&self) -> bool {
        self.value.is_loading()
    }

    /// Lets what was stopped be asked for again.
    pub fn forget_stop(&mut self) {
        if matches!(self.value, Loadable::Empty) {
            self.asked = None;
        }
    }

    /// Lets what failed or was stopped be asked for again.
    pub fn retry(&mut self) {
        if matches!(self.value, Loadable::Failed(_) | Loadable::Empty) {
            self.asked = None;
            self.value = Loadable::Empty;
        }
    }
}

#[cfg(test)]
mod tests {
    use tabwright_engine::Area;

    use super::*;

    fn cancelled() -> Failure {
        Failure {
            cancelled: true,
            ..Failure::new(Area::Engine, "cancelled")
        }
    }

    #[test]
    fn a_value_is_that_of_its_key_alone() {
        let mut fact = Stamped::default();
        fact.begin("a");
        assert!(fact.is_loading() && fact.at(&"a").is_loading());
        fact.settle(&"a", Ok(1), false);
        assert_eq!(fact.at(&"a").ready(), Some(&1.into()));
        assert_eq!(fact.at(&"a"), fact.at(&"a"));
        assert_eq!(fact.at(&"b"), Loadable::Empty);
        fact.begin("b");
        assert_eq!(fact.at(&"a"), Loadable::Empty);
        assert_eq!(
            fact.made(),
            Some((&"a", &1.into())),
            "until the next is here"
        );
        fact.settle(&"b", Ok(2), false);
        assert_eq!(fact.made(), Some((&"b", &2.into())));
    }

    #[test]
    fn what_comes_too_late_is_not_taken() {
        let mut fact = Stamped::default();
        fact.begin("a");
        fact.begin("b");
        fact.settle(&"a", Ok(1), false);
        assert!(fact.at(&"b").is_loading());
        assert_eq!(fact.made(), None);
        let mut cleared = Stamped::<_, i32>::default();
        cleared.settle(&"a", Ok(1), false);
        assert_eq!(cleared.made(), None, "cleared meanwhile");
    }

    #[test]
    fn what_was_stopped_waits_for_its_user_and_what_was_lost_does_not() {
        let mut fact = Stamped::<_, i32>::default();
        fact.begin("a");
        fact.settle(&"a", Err(cancelled()), true);
        assert!(fact.is_at(&"a") && fact.at(&"a") == Loadable::Empty);
        fact.forget_stop();
        assert!(!fact.is_at(&"a"));
        fact.stop("b");
        assert!(fact.is_at(&"b") && !fact.is_loading());
        fact.begin("a");
        fact.settle(&"a", Err(cancelled()), false);
        assert!(!fact.is_at(&"a"));
    }
}
