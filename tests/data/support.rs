//! What the tests share.

use std::path::{Path, PathBuf};

use runner::data::synth::RootLayout;
use runner::data::{
    AnnotationConfig, Anticipation, ClipConfig, DatasetConfig, DropStyle, OverlapRule, ReadType,
    ReaderConfig, SampleStrategy, Source, SynthConfig, Version,
};

/// A world that takes no time.
pub fn tiny() -> SynthConfig {
    SynthConfig {
        train_videos: 4,
        val_videos: 2,
        segments_per_video: 6,
        dim: 8,
        ..Default::default()
    }
}

/// Ten one-frame sub-clips, one a second.
pub fn clip() -> ClipConfig {
    ClipConfig {
        num_frames: 10,
        frame_rate: Some(1.0),
        subclip_frames: 1,
        subclip_stride: 1,
        load_seg_labels: true,
    }
}

/// One sub-clip with all frames.
pub fn whole(num_frames: usize, frame_rate: Option<f64>) -> ClipConfig {
    ClipConfig {
        num_frames,
        frame_rate,
        subclip_frames: num_frames,
        subclip_stride: num_frames,
        load_seg_labels: false,
    }
}

/// A data set of one source, one second ahead.
pub fn dataset(source: Source, tau_o: f64) -> DatasetConfig {
    DatasetConfig {
        source,
        label_type: vec!["action".into(), "verb".into()],
        sample_strategy: SampleStrategy::Last,
        anticipation: Some(Anticipation { tau_a: 1.0, tau_o, drop_style: DropStyle::Correct }),
        overlap: OverlapRule::Centre,
    }
}

/// The original EK55 layout, restricted to the videos of a split file.
pub fn ek55(layout: &RootLayout, videos: &str) -> AnnotationConfig {
    AnnotationConfig {
        version: Version::Ek55,
        annotation_path: vec![layout.annotations.join("EPIC_train_action_labels.pkl")],
        annotation_dir: Some(layout.annotations.clone()),
        action_labels_fpath: Some(layout.rulstm.join("actions.csv")),
        only_keep_persons: None,
        only_keep_videos: Some(layout.rulstm.join(videos)),
    }
}

/// RULSTM's EK55 layout.
pub fn ek55_rulstm(layout: &RootLayout, file: &str) -> AnnotationConfig {
    AnnotationConfig {
        annotation_path: vec![layout.rulstm.join(file)],
        only_keep_videos: None,
        ..ek55(layout, "")
    }
}

/// One LMDB store read frame by frame.
pub fn store(path: &Path) -> ReaderConfig {
    ReaderConfig::Rulstm {
        lmdb_path: vec![path.to_owned()],
        read_type: ReadType::Normal,
        warn_if_using_closeby_frame: true,
    }
}

/// The public annotation files, where there are any.
pub fn external() -> Option<PathBuf> {
    let place = std::env::var_os("RUNNER_EXTERNAL").map(PathBuf::from);
    let place = place
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/external"));
    let found = runner::files::is_dir(&place.join("epic-kitchens-55-annotations"));
    if !found {
        eprintln!("skipped: no annotations in {} (set RUNNER_EXTERNAL)", place.display());
    }
    found.then_some(place)
}
