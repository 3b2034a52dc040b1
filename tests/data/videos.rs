//! Real video files: which frames come back, whatever the file is like.
//!
//! Every file is made by ffmpeg, and the number of a frame is in it as eight bars, one for each
//! binary digit, so that it is read back whatever the coding does.

use std::path::{Path, PathBuf};
use std::process::Command;

use runner::data::clip::{self, Pick};
use runner::data::pixels::Frames;
use runner::data::video::{Stretch, VideoFiles};
use runner::data::{ClipConfig, SampleStrategy, Span};
use serde::Deserialize;

use crate::support::whole;

/// What the original picks, see scripts/parity_video.py.
#[derive(Deserialize)]
struct Fixture {
    /// The ffmpeg commands that make each file; the last argument of the last one is its name.
    files: Vec<Vec<Vec<String>>>,
    rows: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    file: String,
    fps: f64,
    seconds: f64,
    observed: (f64, f64),
    frames: usize,
    frame_rate: Option<f64>,
    strategy: String,
    below: Option<u64>,
    numbers: Option<Vec<usize>>,
    times: Vec<f32>,
}

/// Whether ffmpeg is here; a machine without it cannot read videos.
fn ffmpeg() -> bool {
    let there = Command::new("ffmpeg").arg("-version").output().is_ok();
    if !there {
        eprintln!("skipped: ffmpeg is not installed");
    }
    there
}

/// Runs ffmpeg in a directory; the last argument of the last command is the file.
fn make<S: AsRef<str>>(dir: &Path, commands: &[Vec<S>]) -> PathBuf {
    for command in commands {
        let words = command.iter().map(AsRef::as_ref);
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.current_dir(dir).args(["-v", "error", "-y"]).args(words);
        assert!(ffmpeg.status().unwrap().success());
    }
    dir.join(commands.last().and_then(|c| c.last()).unwrap().as_ref())
}

/// The numbers of frames, from the middle row of their bars.
fn numbers(frames: &Frames) -> Vec<usize> {
    let (height, width) = (frames.height, frames.width);
    let grey = |frame: &[u8], bar: usize| {
        let at = (height / 2 * width + (2 * bar + 1) * width / 16) * 3;
        frame[at..at + 3].iter().map(|v| usize::from(*v)).sum::<usize>() / 3
    };
    let number = |frame: &[u8]| (0..8).map(|bar| usize::from(grey(frame, bar) > 128) << bar).sum();
    frames.data.chunks((height * width * 3).max(1)).map(number).collect()
}

/// The clip of a row before anything is read.
struct Asked<'a> {
    row: &'a Row,
    clip: ClipConfig,
    strategy: SampleStrategy,
    window: Span,
    picks: Vec<Pick>,
}

impl<'a> Asked<'a> {
    fn new(row: &'a Row) -> Self {
        let clip = whole(row.frames, row.frame_rate);
        let strategy = SampleStrategy::from_key(&row.strategy).unwrap();
        let observed = Span { start: row.observed.0, end: row.observed.1 };
        let mut draw = |below: u64| {
            assert_eq!(Some(below), row.below, "{row:?}");
            below * 2 / 3
        };
        let window = clip::window(&clip, strategy, row.fps, observed, &mut draw);
        Self { row, clip, strategy, window, picks: Vec::new() }
    }

    fn choose(&mut self, read: usize) -> Vec<usize> {
        self.picks = clip::pick(&self.clip, self.strategy, self.row.fps, self.window, read);
        self.picks.iter().map(|pick| pick.index).collect()
    }
}

#[test]
fn the_frames_of_every_kind_of_file_are_the_originals() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let fixture: Fixture =
        serde_json::from_str(include_str!("../parity/fixtures/video.json")).unwrap();
    let videos = VideoFiles::default();
    for commands in &fixture.files {
        let path = make(dir.path(), commands);
        let name = path.file_name().unwrap().to_str().unwrap();
        let rows: Vec<&Row> = fixture.rows.iter().filter(|row| row.file == name).collect();
        let info = videos.info(&path).unwrap().unwrap();
        let close = |a: f64, b: f64| (a - b).abs() < 1e-6;
        assert!(close(info.fps, rows[0].fps), "{name}: {info:?} {}", rows[0].fps);
        assert!(close(info.seconds, rows[0].seconds), "{name}: {info:?} {}", rows[0].seconds);
        let mut asked: Vec<Asked<'_>> = rows.into_iter().map(Asked::new).collect();
        let windows: Vec<Span> = asked.iter().map(|asked| asked.window).collect();
        let mut chooses: Vec<_> = asked.iter_mut().map(|a| |read| a.choose(read)).collect();
        let stretches = chooses.iter_mut().zip(windows);
        let stretch = stretches.map(|(choose, span)| Stretch { path: &path, span, choose });
        let read = videos.read_all(stretch.collect());
        for (asked, frames) in asked.iter().zip(read) {
            let (row, numbers) = (asked.row, numbers(&frames.unwrap()));
            assert_eq!(Some(numbers).filter(|n| !n.is_empty()), row.numbers, "{row:?}");
            let times = asked.picks.iter().map(|pick| pick.time);
            let close = times.zip(&row.times).all(|(a, b)| (a - b).abs() < 1e-5);
            assert!(close, "{row:?} {:?}", asked.picks);
        }
    }
}
