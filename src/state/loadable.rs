//! What a panel has to show: nothing yet, something on its way, a value, or the reason why there is none.

use std::sync::Arc;

use tabwright_engine::Failure;

use crate::components::Status;

/// One of a panel's four states. Cheap to clone.
#[derive(Debug, Default, PartialEq)]
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

impl<T> Loadable<T> {
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

    /// The state as a [`Panel`](crate::components::Panel) shows it; `empty` says what to do to fill it.
    pub fn status(&self, empty: &str) -> Status {
        match self {
            Loadable::Empty => Status::Empty(empty.to_owned()),
            Loadable::Loading => Status::Loading,
            Loadable::Ready(_) => Status::Ready,
            Loadable::Failed(failure) => Status::Failed(failure.message.clone()),
        }
    }
}

/// A value and the inputs that it was made from, so that whether it is stale is derived, never kept in step.
#[derive(Debug, PartialEq)]
pub struct Stamped<K, T> {
    /// What it was made from, or is being made from.
    pub inputs: Option<K>,
    /// The value.
    pub value: Loadable<T>,
}

impl<K, T> Default for Stamped<K, T> {
    fn default() -> Self {
        Self {
            inputs: None,
            value: Loadable::Empty,
        }
    }
}

impl<K: Clone, T> Clone for Stamped<K, T> {
    fn clone(&self) -> Self {
        Self {
            inputs: self.inputs.clone(),
            value: self.value.clone(),
        }
    }
}

impl<K: PartialEq, T> Stamped<K, T> {
    /// On its way from these inputs.
    pub fn loading(inputs: K) -> Self {
        Self {
            inputs: Some(inputs),
            value: Loadable::Loading,
        }
    }

    /// What came of these inputs.
    pub fn settled(inputs: K, outcome: Result<T, Failure>) -> Self {
        let value = match outcome {
            Ok(value) => Loadable::Ready(Arc::new(value)),
            Err(failure) if failure.cancelled => return Self::default(),
            Err(failure) => Loadable::Failed(failure),
        };
        Self {
            inputs: Some(inputs),
            value,
        }
    }

    /// Whether there is a value, or one on its way, that other inputs gave.
    pub fn is_stale(&self, now: &K) -> bool {
        self.inputs.as_ref().is_some_and(|inputs| inputs != now)
    }

    /// Whether the value is here and these inputs gave it.
    pub fn is_current(&self, now: &K) -> bool {
        self.inputs.as_ref() == Some(now)
    }
}
