//! Files that came in, as parts of keys.

use std::ops::Deref;

use send_wrapper::SendWrapper;

/// What came in from outside, with the number that it got then: equal only to itself, whatever its name and length.
#[derive(Clone, Debug)]
pub struct Numbered<T> {
    number: u32,
    what: SendWrapper<T>,
}

impl<T> Numbered<T> {
    pub(super) fn new(number: u32, what: T) -> Self {
        Self {
            number,
            what: SendWrapper::new(what),
        }
    }
}

impl<T> PartialEq for Numbered<T> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl<T> Deref for Numbered<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.what
    }
}
