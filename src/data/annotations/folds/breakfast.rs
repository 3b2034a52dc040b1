//! The labels that Breakfast came with: `31-150 take_cup`, in frames of 15 a second.
//!
//! Labels that are no class are left out and counted. Source: `read_orig_breakfast_annotations`.

use std::path::Path;

use super::Action;
use super::classes::Classes;
use super::lines::Lines;
use crate::data::DataError;

/// Frames per second of every video of Breakfast.
const FPS: f64 = 15.0;

/// Reads the labels of a video, and counts those that are no class.
pub(super) fn read(path: &Path, classes: &Classes) -> Result<(Vec<Action>, usize), DataError> {
    let lines = Lines::read(path)?;
    let mut actions = Vec::new();
    let mut unknown = 0;
    for line in lines.filled() {
        let [frames, name] = line.words("frames and an action as in `31-150 take_cup`")?;
        let Some((start, end)) = frames.split_once('-') else {
            return Err(line.bad("frames", frames, "the first and the last as in `31-150`"));
        };
        let (start, end) = (line.number("first frame", start)?, line.number("last frame", end)?);
        let (start, end) = (start as f64 / FPS, end as f64 / FPS);
        match classes.find(name) {
            Some(class) => actions.push(Action { start, end, class, place: line.place() }),
            None => unknown += 1,
        }
    }
    Ok((actions, unknown))
}
