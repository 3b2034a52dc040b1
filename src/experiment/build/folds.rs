//! 50-Salads and Breakfast from their config nodes.

use crate::data::{
    AnnotationStyle, BundleEntry, Collection, FeatureFormat, FoldsConfig, SenerConfig,
    TimePrecision,
};

use super::super::config::{
    self, AnnotationReader, BreakfastSalads, SaladsOrBreakfast, SenerReader,
};

/// Where a fold is described.
pub(super) fn config(set: &BreakfastSalads) -> FoldsConfig {
    FoldsConfig {
        collection: match set.which {
            SaladsOrBreakfast::Salads => Collection::Salads,
            SaladsOrBreakfast::Breakfast => Collection::Breakfast,
        },
        root: set.root.clone(),
        splits_dir: set.splits_dir.clone(),
        classes_fpath: set.classes_fpath.clone(),
        is_train: set.is_train,
        fold: set.fold,
        style: style(&set.annot_reader_fn),
        precision: match set.time_precision {
            config::TimePrecision::Full => TimePrecision::Full,
            config::TimePrecision::Half => TimePrecision::Half,
        },
    }
}

fn style(reader: &AnnotationReader) -> AnnotationStyle {
    match reader {
        AnnotationReader::OrigSalads(dirs) => AnnotationStyle::Salads {
            annots_dir: dirs.annots_dir.clone(),
            timestamps_dir: dirs.timestamps_dir.clone(),
        },
        AnnotationReader::OrigBreakfast(_) => AnnotationStyle::Breakfast,
        AnnotationReader::AbuFarha(reader) => AnnotationStyle::AbuFarha {
            annots_dir: reader.annots_dir.clone(),
            entry: match reader.bundle_entry_to_vname_fn {
                config::BundleEntry::Salads(_) => BundleEntry::Salads,
                config::BundleEntry::Breakfast(_) => BundleEntry::Breakfast,
            },
            frame_rate: reader.frame_rate,
        },
    }
}

/// Where the features of the videos of a set are.
pub(super) fn features(reader: &SenerReader, set: &config::DatasetConfig) -> SenerConfig {
    SenerConfig {
        feat_dir: reader.feat_dir.clone(),
        format: match reader.format_reader {
            config::FeatureFormat::Gz(_) => FeatureFormat::Gz,
            config::FeatureFormat::Npy(_) => FeatureFormat::Npy,
        },
        frame_rate: reader.frame_rate,
        root: set.root().to_vec(),
    }
}
