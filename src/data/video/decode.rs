//! The frames of a stretch, by `ffmpeg`, as raw pixels through a pipe.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::probe::VideoInfo;
use super::{Frames, Span, VideoError, not_run, url};

/// Seeking lands this many seconds early: time stamps of a key frame's neighbours may precede it.
const MARGIN: f64 = 0.5;
/// No clip may hold more pixels' bytes than this.
const MOST_BYTES: usize = 4 << 30;

/// Some frames of a stretch, and how many the stretch has.
pub(super) struct Decoded {
    /// Those that were to be kept.
    pub(super) kept: Frames,
    /// All of them.
    pub(super) count: usize,
}

/// Decodes the frames whose time stamps lie in `span` and keeps those numbered in `keep`, which
/// rises.
pub(super) fn decode(
    path: &Path,
    info: &VideoInfo,
    span: Span,
    keep: &[usize],
) -> Result<Decoded, VideoError> {
    let size = info.width * info.height * 3;
    if keep.len().saturating_mul(size) > MOST_BYTES {
        return Err(VideoError::Huge { path: path.to_owned(), limit: MOST_BYTES });
    }
    let mut child = spawn(path, info, span)?;
    let data = drain(&mut child, size, keep);
    // Stops what is still running after an error; a process that has ended does not mind.
    let _ = child.kill();
    let status = child.wait().map_err(not_run("ffmpeg"))?;
    let Drained { data, count, whole } = data?;
    if !whole || !status.success() {
        tracing::warn!(path = %path.display(), frames = count, "the video breaks off in {span:?}");
    }
    let kept = Frames { count: data.len() / size, data, height: info.height, width: info.width };
    Ok(Decoded { kept, count })
}

fn spawn(path: &Path, info: &VideoInfo, span: Span) -> Result<Child, VideoError> {
    let (first, last) = info.ticks(span);
    // `-ss` counts from the start of the file, time stamps need not start there.
    let seek = (span.start - info.start - MARGIN).max(0.0);
    // Stream copies of the time stamps: no frame is dropped, doubled, turned or shifted.
    let trim = format!("trim=start_pts={first}:end_pts={}", last.saturating_add(1));
    Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-noautorotate", "-copyts", "-noaccurate_seek", "-ss"])
        .arg(format!("{seek:.6}"))
        .arg("-i")
        .arg(url(path))
        .args(["-map", "0:v:0", "-vf", &trim, "-vsync", "passthrough"])
        .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(not_run("ffmpeg"))
}

struct Drained {
    data: Vec<u8>,
    count: usize,
    /// Whether the last frame is.
    whole: bool,
}

/// Takes frame by frame, so that a long stretch of which little is kept takes little memory.
fn drain(child: &mut Child, size: usize, keep: &[usize]) -> Result<Drained, VideoError> {
    let mut drained = Drained { data: Vec::new(), count: 0, whole: true };
    let Some(mut pipe) = child.stdout.take() else { return Ok(drained) };
    let mut frame = Vec::with_capacity(size);
    loop {
        frame.clear();
        let read = pipe.by_ref().take(size as u64).read_to_end(&mut frame);
        read.map_err(not_run("ffmpeg"))?;
        if frame.len() < size {
            drained.whole = frame.is_empty();
            return Ok(drained);
        }
        if keep.binary_search(&drained.count).is_ok() {
            drained.data.extend_from_slice(&frame);
        }
        drained.count += 1;
    }
}
