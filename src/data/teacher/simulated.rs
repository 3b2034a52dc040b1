//! A teacher that knows the answer, roughly: for annotations no real teacher has predicted.
//!
//! The logit of a class is noise that belongs to (seed, segment, class), averaged over several
//! teachers unless these are stacked, plus a bonus for the true next action and a smaller one for
//! each of its verb and noun that the class shares. Deterministic, nothing is stored, and it is marked as simulated.

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
    /// How many teachers there are.
    pub teachers: usize,
    /// Whether they stand side by side instead of being averaged.
    pub stacked: bool,
    /// Elements of a feature vector; 0 for none.
    pub feature_dim: usize,
    /// Fixes the noise.
    pub seed: u64,
}

impl Default for SimulatedTeacherConfig {
    /// About as good on the 2 513 actions of EPIC-Kitchens-55 as the published teachers: 20 % top-1.
    fn default() -> Self {
        Self {
            strength: 2.5,
            related: 1.0,
            noise: 4.5,
            teachers: 5,
            stacked: false,
            feature_dim: 0,
            seed: 0,
        }
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

    /// How many stand side by side.
    pub(super) fn members(&self) -> usize {
        if self.config.stacked { self.config.teachers.max(1) } else { 1 }
    }

    pub(super) fn describe(&self) -> String {
        format!("{:?}", self.config)
    }

    /// Logits and features, of stacked teachers one after the other.
    pub(super) fn row(&self, uid: &Uid, labels: Labels) -> (Vec<f32>, Option<Vec<f32>>) {
        let key = match uid {
            Uid::Int(i) => *i as u64,
            Uid::Text(text) => key_of(text),
        };
        let stream = |part: u64, member: usize| match member {
            0 => Stream::of(&[self.config.seed, key, part]),
            member => Stream::of(&[self.config.seed, key, part, member as u64]),
        };
        let members = 0..self.members();
        let logits = members.clone().flat_map(|m| self.logits(labels, stream(0, m))).collect();
        let features = self
            .feature_dim()
            .map(|dim| members.flat_map(|m| self.features(labels, dim, stream(2, m))).collect());
        (logits, features)
    }

    /// One teacher's logits; the mean of independent noises is drawn as one, with its standard
    /// deviation.
    fn logits(&self, labels: Labels, mut stream: Stream) -> Vec<f32> {
        let config = self.config;
        let averaged = if config.stacked { 1 } else { config.teachers.max(1) };
        let noise = config.noise / (averaged as f32).sqrt();
        let logits = (0..).zip(&self.pairs).map(|(class, (verb, noun))| {
            let known = |same: bool, bonus: f32| if same { bonus } else { 0.0 };
            noise * stream.bell()
                + known(labels.action == class, config.strength)
                + known(labels.verb >= 0 && labels.verb == *verb, config.related)
                + known(labels.noun >= 0 && labels.noun == *noun, config.related)
        });
        logits.collect()
    }

    /// A direction of the true action plus noise of equal size.
    fn features(&self, labels: Labels, dim: usize, mut own: Stream) -> Vec<f32> {
        let mut class = Stream::of(&[self.config.seed, labels.action as u64, 1]);
        (0..dim).map(|_| class.bell() + own.bell()).collect()
    }
}
