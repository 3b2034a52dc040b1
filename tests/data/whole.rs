//! Clips that end at the frames of a whole video: what a feature of a frame is of.

use runner::data::reader::FeatureWriter;
use runner::data::{ClipConfig, Dataset, Source, Split, World};

use crate::support::{dataset, store, tiny, whole};

/// A world whose features are the numbers of their frames.
fn numbered(clip: ClipConfig) -> (tempfile::TempDir, Dataset) {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = FeatureWriter::create(dir.path()).unwrap();
    let annotations = World::generate(&tiny()).unwrap().annotations(Split::Train);
    for video in &annotations.videos {
        writer.put_video(video, (1..=3000).map(|i| vec![i as f32])).unwrap();
    }
    writer.finish().unwrap();
    let config = dataset(Source::Synthetic(tiny(), Split::Train), 0.5);
    let set = Dataset::open(&config, &store(dir.path()), &clip).unwrap();
    (dir, set)
}

/// `_sample` of the original with `last_clip` on a row of `dense_clip_sampler` that is as long as
/// the clip: picked from the back, the first one repeated where the video has not begun.
#[test]
fn a_clip_ends_at_its_frame_and_shows_nothing_later() {
    for (clip, rows) in [
        (
            whole(4, Some(15.0)),
            &[
                (1, [1.0, 1.0, 1.0, 1.0]),
                (2, [2.0, 2.0, 2.0, 2.0]),
                (3, [1.0, 1.0, 1.0, 3.0]),
                (7, [1.0, 3.0, 5.0, 7.0]),
                (8, [2.0, 4.0, 6.0, 8.0]),
                (1000, [994.0, 996.0, 998.0, 1000.0]),
            ][..],
        ),
        (whole(4, None), &[(3, [1.0, 1.0, 2.0, 3.0]), (2999, [2996.0, 2997.0, 2998.0, 2999.0])]),
    ] {
        let (_dir, set) = numbered(clip);
        let frames: Vec<i64> = rows.iter().map(|(frame, _)| *frame).collect();
        let clips = set.clips_ending_at(1, &frames).unwrap();
        for (i, (frame, expected)) in rows.iter().enumerate() {
            let sample = clips.sample(i, 7).unwrap();
            assert_eq!(sample.features, expected, "frame {frame} of {clip:?}");
            assert_eq!(sample.targets, [-1, -1]);
            assert!(sample.uid.to_string().ends_with(&format!("{frame:010}.jpg")));
        }
    }
}

#[test]
fn every_frame_has_a_clip_of_its_own() {
    let (_dir, set) = numbered(whole(2, None));
    let frames = set.frames(2, 30.0).unwrap();
    assert_eq!(frames, (1..3000).collect::<Vec<i64>>());
    let clips = set.clips_ending_at(2, &frames).unwrap();
    for (i, frame) in frames.iter().enumerate() {
        let before = (frame - 1).max(1) as f32;
        assert_eq!(clips.sample(i, 0).unwrap().features, [before, *frame as f32]);
    }
    assert_eq!(set.frames(2, 10.0).unwrap()[..3], [3, 6, 9]);
}
