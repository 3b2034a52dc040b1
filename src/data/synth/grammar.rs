//! What follows what: the true distribution of the next action given the last two.

use super::SynthConfig;
use crate::data::noise::Stream;
use crate::data::vocabulary::Vocabulary;

/// How likely the likely successors of an action are.
const SUCCESSORS: [f64; 3] = [0.6, 0.25, 0.15];
/// Weight of the last action, the one before, and of any action at all.
const LAST: f64 = 0.7;
const BEFORE: f64 = 0.25;
const ANY: f64 = 1.0 - LAST - BEFORE;

const VERBS: [&str; 12] = [
    "take", "put", "open", "close", "wash", "cut", "mix", "pour", "peel", "turn-on", "move", "dry",
];
const NOUNS: [&str; 16] = [
    "pan",
    "plate",
    "knife",
    "tap",
    "onion",
    "bowl",
    "board:chopping",
    "door",
    "oil:olive",
    "egg",
    "cup",
    "lid",
    "spoon",
    "salt",
    "pasta",
    "fridge",
];

/// The grammar of a world.
#[derive(Clone, Debug)]
pub(super) struct Grammar {
    /// Successors of each action after it, and two after it.
    last: Vec<[usize; 3]>,
    before: Vec<[usize; 3]>,
}

impl Grammar {
    pub(super) fn new(config: &SynthConfig) -> Self {
        let n = config.actions;
        let successors = |order: u64| {
            let draw = |action| {
                let mut stream = Stream::of(&[config.seed, 0x96a3, order, action as u64]);
                [(); 3].map(|()| stream.below(n as u64) as usize)
            };
            (0..n).map(draw).collect()
        };
        Self { last: successors(0), before: successors(1) }
    }

    /// The probability of every action after a history; uniform after none.
    pub(super) fn next(&self, history: &[usize]) -> Vec<f64> {
        let n = self.last.len();
        let known = history.iter().rev().zip([(&self.last, LAST), (&self.before, BEFORE)]);
        let mut p = vec![0.0; n];
        let mut rest = 1.0;
        for (action, (table, weight)) in known {
            rest -= weight;
            for (successor, share) in table[*action].iter().zip(SUCCESSORS) {
                p[*successor] += weight * share;
            }
        }
        debug_assert!(rest >= ANY - 1e-9);
        p.iter_mut().for_each(|v| *v += rest / n as f64);
        p
    }

    /// Draws the next action.
    pub(super) fn draw(&self, history: &[usize], stream: &mut Stream) -> usize {
        let p = self.next(history);
        let mut left = stream.unit();
        for (action, share) in p.iter().enumerate() {
            left -= share;
            if left < 0.0 {
                return action;
            }
        }
        p.len() - 1
    }
}

/// Names verbs, nouns and the actions, which are pairs drawn without repetition.
pub(super) fn vocabulary(config: &SynthConfig) -> Vocabulary {
    let name = |words: &[&str], kind: &str, i: usize| {
        words.get(i).map_or_else(|| format!("{kind}{i}"), |w| (*w).to_owned())
    };
    let verbs: Vec<String> = (0..config.verbs).map(|i| name(&VERBS, "verb", i)).collect();
    let nouns: Vec<String> = (0..config.nouns).map(|i| name(&NOUNS, "noun", i)).collect();
    let pairs = Stream::of(&[config.seed, 0xac71]).permutation(config.verbs * config.nouns);
    let triples: Vec<(usize, usize, usize)> = (0..config.actions)
        .map(|action| (pairs[action] / config.nouns, pairs[action] % config.nouns, action))
        .collect();
    // as in RULSTM's file, names begin with a blank
    let actions = triples.iter().map(|(v, n, _)| format!(" {}_{}", verbs[*v], nouns[*n])).collect();
    Vocabulary { verbs, nouns, actions, triples, many_shot: None }
}
