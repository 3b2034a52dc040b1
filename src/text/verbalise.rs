//! The words of an action, the sentence of a history.
//!
//! | style | ` Turn on_eating:utensil/cup` becomes |
//! |---|---|
//! | EGTEA | `turn on <v> eating utensil or cup`: `_` ` <v> `, `/` ` or `, `:` a blank |
//! | EK55 | verb ` <v> ` noun, the parts of the noun between `:` in reverse order |
//! | EK55 as read | the same, with the blank that RULSTM's classes begin with |
//!
//! Actions are joined by ` <a> `; everything is lower case. Source: `egtea_finetuning.py` and
//! `epic55_finetuning.py` of the fork. The latter leaves the blank: byte-level tokenisers (RoBERTa,
//! DeBERTa) then see a first word like any other and two blanks after ` <a>`; to the others it is
//! nothing.

use std::ops::Range;

use crate::data::Version;

/// Between the verb and the noun of an action.
pub const VERB_NOUN: &str = " <v> ";
/// Between two actions.
pub const NEXT_ACTION: &str = " <a> ";

/// How class names are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `pick-up_board:chopping`.
    Epic,
    /// ` pick-up_board:chopping`, its first blank kept: the original.
    EpicAsRead,
    /// `Take_eating:utensil`.
    Egtea,
}

impl Style {
    /// The style of a data set.
    pub fn of(version: Version) -> Self {
        match version {
            Version::Egtea => Style::Egtea,
            Version::Ek55 | Version::Ek100 => Style::Epic,
        }
    }

    /// The words of an action class: those of its verb, those of its noun.
    fn parts(self, class: &str) -> Vec<String> {
        let class = match self {
            Style::EpicAsRead => class.to_lowercase(),
            Style::Epic | Style::Egtea => class.trim().to_lowercase(),
        };
        match self {
            Style::Egtea => {
                let words = class.replace('/', " or ").replace(':', " ");
                words.split('_').map(str::to_owned).collect()
            }
            Style::Epic | Style::EpicAsRead => {
                let mut parts = class.split('_');
                let verb = parts.next().unwrap_or_default();
                let noun: Vec<&str> = parts.next().unwrap_or_default().rsplit(':').collect();
                vec![verb.to_owned(), noun.join(" ")]
            }
        }
    }
}

/// How histories are put into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// How class names are read.
    pub style: Style,
    /// Between the verb and the noun of an action.
    pub verb_object: String,
    /// Between two actions.
    pub next_action: String,
}

impl Wording {
    /// The wording of the original.
    pub fn of(style: Style) -> Self {
        Self { style, verb_object: VERB_NOUN.into(), next_action: NEXT_ACTION.into() }
    }

    /// The words of all actions, by their number.
    pub fn phrases(&self, classes: &[String]) -> Phrases {
        Phrases {
            parts: classes.iter().map(|class| self.style.parts(class)).collect(),
            wording: self.clone(),
        }
    }
}

/// The words of every action of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrases {
    parts: Vec<Vec<String>>,
    wording: Wording,
}

/// A history in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// All of it.
    pub text: String,
    /// Where the words of its actions lie, in bytes, without what stands between verb and noun:
    /// position in the history and range, rising.
    pub words: Vec<(usize, Range<usize>)>,
}

impl Phrases {
    /// Number of actions.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The words of one action; none for an action that is no class.
    pub fn action(&self, action: usize) -> String {
        self.parts
            .get(action)
            .map(|parts| parts.join(&self.wording.verb_object))
            .unwrap_or_default()
    }

    /// The words of every action, by their number.
    pub fn actions(&self) -> impl Iterator<Item = String> {
        self.parts.iter().map(|parts| parts.join(&self.wording.verb_object))
    }

    /// The sentence of a history; actions that are no class are left out.
    pub fn sentence(&self, history: &[usize]) -> Sentence {
        let mut sentence = Sentence::default();
        let known = history.iter().filter_map(|action| self.parts.get(*action));
        for (position, parts) in known.enumerate() {
            if position > 0 {
                sentence.text.push_str(&self.wording.next_action);
            }
            for (part, words) in parts.iter().enumerate() {
                if part > 0 {
                    sentence.text.push_str(&self.wording.verb_object);
                }
                let start = sentence.text.len();
                sentence.text.push_str(words);
                sentence.words.push((position, start..sentence.text.len()));
            }
        }
        sentence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (style, class, expected) in [
            (Style::Epic, " pick-up_board:chopping", "pick-up <v> chopping board"),
            (Style::Epic, " take_pan", "take <v> pan"),
            (Style::EpicAsRead, " take_board:chopping", " take <v> chopping board"),
            (Style::Egtea, " Inspect/Read_recipe", "inspect or read <v> recipe"),
            (Style::Egtea, " Take_eating:utensil", "take <v> eating utensil"),
            (Style::Egtea, " Turn on_faucet", "turn on <v> faucet"),
        ] {
            assert_eq!(Wording::of(style).phrases(&[class.to_owned()]).action(0), expected);
        }
    }

    #[test]
    fn sentences() {
        let phrases = Wording::of(Style::Epic).phrases(&[" take_pan".into(), " open_door".into()]);
        let sentence = phrases.sentence(&[1, 0]);
        assert_eq!(sentence.text, "open <v> door <a> take <v> pan");
        let words: Vec<(usize, &str)> =
            sentence.words.iter().map(|(at, range)| (*at, &sentence.text[range.clone()])).collect();
        assert_eq!(words, [(0, "open"), (0, "door"), (1, "take"), (1, "pan")]);
        assert_eq!(phrases.sentence(&[]), Sentence::default());
    }
}
