//! Which files of a run directory the program makes: what may go with the run.
//!
//! | path | by |
//! |---|---|
//! | `run.json`, `run.lock*`, `tags.json`, `tags.lock*` | manifest, lock, tags |
//! | `.hydra/{config,hydra,overrides}.yaml`, `provenance.yaml` | the record of the config |
//! | `metrics.jsonl`, `runner.log`, `events.out.tfevents.*`, `report.html` | logs and the page |
//! | `tracking.json` | how far a tracker was told |
//! | `checkpoints/{last,last.previous,last.incoming,best,epoch_*}.safetensors` | checkpoints |
//! | `results/*.h5`, `results/classes.json` | outputs of evaluations, names of their classes |
//! | `.NAME.*.tmp` beside any of them | a write that a crash cut short |
//!
//! Anything else was put there by somebody; so was every link, wherever it points.

use std::path::Path;

use super::checkpoints::{EXTENSION, INCOMING, PREVIOUS};
use super::{CheckpointName, CheckpointStore, ClassNames, Manifest, MetricsLog, Tags};

/// Whether a file is the program's, by its path below the run directory.
pub(super) fn is_own(relative: &Path) -> bool {
    let parts: Option<Vec<&str>> = relative.iter().map(|part| part.to_str()).collect();
    match parts.as_deref() {
        Some([name]) => is_top(finished(name)),
        Some([".hydra", name]) => {
            matches!(finished(name), "config.yaml" | "hydra.yaml" | "overrides.yaml")
        }
        Some([CheckpointStore::DIR, name]) => is_checkpoint(finished(name)),
        Some(["results", name]) => {
            let name = finished(name);
            name.ends_with(".h5") || Path::new("results").join(name) == Path::new(ClassNames::FILE)
        }
        _ => false,
    }
}

/// Whether a directory is the program's, by its path below the run directory.
pub(super) fn is_own_dir(relative: &Path) -> bool {
    [".hydra", CheckpointStore::DIR, "results"].iter().any(|name| relative == Path::new(name))
}

/// The name that a temporary file was going to get.
fn finished(name: &str) -> &str {
    let inner = name.strip_prefix('.').and_then(|name| name.strip_suffix(".tmp"));
    let without = |name| {
        let (name, count) = str::rsplit_once(name, '.')?;
        let (name, process) = name.rsplit_once('.')?;
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        (is_number(count) && is_number(process)).then_some(name)
    };
    inner.and_then(without).unwrap_or(name)
}

fn is_top(name: &str) -> bool {
    let plain = [
        Manifest::FILE,
        Tags::FILE,
        MetricsLog::FILE,
        "provenance.yaml",
        "runner.log",
        "report.html",
        "tracking.json",
        "run.lock",
        "tags.lock",
    ];
    let starts = ["events.out.tfevents.", "run.lock.", "tags.lock."];
    plain.contains(&name) || starts.iter().any(|start| name.starts_with(start))
}

fn is_checkpoint(name: &str) -> bool {
    let stem = name.strip_suffix(EXTENSION).and_then(|stem| stem.strip_suffix('.'));
    stem.is_some_and(|stem| {
        stem == PREVIOUS || stem == INCOMING || stem.parse::<CheckpointName>().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_file_it_is() {
        for (path, expected) in [
            ("run.json", true),
            ("run.lock", true),
            ("run.lock.0123456789abcdef", true),
            (".run.json.77.3.tmp", true),
            (".hydra/config.yaml", true),
            (".hydra/config.pickle", false),
            ("events.out.tfevents.1.host.2.0", true),
            ("tracking.json", true),
            ("checkpoints/last.previous.safetensors", true),
            ("checkpoints/.epoch_0003.safetensors.9.1.tmp", true),
            ("checkpoints/epoch_0003_12345678.safetensors", true),
            ("checkpoints/mine.safetensors", false),
            ("checkpoints/deep/last.safetensors", false),
            ("results/eval2.h5", true),
            ("results/classes.json", true),
            ("results/.classes.json.9.1.tmp", true),
            ("results/other.json", false),
            ("results/plot.png", false),
            ("notes.txt", false),
            (".notes.txt.1.2.tmp", false),
            ("run.json.bak", false),
            ("0", false),
        ] {
            assert_eq!(is_own(Path::new(path)), expected, "{path}");
        }
    }
}
