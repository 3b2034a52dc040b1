//! Which extracted actions count, and how they are written.
//!
//! An action counts that has a verb and an object; of several only the first of each is used. Words
//! stand as they were extracted: the original speaks of lemmas and stop words, and has neither.

use crate::text::verbalise::{NEXT_ACTION, VERB_NOUN};

/// Verbs that are no action.
const REMOVED: [&str; 16] = [
    "is", "are", "will", "was", "be", "have", "has", "let", "using", "see", "tell", "may", "can",
    "got", "'s", "been",
];
const REMOVED_TOO: [&str; 2] = ["must", "ll"];

/// The list of verbs that are no action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerbsRemoved {
    /// With `could` and `want`.
    #[default]
    Sound,
    /// The original's, where a missing comma makes them one word, so that both stay.
    Original,
}

impl VerbsRemoved {
    /// Whether a verb is no action.
    pub fn contains(self, verb: &str) -> bool {
        let of_choice: &[&str] = match self {
            VerbsRemoved::Sound => &["could", "want"],
            VerbsRemoved::Original => &["couldwant"],
        };
        REMOVED.contains(&verb) || REMOVED_TOO.contains(&verb) || of_choice.contains(&verb)
    }
}

/// What was extracted for one verb of a sentence: its words, and those of its objects.
pub(super) type Extracted = (Vec<String>, Vec<String>);

/// The actions of a sentence, joined; empty when none counts.
pub(super) fn sequence(extracted: &[Extracted], removed: VerbsRemoved) -> String {
    let firsts = extracted
        .iter()
        .filter_map(|(verbs, objects)| Some((verbs.first()?.as_str(), objects.first()?.as_str())));
    joined(firsts.filter(|(verb, _)| !removed.contains(verb)))
}

/// Actions in a line. Breaks of lines within words become blanks, or one recipe were two.
pub(super) fn joined<'a>(actions: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let actions: Vec<String> =
        actions.map(|(verb, object)| format!("{verb}{VERB_NOUN}{object}")).collect();
    let line = actions.join(NEXT_ACTION);
    match line.contains(breaks_lines) {
        true => line.replace(breaks_lines, " "),
        false => line,
    }
}

/// What some reader of lines takes for an end of one: those of Python's `splitlines`.
fn breaks_lines(c: char) -> bool {
    matches!(
        c,
        '\n' | '\x0B' | '\x0C' | '\r' | '\x1C'..='\x1E' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(verbs: &[&str], objects: &[&str]) -> Extracted {
        let owned = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        (owned(verbs), owned(objects))
    }

    #[test]
    fn the_first_verb_and_object_of_each_count() {
        let extracted = [
            action(&["mix", "in"], &["the flour", "a bowl"]),
            action(&["stir"], &[]),
            action(&[], &["salt"]),
            action(&["is"], &["the sauce"]),
            action(&["pour"], &["the\nmilk"]),
        ];
        let line = sequence(&extracted, VerbsRemoved::Sound);
        assert_eq!(line, "mix <v> the flour <a> pour <v> the milk");
        assert_eq!(sequence(&[], VerbsRemoved::Sound), "");
    }

    #[test]
    fn the_missing_comma_keeps_two_verbs() {
        for (verb, sound, original) in [
            ("could", true, false),
            ("want", true, false),
            ("couldwant", false, true),
            ("must", true, true),
            ("using", true, true),
            ("add", false, false),
        ] {
            assert_eq!(VerbsRemoved::Sound.contains(verb), sound, "{verb}");
            assert_eq!(VerbsRemoved::Original.contains(verb), original, "{verb}");
        }
    }
}
