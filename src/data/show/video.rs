//! Video files, as `ffprobe` sees them.

use std::path::Path;

use crate::data::error::DataError;
use crate::data::video::VideoFiles;

use super::{Shown, unknown};

/// Whether a file begins as an mp4, avi, Matroska or MPEG program stream does.
pub(super) fn is_video(head: &[u8]) -> bool {
    let mp4 = head.get(4..8) == Some(b"ftyp");
    let avi = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"AVI ");
    mp4 || avi || head.starts_with(b"\x1a\x45\xdf\xa3") || head.starts_with(b"\0\0\x01\xba")
}

/// Rate, frames and size of the first video stream.
pub(super) fn show(path: &Path) -> Result<Shown, DataError> {
    let Some(info) = VideoFiles::default().info(path)? else {
        return Err(unknown(path, "a video file without a stream that ffprobe can read"));
    };
    let mut shown = Shown::new("video", []);
    shown.fact("width", info.width);
    shown.fact("height", info.height);
    shown.fact("frames per second", format_args!("{:.4}", info.fps));
    shown.fact("frames", format_args!("{:.0}", info.seconds * info.fps));
    shown.fact("seconds", format_args!("{:.3}", info.seconds));
    Ok(shown)
}
