//! Values one after the other in pieces, so that growth never copies a column nor holds twice its memory.

/// Values of a piece that is not the first.
const CHUNK: usize = 16 << 10;

/// A list that grows by pieces.
#[derive(Debug)]
pub(super) struct Chunks<T> {
    done: Vec<Vec<T>>,
    last: Vec<T>,
    /// Values that the present piece may hold.
    limit: usize,
}

impl<T: Copy> Chunks<T> {
    /// A list whose first piece has room for `expected` values at once, if that is known.
    pub(super) fn expecting(expected: usize) -> Self {
        let mut chunks = Self {
            done: Vec::new(),
            last: Vec::new(),
            limit: CHUNK,
        };
        chunks.expect(expected);
        chunks
    }

    /// Makes room for `expected` values in all at once, if the list is still in one piece and there is the memory.
    pub(super) fn expect(&mut self, expected: usize) {
        let more = expected.saturating_sub(self.last.len());
        if self.done.is_empty() && self.last.try_reserve_exact(more).is_ok() {
            self.limit = expected.max(CHUNK);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.done.iter().map(Vec::len).sum::<usize>() + self.last.len()
    }

    pub(super) fn extend(&mut self, mut values: &[T]) {
        while !values.is_empty() {
            if self.last.len() == self.limit {
                self.limit = CHUNK;
                let next = Vec::with_capacity(CHUNK);
                self.done.push(std::mem::replace(&mut self.last, next));
            }
            let (now, later) = values.split_at(values.len().min(self.limit - self.last.len()));
            // A loop: some hundred values are copied sooner so than by WebAssembly's `memory.copy`.
            #[allow(clippy::map_clone)]
            self.last.extend(now.iter().map(|&value| value));
            values = later;
        }
    }

    pub(super) fn push(&mut self, value: T) {
        self.extend(&[value]);
    }

    pub(super) fn fill(&mut self, value: T, mut count: usize) {
        let block = [value; 256];
        while count > 0 {
            let now = count.min(block.len());
            self.extend(&block[..now]);
            count -= now;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = T> {
        self.done.iter().chain([&self.last]).flatten().copied()
    }

    /// The pieces, each freed once it has been read.
    pub(super) fn into_pieces(self) -> impl Iterator<Item = Vec<T>> {
        self.done.into_iter().chain([self.last])
    }

    /// All values in a vector of exactly their size.
    pub(super) fn into_vec(mut self) -> Vec<T> {
        if self.done.is_empty() {
            self.last.shrink_to_fit();
            return self.last;
        }
        let mut all = Vec::with_capacity(self.len());
        for piece in self.into_pieces() {
            all.extend_from_slice(&piece);
        }
        all
    }
}

/// One small value a row that seldom changes: held once while it does not.
#[derive(Debug)]
pub(super) enum Forms<T> {
    Constant { value: T, len: usize },
    Varied(Chunks<T>),
}

impl<T: Copy + PartialEq + Default> Default for Forms<T> {
    fn default() -> Self {
        Forms::Constant {
            value: T::default(),
            len: 0,
        }
    }
}

impl<T: Copy + PartialEq> Forms<T> {
    pub(super) fn extend(&mut self, values: &[T]) {
        match self {
            Forms::Varied(chunks) => chunks.extend(values),
            Forms::Constant { value, len } => {
                if let (0, Some(&first)) = (*len, values.first()) {
                    *value = first;
                }
                // Counted without a branch: compilers make vectors of it.
                let differs = |other: &T| usize::from(other != value);
                if values.iter().map(differs).sum::<usize>() == 0 {
                    *len += values.len();
                    return;
                }
                let mut chunks = Chunks::expecting(0);
                chunks.fill(*value, *len);
                chunks.extend(values);
                *self = Forms::Varied(chunks);
            }
        }
    }

    pub(super) fn fill(&mut self, value: T, count: usize) {
        match self {
            Forms::Varied(chunks) => chunks.fill(value, count),
            Forms::Constant { value: own, len } if *own == value || *len == 0 => {
                (*own, *len) = (value, *len + count);
            }
            Forms::Constant { .. } => {
                for _ in 0..count {
                    self.extend(&[value]);
                }
            }
        }
    }

    pub(super) fn iter(&self) -> Box<dyn Iterator<Item = T> + '_> {
        match self {
            Forms::Constant { value, len } => Box::new(std::iter::repeat_n(*value, *len)),
            Forms::Varied(chunks) => Box::new(chunks.iter()),
        }
    }
}

/// Texts of the few rows whose value does not say how they were written.
#[derive(Debug, Default)]
pub(super) struct Exceptions {
    text: Vec<u8>,
    /// Row, and where its text ends, in the order of rows.
    ends: Vec<(u32, usize)>,
}

impl Exceptions {
    pub(super) fn push(&mut self, row: usize, text: &[u8]) {
        self.text.extend_from_slice(text);
        self.ends.push((row as u32, self.text.len()));
    }

    /// Bytes that they take.
    pub(super) fn held_bytes(&self) -> usize {
        self.text.len() + size_of_val(self.ends.as_slice())
    }

    pub(super) fn get(&self, row: usize) -> &[u8] {
        let place = self
            .ends
            .partition_point(|&(other, _)| (other as usize) < row);
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before].1);
        self.ends
            .get(place)
            .map_or(&[][..], |&(_, end)| &self.text[start..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_in_order() {
        for expected in [0, 10, 100_000] {
            let mut chunks = Chunks::expecting(expected);
            for start in (0..200_000_u32).step_by(1000) {
                chunks.extend(&(start..start + 1000).collect::<Vec<_>>());
            }
            assert_eq!(chunks.len(), 200_000);
            assert!(chunks.iter().eq(0..200_000));
            let all = chunks.into_vec();
            assert!(all.iter().copied().eq(0..200_000) && all.capacity() == all.len());
        }
    }

    #[test]
    fn forms_are_constant_until_they_are_not() {
        let mut forms = Forms::default();
        forms.extend(&[3_u8, 3]);
        forms.fill(3, 2);
        assert!(matches!(forms, Forms::Constant { value: 3, len: 4 }));
        forms.extend(&[3, 4]);
        forms.fill(5, 1);
        assert!(forms.iter().eq([3, 3, 3, 3, 3, 4, 5]));
    }

    #[test]
    fn exceptions_are_found_by_row() {
        let mut exceptions = Exceptions::default();
        exceptions.push(2, b"007");
        exceptions.push(9, b"");
        exceptions.push(11, b"+1");
        assert_eq!(
            (exceptions.get(2), exceptions.get(9), exceptions.get(11)),
            (&b"007"[..], &b""[..], &b"+1"[..])
        );
    }
}
