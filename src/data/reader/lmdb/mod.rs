//! LMDB stores of feature vectors, as RULSTM and Python's `lmdb` write them.
//!
//! A directory with `data.mdb`; keys `<video>_frame_<10 digits>.jpg`, values little-endian single
//! floats, all of one width.

mod places;
mod session;
mod store;
mod writer;

pub use session::Session;
pub use store::FeatureStore;
pub use writer::FeatureWriter;

/// The key of a frame of a video.
pub fn frame_key(video: &str, frame: i64) -> String {
    format!("{}{frame:010}.jpg", frame_prefix(video))
}

/// What the keys of all frames of a video begin with.
pub(super) fn frame_prefix(video: &str) -> String {
    format!("{video}_frame_")
}

/// The number in `0000000012.jpg`.
fn frame_of(text: &str) -> Option<i64> {
    text.strip_suffix(".jpg")?.parse().ok()
}
