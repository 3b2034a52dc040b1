//! Word-level tokens: one number for each word between blanks.

use std::collections::{BTreeSet, HashMap};

use super::tokeniser::Encoded;

/// Tokens that are no words, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    /// Fills up short sentences.
    Pad = 0,
    /// A word that is not in the vocabulary.
    Unknown = 1,
    /// The first token of every sentence; its last state stands for the sentence.
    Class = 2,
    /// The last token of every sentence.
    Separator = 3,
    /// Hides a word while pre-training.
    Mask = 4,
}

const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// Words and their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordVocabulary {
    words: Vec<String>,
    index: HashMap<String, i64>,
}

impl WordVocabulary {
    /// The vocabulary of some sentences: the special tokens, then all words sorted.
    pub fn of<'a>(sentences: impl IntoIterator<Item = &'a str>) -> Self {
        let words: BTreeSet<&str> = sentences.into_iter().flat_map(str::split_whitespace).collect();
        let special = SPECIAL.iter().copied();
        Self::number(special.chain(words.into_iter().filter(|w| !SPECIAL.contains(w))))
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is none; never, the special tokens are always there.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// All tokens, by their number.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The tokens of a sentence between the two marks.
    pub fn encode(&self, sentence: &str) -> Encoded {
        let mut encoded = Encoded::default();
        let mut push = |id, bytes| {
            encoded.ids.push(id);
            encoded.bytes.push(bytes);
        };
        push(Special::Class as i64, 0..0);
        for word in sentence.split_whitespace() {
            let start = word.as_ptr() as usize - sentence.as_ptr() as usize;
            push(self.token(word), start..start + word.len());
        }
        push(Special::Separator as i64, 0..0);
        encoded
    }

    /// The words of tokens, special ones included.
    pub fn decode(&self, tokens: &[i64]) -> String {
        let word = |t: &i64| usize::try_from(*t).ok().and_then(|t| self.words.get(t));
        let unknown = SPECIAL[Special::Unknown as usize];
        let words: Vec<&str> = tokens.iter().map(|t| word(t).map_or(unknown, |w| w)).collect();
        words.join(" ")
    }

    fn token(&self, word: &str) -> i64 {
        self.index.get(word).copied().unwrap_or(Special::Unknown as i64)
    }

    fn number<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let words: Vec<String> = words.map(str::to_owned).collect();
        let index = (0..).zip(&words).map(|(i, w)| (w.clone(), i)).collect();
        Self { words, index }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_unknown_ones() {
        let vocabulary = WordVocabulary::of(["take <v> pan <a> open <v> door", "take <v> door"]);
        assert_eq!(vocabulary.len(), 5 + 6);
        let tokens = vocabulary.encode("take  <v> lid");
        assert_eq!(vocabulary.decode(&tokens.ids), "[CLS] take <v> [UNK] [SEP]");
        assert_eq!(tokens.bytes, [0..0, 0..4, 6..9, 10..13, 0..0]);
    }
}
