//! Real video files: which frames come back, whatever the file is like.
//!
//! Every file is made by ffmpeg, and the number of a frame is in it as eight bars, one for each
//! binary digit, so that it is read back whatever the coding does.

use std::path::{Path, PathBuf};
use std::process::Command;

use runner::data::clip::{self, Pick};
use runner::data::pixels::Frames;
use runner::data::video::{ColorMatrix, Stretch, VideoFiles};
use runner::data::{ClipConfig, SampleStrategy, Span, TimePrecision};
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
        let window =
            clip::window(&clip, strategy, row.fps, observed, TimePrecision::Full, &mut draw);
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

/// A video of 90 frames whose pictures are their numbers.
fn numbered(dir: &Path, name: &str, more: &[&str]) -> PathBuf {
    let source = "color=c=black:s=64x48:r=30,format=yuv420p,\
        geq=lum='if(mod(floor(N/pow(2,floor(X*8/W))),2),235,16)':cb=128:cr=128";
    let mut command = vec!["-f", "lavfi", "-i", source, "-frames:v", "90"];
    command.extend(more);
    command.push(name);
    make(dir, &[command])
}

/// All frames of a stretch.
fn read(path: &Path, start: f64, end: f64) -> Vec<usize> {
    let all = &mut |count| (0..count).collect();
    numbers(&VideoFiles::default().read(path, Span { start, end }, all).unwrap())
}

/// The codings of the files that are broken.
const KINDS: [(&str, &[&str]); 4] = [
    ("h264.mp4", &["-c:v", "libx264", "-g", "15", "-bf", "2", "-movflags", "+faststart"]),
    ("h264.mkv", &["-c:v", "libx264", "-g", "15", "-bf", "2"]),
    ("xvid.avi", &["-c:v", "mpeg4", "-q:v", "3", "-vtag", "xvid", "-g", "15"]),
    ("h264.ts", &["-c:v", "libx264", "-g", "15", "-bf", "2"]),
];

#[test]
fn a_file_that_breaks_off_has_the_frames_before_that() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (name, coding) in KINDS {
        let path = numbered(dir.path(), name, coding);
        let bytes = runner::files::read(&path).unwrap();
        assert_eq!(read(&path, 0.0, 9.0), (0..90).collect::<Vec<_>>(), "{name}");
        let start = VideoFiles::default().info(&path).unwrap().unwrap().start;
        runner::files::write_atomic(&path, &bytes[..bytes.len() * 2 / 3]).unwrap();
        let there = read(&path, 0.0, 9.0);
        let count = there.len();
        assert!((20..90).contains(&count), "{name}: {there:?}");
        // The last frames may be shown without those that they refer to.
        assert_eq!(there[..count - 4], (0..count - 4).collect::<Vec<_>>(), "{name}");
        let at = |frame: usize| start + frame as f64 / 30.0;
        let within = read(&path, at(10) - 0.005, at(17) + 0.005);
        // Ends are rounded outwards to time stamps, which in an avi file are a frame apart.
        let outwards = usize::from(name.ends_with("avi"));
        assert_eq!(within, (10 - outwards..=17 + outwards).collect::<Vec<_>>(), "{name}");
        let over = read(&path, at(count - 8) - 0.005, at(count + 20));
        assert_eq!(over, there[count - 8 - outwards..], "{name}");
        assert_eq!(read(&path, at(count + 5), at(count + 20)), [0; 0], "{name}");
    }
}

#[test]
fn damage_spoils_the_frames_up_to_the_next_key_frame() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    // What is broken in an mkv file ends its cluster, here the file.
    for (name, coding) in [KINDS[0], KINDS[2]] {
        let path = numbered(dir.path(), name, coding);
        let mut bytes = runner::files::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 40].fill(0xa5);
        runner::files::write_atomic(&path, &bytes).unwrap();
        let all = read(&path, 0.0, 3.0);
        let spoilt: Vec<usize> = (0..90).filter(|number| !all.contains(number)).collect();
        let groups: Vec<usize> = spoilt.iter().map(|number| number / 15).collect();
        assert!(groups.windows(2).all(|pair| pair[0] == pair[1]), "{name}: {all:?}");
        // The other end has its own key frame; which frames are there does not depend on the rest.
        assert_eq!(read(&path, 2.7, 3.0), (81..90).collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn files_without_a_picture() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let sound = make(
        dir.path(),
        &[vec!["-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", "sound.mp4"]],
    );
    let (empty, text) = (dir.path().join("empty.avi"), dir.path().join("text.mp4"));
    runner::files::write_atomic(&empty, b"").unwrap();
    runner::files::write_atomic(&text, b"no video").unwrap();
    for path in [sound, empty, text] {
        assert!(VideoFiles::default().info(&path).unwrap().is_none(), "{}", path.display());
        assert_eq!(read(&path, 0.0, 1.0), [0; 0]);
    }
}

