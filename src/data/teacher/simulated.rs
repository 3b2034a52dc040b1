//! A teacher that knows the answer, roughly: for annotations no real teacher has predicted.
//!
//! The logit of a class is noise that belongs to (seed, segment, class), averaged over several
//! teachers, plus a bonus for the true next action and a smaller one for each of its verb and noun
//! that the class shares. Deterministic, nothing is stored, and it is marked as simulated.

use crate::data::Uid;
use crate::data::annotations::Labels;
use crate::data::noise::{Stream, key_of};
use crate::data::vocabulary::Vocabulary;

/// How good a simulated teacher is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimulatedTeacherConfig {
    /// Bonus of the true action.
    pub strength: f32,
    /// Bonus of a class for the true verb, and again for the true noun.
    pub related: f32,
    /// Standard deviation of one teacher's noise.
    pub noise: f32,
    /// How many teachers are averaged.
    pub teachers: usize,
    /// Elements of a feature vector; 0 for none.
    pub feature_dim: usize,
    /// Fixes the noise.
    pub seed: u64,
}

impl Default for SimulatedTeacherConfig {
    /// About as good on the 2 513 actions of EPIC-Kitchens-55 as the published teachers: 20 % top-1.
    fn default() -> Self {
        Self { strength: 2.5, related: 1.0, noise: 4.5, teachers: 5, feature_dim: 0, seed: 0 }
    }
}

/// A teacher without a store.
#[derive(Clone, Debug)]
pub struct SimulatedTeacher {
    config: SimulatedTeacherConfig,
    /// Verb and noun of every action.
    pairs: Vec<(i64, i64)>,
}

impl SimulatedTeacher {
    /// A teacher for the actions of a vocabulary.
    pub fn new(config: SimulatedTeacherConfig, vocabulary: &Vocabulary) -> Self {
        let mut pairs = vec![(-1, -1); vocabulary.actions.len()];
        for (verb, noun, action) in &vocabulary.triples {
            pairs[*action] = (*verb as i64, *noun as i64);
        }
        Self { config, pairs }
    }

    pub(super) fn classes(&self) -> usize {
        self.pairs.len()
    }

    pub(super) fn feature_dim(&self) -> Option<usize> {
        (self.config.feature_dim > 0).then_some(self.config.feature_dim)
    }

    pub(super) fn describe(&self) -> String {
        format!("{:?}", self.config)
    }

    /// The mean of independent noises is drawn as one, with its standard deviation.
    pub(super) fn row(&self, uid: &Uid, labels: Labels) -> (Vec<f32>, Option<Vec<f32>>) {
        let key = match uid {
            Uid::Int(i) => *i as u64,
            Uid::Text(text) => key_of(text),
        };
        let config = self.config;
        let noise = config.noise / (config.teachers.max(1) as f32).sqrt();
        let mut stream = Stream::of(&[config.seed, key, 0]);
        let logits = (0..).zip(&self.pairs).map(|(class, (verb, noun))| {
            let known = |same: bool, bonus: f32| if same { bonus } else { 0.0 };
            noise * stream.bell()
                + known(labels.action == class, config.strength)
                + known(labels.verb >= 0 && labels.verb == *verb, config.related)
                + known(labels.noun >= 0 && labels.noun == *noun, config.related)
        });
        let logits = logits.collect();
        (logits, self.feature_dim().map(|dim| self.features(key, labels, dim)))
    }

    /// A direction of the true action plus noise of equal size.
    fn features(&self, key: u64, labels: Labels, dim: usize) -> Vec<f32> {
        let mut class = Stream::of(&[self.config.seed, labels.action as u64, 1]);
        let mut own = Stream::of(&[self.config.seed, key, 2]);
        (0..dim).map(|_| class.bell() + own.bell()).collect()
    }
}
