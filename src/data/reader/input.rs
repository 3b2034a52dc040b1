//! What is seen of frames: features as they are stored, or pictures and what is done to them.

use std::sync::Arc;

use super::{PictureReader, ReadStats, Reader, Request};
use crate::data::DataKind;
use crate::data::error::DataError;
use crate::data::noise::Stream;
use crate::data::pixels::{Frames, Pixels, Transform};

/// Told how many frames were read, picks some of them.
pub type Choose<'a> = &'a mut dyn FnMut(usize) -> Vec<usize>;

/// A clip as it was read: numbers in the order they came in, and where each is.
pub struct View {
    /// The numbers; those of one channel of one frame lie together.
    pub values: Vec<f32>,
    /// H, W; 1, 1 for features.
    pub size: [usize; 2],
    /// Numbers from one channel to the next.
    pub channel: usize,
    /// Numbers from one frame to the next.
    pub frame: usize,
}

impl From<Pixels> for View {
    fn from(pixels: Pixels) -> Self {
        let [_, frames, height, width] = pixels.shape;
        let frame = height * width;
        Self { values: pixels.data, size: [height, width], channel: frames * frame, frame }
    }
}

/// An open reader.
#[derive(Clone, Debug)]
pub enum Input {
    /// Each frame is a feature vector.
    Features(Arc<dyn Reader>),
    /// Each frame is a picture.
    Pictures(Arc<dyn PictureReader>, Transform),
}

impl From<Arc<dyn Reader>> for Input {
    fn from(reader: Arc<dyn Reader>) -> Self {
        Self::Features(reader)
    }
}

impl Input {
    /// Elements of a feature vector, or the three colours of a picture.
    pub fn channels(&self) -> usize {
        match self {
            Self::Features(reader) => reader.dim(),
            Self::Pictures(..) => 3,
        }
    }

    /// Frames per second of a video; `None` when there is nothing to read in it.
    pub fn frame_rate(&self, video: usize) -> Result<Option<f64>, DataError> {
        match self {
            Self::Features(reader) => Ok(Some(reader.frame_rate(video))),
            Self::Pictures(reader, _) => reader.frame_rate(video),
        }
    }

    /// How long a video is: of files what their headers say, of a store up to the last frame that is
    /// there, of what is made up to the end of the last action.
    ///
    /// # Errors
    /// When the reader does not know.
    pub fn seconds(&self, video: usize) -> Result<f64, DataError> {
        match self {
            Self::Features(reader) => reader.seconds(video),
            Self::Pictures(reader, _) => reader.seconds(video),
        }
    }

    /// What is read is worth this.
    pub fn kind(&self) -> DataKind {
        match self {
            Self::Features(reader) => reader.kind(),
            Self::Pictures(reader, _) => reader.kind(),
        }
    }

    /// What is seen depends on this, for fingerprints; no paths.
    pub fn describe(&self) -> String {
        match self {
            Self::Features(reader) => reader.describe(),
            Self::Pictures(reader, transform) => format!("{} {transform:?}", reader.describe()),
        }
    }

    /// How often the reader had to make do so far.
    pub fn stats(&self) -> ReadStats {
        match self {
            Self::Features(reader) => reader.stats(),
            Self::Pictures(reader, _) => reader.stats(),
        }
    }

    /// The views of a clip: one of features, one for each crop of pictures.
    ///
    /// Its frames are those that `choose` picks; a clip without a frame, of which `choose` picks
    /// nothing, is `frames` black pictures. `seed` fixes what is drawn.
    pub fn views(
        &self,
        request: Request<'_>,
        frames: usize,
        choose: Choose<'_>,
        seed: u64,
    ) -> Result<Vec<View>, DataError> {
        match self {
            Self::Features(reader) => Ok(vec![vectors(&**reader, request, choose)?]),
            Self::Pictures(reader, transform) => {
                let read = reader.read(request, choose)?;
                let shown = if read.count == 0 { Frames::black(frames) } else { read };
                // What the window was drawn from must not decide the crop as well.
                const PICTURES: u64 = 1;
                let views = transform.apply(&shown, Stream::of(&[seed, PICTURES]).bits())?;
                Ok(views.into_iter().map(View::from).collect())
            }
        }
    }
}

/// Feature vectors, one after the other.
fn vectors(
    reader: &dyn Reader,
    request: Request<'_>,
    choose: Choose<'_>,
) -> Result<View, DataError> {
    let plan = reader.plan(request)?;
    let kept = choose(plan.len());
    let dim = reader.dim();
    let mut values = vec![0.0; kept.len() * dim];
    reader.fetch(request, &plan, &kept, &mut values)?;
    Ok(View { values, size: [1, 1], channel: 1, frame: dim })
}