#[test]
fn one_of_several_may_be_absent() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let there = numbered(dir.path(), "there.mp4", &["-c:v", "libx264"]);
    let absent = dir.path().join("absent.mp4");
    let odd = numbered(dir.path(), "odd.avi", &["-c:v", "mpeg4", "-q:v", "2", "-s", "341x255"]);
    let mut all = [(); 4].map(|()| |count: usize| (0..count).collect::<Vec<_>>());
    let paths = [&there, &absent, &odd, &there];
    let stretches = all.iter_mut().zip(paths).zip([0.0, 0.0, 1.0, 2.0]);
    let stretch = stretches.map(|((choose, path), start)| Stretch {
        path,
        span: Span { start, end: start + 0.1 },
        choose,
    });
    let read = VideoFiles::default().read_all(stretch.collect());
    let read: Vec<_> = read.iter().map(|frames| frames.as_ref().map(numbers)).collect();
    let of = |first: usize| (first..=first + 3).collect::<Vec<_>>();
    assert_eq!([0, 2, 3].map(|i| read[i].as_ref().unwrap().clone()), [of(0), of(30), of(60)]);
    assert!(read[1].as_ref().unwrap_err().to_string().contains("absent.mp4"));
}

/// Where the next test tells its other self what to read.
const READ: &str = "RUNNER_TEST_READ";

#[test]
#[ignore = "reads until it is killed; started by the test below"]
fn reads_on_and_on() {
    let path = PathBuf::from(std::env::var_os(READ).unwrap());
    let (videos, span) = (VideoFiles::default(), Span { start: 0.0, end: 1e6 });
    loop {
        videos.read(&path, span, &mut |count| (0..count).step_by(500).collect()).unwrap();
    }
}

/// Processes with this parent, as Linux lists them.
fn children(parent: u32) -> Vec<u32> {
    let parent_of = |pid: &u32| {
        let stat = runner::files::read_to_string(Path::new(&format!("/proc/{pid}/stat"))).ok()?;
        stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse::<u32>().ok()
    };
    let listed = runner::files::list(Path::new("/proc")).unwrap_or_default();
    let number = |entry: runner::files::Entry| entry.name.parse().ok();
    listed.into_iter().filter_map(number).filter(|pid| parent_of(pid) == Some(parent)).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn a_killed_run_leaves_no_decoder_behind() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    numbered(dir.path(), "short.mp4", &["-c:v", "libx264"]);
    let loops = ["-stream_loop", "2000", "-i", "short.mp4", "-c", "copy", "long.mp4"];
    let path = make(dir.path(), &[loops.to_vec()]);
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "videos::reads_on_and_on"])
        .env(READ, path)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let soon = |done: &mut dyn FnMut() -> bool| {
        let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while !done() {
            assert!(std::time::Instant::now() < until, "a minute is over");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    let mut decoders = Vec::new();
    let name = |pid: &u32| runner::files::read_to_string(Path::new(&format!("/proc/{pid}/comm")));
    let decoding = |pid: &u32| name(pid).is_ok_and(|name| name.trim() == "ffmpeg");
    soon(&mut || {
        decoders = children(other.id()).into_iter().filter(decoding).collect();
        !decoders.is_empty()
    });
    assert_eq!(decoders.len(), 1);
    other.kill().unwrap();
    other.wait().unwrap();
    soon(&mut || !decoders.iter().any(decoding));
}

#[test]
fn colours_are_converted_as_the_file_says_or_by_bt601() {
    if !ffmpeg() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for (matrix, colors, right) in [
        ("bt709", ColorMatrix::File, true),
        ("smpte170m", ColorMatrix::File, true),
        ("bt709", ColorMatrix::Bt601, false),
        ("smpte170m", ColorMatrix::Bt601, true),
    ] {
        let filters = format!("scale=out_color_matrix={matrix},format=yuv420p");
        let name = format!("{matrix}-{colors:?}.mp4");
        let source = ["-f", "lavfi", "-i", "color=c=0xC04080:s=32x24:r=30", "-frames:v", "3"];
        let coding = ["-vf", &filters, "-c:v", "libx264", "-qp", "4", "-colorspace", matrix, &name];
        let path = make(dir.path(), &[[&source[..], &coding[..]].concat()]);
        let span = Span { start: 0.0, end: 1.0 };
        let frames = VideoFiles::with_colors(colors).read(&path, span, &mut |_| vec![1]).unwrap();
        // ffmpeg converts to within 4; by the other matrix green is 18 off.
        let near = |(value, colour): (&u8, u8)| value.abs_diff(colour) <= 5;
        let colours = frames.data.iter().zip([0xC0, 0x40, 0x80].into_iter().cycle());
        assert_eq!(colours.clone().all(near), right, "{matrix}: {:?}", &frames.data[..3]);
    }
}
