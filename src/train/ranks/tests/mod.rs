//! Threads as ranks: what they train together is what one process trains with the whole batches.

mod threads;

use std::cell::Cell;
use std::sync::{Arc, Mutex};

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};

use self::threads::Threads;
use super::super::optim::{OptimizerConfig, SgdConfig};
use super::super::tests::world::{Run, StopAt, WORLD, adam, config, optimizer, student, trainer};
use super::super::*;
use super::terms::{Found, put_together};
use super::*;
use crate::data::{
    Dataset, Loader, LoaderConfig, MissingPrediction, Part, ReaderConfig, Shard, Split, Teacher,
    TeacherStore, World,
};

/// What a run left.
struct Left {
    records: Vec<Record>,
    checkpoints: usize,
    weights: Vec<f32>,
    outcome: Result<Outcome, TrainError>,
    progress: Progress,
    calls: Vec<&'static str>,
}

/// A way to train.
#[derive(Clone, Copy, Default)]
struct Way {
    accumulate: usize,
    clip: Option<f64>,
    average: bool,
    few_predictions: bool,
    /// Whose steps do not shrink with the gradient: rounding decides about weights that have none.
    adam: bool,
}

/// A run whose batches have so many rows for each of `shard.world` ranks.
fn run(batch_size: usize, shard: Shard, way: Way) -> Run {
    let mut run = Run::new();
    let dataset = match way.few_predictions {
        true => Arc::new(taught_in_part()),
        false => Arc::clone(run.train.dataset()),
    };
    let order = LoaderConfig { batch_size, shuffle: true, seed: 3, workers: 1, drop_last: false };
    run.train = Loader::new(dataset, order).unwrap().part(Part::Rows(shard));
    let [eval] = run.evals;
    run.evals = [EvalSet { loader: eval.loader.part(Part::Batches(shard)), ..eval }];
    run.options.accumulate_steps = way.accumulate.max(1);
    run.options.clip = optim::GradClip::new(way.clip, 2.0).unwrap();
    run
}

/// The training set with a teacher of every third segment.
fn taught_in_part() -> Dataset {
    let world = World::generate(&WORLD).unwrap();
    let (config, clip) = config(Split::Train);
    let reader = ReaderConfig::Simulated(world.features());
    let all = world.teacher("ensemble").unwrap();
    let uids: Vec<_> = all.uids().iter().step_by(3).cloned().collect();
    let logits = uids.iter().flat_map(|uid| all.row(uid).unwrap().0).collect();
    let part =
        TeacherStore::new("part".as_ref(), all.manifest().clone(), uids, logits, None).unwrap();
    let dataset = Dataset::open(&config, &reader, &clip).unwrap();
    dataset.with_teacher(Arc::new(Teacher::Store(part)), MissingPrediction::Skip).unwrap()
}

fn without_dropout(device: &Device, steps: usize, way: Way) -> Trainer {
    let mut trainer = trainer(device, steps);
    trainer.model = student(device, 0.0);
    start_of(trainer, way)
}

/// The same model, with an optimizer of its own.
fn start_of(trainer: Trainer, way: Way) -> Trainer {
    let sgd = SgdConfig { momentum: 0.9, dampening: 0.0, nesterov: false };
    let rule = if way.adam { adam() } else { OptimizerConfig::Sgd(sgd) };
    let optimizer = optimizer(&trainer.model, &rule);
    let average = way.average.then(|| Average::new(0.5, &trainer.model));
    Trainer { optimizer, average, ..trainer }
}

