//! The extractor against sentences of which the actions were written down by hand.
//!
//! Half of them were at hand while the rules were made; the other half only measures.

use proptest::prelude::*;

use super::actions;

const TUNED: &str = include_str!("../../../../tests/fixtures/recipes/gold_tuned.tsv");
const HELD_OUT: &str = include_str!("../../../../tests/fixtures/recipes/gold_held_out.tsv");

/// Actions found, expected, and both.
#[derive(Debug, Default)]
struct Score {
    found: usize,
    expected: usize,
    right: usize,
}

impl Score {
    fn of(gold: &str) -> Self {
        let mut score = Score::default();
        for line in gold.lines() {
            let (sentence, expected) = line.split_once('\t').unwrap();
            let found: Vec<String> =
                actions(sentence).iter().map(|a| format!("{} <v> {}", a.verb, a.object)).collect();
            let mut expected: Vec<&str> =
                expected.split(" <a> ").filter(|a| !a.is_empty()).collect();
            score.found += found.len();
            score.expected += expected.len();
            let before = score.right;
            let all = expected.len();
            for action in &found {
                if let Some(at) = expected.iter().position(|e| e == action) {
                    expected.remove(at);
                    score.right += 1;
                }
            }
            if score.right - before < all.max(found.len()) {
                println!("{sentence}\n    found {found:?}\n    missed {expected:?}");
            }
        }
        println!("precision {:.3}, recall {:.3}, {score:?}", score.precision(), score.recall());
        score
    }

    fn precision(&self) -> f64 {
        self.right as f64 / self.found as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / self.expected as f64
    }
}

#[test]
fn sentences_that_the_rules_were_made_with() {
    let score = Score::of(TUNED);
    assert!(score.precision() >= 0.98 && score.recall() >= 0.98, "{score:?}");
}

#[test]
fn sentences_that_only_measure() {
    let score = Score::of(HELD_OUT);
    assert!(score.precision() >= 0.95 && score.recall() >= 0.95, "{score:?}");
}

#[test]
fn text_without_a_full_stop_ends() {
    for words in ["in, ", "add the ", "while by ", "cup of ", "peel and ", "("] {
        let text = words.repeat((1 << 16) / words.len());
        assert!(actions(&text).len() < text.len());
    }
}

/// Words of every class, which make sentences that no cook would write.
const WORDS: &str =
    "add and then stir in the of , . ; salt not to butter while adding it peel or (";

proptest! {
    #[test]
    fn any_text_has_actions_of_words(text in "\\PC{0,80}") {
        check(&text);
    }

    #[test]
    fn any_order_of_words_has_actions_of_words(
        words in prop::collection::vec(
            prop::sample::select(WORDS.split(' ').collect::<Vec<_>>()), 0..30),
    ) {
        check(&words.join(" "));
    }
}

/// Verbs and objects are words of the text, in a line.
fn check(text: &str) {
    for action in actions(text) {
        for part in [&action.verb, &action.object] {
            assert!(!part.trim().is_empty() && !part.contains(['\n', '<', '>']), "{action:?}");
        }
        assert!(text.to_lowercase().contains(action.object.split(' ').next_back().unwrap()));
    }
}
