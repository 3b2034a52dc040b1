//! A video file of frames, by `ffmpeg`.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::files;

use super::{Frames, VideoError, not_run, url};

/// Writes an mp4 file; frames of one size come one by one, each a [`Frames`] of one.
///
/// Every ffmpeg has its encoder. Under its own name stands a whole file only.
///
/// # Errors
/// When `ffmpeg` cannot be run or refuses.
pub fn encode(
    path: &Path,
    (height, width): (usize, usize),
    rate: f64,
    frames: impl Iterator<Item = Frames>,
) -> Result<(), VideoError> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let mut child = spawn(&part, (height, width), rate)?;
    let fed = feed(&mut child, frames);
    let mut said = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut said);
    }
    let status = child.wait().map_err(not_run("ffmpeg"))?;
    if let (true, Ok(())) = (status.success(), &fed) {
        return Ok(files::rename(&part, path)?);
    }
    let _ = files::remove_file(&part);
    // What ffmpeg says tells more than that it reads no further.
    let reason = if said.is_empty() { fed.err().map(|e| e.to_string()) } else { None };
    let reason = reason.unwrap_or_else(|| said.trim().to_owned());
    Err(VideoError::Write { path: path.to_owned(), reason })
}

fn spawn(path: &Path, (height, width): (usize, usize), rate: f64) -> Result<Child, VideoError> {
    Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"])
        .args(["-s", &format!("{width}x{height}"), "-r", &rate.to_string(), "-i", "pipe:0"])
        .args(["-c:v", "mpeg4", "-q:v", "2", "-g", "30", "-pix_fmt", "yuv420p", "-f", "mp4"])
        .arg(url(path))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(not_run("ffmpeg"))
}

fn feed(child: &mut Child, frames: impl Iterator<Item = Frames>) -> io::Result<()> {
    let Some(mut pipe) = child.stdin.take() else { return Ok(()) };
    for frame in frames {
        pipe.write_all(&frame.data)?;
    }
    Ok(())
}
