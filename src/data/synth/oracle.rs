//! Teachers of a generated world: the truth about the next action, blurred.

use std::ops::Range;
use std::path::Path;

use super::World;
use crate::data::error::DataError;
use crate::data::noise::{Stream, key_of};
use crate::data::teacher::{TeacherManifest, TeacherStore, label_map_hash};
use crate::data::{DataKind, Uid};

/// The single teachers of a world; their mean is the teacher `ensemble`.
pub const TEACHERS: [&str; 6] = ["bert", "roberta", "distilbert", "albert", "electra", "deberta"];

/// The teachers that a name stands for.
fn members(name: &str) -> Range<usize> {
    let single = TEACHERS.iter().position(|t| name.rsplit('_').next() == Some(t));
    single.map_or(0..TEACHERS.len(), |i| i..i + 1)
}

impl World {
    /// The predictions of a teacher for every segment of both splits.
    ///
    /// A name that is or ends in `_` and one of [`TEACHERS`] is that teacher; any other, such as
    /// `ensemble`, is the mean of all.
    pub fn teacher(&self, name: &str) -> Result<TeacherStore, DataError> {
        self.teachers(name, &[members(name)])
    }

    /// The same, not averaged: the teachers that `name` stands for, side by side.
    pub fn stacked_teacher(&self, name: &str) -> Result<TeacherStore, DataError> {
        let each: Vec<Range<usize>> = members(name).map(|i| i..i + 1).collect();
        self.teachers(name, &each)
    }

    /// A teacher for each group, which is the mean of its members.
    fn teachers(&self, name: &str, groups: &[Range<usize>]) -> Result<TeacherStore, DataError> {
        let mut uids = Vec::new();
        let mut logits = Vec::new();
        let mut features = Vec::new();
        for video in &self.videos {
            let past: Vec<usize> = video.actions.iter().map(|a| a.action).collect();
            for (uid, known) in (video.first_uid..).zip(0..past.len()) {
                let p = self.grammar.next(&past[..known]);
                for group in groups {
                    logits.extend(self.blurred(&p, uid, group.clone()));
                    features.extend(self.embedded(&p, uid, group));
                }
                uids.push(Uid::Int(uid));
            }
        }
        let manifest = TeacherManifest {
            teacher: name.into(),
            classes: self.vocabulary.actions.len(),
            label_map: label_map_hash(&self.vocabulary.actions),
            origin: DataKind::Synthetic,
        };
        let dim = self.config.teacher_dim;
        let features = (dim > 0).then_some((features, dim));
        TeacherStore::stacked(Path::new(name), manifest, groups.len(), uids, logits, features)
    }

    /// Log-probabilities with the mean of the members' noises.
    fn blurred(&self, p: &[f64], uid: i64, members: Range<usize>) -> Vec<f32> {
        let count = members.len() as f32;
        let mut out: Vec<f32> =
            p.iter().map(|p| p.ln() as f32 * self.config.teacher_scale).collect();
        for member in members {
            let key = key_of(TEACHERS[member]);
            let mut stream = Stream::of(&[self.config.seed, key, uid as u64]);
            let noise = self.config.teacher_noise / count;
            out.iter_mut().for_each(|v| *v += noise * stream.bell());
        }
        out
    }

    /// The expected embedding of the next action, blurred: the mean of several teachers as if it
    /// were one.
    fn embedded(&self, p: &[f64], uid: i64, members: &Range<usize>) -> Vec<f32> {
        let mut own = match members.len() {
            1 => {
                let key = key_of(TEACHERS[members.start]);
                Stream::of(&[self.config.seed, 0xfea7, uid as u64, key])
            }
            _ => Stream::of(&[self.config.seed, 0xfea7, uid as u64]),
        };
        let mut out: Vec<f32> = (0..self.config.teacher_dim).map(|_| 0.1 * own.bell()).collect();
        for (action, p) in p.iter().enumerate() {
            let mut stream = Stream::of(&[self.config.seed, 0xe3bed, action as u64]);
            out.iter_mut().for_each(|v| *v += *p as f32 * stream.bell());
        }
        out
    }
}
