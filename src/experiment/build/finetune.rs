//! Fine-tuning from the config: a teacher that learns what comes after histories.

use burn::module::Module;
use burn::tensor::Device;

use crate::data::Shard;
use crate::models::actions::{ActionClasses, NgramConfig};
use crate::models::{TeacherModel, named_parameters};
use crate::text::{HistoryLoader, HistoryRow, balanced};
use crate::train::optim::Optimizer;
use crate::train::schedule::Schedule;
use crate::train::teacher::{HistorySet, TeacherObjective};
use crate::train::{self, Average, FitOptions, Progress, Trainer};

use super::super::SetupError;
use super::super::config::{ClassWeights, ExperimentConfig, FinetuneConfig};
use super::super::folder::{Card, LanguageFiles};
use super::histories::{Histories, training_loader};
use super::language::{Pupil, pupil, reading};
use super::{Basis, Built, opt, options, training_device};

/// What a fine-tuning builds.
pub(in super::super) enum Finetuning {
    /// A model that learns by gradients.
    Model(Box<Built<TeacherObjective>>, Card, Option<Box<LanguageFiles>>),
    /// Counts.
    Counts(Box<Tally>, Card),
}

/// What is counted, and examined.
pub(in super::super) struct Tally {
    pub basis: Basis,
    /// The device, without gradients.
    pub device: Device,
    pub config: NgramConfig,
    pub histories: Vec<HistoryRow>,
    pub classes: ActionClasses,
    pub objective: TeacherObjective,
    pub evals: Vec<HistorySet>,
    pub max_eval_batches: Option<usize>,
    pub counting: train::Counting,
}

impl Finetuning {
    /// Builds everything that the config of a fine-tuning describes.
    ///
    /// # Errors
    /// Annotations that are missing or wrong, an absent device, a model that cannot be.
    pub fn new(config: &ExperimentConfig, shard: Shard) -> Result<Self, SetupError> {
        let Some(node) = &config.language.finetune else {
            return Err(SetupError::unavailable("task"));
        };
        let histories = Histories::open(config)?;
        let classes = histories.classes();
        let (spec, device) = training_device(config)?;
        let basis = histories.basis(spec);
        let card = Card::new(config, &histories.label_map(), &classes, basis.kind)?;
        let (reading, reader) = reading(config, None, histories.annotations())?;
        let rows = histories.training_rows()?;
        let objective = objective(config, node, &histories, &rows);
        let evals = histories.evaluation_sets(&reading)?;
        let options = options(config, histories.annotations().collection.primary_metric())?;
        let model = match pupil(config, reader.as_ref(), &classes, true, &device)? {
            Pupil::Model(model) => *model,
            Pupil::Counts(counts) => {
                let tally = Tally {
                    basis,
                    device: device.inner(),
                    config: counts,
                    histories: rows,
                    classes,
                    objective,
                    evals,
                    max_eval_batches: options.max_eval_batches,
                    counting: options.counting,
                };
                return Ok(Self::Counts(Box::new(tally), card));
            }
        };
        let train = training_loader(config, rows, &reading, node)?.shared(shard);
        log_model(&model, &card, train.rows());
        let base = reader.as_ref().map(LanguageFiles::base).map(Box::new);
        let taught = Taught { basis, objective, evals, options, device, ranks: shard.world };
        Ok(Self::Model(Box::new(taught.built(config, model, train, &node.no_decay)?), card, base))
    }

    /// What the manifest says of it.
    pub fn basis(&self) -> &Basis {
        match self {
            Self::Model(built, ..) => &built.basis,
            Self::Counts(tally, _) => &tally.basis,
        }
    }
}

/// What a model is taught with, beside its histories.
struct Taught {
    basis: Basis,
    objective: TeacherObjective,
    evals: Vec<HistorySet>,
    options: FitOptions,
    device: Device,
    ranks: usize,
}

impl Taught {
    /// Adds the model and what moves it.
    fn built(
        self,
        config: &ExperimentConfig,
        model: TeacherModel,
        train: HistoryLoader,
        no_decay: &[String],
    ) -> Result<Built<TeacherObjective>, SetupError> {
        let Self { basis, objective, evals, options, device, ranks } = self;
        let steps = steps_per_epoch(config, train.len());
        let made = opt::init_of_language_model(config, no_decay, &model, steps, ranks)?;
        Ok(Built {
            basis,
            trainer: trainer(config, model, made),
            objective,
            train: Box::new(train),
            batch_size: config.train.batch_size * ranks,
            skip_done: vec![false; evals.len()],
            evals,
            options,
            device,
        })
    }
}

/// Steps of an epoch, which schedules count: as many as there will be.
pub(super) fn steps_per_epoch(config: &ExperimentConfig, batches: usize) -> usize {
    let all = batches.div_ceil(config.train.accumulate_steps);
    all.min(config.train.max_steps_per_epoch.unwrap_or(usize::MAX))
}

/// A language model at the start of its training.
pub(super) fn trainer<M: Module>(
    config: &ExperimentConfig,
    model: M,
    (optimizer, schedule): (Optimizer, Schedule),
) -> Trainer<M> {
    let model = optimizer.freeze(model);
    let average = config.train.ema_decay.map(|decay| Average::new(decay, &model));
    let progress = Progress::default();
    Trainer { model, optimizer, schedule, progress, average, statistics: None }
}

/// The three terms, their weights and what classes weigh.
fn objective(
    config: &ExperimentConfig,
    node: &FinetuneConfig,
    histories: &Histories<'_>,
    rows: &[HistoryRow],
) -> TeacherObjective {
    const LABELS: [&str; 3] = ["action", "verb", "noun"];
    let terms = config.train.train_one_epoch_fn.loss_wts.terms();
    let is_ours = |term: &str| LABELS.iter().any(|label| term == format!("cls_{label}"));
    let ours = terms.into_iter().filter(|(term, _)| is_ours(term));
    let weigh = |label: &str| {
        let classes = histories.annotations().class_names(label).len();
        (label.to_owned(), balanced(rows.iter().map(|row| row.labels.get(label)), classes))
    };
    TeacherObjective {
        weights: ours.map(|(term, weight)| (term.to_owned(), weight)).collect(),
        class_weights: match node.class_weights {
            ClassWeights::Equal => Vec::new(),
            ClassWeights::Balanced => LABELS.into_iter().map(weigh).collect(),
        },
        label_smoothing: node.label_smoothing,
    }
}

fn log_model(model: &TeacherModel, card: &Card, rows: usize) {
    let parameters = named_parameters(model);
    let weights: usize = parameters.iter().map(|p| p.shape.iter().product::<usize>()).sum();
    let Card { actions, verbs, nouns, .. } = card;
    tracing::info!(
        "{} with {weights} weights for {actions} actions, {verbs} verbs, {nouns} nouns; {rows} histories",
        card.lm,
    );
}
