//! The command line of `ffmpeg` that decodes clips: pure text, nothing is run.
//!
//! Decides what `ffmpeg` is asked for. It knows nothing of processes or of what comes back.
//! Invariants: every frame of a stretch, and the first that is decoded, is reported on stderr with its
//! time stamp and the clip's number (see [`super::seen`]); only the kept ones are converted and piped,
//! clip after clip.

use std::ffi::OsString;
use std::sync::Arc;

use super::probe::VideoInfo;
use super::{ColorMatrix, url};

/// A clip to be decoded.
#[derive(Clone, Debug)]
pub(super) struct Clip {
    /// The file's facts.
    pub(super) info: Arc<VideoInfo>,
    /// Which file.
    pub(super) path: std::path::PathBuf,
    /// How its pixels get their colours.
    pub(super) colors: ColorMatrix,
    /// The time stamps of the stretch, both included.
    pub(super) ticks: (i64, i64),
    /// Numbers of the frames of the stretch that are kept; they rise.
    pub(super) keep: Vec<usize>,
    /// Seconds before the stretch at which decoding starts, from the key frame before that.
    pub(super) margin: f64,
}

impl Clip {
    /// Where `ffmpeg` seeks, in seconds after the start of the file; `None` for the start.
    pub(super) fn seek(&self) -> Option<f64> {
        let start = self.ticks.0 as f64 * self.info.time_base.value();
        // `-ss` counts from the start of the file, time stamps need not start there.
        let seek = ((start - self.info.start - self.margin) * 1e6).floor() / 1e6;
        (seek > 0.0).then_some(seek)
    }

    /// Height and width.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.info.height, self.info.width)
    }

    /// From packets to the kept frames as red, green and blue.
    fn filters(&self, number: usize) -> String {
        let ((first, last), (height, width)) = (self.ticks, self.size());
        // Of the frames before the stretch only the first says something.
        let near = first as f64 * self.info.time_base.value() - 1e-3;
        format!(
            "[{number}:v:0]trim=end_pts={end},\
             metadata=add:clip:{number}:enable='eq(n,0)+gte(t,{near:.6})',\
             metadata=print:file=pipe\\\\:2:direct=1,trim=start_pts={first},select='{kept}',\
             scale={width}:{height}:flags=bilinear{colors},format=rgb24,setsar=1[clip{number}]",
            end = last.saturating_add(1),
            kept = selection(&self.keep),
            colors = match self.colors {
                ColorMatrix::File => "",
                ColorMatrix::Bt601 => ":in_color_matrix=bt601",
            },
        )
    }
}

/// The arguments for clips of one size.
pub(super) fn arguments(clips: &[Clip]) -> Vec<OsString> {
    let mut line: Vec<OsString> = words("-v error -nostdin -filter_complex_threads 1").collect();
    for clip in clips {
        // The time stamps of the file, nothing turned or shifted. One thread: there are as many
        // workers as processors.
        line.extend(words("-threads 1 -noautorotate -copyts -noaccurate_seek"));
        if let Some(seek) = clip.seek() {
            line.extend(["-ss".into(), format!("{seek:.6}").into()]);
        }
        line.extend(["-i".into(), url(&clip.path)]);
    }
    line.extend(["-filter_complex".into(), graph(clips).into()]);
    // No frame is dropped or doubled.
    line.extend(words("-map [out] -vsync passthrough -f rawvideo -pix_fmt rgb24 pipe:1"));
    line
}

fn words(line: &'static str) -> impl Iterator<Item = OsString> {
    line.split(' ').map(OsString::from)
}

/// The clips one after the other.
fn graph(clips: &[Clip]) -> String {
    let mut graph = String::new();
    for (number, clip) in clips.iter().enumerate() {
        graph.push_str(&format!("{};", clip.filters(number)));
    }
    (0..clips.len()).for_each(|number| graph.push_str(&format!("[clip{number}]")));
    match clips.len() {
        1 => graph.push_str("null[out]"),
        n => graph.push_str(&format!("concat=n={n}:v=1:a=0[out]")),
    }
    graph
}

/// An expression that is true of the frames numbered in `keep`, which rises, and short when they
/// are a few stretches of a constant step.
fn selection(keep: &[usize]) -> String {
    let mut terms = Vec::new();
    let mut rest = keep;
    while let [first, after @ ..] = rest {
        let step = after.first().map_or(1, |second| second - first);
        let steady = rest.windows(2).take_while(|pair| pair[1] - pair[0] == step).count();
        let last = rest[steady];
        terms.push(match steady {
            0 => format!("eq(n,{first})"),
            _ => format!("between(n,{first},{last})*not(mod(n-{first},{step}))"),
        });
        rest = &rest[steady + 1..];
    }
    if terms.is_empty() { "0".into() } else { terms.join("+") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_selected_by_few_words() {
        for (keep, expected) in [
            (&[][..], "0"),
            (&[7], "eq(n,7)"),
            (&[0, 30, 60, 90], "between(n,0,90)*not(mod(n-0,30))"),
            (&[2, 3, 4, 9], "between(n,2,4)*not(mod(n-2,1))+eq(n,9)"),
            (&[1, 5, 6], "between(n,1,5)*not(mod(n-1,4))+eq(n,6)"),
        ] {
            assert_eq!(selection(keep), expected);
        }
    }
}
