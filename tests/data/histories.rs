//! Histories of the real annotations, counted by `scripts/real_counts.py` with pandas.

use std::path::Path;

use runner::data::{AnnotationConfig, Annotations, Version};
use runner::text::{History, Horizon, history};

use crate::support::external;

/// The two sets of a data set.
fn sets(external: &Path, version: Version) -> [Annotations; 2] {
    let rulstm = external.join("rulstm/RULSTM/data");
    let (folder, suffix) = match version {
        Version::Egtea => ("egtea", "1"),
        Version::Ek55 | Version::Ek100 => ("ek55", ""),
    };
    ["training", "validation"].map(|part| {
        Annotations::read(&AnnotationConfig {
            version,
            annotation_path: vec![rulstm.join(folder).join(format!("{part}{suffix}.csv"))],
            annotation_dir: Some(external.join("epic-kitchens-55-annotations")),
            action_labels_fpath: Some(rulstm.join(folder).join("actions.csv")),
            only_keep_persons: None,
            only_keep_videos: None,
        })
        .unwrap()
    })
}

/// Past actions, segments that have none, and the sum of actions weighed by their place.
fn counts(own: &Annotations, seen: &[&Annotations], length: usize) -> [usize; 3] {
    let history = History { length, deduplicate: false, horizon: Horizon::SegmentStart };
    let rows = history::rows(own, seen, &history).unwrap();
    assert_eq!(rows.len(), own.segments.len());
    let weighed = |past: &[usize]| (1..).zip(past).map(|(i, action)| i * action).sum::<usize>();
    [
        rows.iter().map(|row| row.past.len()).sum(),
        rows.iter().filter(|row| row.past.is_empty()).count(),
        rows.iter().map(|row| weighed(&row.past)).sum(),
    ]
}

#[test]
fn as_pandas_counts_them() {
    let Some(external) = external() else { return };
    for (version, length, gappy, complete) in [
        (
            Version::Ek55,
            5,
            [[114_029, 232, 359_672_371], [24_295, 40, 80_463_131]],
            [[114_029, 232, 359_672_371], [24_295, 40, 80_463_131]],
        ),
        (
            Version::Egtea,
            15,
            [[114_175, 86, 27_547_343], [23_484, 65, 5_109_470]],
            [[116_437, 63, 28_262_522], [28_058, 23, 6_777_312]],
        ),
    ] {
        let [train, val] = sets(&external, version);
        for (set, own) in [&train, &val].into_iter().enumerate() {
            assert_eq!(counts(own, &[own], length), gappy[set], "{version:?} {set} gappy");
            let found = counts(own, &[&train, &val], length);
            assert_eq!(found, complete[set], "{version:?} {set} complete");
        }
    }
}
