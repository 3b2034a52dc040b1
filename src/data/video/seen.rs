//! What `ffmpeg` says about the frames that pass: two lines each, `frame:N pts:P ...` and `clip=C`.
//!
//! Decides how many frames a stretch has and whether decoding started early enough. Lines of
//! another kind are messages, of which the last one is kept.

use std::io::{BufRead, BufReader, Read};

/// The frames of one clip that were decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The time stamp of the first one, which may lie before the stretch.
    pub(super) first: Option<i64>,
    /// How many lie in the stretch.
    pub(super) count: usize,
}

/// What was said of all clips.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Of each clip.
    pub(super) clips: Vec<Seen>,
    /// The last message.
    pub(super) message: String,
}

/// Reads to the end; `starts` are the first time stamps of the stretches.
pub(super) fn listen(from: impl Read, starts: &[i64]) -> Report {
    let clips = vec![Seen::default(); starts.len()];
    let mut report = Report { clips, message: String::new() };
    let mut stamp = None;
    // Names of files need not be UTF-8, and messages may hold them.
    for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        if let Some(said) = line.strip_prefix("frame:") {
            stamp = said.split_once("pts:").and_then(|(_, pts)| number(pts));
        } else if let Some(clip) = line.strip_prefix("clip=").and_then(number::<usize>) {
            report.passed(clip, stamp.take(), starts);
        } else if !line.trim().is_empty() {
            report.message = line.trim().to_owned();
        }
    }
    report
}

/// The number at the start of a text.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.split_whitespace().next()?.parse().ok()
}

impl Report {
    fn passed(&mut self, clip: usize, stamp: Option<i64>, starts: &[i64]) {
        let (Some(stamp), Some(seen)) = (stamp, self.clips.get_mut(clip)) else { return };
        seen.first.get_or_insert(stamp);
        seen.count += usize::from(stamp >= starts[clip]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_counted_among_messages() {
        let said = b"[h264 @ 0x1] error while decoding MB\n\
            frame:0    pts:88      pts_time:0.0333333\nclip=0\n\
            frame:0    pts:NOPTS   pts_time:NOPTS\nclip=1\n\
            frame:1    pts:90      pts_time:0.0666667\nclip=0\n\
            \xff: Invalid data\n\
            frame:1    pts:-5      pts_time:-0.1\nclip=1\nclip=7\n";
        let report = listen(&said[..], &[89, -9]);
        let [a, b] = [(Some(88), 1), (Some(-5), 1)].map(|(first, count)| Seen { first, count });
        assert_eq!(report.clips, [a, b]);
        assert!(report.message.ends_with("Invalid data"), "{}", report.message);
    }
}
