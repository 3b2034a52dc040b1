//! The classes of a data set in words, for people to read.

use crate::data::{Annotations, Collection, Version};
use crate::text::{Style, Wording};

/// Every class of a label type in words: `pick-up_board:chopping` is `pick-up chopping board`.
pub(super) fn words(annotations: &Annotations, label: &str) -> Vec<String> {
    let names = annotations.class_names(label);
    match (annotations.collection, label) {
        (Collection::Kitchens(version), "action") if names.iter().all(|n| n.contains('_')) => {
            let wording = Wording { verb_object: " ".into(), ..Wording::of(Style::of(version)) };
            wording.phrases(&names).actions().map(|words| words.trim().to_owned()).collect()
        }
        (Collection::Kitchens(Version::Egtea), "verb") => part(annotations, names, 0),
        (Collection::Kitchens(Version::Egtea), "noun") => part(annotations, names, 1),
        _ => names.iter().map(|name| plain(name)).collect(),
    }
}

/// EGTEA names neither verbs nor nouns, but its actions are `Verb_noun`.
fn part(annotations: &Annotations, mut names: Vec<String>, part: usize) -> Vec<String> {
    let vocabulary = &annotations.vocabulary;
    for (verb, noun, action) in &vocabulary.triples {
        let word = vocabulary.actions[*action].trim().split('_').nth(part);
        if let (Some(name), Some(word)) = (names.get_mut([*verb, *noun][part]), word) {
            *name = plain(&word.replace('/', " or ")).to_lowercase();
        }
    }
    names
}

fn plain(name: &str) -> String {
    name.trim().replace(['_', ':'], " ")
}
