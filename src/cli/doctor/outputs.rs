//! Whether the place of the outputs can be written to, has room, and keeps locks apart.

use std::path::{Path, PathBuf};
use std::process;

use crate::files;
use crate::runs::{RunError, RunLock};

use super::super::run::shown;
use super::asked::Asked;
use super::line::{Level, Line, Report};

const TOPIC: &str = "outputs";
const GIB: f64 = (1u64 << 30) as f64;
/// A checkpoint of the largest student with its optimizer, three times over.
const LITTLE_GIB: f64 = 5.0;

pub(super) fn look(asked: &Asked, report: &mut Report) {
    let Some(place) = existing(&asked.outputs()) else { return };
    let name = shown_or_here(&place);
    let problem = match files::is_dir(&place) {
        false => Some("is no directory"),
        true => (!files::is_writable(&place)).then_some("cannot be written to"),
    };
    if let Some(problem) = problem {
        let fix = "change that, or name another place with `paths.outputs=DIR`";
        return report.push(Line::not(Level::Broken, TOPIC, name, problem, fix));
    }
    report.push(Line::ok(TOPIC, name, "can be written to"));
    report.push(space(&place));
    // Only where outputs lie already: this makes a file for a moment.
    let here = std::env::current_dir().unwrap_or_default();
    if !here.starts_with(&place) {
        report.push(locks(&place));
    }
}

/// What is there of a path: itself, or the directory that it would be made in.
fn existing(wanted: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(wanted).ok()?;
    absolute.ancestors().find(|place| files::kind(place).is_some()).map(Path::to_owned)
}

fn shown_or_here(place: &Path) -> String {
    let text = shown(place);
    if text.is_empty() { ".".into() } else { text }
}

fn space(place: &Path) -> Line {
    let Some(free) = files::free_space(place) else {
        return Line::ok(TOPIC, "space", "the file system does not say");
    };
    let free = free as f64 / GIB;
    let said = format!("{free:.1} GiB free");
    match free < LITTLE_GIB {
        true => {
            let fix = "`runner runs prune` removes runs that failed; `paths.outputs=DIR` writes elsewhere";
            Line::not(Level::Absent, TOPIC, "space", format!("little: {said}"), fix)
        }
        false => Line::ok(TOPIC, "space", said),
    }
}

/// Two take the same lock: the second must be refused.
fn locks(place: &Path) -> Line {
    let path = place.join(format!(".doctor-{}.lock", process::id()));
    let broken = |said: String| {
        let fix =
            "runs could write over each other there; `paths.outputs=DIR` on another file system";
        Line::not(Level::Broken, TOPIC, "locks", said, fix)
    };
    let first = match RunLock::acquire(&path) {
        Ok(first) => first,
        Err(error) => return broken(error.to_string()),
    };
    let second = RunLock::acquire(&path);
    drop(first);
    match second {
        Err(RunError::Locked { .. }) => Line::ok(TOPIC, "locks", "keep runs apart"),
        Err(error) => broken(error.to_string()),
        Ok(_) => broken("two processes can hold one lock".to_owned()),
    }
}
