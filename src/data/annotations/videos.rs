//! Videos by number, as segments refer to them.

use std::collections::HashMap;

/// Videos in order of first appearance.
#[derive(Default)]
pub(super) struct Videos {
    pub(super) names: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Videos {
    /// The number of a video, the next one for a name that is new.
    pub(super) fn number(&mut self, name: String) -> usize {
        *self.numbers.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            self.names.len() - 1
        })
    }
}
