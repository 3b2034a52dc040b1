//! A generated world: videos of actions that follow a grammar, features that say little about
//! them, and teachers that know the grammar roughly.
//!
//! Made so that distillation has something to give: features are noisy, the training set is small,
//! and the teacher's logits are close to the true distribution of the next action. The same world
//! is used in memory ([`World::annotations`], [`World::teacher`]) and on disk in the real formats
//! ([`World::write_root`]); the numbers are equal. [`World::write_videos`] paints the features.
//! Everything is marked synthetic.

mod film;
mod grammar;
mod oracle;
mod write;

use std::collections::BTreeSet;

use super::annotations::{Annotations, Labels, Notes, Segment};
use super::error::DataError;
use super::noise::Stream;
use super::reader::{PaintedConfig, SimulatedConfig};
use super::vocabulary::{ManyShot, Version, Vocabulary};
use super::{Collection, TimePrecision};

use grammar::Grammar;
pub use oracle::TEACHERS;
pub use write::{RootLayout, RootSummary};

/// Frames per tick: all times are whole ticks of 0.1 s, exact in every format.
const FRAMES_PER_TICK: u64 = 3;
const TICKS_PER_SECOND: f64 = 10.0;

/// Sizes and difficulty of a world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SynthConfig {
    /// Fixes everything.
    pub seed: u64,
    /// Videos to train on.
    pub train_videos: usize,
    /// Videos to evaluate on.
    pub val_videos: usize,
    /// Actions of each video.
    pub segments_per_video: usize,
    /// Verb classes.
    pub verbs: usize,
    /// Noun classes.
    pub nouns: usize,
    /// Action classes, at most `verbs * nouns`.
    pub actions: usize,
    /// Elements of a feature vector.
    pub dim: usize,
    /// Noise of the features, see [`SimulatedConfig::noise`].
    pub feature_noise: f32,
    /// Standard deviation of each teacher's logits around the truth.
    pub teacher_noise: f32,
    /// Teachers' logits are true log-probabilities times this.
    pub teacher_scale: f32,
    /// Elements of a teacher's feature vector.
    pub teacher_dim: usize,
}

impl Default for SynthConfig {
    /// So small and noisy a training set that a student overfits it in 300 steps of 32 rows, while
    /// the teacher, at a temperature near `teacher_scale`, shows it the true distribution.
    fn default() -> Self {
        Self {
            seed: 0,
            train_videos: 15,
            val_videos: 20,
            segments_per_video: 30,
            verbs: 6,
            nouns: 8,
            actions: 24,
            dim: 32,
            feature_noise: 0.2,
            teacher_noise: 2.0,
            teacher_scale: 5.0,
            teacher_dim: 16,
        }
    }
}

/// Which part of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Videos to train on.
    Train,
    /// Videos to evaluate on.
    Val,
}

impl Split {
    /// Reads the `split` key.
    pub fn from_key(key: &str) -> Result<Self, DataError> {
        match key {
            "train" => Ok(Self::Train),
            "val" => Ok(Self::Val),
            _ => Err(DataError::UnknownValue {
                setting: "split",
                value: key.into(),
                expected: vec!["train".into(), "val".into()],
            }),
        }
    }
}

/// A generated world.
#[derive(Clone, Debug)]
pub struct World {
    config: SynthConfig,
    grammar: Grammar,
    vocabulary: Vocabulary,
    videos: Vec<Video>,
}

/// A generated video; uids count through all videos.
#[derive(Clone, Debug)]
struct Video {
    name: String,
    split: Split,
    first_uid: i64,
    actions: Vec<Action>,
}

#[derive(Clone, Copy, Debug)]
struct Action {
    action: usize,
    start: u64,
    end: u64,
}

impl World {
    /// Generates a world.
    ///
    /// # Errors
    /// When a size is 0 or there are more actions than pairs of verb and noun.
    pub fn generate(config: &SynthConfig) -> Result<Self, DataError> {
        check(config)?;
        let vocabulary = grammar::vocabulary(config);
        let grammar = Grammar::new(config);
        let count = config.train_videos + config.val_videos;
        let videos: Vec<Video> = (0..count).map(|i| video(config, &grammar, i)).collect();
        let mut world = Self { config: *config, grammar, vocabulary, videos };
        world.vocabulary.many_shot = Some(world.many_shot());
        Ok(world)
    }

