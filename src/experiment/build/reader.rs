//! What reads frames, from `dataset_*.reader_fn` and `data_*`.

use crate::data::video::ColorMatrix;
use crate::data::{
    OneHotConfig, OverlapRule, PaintedConfig, PictureSource, ReadType, ReaderConfig,
    SimulatedConfig,
};

use super::super::SetupError;
use super::super::config;
use super::data::at;
use super::folds;
use super::pictures::{Purpose, transform};

pub(super) fn reader(
    key: &str,
    set: &config::DatasetConfig,
    data: &config::DataConfig,
    purpose: Purpose,
) -> Result<ReaderConfig, SetupError> {
    let pictures = |source| ReaderConfig::Pictures { source, transform: transform(data, purpose) };
    Ok(match set.reader() {
        None | Some(config::ReaderConfig::Video(_)) => {
            let (root, colors) = (set.root().to_vec(), colors(data));
            pictures(PictureSource::Video { root, colors })
        }
        Some(config::ReaderConfig::Painted(reader)) => {
            pictures(PictureSource::Painted(PaintedConfig {
                size: reader.size,
                noise: reader.noise as f32,
                seed: reader.seed,
            }))
        }
        Some(config::ReaderConfig::Rulstm(reader)) => ReaderConfig::Rulstm {
            lmdb_path: reader.lmdb_path.clone(),
            read_type: at(key, ReadType::from_key(reader.read_type.name()))?,
            warn_if_using_closeby_frame: reader.warn_if_using_closeby_frame,
        },
        Some(config::ReaderConfig::Simulated(reader)) => ReaderConfig::Simulated(SimulatedConfig {
            dim: reader.dim,
            noise: reader.noise as f32,
            seed: reader.seed,
        }),
        Some(config::ReaderConfig::LabelOneHot(reader)) => {
            ReaderConfig::LabelOneHot(OneHotConfig {
                num_classes: reader.num_classes,
                overlap: overlap(data),
            })
        }
        Some(config::ReaderConfig::Sener(reader)) => {
            ReaderConfig::Sener(folds::features(reader, set))
        }
    })
}

fn colors(data: &config::DataConfig) -> ColorMatrix {
    match data.color_matrix {
        config::ColorMatrix::File => ColorMatrix::File,
        config::ColorMatrix::Bt601 => ColorMatrix::Bt601,
    }
}

/// Which of several actions labels a frame.
pub(super) fn overlap(data: &config::DataConfig) -> OverlapRule {
    match data.seg_label_overlap {
        config::SegLabelOverlap::Centre => OverlapRule::Centre,
        config::SegLabelOverlap::HalfDuration => OverlapRule::HalfDuration,
    }
}
