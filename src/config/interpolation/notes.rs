//! What resolvers have to say about values that they give nevertheless (`oc.deprecated`).
//!
//! Each message is kept once, however often the value is looked at; whoever talks to the user takes
//! them when the tree has been resolved.

use std::sync::{Arc, Mutex, PoisonError};

/// How many messages are kept.
const MANY: usize = 1000;

/// Messages, shared by everything that resolves one tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    all: Vec<String>,
    taken: usize,
}

impl Notes {
    pub(super) fn add(&self, message: String) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.all.len() < MANY && !kept.all.contains(&message) {
            kept.all.push(message);
        }
    }

    /// The messages that nobody has taken yet.
    pub(crate) fn take(&self) -> Vec<String> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = kept.all[kept.taken..].to_vec();
        kept.taken = kept.all.len();
        new
    }
}

#[cfg(test)]
mod tests {
    use super::Notes;

    #[test]
    fn each_message_is_taken_once() {
        let notes = Notes::default();
        let shared = notes.clone();
        shared.add("a".to_owned());
        shared.add("a".to_owned());
        assert_eq!(notes.take(), ["a"]);
        shared.add("a".to_owned());
        shared.add("b".to_owned());
        assert_eq!(notes.take(), ["b"]);
    }
}
