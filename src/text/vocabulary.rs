//! Word-level tokens: one number for each word between blanks.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use crate::files;

use super::TextError;

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

    /// Reads a vocabulary, one token a line.
    pub fn read(path: &Path) -> Result<Self, TextError> {
        let text = files::read_to_string(path)?;
        for (line, expected) in (1..).zip(SPECIAL) {
            let found = text.lines().nth(line - 1).unwrap_or_default();
            if found != expected {
                let (path, found) = (path.to_owned(), found.to_owned());
                return Err(TextError::Vocabulary { path, line, found, expected: expected.into() });
            }
        }
        Ok(Self::number(text.lines()))
    }

    /// Writes the vocabulary, one token a line.
    pub fn write(&self, path: &Path) -> Result<(), TextError> {
        Ok(files::write_atomic(path, format!("{}\n", self.words.join("\n")).as_bytes())?)
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there is none; never, the special tokens are always there.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The tokens of a sentence between the two marks, at most `max_len` in all; of a longer one
    /// the last words are kept.
    pub fn encode(&self, sentence: &str, max_len: usize) -> Vec<i64> {
        let words: Vec<i64> = sentence.split_whitespace().map(|w| self.token(w)).collect();
        let keep = words.len().min(max_len.saturating_sub(2));
        let mut tokens = vec![Special::Class as i64];
        tokens.extend(&words[words.len() - keep..]);
        tokens.push(Special::Separator as i64);
        tokens
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
    fn round_trip() {
        let vocabulary = WordVocabulary::of(["take <v> pan <a> open <v> door", "take <v> door"]);
        assert_eq!(vocabulary.len(), 5 + 6);
        let tokens = vocabulary.encode("take <v> lid", 512);
        assert_eq!(vocabulary.decode(&tokens), "[CLS] take <v> [UNK] [SEP]");
        assert_eq!(
            vocabulary.decode(&vocabulary.encode("open <v> door", 4)),
            "[CLS] <v> door [SEP]"
        );

        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vocab.txt");
        vocabulary.write(&path).unwrap();
        assert_eq!(WordVocabulary::read(&path).unwrap(), vocabulary);
        files::write_atomic(&path, b"take\n").unwrap();
        assert!(WordVocabulary::read(&path).is_err());
    }
}
