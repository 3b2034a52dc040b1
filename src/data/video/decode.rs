//! The kept frames of clips, by one `ffmpeg` process, as raw pixels through a pipe.
//!
//! Decides what the end of the process means. Invariant: no more pixels are held than are kept, and
//! what a process that was stopped from outside has left is not taken for what the file holds.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use super::command::{Clip, arguments};
use super::seen::{Report, Seen, listen};
use super::{Frames, VideoError, not_run};

/// No clip may hold more pixels' bytes than this.
const MOST_BYTES: usize = 4 << 30;

/// Some frames of a stretch, and what else was seen of it.
pub(super) struct Decoded {
    /// Those that were to be kept and are there.
    pub(super) kept: Frames,
    /// All of them.
    pub(super) seen: Seen,
}

/// The bytes of pixels that are kept of a clip.
///
/// # Errors
/// When they are too many.
pub(super) fn bytes(clip: &Clip) -> Result<usize, VideoError> {
    let (height, width) = clip.size();
    let bytes = clip.keep.len().checked_mul(3 * height * width);
    bytes
        .filter(|bytes| *bytes <= MOST_BYTES)
        .ok_or_else(|| VideoError::Huge { path: clip.path.clone(), limit: MOST_BYTES })
}

/// Decodes clips of one size; `None` when they are not to be had together.
pub(super) fn decode(clips: &[Clip]) -> Result<Option<Vec<Decoded>>, VideoError> {
    const TRIES: usize = 2;
    for _ in 0..TRIES {
        let (data, report, status) = run(clips)?;
        if !stopped(status) {
            return Ok(divide(clips, data, &report, status));
        }
    }
    Err(VideoError::Stopped { path: clips[0].path.clone() })
}

/// Whether a signal ended `ffmpeg`, by itself or by its own orderly exit.
fn stopped(status: ExitStatus) -> bool {
    const ORDERLY: i32 = 255;
    status.code().is_none_or(|code| code == ORDERLY)
}

fn run(clips: &[Clip]) -> Result<(Vec<Vec<u8>>, Report, ExitStatus), VideoError> {
    let expected = clips.iter().map(bytes).collect::<Result<Vec<_>, _>>()?;
    let starts: Vec<i64> = clips.iter().map(|clip| clip.ticks.0).collect();
    let mut child = spawn(clips).map_err(not_run("ffmpeg"))?;
    let (pixels, said) = (child.stdout.take(), child.stderr.take());
    let (data, report) = thread::scope(|scope| {
        let report = scope.spawn(|| said.map(|said| listen(said, &starts)));
        let data = pixels.map_or(Ok(Vec::new()), |pixels| drain(pixels, &expected));
        if data.is_err() {
            let _ = child.kill();
        }
        (data, report.join())
    });
    let status = child.wait().map_err(not_run("ffmpeg"))?;
    let report = report.ok().flatten().unwrap_or_default();
    Ok((data.map_err(not_run("ffmpeg"))?, report, status))
}

fn spawn(clips: &[Clip]) -> io::Result<Child> {
    let mut command = Command::new("ffmpeg");
    command.args(arguments(clips)).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    // Ctrl-C on the terminal is for the run, which still needs this clip to stop in order.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}

/// All that comes, in blocks of the sizes that are expected.
fn drain(mut from: impl Read, expected: &[usize]) -> io::Result<Vec<Vec<u8>>> {
    let mut blocks = Vec::with_capacity(expected.len());
    for size in expected {
        let mut block = Vec::new();
        block.try_reserve_exact(*size)?;
        from.by_ref().take(*size as u64).read_to_end(&mut block)?;
        blocks.push(block);
    }
    io::copy(&mut from, &mut io::sink())?;
    Ok(blocks)
}

/// Gives each clip its pixels.
fn divide(
    clips: &[Clip],
    blocks: Vec<Vec<u8>>,
    report: &Report,
    status: ExitStatus,
) -> Option<Vec<Decoded>> {
    let seen = |number: usize| report.clips.get(number).copied().unwrap_or_default();
    let there = |(number, clip): (usize, &Clip)| {
        let (height, width) = clip.size();
        clip.keep.partition_point(|kept| *kept < seen(number).count) * 3 * height * width
    };
    let sizes: Vec<usize> = clips.iter().enumerate().map(there).collect();
    let total: usize = blocks.iter().map(Vec::len).sum();
    let whole = sizes.iter().sum::<usize>() == total && status.success();
    if !whole && clips.len() > 1 {
        return None;
    }
    if !whole {
        let (path, said) = (clips[0].path.display(), &report.message);
        tracing::warn!(%path, ffmpeg = %said, "the video breaks off in {:?}", clips[0].ticks);
    }
    let own = if clips.len() > 1 { split(blocks, &sizes) } else { blocks };
    let decoded = clips.iter().zip(own).enumerate().map(|(number, (clip, mut data))| {
        let (height, width) = clip.size();
        let count = data.len() / (3 * height * width);
        data.truncate(count * 3 * height * width);
        Decoded { kept: Frames { count, data, height, width }, seen: seen(number) }
    });
    Some(decoded.collect())
}

/// Where a clip has fewer frames than expected, the next one's are in its block.
fn split(blocks: Vec<Vec<u8>>, sizes: &[usize]) -> Vec<Vec<u8>> {
    if blocks.iter().map(Vec::len).eq(sizes.iter().copied()) {
        return blocks;
    }
    let all = blocks.concat();
    let mut rest = &all[..];
    let mut cut = |size: &usize| {
        let own;
        (own, rest) = rest.split_at(*size);
        own.to_vec()
    };
    sizes.iter().map(&mut cut).collect()
}
