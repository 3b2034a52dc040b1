//! The time stamps of all frames of a file, by `ffprobe`.
//!
//! Needed only where frames do not follow from the rate. The whole file is read for them, once.

use std::path::Path;
use std::process::{Command, Stdio};

use super::{VideoError, not_run, url};

/// Time stamps in rising order.
#[derive(Debug, Default)]
pub(super) struct Stamps(Box<[i64]>);

impl Stamps {
    /// How many lie within two, both included.
    pub(super) fn within(&self, (first, last): (i64, i64)) -> usize {
        let before = |tick: i64| self.0.partition_point(|stamp| *stamp < tick);
        before(last.saturating_add(1)).saturating_sub(before(first))
    }

    /// From lines `pts,flags`; frames that are not to be shown have the flag `D`.
    fn parse(text: &str) -> Self {
        let shown = |line: &str| {
            let (stamp, flags) = line.split_once(',')?;
            stamp.parse().ok().filter(|_| !flags.contains('D'))
        };
        let mut stamps: Vec<i64> = text.lines().filter_map(shown).collect();
        stamps.sort_unstable();
        Self(stamps.into())
    }
}

/// Asks `ffprobe`, which says what it can of a broken file.
pub(super) fn list(path: &Path) -> Result<Stamps, VideoError> {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-of", "csv=p=0"])
        .args(["-show_entries", "packet=pts,flags"])
        .arg(url(path))
        .stdin(Stdio::null())
        .output()
        .map_err(not_run("ffprobe"))?;
    Ok(Stamps::parse(&String::from_utf8_lossy(&output.stdout)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_frames_are_counted() {
        let stamps = Stamps::parse("0,K_\n1024,__\n512,__\n-512,KD\nN/A,__\n1536,__,\n");
        for (ticks, expected) in
            [((0, 1536), 4), ((-600, -1), 0), ((1, 1023), 1), ((512, 512), 1), ((5, 2), 0)]
        {
            assert_eq!(stamps.within(ticks), expected, "{ticks:?}");
        }
    }
}
