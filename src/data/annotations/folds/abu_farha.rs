//! Abu Farha's annotations: the action of every frame, a line each, without gaps.
//!
//! An action lasts from the first of its frames to the frame after its last one, where the next
//! action starts. Source: `read_abu_farha_annotations`, which compares lines with their ends: a last
//! line without one would be an action of its own there.

use std::path::Path;

use super::Action;
use super::classes::Classes;
use super::lines::Lines;
use crate::data::DataError;

/// Reads the file of a video.
pub(super) fn read(path: &Path, fps: f64, classes: &Classes) -> Result<Vec<Action>, DataError> {
    let lines = Lines::read(path)?;
    let mut actions: Vec<Action> = Vec::new();
    let mut current = None;
    for (frame, line) in (0u32..).zip(lines.iter()) {
        let next = f64::from(frame + 1) / fps;
        match actions.last_mut().filter(|_| current == Some(line.text)) {
            Some(action) => action.end = next,
            None => actions.push(Action {
                start: f64::from(frame) / fps,
                end: next,
                class: classes.number(line.text, line)?,
                place: line.place(),
            }),
        }
        current = Some(line.text);
    }
    Ok(actions)
}
