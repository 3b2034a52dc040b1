//! The annotations that 50-Salads came with: activities by the clock of the camera.
//!
//! `1332 7205 cut_tomato_core`: from a frame's time to just before another's. Activities have the
//! phases `prep`, `core` and `post`, each an action of its own; what has none is a coarser activity
//! around them and left out. Source: `read_orig_50salads_annotations`.

use std::collections::HashMap;
use std::path::Path;

use super::Action;
use super::classes::Classes;
use super::error::FoldsError;
use super::lines::{Line, Lines};
use crate::data::DataError;

const PHASES: [&str; 3] = ["prep", "core", "post"];

/// Reads the activities of a video, whose frames have the times of `clock`.
pub(super) fn read(
    path: &Path,
    clock: &Path,
    fps: f64,
    classes: &Classes,
) -> Result<Vec<Action>, DataError> {
    let clock = Clock::read(clock)?;
    let lines = Lines::read(path)?;
    let mut actions = Vec::new();
    for line in lines.filled() {
        let [start, end, activity] =
            line.words("two times and an activity as in `1332 7205 cut_tomato_core`")?;
        let Some((name, phase)) = activity.rsplit_once('_') else { continue };
        if !PHASES.contains(&phase) {
            continue;
        }
        let (start, end) = (line.number("start", start)?, line.number("end", end)?);
        actions.push(Action {
            class: classes.number(name, line)?,
            start: clock.frame(start, line)? / fps,
            end: clock.frame(end.saturating_add(1), line)? / fps,
            place: line.place(),
        });
    }
    Ok(actions)
}

/// The times of the frames of a video.
struct Clock {
    lines: Lines,
    frames: HashMap<i64, u32>,
    ends: (i64, i64),
}

impl Clock {
    /// A frame a line: its time, then anything.
    fn read(path: &Path) -> Result<Self, DataError> {
        let lines = Lines::read(path)?;
        let mut frames = HashMap::new();
        let mut ends = None;
        for (frame, line) in (0..).zip(lines.iter()) {
            let word = line.text.split_ascii_whitespace().next().unwrap_or_default();
            let time = line.number("time", word)?;
            // Of several frames with one time it is the first.
            frames.entry(time).or_insert(frame);
            ends = Some((ends.map_or(time, |(first, _)| first), time));
        }
        Ok(Self { frames, ends: ends.unwrap_or_default(), lines })
    }

    /// The number of the frame that has a time.
    fn frame(&self, time: i64, line: Line<'_>) -> Result<f64, DataError> {
        let (place, clock) = (line.place(), self.lines.path().to_owned());
        let (first, last) = self.ends;
        match self.frames.get(&time) {
            Some(frame) => Ok(f64::from(*frame)),
            None => Err(FoldsError::UnknownTime { place, time, clock, first, last }.into()),
        }
    }
}
