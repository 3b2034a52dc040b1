//! What features are extracted with: videos, a model without training state, a store.

use std::path::PathBuf;
use std::sync::Arc;

use burn::tensor::Device;

use crate::data::extracted::{ExtractedStore, Origin};
use crate::data::{DataKind, Dataset, Loader, LoaderConfig, ReadStats, Shard};
use crate::files::{TensorData, sha256_bytes};
use crate::models::Student;
use crate::weights::export;

use super::super::config::{ExperimentConfig, ExtractConfig};
use super::super::{SetupError, rank};
use super::basis::Basis;
use super::data::{at, dataset};
use super::pictures::{Purpose, transform};
use super::{data, model, weights};

/// The objects of an extraction.
pub(in super::super) struct Extraction {
    pub basis: Basis,
    /// The device, without gradients.
    pub device: Device,
    pub student: Student,
    pub endpoint: String,
    /// Whether frames that have a feature are left out.
    pub skip_done: bool,
    pub store: ExtractedStore,
    /// Whose videos are this process's.
    pub shard: Shard,
    /// Every video, in the order in which processes share them.
    pub videos: Vec<Footage>,
    sets: Vec<Dataset>,
    order: LoaderConfig,
}

/// A video and its frames that get a feature.
pub(in super::super) struct Footage {
    pub name: String,
    pub frames: Vec<i64>,
    set: usize,
    video: usize,
}

impl Extraction {
    /// Opens every data set, builds the model and looks at the store.
    ///
    /// # Errors
    /// As for training; a store of something else.
    pub fn new(config: &ExperimentConfig) -> Result<Self, SetupError> {
        let Some(extract) = &config.language.extract else {
            return Err(SetupError::unavailable("task"));
        };
        let spec = config.run.device.resolve();
        let device = spec.open()?;
        let shard = rank::shard()?;
        let mut sets = Vec::new();
        for (key, node) in config.datasets() {
            // Whatever it is for, it is seen as in an evaluation.
            sets.push((dataset(&key, node, &config.data_eval, Purpose::Evaluation)?, key));
        }
        let student = model::init(config, &sets[0].0, &device)?;
        let student = weights::initialise(student, config.train.init_from_model.as_deref())?;
        let kind = sets.iter().map(|(set, _)| set.kind()).max().unwrap_or(DataKind::Real);
        let fingerprints = sets.iter().map(|(set, _)| set.fingerprint());
        let origin = origin(config, extract, &student, kind);
        let store = ExtractedStore::new(&extract.store, origin, shard);
        Ok(Self {
            basis: Basis::new(spec, kind, fingerprints),
            store: at("extract.store", store)?,
            videos: videos(&sets, extract.frame_rate)?,
            endpoint: extract.endpoint.clone(),
            skip_done: extract.skip_done,
            order: LoaderConfig {
                batch_size: config.eval_batch_size(),
                shuffle: false,
                seed: config.run.seed,
                workers: config.data_eval.workers,
                drop_last: false,
            },
            sets: sets.into_iter().map(|(set, _)| set).collect(),
            device,
            student,
            shard,
        })
    }

    /// This process's videos.
    pub fn share(&self) -> &[Footage] {
        &self.videos[self.shard.of(self.videos.len())]
    }

    /// Clips in a batch.
    pub fn batch_size(&self) -> usize {
        self.order.batch_size
    }

    /// Says of what the readers made do with, if anything.
    pub fn say_what_was_missing(&self) {
        for stats in self.sets.iter().map(Dataset::read_stats) {
            if stats != ReadStats::default() {
                tracing::warn!("extraction: {stats}");
            }
        }
    }

    /// The batches of a video that the clips at `positions` are in.
    ///
    /// # Errors
    /// A video that cannot be read.
    pub fn clips(&self, footage: &Footage, positions: Vec<usize>) -> Result<Loader, SetupError> {
        let set = self.sets[footage.set].clips_ending_at(footage.video, &footage.frames);
        let loader = set.and_then(|set| Loader::new(Arc::new(set), self.order));
        Ok(at(&footage.name, loader)?.only(positions))
    }
}

/// Every video once, sorted by its file, of which the original makes parts in a row.
fn videos(sets: &[(Dataset, String)], rate: f64) -> Result<Vec<Footage>, SetupError> {
    let mut found: Vec<(PathBuf, usize, usize)> = Vec::new();
    for (set, (dataset, key)) in sets.iter().enumerate() {
        at(key, dataset.check_channels(sets[0].0.channels()))?;
        let videos = dataset.annotations().sorted_videos().into_iter();
        found.extend(videos.map(|(file, video)| (file, set, video)));
    }
    found.sort();
    found.dedup_by(|(path, ..), (kept, ..)| path == kept);
    let footage = |(_, set, video): (PathBuf, usize, usize)| {
        let (dataset, key) = &sets[set];
        let frames = at(key, dataset.frames(video, rate))?;
        let name = dataset.annotations().videos[video].clone();
        if frames.is_empty() {
            tracing::warn!(video = name, "nothing to extract: no frame can be read");
        }
        Ok(Footage { name, frames, set, video })
    };
    found.into_iter().map(footage).collect()
}

/// What decides a feature: for outputs of the backbone its own config and weights, else all.
fn origin(
    config: &ExperimentConfig,
    extract: &ExtractConfig,
    student: &Student,
    kind: DataKind,
) -> Origin {
    let (model, data) = (&config.model, &config.data_eval);
    let of_backbone = extract.endpoint.starts_with("backbone");
    let network = match of_backbone {
        true => format!(
            "{:?} {} {:?} {:?}",
            model.backbone,
            model.backbone_last_n_modules_to_drop,
            model.bn,
            model.project_dim_for_nce
        ),
        false => format!("{model:?}"),
    };
    let seen = format!("{:?} {:?}", data::clip(data), transform(data, Purpose::Evaluation));
    Origin {
        endpoint: extract.endpoint.clone(),
        frame_rate: extract.frame_rate,
        backbone: model.backbone.target().to_owned(),
        config: sha256_bytes(format!("{network}\n{seen}").as_bytes()),
        weights: weights_hash(student, of_backbone),
        data: kind.name().to_owned(),
    }
}

/// SHA-256 of names, shapes and numbers.
fn weights_hash(student: &Student, of_backbone: bool) -> String {
    let mut bytes = Vec::new();
    let counts = |name: &str| name.starts_with("backbone.") || name.starts_with("project_mlp.");
    for (name, array) in export(student).iter().filter(|(n, _)| !of_backbone || counts(n)) {
        // One array after the other, so that they are not all in memory once more.
        let mut own = format!("{name} {:?}\n", array.shape).into_bytes();
        match &array.data {
            TensorData::F32(values) => own.extend(values.iter().flat_map(|v| v.to_le_bytes())),
            TensorData::I64(values) => own.extend(values.iter().flat_map(|v| v.to_le_bytes())),
        }
        bytes.extend_from_slice(sha256_bytes(&own).as_bytes());
    }
    sha256_bytes(&bytes)
}
