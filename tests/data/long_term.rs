//! Labels behind a clip, where the original stops: sub-clips of several frames, a clip of one.

use runner::data::{Batch, ClipConfig, Dataset, ReaderConfig, Source, Split, World};

use crate::support::{dataset, tiny, whole};

fn open(clip: ClipConfig) -> Dataset {
    let config = dataset(Source::Synthetic(tiny(), Split::Train), 5.0);
    let world = World::generate(&tiny()).unwrap();
    Dataset::open(&config, &ReaderConfig::Simulated(world.features()), &clip).unwrap()
}

#[test]
fn subclips_change_nothing() {
    let single = ClipConfig { subclip_frames: 1, subclip_stride: 1, ..whole(4, Some(1.0)) };
    let labels = |clip| {
        let data = open(clip).with_long_term_labels(6).unwrap();
        let batch = Batch::read(&data, &[0, 3, 5], |_| 0).unwrap();
        let labels = batch.long_term.unwrap();
        assert_eq!(labels.len(), 2, "action and verb");
        assert!(labels.iter().all(|(_, classes)| classes.len() == 3 * 6));
        labels
    };
    let whole = labels(whole(4, Some(1.0)));
    assert_eq!(labels(single), whole);
    // the action itself is a second after the clip
    let data = open(single);
    let classes = &whole[0].1;
    for (row, idx) in [0, 3, 5].into_iter().enumerate() {
        assert!(classes[row * 6..][..6].contains(&data.segment(idx).labels.action), "{classes:?}");
    }
    assert_eq!(Batch::read(&data, &[0], |_| 0).unwrap().long_term, None);
}

#[test]
fn one_frame_has_no_distance_from_another() {
    let error = open(whole(1, Some(1.0))).with_long_term_labels(2).unwrap_err().to_string();
    assert!(error.contains("load_long_term_future_labels is 2"), "{error}");
    assert!(open(whole(1, Some(1.0))).with_long_term_labels(0).is_ok());
}
