//! What a file says about its first video stream, by `ffprobe`.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::{Span, VideoError, not_run, url};

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
    /// Seconds at which its first frame is shown.
    pub first: f64,
}

impl VideoInfo {
    /// The time stamps of a stretch, both included: `read_video` rounds outwards.
    pub(super) fn ticks(&self, span: Span) -> (i64, i64) {
        // As there: divided by the base instead, 0.96 s may be another number of 25ths.
        let per_second = self.time_base.den as f64 / self.time_base.num as f64;
        ((span.start * per_second).floor() as i64, (span.end * per_second).ceil() as i64)
    }

    /// How many frames have time stamps within two; right when the rate is constant.
    pub(super) fn frames_within(&self, (first, last): (i64, i64)) -> usize {
        let (base, all) = (self.time_base.value(), (self.seconds * self.fps).round() as i64);
        let tick = |frame: i64| ((self.first + frame as f64 / self.fps) / base).round() as i64;
        let near = |tick: i64| ((tick as f64 * base - self.first) * self.fps).floor() as i64;
        let (from, to) = ((near(first) - 1).max(0), (near(last) + 1).min(all - 1));
        (from..=to).filter(|frame| (first..=last).contains(&tick(*frame))).count()
    }
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
    start_time: Option<String>,
    nb_frames: Option<String>,
}

#[derive(Deserialize)]
struct Format {
    duration: Option<String>,
    start_time: Option<String>,
}

/// Asks `ffprobe`; `None` when there is no video stream that it understands.
pub(super) fn probe(path: &Path) -> Result<Option<VideoInfo>, VideoError> {
    const ENTRIES: &str = "stream=width,height,r_frame_rate,avg_frame_rate,time_base,start_time,\
        nb_frames        :format=duration,start_time";
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
    let start = start.unwrap_or(0.0);
    let counted = number(stream.nb_frames).filter(|n| *n > 0.0);
    let frames = counted.unwrap_or_else(|| (duration.unwrap_or(0.0) * fps + 0.5).floor());
    (width > 0 && height > 0).then(|| VideoInfo {
        width,
        height,
        fps,
        seconds: frames / fps,
        time_base,
        start,
        first: number(stream.start_time).unwrap_or(start),
    })
}

/// As OpenCV has it: the average, and the base rate where there is none.
fn frame_rate(base: Option<Ratio>, average: Option<Ratio>) -> Option<f64> {
    let positive = |rate: Option<Ratio>| rate.map(Ratio::value).filter(|rate| *rate > 0.0);
    positive(average).or(positive(base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_average_of_all_frames() {
        let ratio = |text| Ratio::parse(text);
        for (base, average, expected) in [
            ("30/1", "29/1", Some(29.0)),
            ("0/0", "25/1", Some(25.0)),
            ("90000/1", "25/1", Some(25.0)),
            ("60000/1001", "0/0", Some(60_000.0 / 1001.0)),
            ("0/0", "0/0", None),
            ("x", "", None),
        ] {
            assert_eq!(frame_rate(ratio(base), ratio(average)), expected, "{base} {average}");
        }
    }

    #[test]
    fn frames_of_a_steady_rate_are_counted_without_decoding() {
        let ntsc = 60_000.0 / 1001.0;
        let info = |fps: f64, den: i64, first: f64| VideoInfo {
            width: 4,
            height: 4,
            fps,
            seconds: 300.0 / fps,
            time_base: Ratio { num: 1, den },
            start: 0.0,
            first,
        };
        for (info, start, end, expected) in [
            (info(30.0, 15_360, 0.0), 0.0, 1.0, 31),
            (info(30.0, 15_360, 0.0), 1.01, 1.04, 1),
            (info(30.0, 15_360, 0.0), 9.9, 20.0, 3),
            (info(30.0, 15_360, 0.0), 11.0, 12.0, 0),
            (info(30.0, 1000, 0.0), 1.0, 2.0, 31), // 1.033 s is stamped 1033
            (info(ntsc, 60_000, 0.0), 0.0, 1001.0 / 60_000.0, 2),
            (info(25.0, 90_000, 1.4), 0.0, 1.4, 1),
            (info(25.0, 90_000, 1.4), 0.0, 1.3, 0),
        ] {
            let span = Span { start, end };
            assert_eq!(info.frames_within(info.ticks(span)), expected, "{info:?} {span:?}");
        }
    }
}
