//! A world on disk, in the formats of the real data and at the places where they are expected.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::files;

use super::oracle::TEACHERS;
use super::{FRAMES_PER_TICK, Split, TICKS_PER_SECOND, Video, World};
use crate::data::annotations::Segment;
use crate::data::error::DataError;
use crate::data::reader::{FeatureWriter, SimulatedReader};
use crate::data::{RULSTM_FPS, SYNTHETIC_MARKER};

/// In front of a teacher's name: the data set whose place the world takes.
const TEACHER_PREFIX: &str = "ek55_";

/// Where the parts of a data root lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootLayout {
    /// Original EPIC-Kitchens-55 annotations and class files.
    pub annotations: PathBuf,
    /// RULSTM's annotations, actions and splits.
    pub rulstm: PathBuf,
    /// The LMDB feature store.
    pub features: PathBuf,
    /// Teacher stores, `<name>.safetensors`.
    pub teachers: PathBuf,
    /// Videos, below a directory for each of the splits the configs know.
    pub videos: PathBuf,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootSummary {
    /// Where.
    pub layout: RootLayout,
    /// Segments of both splits.
    pub segments: usize,
    /// Feature vectors.
    pub frames: usize,
    /// Names of the teachers.
    pub teachers: Vec<String>,
}

impl RootLayout {
    /// The layout the configs expect under a root: `external/` and `DATA/`.
    pub fn under(root: &Path) -> Self {
        Self {
            annotations: root.join("external/epic-kitchens-55-annotations"),
            rulstm: root.join("external/rulstm/RULSTM/data/ek55"),
            features: root.join("DATA/external/rulstm/RULSTM/data_full/rgb"),
            teachers: root.join("DATA/teachers"),
            videos: root.join("DATA/videos/EpicKitchens/videos_ht256px"),
        }
    }
}

impl World {
    /// Writes annotations, features and teachers under `root`.
    ///
    /// # Errors
    /// When something cannot be written, or there is a feature store already.
    pub fn write_root(&self, root: &Path) -> Result<RootSummary, DataError> {
        let layout = RootLayout::under(root);
        for dir in [&layout.annotations, &layout.rulstm, &layout.features, &layout.teachers] {
            files::create_dir_all(dir)?;
        }
        let frames = self.write_features(&layout.features)?;
        self.write_original(&layout.annotations)?;
        self.write_rulstm(&layout.rulstm)?;
        for dir in [&layout.annotations, &layout.rulstm, &layout.features] {
            put(dir, SYNTHETIC_MARKER, "generated, not recorded\n")?;
        }
        let mut teachers: Vec<String> = TEACHERS.map(String::from).into();
        teachers.push("ensemble".into());
        for name in &mut teachers {
            let store = self.teacher(name)?;
            name.insert_str(0, TEACHER_PREFIX);
            store.write(&layout.teachers.join(format!("{name}.safetensors")))?;
        }
        let segments = self.videos.iter().map(|v| v.actions.len()).sum();
        Ok(RootSummary { layout, segments, frames, teachers })
    }

    /// Every frame of every video up to the end of its last action.
    fn write_features(&self, dir: &Path) -> Result<usize, DataError> {
        let total: u64 = self.videos.iter().map(last_frame).sum();
        let mut writer = FeatureWriter::create(dir)?;
        for split in [Split::Train, Split::Val] {
            let annotations = self.annotations(split);
            let reader = SimulatedReader::new(&self.features(), &annotations)?;
            let videos = self.videos.iter().filter(|v| v.split == split).enumerate();
            for (index, video) in videos {
                let feature = |frame| {
                    let mut values = vec![0.0; self.config.dim];
                    reader.feature(index, frame as i64, &mut values);
                    values
                };
                writer.put_video(&video.name, (1..=last_frame(video)).map(feature))?;
            }
        }
        writer.finish()?;
        Ok(total as usize)
    }

    fn write_original(&self, dir: &Path) -> Result<(), DataError> {
        put(dir, "EPIC_train_action_labels.csv", &self.action_labels())?;
        let classes = |id: &str, names: &[String], kind: &str| {
            let mut text = format!("{id},class_key,{kind}\n");
            for (i, name) in names.iter().enumerate() {
                text.push_str(&format!("{i},{name},\"['{name}']\"\n"));
            }
            text
        };
        let (verbs, nouns) = (&self.vocabulary.verbs, &self.vocabulary.nouns);
        put(dir, "EPIC_verb_classes.csv", &classes("verb_id", verbs, "verbs"))?;
        put(dir, "EPIC_noun_classes.csv", &classes("noun_id", nouns, "nouns"))?;
        let mut info = String::from("video,resolution,duration,fps\n");
        for video in &self.videos {
            let seconds = last_frame(video) as f64 / RULSTM_FPS;
            let _ = writeln!(info, "{},456x256,{seconds},{RULSTM_FPS:?}", video.name);
        }
        put(dir, "EPIC_video_info.csv", &info)?;
        self.write_many_shot(dir)
    }