/// Trains on `size` ranks that have `batch_size` rows each; every rank starts from the same weights.
/// `prepare` changes the run of a rank, and says when it is asked to stop.
fn on_ranks(
    size: usize,
    batch_size: usize,
    way: Way,
    start: &Trainer,
    prepare: impl Fn(usize, &mut Run) -> StopAt + Sync,
) -> Vec<Left> {
    let models: Vec<_> = (0..size).map(|_| Mutex::new(Some(start.model.clone()))).collect();
    Threads::run(size, |ranks| {
        let shard = Shard { rank: ranks.rank(), world: size };
        let mut run = run(batch_size, shard, way);
        let model = models[shard.rank].lock().unwrap().take().unwrap();
        let trainer = trainer(&run.device, run.train.len().div_ceil(way.accumulate.max(1)));
        let mut trainer = start_of(Trainer { model, ..trainer }, way);
        let stop = prepare(shard.rank, &mut run);
        let outcome = run.fit_on(&mut trainer, &stop, ranks);
        left(run, trainer, outcome, ranks.calls())
    })
}

fn left(
    run: Run,
    trainer: Trainer,
    outcome: Result<Outcome, TrainError>,
    calls: Vec<&'static str>,
) -> Left {
    Left {
        records: run.memory.records,
        checkpoints: run.checkpoints.saved.len(),
        weights: weights(&trainer.model),
        outcome,
        progress: trainer.progress,
        calls,
    }
}

fn weights(student: &crate::models::Student) -> Vec<f32> {
    struct Values(Vec<f32>);
    impl ModuleVisitor for Values {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0.extend(param.val().into_data().iter::<f32>());
        }
    }
    let mut values = Values(Vec::new());
    student.visit(&mut values);
    values.0
}

/// Compares ranks with one process that has all rows, number by number.
fn compare(size: usize, batch_size: usize, way: Way) {
    let mut alone = run(size * batch_size, Shard::WHOLE, way);
    let steps = alone.train.len().div_ceil(way.accumulate.max(1));
    let start = without_dropout(&alone.device, steps, way);
    let ranks = on_ranks(size, batch_size, way, &start, |_, _| never());
    let mut trainer = start;
    let outcome = alone.fit(&mut trainer, &NeverStop);
    let alone = left(alone, trainer, outcome, Vec::new());

    let first = &ranks[0];
    assert_eq!(first.records.len(), alone.records.len());
    for (found, expected) in first.records.iter().zip(&alone.records) {
        assert_eq!((found.step, &found.split), (expected.step, &expected.split));
        for (name, expected) in &expected.values {
            if name.ends_with("_seconds") {
                continue;
            }
            let value = found.value(name).unwrap_or_else(|| panic!("{name} is missing"));
            let close = (value - expected).abs() <= 1e-5 * expected.abs().max(1.0);
            assert!(close, "{size} ranks, step {}: {name} {value}, {expected}", found.step);
        }
    }
    for rank in &ranks {
        assert_eq!(rank.outcome.as_ref().unwrap(), &Outcome::Completed);
        assert_eq!(rank.weights, first.weights, "all ranks hold the same weights");
        assert_eq!(rank.progress.best, first.progress.best);
    }
    let differences = first.weights.iter().zip(&alone.weights).map(|(a, b)| (a - b).abs());
    assert!(way.adam || differences.fold(0.0, f32::max) < 1e-5);
    assert_eq!(first.checkpoints, alone.checkpoints);
    assert!(ranks[1..].iter().all(|rank| rank.checkpoints == 0), "the first rank alone writes");
    let sums = first.calls.iter().filter(|call| **call == "sum").count();
    assert_eq!(sums, 3 * steps + 3, "one sum a step, and one for each evaluation");
}

#[test]
fn two_ranks_are_one_process_with_the_whole_batch() {
    compare(2, 8, Way::default());
    compare(4, 2, Way { adam: true, ..Way::default() });
}

#[test]
fn ranks_without_a_row_in_the_last_batch_take_part() {
    // 36 rows are one batch of 32 and one of 4 for 8 ranks
    compare(8, 4, Way::default());
    compare(3, 5, Way::default());
}

#[test]
fn accumulated_batches_clipping_and_the_average_are_those_of_one_process() {
    compare(2, 4, Way { accumulate: 2, clip: Some(0.1), average: true, ..Way::default() });
}

#[test]
fn a_term_over_some_rows_is_no_mean_of_means() {
    compare(2, 4, Way { few_predictions: true, ..Way::default() });
}

