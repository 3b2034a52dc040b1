//! Labels that stand for features.

use runner::data::{
    Annotations, DataError, DataKind, Dataset, Labels, OneHotConfig, OverlapRule, ReaderConfig,
    Segment, Source, Split, World, reader,
};

use crate::support::{dataset, tiny, whole};

/// Actions from `start` to `end` of one video; observed is the first, from 0 s to `end`.
fn annotations(actions: &[(f64, f64, i64)]) -> Annotations {
    let mut annotations = World::generate(&tiny()).unwrap().annotations(Split::Train);
    let segment = |(uid, (start, end, action)): (i64, &(f64, f64, i64))| {
        let labels = Labels { action: *action, ..Labels::NONE };
        Segment { uid: uid.into(), video: 0, start: *start, end: *end, labels }
    };
    annotations.segments = (0..).zip(actions).map(segment).collect();
    annotations
}

/// The class of each of six frames, one a second, up to the end of the first action.
fn classes(
    actions: &[(f64, f64, i64)],
    num_classes: Option<usize>,
    overlap: OverlapRule,
) -> Result<(Vec<Option<usize>>, Dataset), DataError> {
    let annotations = annotations(actions);
    let config = ReaderConfig::LabelOneHot(OneHotConfig { num_classes, overlap });
    let input = reader::open(&config, &annotations)?;
    let mut config = dataset(Source::Synthetic(tiny(), Split::Train), 0.0);
    config.anticipation = None;
    let data = Dataset::new(&config, annotations, input, &whole(6, Some(1.0)))?;
    let features = data.sample(0, 0)?.features;
    let width = data.channels();
    assert!(features.iter().all(|v| *v == 0.0 || *v == 1.0), "{features:?}");
    // C, T
    let of =
        |t: usize| -> Vec<usize> { (0..width).filter(|c| features[c * 6 + t] == 1.0).collect() };
    let one = |classes: Vec<usize>| {
        assert!(classes.len() < 2, "{classes:?}");
        classes.first().copied()
    };
    Ok(((0..6).map(|t| one(of(t))).collect(), data))
}

#[test]
fn a_frame_is_the_action_that_goes_on() {
    // The segment that is observed has no label, as in a test set; times are those of the frames.
    let actions = [(0.0, 6.0, -1), (0.5, 2.0, 3), (2.5, 4.5, 7), (4.9, 5.5, 0), (90.0, 91.0, 1)];
    let (found, data) = classes(&actions, None, OverlapRule::HalfDuration).unwrap();
    // half its length is 3 s, which is nearest to all times but the first
    assert_eq!(found, [Some(3), None, None, None, None, None]);
    assert_eq!(data.channels(), tiny().actions);
    assert_eq!(data.kind(), DataKind::Synthetic);
    // so is its middle, which is nearest at 3 s only; at 6 s it is alone
    let (found, data) = classes(&actions, Some(50), OverlapRule::Centre).unwrap();
    assert_eq!(found, [Some(3), Some(3), None, Some(7), Some(0), None]);
    assert_eq!(data.channels(), 50);
    let error = classes(&actions, Some(3), OverlapRule::Centre).unwrap_err().to_string();
    assert!(error.contains("num_classes is 3: there are"), "{error}");
}