    /// The segments of one split, as the annotation readers return them.
    pub fn annotations(&self, split: Split) -> Annotations {
        let videos: Vec<&Video> = self.videos.iter().filter(|v| v.split == split).collect();
        let segments = (0..).zip(&videos).flat_map(|(index, video)| self.segments(index, video));
        Annotations {
            collection: Collection::Kitchens(Version::Ek55),
            video_files: videos.iter().map(|v| Version::Ek55.video_file(&v.name)).collect(),
            precision: TimePrecision::Full,
            videos: videos.iter().map(|v| v.name.clone()).collect(),
            segments: segments.collect(),
            vocabulary: self.vocabulary.clone(),
            notes: Notes::default(),
            synthetic: true,
        }
    }

    /// The simulated features of this world.
    pub fn features(&self) -> SimulatedConfig {
        let SynthConfig { dim, feature_noise, seed, .. } = self.config;
        SimulatedConfig { dim, noise: feature_noise, seed }
    }

    /// The pictures of this world.
    pub fn pictures(&self, size: usize) -> PaintedConfig {
        let SynthConfig { feature_noise: noise, seed, .. } = self.config;
        PaintedConfig { size, noise, seed }
    }

    fn segments(&self, video: usize, script: &Video) -> Vec<Segment> {
        (script.first_uid..)
            .zip(&script.actions)
            .map(|(uid, a)| Segment {
                uid: uid.into(),
                video,
                start: a.start as f64 / TICKS_PER_SECOND,
                end: a.end as f64 / TICKS_PER_SECOND,
                labels: self.labels(a.action),
            })
            .collect()
    }

    fn labels(&self, action: usize) -> Labels {
        let (verb, noun, action) = self.vocabulary.triples[action];
        Labels { verb: verb as i64, noun: noun as i64, action: action as i64 }
    }

    /// Verbs and nouns that occur at least as often as the average one while training.
    fn many_shot(&self) -> ManyShot {
        let mut verbs = vec![0; self.config.verbs];
        let mut nouns = vec![0; self.config.nouns];
        let train = self.videos.iter().filter(|v| v.split == Split::Train);
        for action in train.flat_map(|v| &v.actions) {
            let (verb, noun, _) = self.vocabulary.triples[action.action];
            verbs[verb] += 1;
            nouns[noun] += 1;
        }
        let frequent = |counts: &[usize]| -> BTreeSet<usize> {
            let total: usize = counts.iter().sum();
            (0..counts.len()).filter(|i| counts[*i] * counts.len() >= total).collect()
        };
        let lists = ManyShot::new(frequent(&verbs), frequent(&nouns), &self.vocabulary.triples);
        ManyShot { listed: Some(lists.actions.clone()), ..lists }
    }
}

fn check(config: &SynthConfig) -> Result<(), DataError> {
    let sizes = [
        ("train_videos", config.train_videos),
        ("val_videos", config.val_videos),
        ("segments_per_video", config.segments_per_video),
        ("verbs", config.verbs),
        ("nouns", config.nouns),
        ("actions", config.actions),
        ("dim", config.dim),
    ];
    let refuse = |setting, value: usize, reason: &str| {
        Err(DataError::Setting { setting, value: value.to_string(), reason: reason.into() })
    };
    if let Some((setting, value)) = sizes.into_iter().find(|(_, n)| *n == 0) {
        return refuse(setting, value, "a synthetic world needs at least one");
    }
    if config.actions > config.verbs * config.nouns {
        return refuse("actions", config.actions, "there are fewer pairs of verb and noun");
    }
    Ok(())
}

/// A video: actions of 1.5 to 4 s with gaps of 0.2 to 0.7 s, so that the action before the next one
/// is still seen a second ahead.
fn video(config: &SynthConfig, grammar: &Grammar, index: usize) -> Video {
    let mut stream = Stream::of(&[config.seed, 0x71de0, index as u64]);
    let mut actions: Vec<Action> = Vec::with_capacity(config.segments_per_video);
    let mut history = Vec::new();
    let mut now = 20 + stream.below(20);
    for _ in 0..config.segments_per_video {
        let action = grammar.draw(&history, &mut stream);
        let end = now + 15 + stream.below(26);
        actions.push(Action { action, start: now, end });
        history.push(action);
        now = end + 2 + stream.below(6);
    }
    // evenly spread, so that both splits share participants
    let vals_before = |i: usize| i * config.val_videos / (config.train_videos + config.val_videos);
    let split = if vals_before(index + 1) > vals_before(index) { Split::Val } else { Split::Train };
    Video {
        name: format!("P{:02}_{:02}", index / 5 + 1, index % 5 + 1),
        split,
        first_uid: (index * config.segments_per_video) as i64,
        actions,
    }
}
