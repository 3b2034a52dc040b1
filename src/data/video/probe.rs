//! What a file says about its first video stream, by `ffprobe`.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::{DataError, not_run, url};

/// A fraction as ffmpeg prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Above the line.
    pub num: i64,
    /// Below the line, not 0.
    pub den: i64,
}

impl Ratio {
    fn parse(text: &str) -> Option<Self> {
        let (num, den) = text.split_once('/')?;
        let ratio = Self { num: num.parse().ok()?, den: den.parse().ok()? };
        (ratio.den != 0).then_some(ratio)
    }

    /// As a number.
    pub fn value(self) -> f64 {
        self.num as f64 / self.den as f64
    }
}

/// The video stream of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VideoInfo {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Frames per second, as OpenCV reports it.
    pub fps: f64,
    /// Seconds: the number of frames by the frame rate.
    pub seconds: f64,
    /// Seconds between two time stamps.
    pub time_base: Ratio,
    /// Seconds at which the file starts.
    pub start: f64,
}

#[derive(Deserialize)]
struct Probe {
    #[serde(default)]
    streams: Vec<Stream>,
    format: Option<Format>,
}

#[derive(Deserialize)]
struct Stream {
    width: Option<usize>,
    height: Option<usize>,
    #[serde(default)]
    r_frame_rate: String,
    #[serde(default)]
    avg_frame_rate: String,
    #[serde(default)]
    time_base: String,
    nb_frames: Option<String>,
}

#[derive(Deserialize)]
struct Format {
    duration: Option<String>,
    start_time: Option<String>,
}

/// Asks `ffprobe`; `None` when there is no video stream that it understands.
pub(super) fn probe(path: &Path) -> Result<Option<VideoInfo>, DataError> {
    const ENTRIES: &str = "stream=width,height,r_frame_rate,avg_frame_rate,time_base,nb_frames\
        :format=duration,start_time";
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "v:0", "-of", "json", "-show_entries", ENTRIES])
        .arg(url(path))
        .stdin(Stdio::null())
        .output()
        .map_err(not_run("ffprobe"))?;
    let probe: Option<Probe> = serde_json::from_slice(&output.stdout).ok();
    Ok(probe.and_then(info))
}

fn info(probe: Probe) -> Option<VideoInfo> {
    let stream = probe.streams.into_iter().next()?;
    let (width, height) = (stream.width?, stream.height?);
    let time_base = Ratio::parse(&stream.time_base).filter(|base| base.num > 0 && base.den > 0)?;
    let fps = frame_rate(Ratio::parse(&stream.r_frame_rate), Ratio::parse(&stream.avg_frame_rate))?;
    let number = |text: Option<String>| text.and_then(|t| t.parse::<f64>().ok());
    let (duration, start) =
        probe.format.map_or((None, None), |f| (number(f.duration), number(f.start_time)));
    let counted = number(stream.nb_frames).filter(|n| *n > 0.0);
    let frames = counted.unwrap_or_else(|| (duration.unwrap_or(0.0) * fps + 0.5).floor());
    (width > 0 && height > 0).then(|| VideoInfo {
        width,
        height,
        fps,
        seconds: frames / fps,
        time_base,
        start: start.unwrap_or(0.0),
    })
}

/// libav's guess: the base rate, but the average where the base is an interlaced stream's fields.
fn frame_rate(base: Option<Ratio>, average: Option<Ratio>) -> Option<f64> {
    let positive = |rate: Option<Ratio>| rate.map(Ratio::value).filter(|rate| *rate > 0.0);
    match (positive(base), positive(average)) {
        (Some(base), Some(average)) if base > 210.0 && average < 70.0 => Some(average),
        (base, average) => base.or(average),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_base_rate_unless_that_is_absurd() {
        let ratio = |text| Ratio::parse(text);
        for (base, average, expected) in [
            ("30/1", "29/1", Some(30.0)),
            ("0/0", "25/1", Some(25.0)),
            ("90000/1", "25/1", Some(25.0)),
            ("60000/1001", "30/1", Some(60_000.0 / 1001.0)),
            ("0/0", "0/0", None),
            ("x", "", None),
        ] {
            assert_eq!(frame_rate(ratio(base), ratio(average)), expected, "{base} {average}");
        }
    }
}
