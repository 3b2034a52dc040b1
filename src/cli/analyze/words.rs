//! The classes of a data set in words, for people to read.

use crate::data::{Annotations, Collection};
use crate::text::{Style, Wording};

/// Every class of a label type in words: `pick-up_board:chopping` is `pick-up chopping board`.
pub(super) fn words(annotations: &Annotations, label: &str) -> Vec<String> {
    let names = annotations.class_names(label);
    let plain = |name: &String| name.trim().replace(['_', ':'], " ");
    match annotations.collection {
        Collection::Kitchens(version) if names.iter().all(|name| name.contains('_')) => {
            let wording = Wording { verb_object: " ".into(), ..Wording::of(Style::of(version)) };
            wording.phrases(&names).actions().map(|words| words.trim().to_owned()).collect()
        }
        _ => names.iter().map(plain).collect(),
    }
}