#[test]
fn means_weigh_as_many_rows_as_they_are_over() {
    let own = |name: &str, rows, mean| Found { name: name.into(), weight: 2.0, rows, mean };
    let terms = [
        vec![own("cls", 3.0, 1.0), own("distill", 1.0, 4.0)],
        vec![own("cls", 1.0, 5.0)],
        vec![own("cls", 0.0, f64::NAN)],
    ];
    let whole =
        Threads::run(3, |ranks| put_together(ranks, Ok(terms[ranks.rank()].clone())).unwrap());
    for (whole, shares) in whole.iter().zip([vec![0.75, 1.0], vec![0.25], vec![0.0]]) {
        assert_eq!(whole.terms, [("cls".to_owned(), 2.0), ("distill".to_owned(), 4.0)]);
        assert_eq!((whole.loss, &whole.shares), (12.0, &shares));
    }
}

/// As [`NeverStop`].
fn never() -> StopAt {
    StopAt(Cell::new(usize::MAX))
}

/// Trains on ranks of which `prepare` changes some.
fn changed(size: usize, prepare: impl Fn(usize, &mut Run) -> StopAt + Sync) -> Vec<Left> {
    let way = Way::default();
    let start = without_dropout(&Run::new().device, 1, way);
    on_ranks(size, 4, way, &start, prepare)
}

#[test]
fn a_stop_on_one_rank_stops_all_at_the_same_step() {
    let left = changed(2, |rank, _| if rank == 1 { StopAt(Cell::new(4)) } else { never() });
    for (rank, left) in left.iter().enumerate() {
        assert_eq!(left.outcome.as_ref().unwrap(), &Outcome::Stopped { resumable: true });
        assert_eq!(left.progress.step, 3);
        assert_eq!(left.checkpoints, usize::from(rank == 0));
    }
}

#[test]
fn a_checkpoint_of_other_ranks_is_refused() {
    let mut run = Run::new();
    let mut trainer = trainer(&run.device, run.train.len());
    trainer.progress.ranks = 2;
    let error = run.fit(&mut trainer, &NeverStop).unwrap_err();
    assert!(matches!(error, TrainError::OtherRanks { before: 2, now: 1 }), "{error}");
}

#[test]
fn what_goes_wrong_on_one_rank_stops_all_before_the_update_and_is_named() {
    let left = changed(3, |rank, run| {
        if rank == 1 {
            run.objective.kl.temperature = f64::NAN;
        }
        never()
    });
    for (rank, left) in left.iter().enumerate() {
        let error = left.outcome.as_ref().unwrap_err();
        assert_eq!(matches!(error, TrainError::NonFiniteLoss { .. }), rank == 1, "{error}");
        assert_eq!(error.to_string().starts_with("rank 1: loss term `distill`"), rank != 1);
        assert_eq!(left.progress.step, 0);
    }
}

#[test]
fn other_weights_are_found_and_the_first_ranks_are_taken() {
    #[derive(Module, Debug)]
    struct Model {
        weight: Param<Tensor<1>>,
    }
    let model = |value: f32| Model {
        weight: Param::from_tensor(Tensor::from_floats([value, 2.0], &Device::default())),
    };
    for (values, found) in [([3.0, 3.0, 3.0], None), ([3.0, 3.0, 1.0], Some(2))] {
        let seen = Threads::run(3, |ranks| {
            let own = model(values[ranks.rank()]);
            let alike = model::check_alike(ranks, &own);
            let first = model::of_the_first_rank(ranks, own).weight.val().into_data();
            (alike, first.iter::<f32>().collect::<Vec<_>>())
        });
        for (alike, first) in seen {
            let other = match alike {
                Ok(()) => None,
                Err(TrainError::OtherWeights { rank }) => Some(rank),
                Err(error) => panic!("{error}"),
            };
            assert_eq!((other, first), (found, vec![3.0, 2.0]));
        }
    }
}
