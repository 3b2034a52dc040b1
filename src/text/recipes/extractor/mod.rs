//! The actions in a sentence of a recipe, by rules.
//!
//! The original runs AllenNLP's OpenIE, a network of hundreds of megabytes. In Rust there is no kept
//! tagger to build on: `nlprule` rests since 2021, `rust-bert` wants libtorch and a download,
//! `postagger` trained files that it does not bring. Recipes are written in so narrow an English
//! (commands, lists, a few kinds of clause) that knowing their verbs does most of the work; taggers
//! learnt from news take `butter the pan` for a thing.
//!
//! | file | decides |
//! |---|---|
//! | `tokens` | words, numbers and marks; where sentences end |
//! | `lexicon` | what a word can be, whatever stands around it |
//! | `phrase` | objects: noun phrases without determiners, amounts and what follows them |
//! | `clause` | where a command begins, its verbs and their objects |
//!
//! What counts, as in the sentences of `tests/fixtures/recipes`: what the cook does in this sentence,
//! as `peel and chop the onions` (`peel <v> onions`, `chop <v> onions`), one action for each verb and
//! object; verbs in their plain form with their particle (`turn off`), objects with their adjectives.
//! Not what is, what should not be done, conditions, aims, what `it` is.

mod clause;
mod lexicon;
mod phrase;
mod tokens;

#[cfg(test)]
mod tests;

/// A verb and what it is done to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Action {
    /// Plain form, with its particle.
    pub verb: String,
    /// Noun phrase, lower case.
    pub object: String,
}

/// Tokens of a sentence that are looked at together. A longer one has no full stops; in pieces its
/// time stays proportional to its length.
const TOGETHER: usize = 64;

/// The actions in a text of one or several sentences, in their order.
pub fn actions(text: &str) -> Vec<Action> {
    let text = text.to_lowercase();
    let mut found = Vec::new();
    for sentence in tokens::sentences(&text) {
        sentence.chunks(TOGETHER).for_each(|part| clause::actions(part, &mut found));
    }
    found
}
