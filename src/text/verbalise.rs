//! The words of an action.
//!
//! | style | ` Turn on_eating:utensil/cup` becomes |
//! |---|---|
//! | EGTEA | `turn on <v> eating utensil or cup`: `_` ` <v> `, `/` ` or `, `:` a blank |
//! | EK55 | verb ` <v> ` noun, the parts of the noun between `:` in reverse order |
//!
//! Actions are joined by ` <a> `; everything is lower case. Source: `egtea_finetuning.py` and
//! `epic55_finetuning.py` of the fork.

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

    /// The words of an action class.
    pub fn words(self, class: &str) -> String {
        let class = class.trim().to_lowercase();
        match self {
            Style::Egtea => class.replace('_', VERB_NOUN).replace('/', " or ").replace(':', " "),
            Style::Epic => {
                let mut parts = class.split('_');
                let verb = parts.next().unwrap_or_default();
                let noun: Vec<&str> = parts.next().unwrap_or_default().rsplit(':').collect();
                format!("{verb}{VERB_NOUN}{}", noun.join(" "))
            }
        }
    }
}

/// The sentence of a history of action classes; classes beyond `names` are left out.
pub fn sentence(history: &[usize], names: &[String], style: Style) -> String {
    let words: Vec<String> =
        history.iter().filter_map(|a| names.get(*a)).map(|name| style.words(name)).collect();
    words.join(NEXT_ACTION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (style, class, expected) in [
            (Style::Epic, " pick-up_board:chopping", "pick-up <v> chopping board"),
            (Style::Epic, " take_pan", "take <v> pan"),
            (Style::Egtea, " Inspect/Read_recipe", "inspect or read <v> recipe"),
            (Style::Egtea, " Take_eating:utensil", "take <v> eating utensil"),
            (Style::Egtea, " Turn on_faucet", "turn on <v> faucet"),
        ] {
            assert_eq!(style.words(class), expected);
        }
    }

    #[test]
    fn sentences() {
        let names = [" take_pan".to_owned(), " open_door".to_owned()];
        assert_eq!(sentence(&[1, 0], &names, Style::Epic), "open <v> door <a> take <v> pan");
        assert_eq!(sentence(&[], &names, Style::Epic), "");
    }
}
