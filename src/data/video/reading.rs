//! Which clips are decoded together, and which once more.
//!
//! Decides when what was decoded is what was asked for: decoding began before the stretch, and the
//! stretch has as many frames as it was taken to have when the kept ones were chosen. It knows
//! nothing of how `ffmpeg` is run. Invariant: a clip is the same whatever it is read with.

use std::collections::BTreeMap;
use std::path::Path;

use super::command::Clip;
use super::decode::{self, Decoded};
use super::{Frames, Span, VideoError, VideoFiles};

/// Seconds before a stretch from which it is decoded. What a file calls a key frame may not be
/// where decoding can begin: then the next, and after the last with what there is.
const MARGINS: [f64; 3] = [0.0, 1.0, 20.0];
/// How often a clip may have another number of frames than before.
const CORRECTIONS: usize = 2;
/// As many clips are read together: starting `ffmpeg` takes as long as decoding 100 small frames.
pub const TOGETHER: usize = 8;
/// As long as they keep no more bytes of pixels than this.
const TOGETHER_BYTES: usize = 128 << 20;

/// Frames that are wanted of a file.
pub struct Stretch<'a> {
    /// Which file.
    pub path: &'a Path,
    /// Between which times, both included.
    pub span: Span,
    /// Told how many frames there are, picks some; what it is told last is right.
    pub choose: &'a mut dyn FnMut(usize) -> Vec<usize>,
}

/// A clip that is not read yet.
struct Pending<'a> {
    clip: Clip,
    choose: &'a mut dyn FnMut(usize) -> Vec<usize>,
    /// How many frames the stretch is taken to have.
    expected: usize,
    /// Numbers of the frames of the clip.
    chosen: Vec<usize>,
    corrections: usize,
    /// Whether it must be read alone.
    alone: bool,
}

/// Reads every stretch.
pub(super) fn read_all(
    files: &VideoFiles,
    wanted: Vec<Stretch<'_>>,
) -> Vec<Result<Frames, VideoError>> {
    let mut work = Work::default();
    wanted.into_iter().for_each(|stretch| work.add(files, stretch));
    work.finish(files)
}

/// Reads the first stretch and those behind it that are decoded with it.
pub(super) fn read_first<'a>(
    files: &VideoFiles,
    wanted: impl Iterator<Item = Stretch<'a>>,
) -> Vec<Result<Frames, VideoError>> {
    let mut work = Work::default();
    for stretch in wanted {
        work.add(files, stretch);
        if together(&work.pending) < work.pending.len() {
            work.pending.pop();
            break;
        }
    }
    work.finish(files)
}

/// Stretches that are read, and that are not.
#[derive(Default)]
struct Work<'a> {
    done: BTreeMap<usize, Result<Frames, VideoError>>,
    pending: Vec<(usize, Pending<'a>)>,
}

impl<'a> Work<'a> {
    fn add(&mut self, files: &VideoFiles, stretch: Stretch<'a>) {
        let index = self.done.len() + self.pending.len();
        match Pending::new(files, stretch) {
            Ok(Some(clip)) => self.pending.push((index, clip)),
            Ok(None) => drop(self.done.insert(index, Ok(Frames::default()))),
            Err(error) => drop(self.done.insert(index, Err(error))),
        }
    }

    fn finish(self, files: &VideoFiles) -> Vec<Result<Frames, VideoError>> {
        let Self { mut done, mut pending } = self;
        while !pending.is_empty() {
            let mut group: Vec<_> = pending.drain(..together(&pending)).collect();
            let clips: Vec<Clip> = group.iter().map(|(_, pending)| pending.clip.clone()).collect();
            match (decode::decode(&clips), &mut group[..]) {
                (Ok(Some(decoded)), _) => {
                    for ((index, mut clip), decoded) in group.into_iter().zip(decoded) {
                        match clip.settle(files, decoded).transpose() {
                            None => pending.push((index, clip)),
                            Some(frames) => drop(done.insert(index, frames)),
                        }
                    }
                }
                (Err(error), [(index, _)]) => drop(done.insert(*index, Err(error))),
                // Which of them is at fault shows when each is alone.
                (_, several) => {
                    several.iter_mut().for_each(|(_, clip)| clip.alone = true);
                    pending.append(&mut group);
                }
            }
        }
        done.into_values().collect()
    }
}

/// How many of the first clips are decoded by one process.
fn together(pending: &[(usize, Pending<'_>)]) -> usize {
    let Some((_, first)) = pending.first() else { return 0 };
    let mut bytes = 0;
    let fits = |(_, next): &&(usize, Pending<'_>)| {
        bytes += decode::bytes(&next.clip).unwrap_or(usize::MAX / 2);
        bytes <= TOGETHER_BYTES && next.clip.size() == first.clip.size() && !next.alone
    };
    pending.iter().take(TOGETHER).take_while(fits).count().max(1)
}

impl<'a> Pending<'a> {
    /// `None` for a file without a video.
    fn new(files: &VideoFiles, stretch: Stretch<'a>) -> Result<Option<Self>, VideoError> {
        let Stretch { path, span, choose } = stretch;
        let Some(info) = files.info(path)? else { return Ok(None) };
        let ticks = info.ticks(span);
        let expected = files.expect(path, &info, ticks);
        let path = path.to_owned();
        let (colors, keep) = (files.colors, Vec::new());
        let clip = Clip { info, path, colors, ticks, keep, margin: MARGINS[0] };
        let chosen = Vec::new();
        let mut pending = Self { clip, choose, expected, chosen, corrections: 0, alone: false };
        pending.choose();
        decode::bytes(&pending.clip)?;
        Ok(Some(pending))
    }

    /// Has the frames chosen.
    fn choose(&mut self) {
        self.chosen = (self.choose)(self.expected);
        self.clip.keep.clone_from(&self.chosen);
        self.clip.keep.sort_unstable();
        self.clip.keep.dedup();
    }

    /// The frames, unless they have to be decoded again.
    fn settle(
        &mut self,
        files: &VideoFiles,
        decoded: Decoded,
    ) -> Result<Option<Frames>, VideoError> {
        if self.late(&decoded) {
            return Ok(None);
        }
        let keep = &self.clip.keep;
        let count = decoded.seen.count;
        if count == self.expected && decoded.kept.count == keep.len() {
            if self.chosen == *keep {
                return Ok(Some(decoded.kept));
            }
            let at = |index: &usize| keep.partition_point(|kept| kept < index);
            return Ok(Some(decoded.kept.select(self.chosen.iter().map(at))));
        }
        if self.corrections == CORRECTIONS {
            return Err(VideoError::Changing { path: self.clip.path.clone() });
        }
        self.corrections += 1;
        files.unsteady(&self.clip.path)?;
        self.expected = count;
        self.choose();
        decode::bytes(&self.clip)?;
        Ok(None)
    }

    /// Whether decoding began behind the start of the stretch and can begin earlier.
    fn late(&mut self, decoded: &Decoded) -> bool {
        let start = self.clip.ticks.0;
        let late = self.clip.seek().is_some() && decoded.seen.first.is_none_or(|at| at > start);
        match MARGINS.iter().find(|margin| late && **margin > self.clip.margin) {
            Some(margin) => {
                self.clip.margin = *margin;
                true
            }
            None => false,
        }
    }
}
