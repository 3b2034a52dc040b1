//! Values that are worked out once for each key, whichever thread asks first.
//!
//! Invariant: everyone who asks for a key gets equal values, as long as they were not dropped to
//! make room; threads that ask while a value is worked out wait for it.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The values so far.
#[derive(Debug)]
pub(crate) struct Memo<K, V> {
    cells: Mutex<HashMap<K, Arc<OnceLock<V>>>>,
    limit: usize,
}

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self::holding(usize::MAX)
    }
}

impl<K, V> Memo<K, V> {
    /// Keeps so many values at most; when one more comes, the others go.
    pub(crate) fn holding(limit: usize) -> Self {
        Self { cells: Mutex::default(), limit }
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// The value of a key, made by `make` the first time.
    pub(crate) fn get<Q>(&self, key: &Q, make: impl FnOnce() -> V) -> V
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        self.cell(key).get_or_init(make).clone()
    }

    fn cell<Q>(&self, key: &Q) -> Arc<OnceLock<V>>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        // A panic elsewhere leaves the map whole: it only ever gains and loses entire entries.
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = cells.get(key) {
            return Arc::clone(cell);
        }
        if cells.len() >= self.limit {
            cells.clear();
        }
        Arc::clone(cells.entry(key.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::Memo;

    #[test]
    fn a_value_is_made_once_for_each_key() {
        let memo: Memo<String, usize> = Memo::default();
        assert_eq!([memo.get("a", || 1), memo.get("b", || 2), memo.get("a", || 3)], [1, 2, 1]);
    }

    #[test]
    fn the_limit_holds() {
        let memo: Memo<String, usize> = Memo::holding(2);
        for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
            memo.get(key, || value);
        }
        assert_eq!(memo.cells.lock().unwrap().len(), 1);
        assert_eq!(memo.get("a", || 9), 9);
    }
}
