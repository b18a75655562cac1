//! Undo and redo: values before and after the present one.

/// Values kept each way. A project is some kilobytes, so a hundred of them do not count.
const LIMIT: usize = 100;

/// What undo and redo go back and forth between.
#[derive(Clone, Debug)]
pub struct History<T> {
    before: Vec<T>,
    after: Vec<T>,
    field: Option<&'static str>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self {
            before: Vec::new(),
            after: Vec::new(),
            field: None,
        }
    }
}

impl<T> History<T> {
    /// Remembers the value before a change. Changes that follow each other in one `field` (a slider that moves, a name
    /// that is typed) undo as one.
    pub fn record(&mut self, before: T, field: Option<&'static str>) {
        self.after.clear();
        let goes_on = field.is_some() && self.field == field;
        self.field = field;
        if goes_on {
            return;
        }
        if self.before.len() == LIMIT {
            self.before.remove(0);
        }
        self.before.push(before);
    }

    /// The value before, in exchange for the present one.
    ///
    /// # Errors
    /// The present one again, where there is none before.
    pub fn undo(&mut self, present: T) -> Result<T, T> {
        self.field = None;
        match self.before.pop() {
            Some(value) => {
                self.after.push(present);
                Ok(value)
            }
            None => Err(present),
        }
    }

    /// The value that was undone last, in exchange for the present one.
    ///
    /// # Errors
    /// The present one again, where nothing was undone.
    pub fn redo(&mut self, present: T) -> Result<T, T> {
        self.field = None;
        match self.after.pop() {
            Some(value) => {
                self.before.push(present);
                Ok(value)
            }
            None => Err(present),
        }
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.before.is_empty()
    }

    /// Whether there is something to redo.
    pub fn can_redo(&self) -> bool {
        !self.after.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::History;

    #[test]
    fn undo_and_redo_go_back_and_forth() {
        let mut history = History::default();
        history.record(1, None);
        history.record(2, None);
        assert_eq!(history.undo(3), Ok(2));
        assert_eq!(history.undo(2), Ok(1));
        assert_eq!(history.undo(1), Err(1));
        assert_eq!(history.redo(1), Ok(2));
        assert!(history.can_undo() && history.can_redo());
    }

    #[test]
    fn a_change_forgets_what_was_undone() {
        let mut history = History::default();
        history.record(1, None);
        assert_eq!(history.undo(2), Ok(1));
        history.record(1, None);
        assert!(!history.can_redo());
    }

    #[test]
    fn one_field_undoes_as_one() {
        let mut history = History::default();
        history.record("", Some("name"));
        history.record("a", Some("name"));
        history.record("ab", Some("seed"));
        assert_eq!(history.undo("ab7"), Ok("ab"));
        assert_eq!(history.undo("ab"), Ok(""));
    }
}
