//! The frames of a stretch, by `ffmpeg`, as raw pixels through a pipe.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::probe::VideoInfo;
use super::{DataError, Frames, Span, not_run, url};

/// Seeking lands this many seconds early: time stamps of a key frame's neighbours may precede it.
const MARGIN: f64 = 0.5;
/// No stretch may hold more pixels' bytes than this.
const MOST_BYTES: usize = 4 << 30;

/// Decodes the frames whose time stamps lie in `span`.
pub(super) fn decode(path: &Path, info: &VideoInfo, span: Span) -> Result<Frames, DataError> {
    let mut child = spawn(path, info, span)?;
    let data = drain(&mut child, path);
    // Stops what is still running after an error; a process that has ended does not mind.
    let _ = child.kill();
    let status = child.wait().map_err(not_run("ffmpeg"))?;
    let mut data = data?;
    let size = info.width * info.height * 3;
    let count = data.len() / size;
    let rest = data.len() - count * size;
    if rest > 0 || !status.success() {
        tracing::warn!(path = %path.display(), frames = count, "the video breaks off in {span:?}");
    }
    data.truncate(count * size);
    Ok(Frames { data, count, height: info.height, width: info.width })
}

fn spawn(path: &Path, info: &VideoInfo, span: Span) -> Result<Child, DataError> {
    let base = info.time_base.value();
    let first = (span.start / base).floor() as i64;
    let last = (span.end / base).ceil() as i64;
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

fn drain(child: &mut Child, path: &Path) -> Result<Vec<u8>, DataError> {
    let mut data = Vec::new();
    let Some(pipe) = child.stdout.take() else { return Ok(data) };
    let read = pipe.take(MOST_BYTES as u64 + 1).read_to_end(&mut data);
    read.map_err(not_run("ffmpeg"))?;
    if data.len() > MOST_BYTES {
        return Err(DataError::HugeClip { path: path.to_owned(), limit: MOST_BYTES });
    }
    Ok(data)
}