    fn write_many_shot(&self, dir: &Path) -> Result<(), DataError> {
        let Some(lists) = &self.vocabulary.many_shot else { return Ok(()) };
        let (verbs, nouns) = (&self.vocabulary.verbs, &self.vocabulary.nouns);
        let list = |kind: &str, classes: &[usize], names: &[String]| {
            let mut text = format!("{kind}_class,{kind}\n");
            classes.iter().for_each(|c| text.push_str(&format!("{c},{}\n", names[*c])));
            text
        };
        put(dir, "EPIC_many_shot_verbs.csv", &list("verb", &lists.verbs, verbs))?;
        put(dir, "EPIC_many_shot_nouns.csv", &list("noun", &lists.nouns, nouns))?;
        let mut text = String::from("action_class,noun,noun_class,verb,verb_class\n");
        for action in &lists.actions {
            let (verb, noun, _) = self.vocabulary.triples[*action];
            let _ = writeln!(
                text,
                "\"({verb}, {noun})\",{},{noun},{},{verb}",
                nouns[noun], verbs[verb]
            );
        }
        put(dir, "EPIC_many_shot_actions.csv", &text)
    }

    fn write_rulstm(&self, dir: &Path) -> Result<(), DataError> {
        let mut actions = String::from("id,action,verb,noun\n");
        for (verb, noun, action) in &self.vocabulary.triples {
            let _ =
                writeln!(actions, "{action},{},{verb},{noun}", self.vocabulary.actions[*action]);
        }
        put(dir, "actions.csv", &actions)?;
        for (split, name) in [(Split::Train, "training"), (Split::Val, "validation")] {
            let videos = self.videos.iter().filter(|v| v.split == split);
            let mut rows = String::new();
            let mut list = String::new();
            for video in videos {
                list.push_str(&format!("{}\n", video.name));
                rows.push_str(&self.rulstm_rows(video));
            }
            put(dir, &format!("{name}.csv"), &rows)?;
            put(dir, &format!("{name}_videos.csv"), &list)?;
        }
        self.write_many_shot(dir)
    }

    fn rulstm_rows(&self, video: &Video) -> String {
        let mut rows = String::new();
        for (uid, a) in (video.first_uid..).zip(&video.actions) {
            let (verb, noun, action) = self.vocabulary.triples[a.action];
            let (start, end) = (a.start * FRAMES_PER_TICK, a.end * FRAMES_PER_TICK);
            let _ = writeln!(
                rows,
                "{uid:05}, {}, {start:010}, {end:010}, {verb:03}, {noun:03}, {action:04}",
                video.name
            );
        }
        rows
    }

    /// Both splits in one file, told apart by their videos, as EPIC-Kitchens-55 does.
    fn action_labels(&self) -> String {
        let mut text = String::from(
            "uid,participant_id,video_id,narration,start_timestamp,stop_timestamp,start_frame,\
             stop_frame,verb,verb_class,noun,noun_class,all_nouns,all_noun_classes\n",
        );
        for video in &self.videos {
            let participant = video.name.split('_').next().unwrap_or_default();
            for Segment { uid, start, end, labels, .. } in self.segments(0, video) {
                let verb = &self.vocabulary.verbs[labels.verb as usize];
                let noun = &self.vocabulary.nouns[labels.noun as usize];
                let _ = writeln!(
                    text,
                    "{uid},{participant},{},{verb} {noun},{},{},{},{},{verb},{v},{noun},{n},['{noun}'],[{n}]",
                    video.name,
                    timestamp(start),
                    timestamp(end),
                    (start * RULSTM_FPS).round(),
                    (end * RULSTM_FPS).round(),
                    v = labels.verb,
                    n = labels.noun,
                );
            }
        }
        text
    }
}

fn last_frame(video: &Video) -> u64 {
    video.actions.last().map_or(0, |a| a.end * FRAMES_PER_TICK)
}

fn timestamp(seconds: f64) -> String {
    let ticks = (seconds * TICKS_PER_SECOND).round() as u64;
    let (whole, tenth) = (ticks / 10, ticks % 10);
    format!("{:02}:{:02}:{:02}.{tenth}0", whole / 3600, whole / 60 % 60, whole % 60)
}

fn put(dir: &Path, name: &str, text: &str) -> Result<(), DataError> {
    Ok(files::write_atomic(&dir.join(name), text.as_bytes())?)
}
