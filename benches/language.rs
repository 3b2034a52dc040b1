//! Fine-tuning steps and predictions of a language model, on request.
//!
//! Standard input is the text of a `config.json` on one line, then a job a line, `step|predict BATCH
//! LENGTH`; the answer to each is the seconds it took. `scripts/compare_language_speed.py` asks, and
//! asks `transformers` the same. `RUNNER_BENCH_DEVICE=flex|libtorch` chooses the backend.

use std::hint::black_box;
use std::io::{BufRead, Write};
use std::time::Instant;

use burn::module::Module;
use burn::tensor::Device;
use runner::data::Uid;
use runner::models::language::LmTeacherConfig;
use runner::models::{TeacherModel, named_parameters};
use runner::text::{HistoryBatch, HistoryInput, TextBatch};
use runner::train::optim::{
    AdamConfig, Decay, GradClip, GroupsConfig, LrWd, Optimizer, OptimizerConfig, ParamGroups,
};
use runner::train::teacher::{Teacher, TeacherObjective};
use runner::train::{Alone, Precision, Progress, Stepper};
use runner::weights::hugging_face;

/// Classes of EK55.
const ACTIONS: usize = 2_513;
const VERBS: usize = 125;
const NOUNS: usize = 352;

struct World {
    device: Device,
    model: TeacherModel,
    optimizer: Optimizer,
    words: usize,
}

impl World {
    fn new(config: &str) -> Self {
        let device = device().autodiff();
        let keys: serde_json::Value = serde_json::from_str(config).expect("config.json");
        let name = keys["model_type"].as_str().expect("a type of model");
        let family = hugging_face::family(name).expect("a family that is built");
        let lm = hugging_face::read_config(config, family).expect("a model that is built");
        let words = lm.vocab_size();
        let teacher = LmTeacherConfig { lm, actions: ACTIONS, verbs: VERBS, nouns: NOUNS };
        let model = TeacherModel::Text(teacher.init(&device).expect("sizes fit"));
        let optimizer = optimizer(&model);
        Self { device, model, optimizer, words }
    }

    fn batch(&self, rows: usize, length: usize) -> HistoryBatch {
        let ids = (0..rows * length).map(|i| (5 + 7919 * i % (self.words - 5)) as i64).collect();
        let of = |classes| (0..rows).map(|row| (row * 31 % classes) as i64).collect();
        HistoryBatch {
            input: HistoryInput::Text(TextBatch {
                ids,
                lengths: vec![length; rows],
                width: length,
            }),
            targets: [("action", ACTIONS), ("verb", VERBS), ("noun", NOUNS)]
                .map(|(label, classes)| (label.to_owned(), of(classes)))
                .into(),
            uids: (0..rows).map(|row| Uid::from(row as i64)).collect(),
            idx: (0..rows).collect(),
        }
    }

    fn step(&mut self, batch: HistoryBatch) {
        let weights = [("cls_action", 0.7), ("cls_verb", 0.15), ("cls_noun", 0.15)];
        let weights = weights.map(|(term, weight)| (term.to_owned(), weight)).into();
        let objective = TeacherObjective { weights, ..TeacherObjective::default() };
        let clip = GradClip::new(None, 2.0).expect("no clipping");
        let (seed, precision) = (0, Precision::Full);
        let stepper = Stepper {
            objective: &objective,
            clip,
            device: &self.device,
            seed,
            precision,
            ranks: &Alone,
        };
        let (model, optimizer) = (&mut self.model, &mut self.optimizer);
        let step = stepper.step(model, optimizer, &[1e-5; 2], &[batch], &Progress::default());
        black_box(step.expect("a finite loss").loss);
    }

    fn predict(&self, batch: &HistoryBatch) {
        let said = self.model.valid().say(batch, &self.device.clone().inner());
        let said = said.expect("it reads text");
        black_box(said.logits[0].1.clone().into_data());
    }
}

fn device() -> Device {
    match std::env::var("RUNNER_BENCH_DEVICE").as_deref() {
        #[cfg(feature = "tch")]
        Ok("libtorch") => Device::libtorch(),
        Ok("flex") | Err(_) => Device::flex(),
        Ok(other) => panic!("RUNNER_BENCH_DEVICE={other}: not in this build"),
    }
}

fn optimizer(model: &TeacherModel) -> Optimizer {
    let parameters: Vec<_> = named_parameters(model).into_iter().map(|p| (p.name, p.id)).collect();
    let lr_wd = vec![LrWd { modules: vec!["__all__".into()], lr: 1e-5, weight_decay: 1e-7 }];
    let groups = GroupsConfig { lr_wd, bias_bn_wd_scale: 0.0, ..GroupsConfig::default() };
    let groups = ParamGroups::resolve(&groups, &parameters, &[]).expect("one group");
    OptimizerConfig::Adam(AdamConfig::new(Decay::Parameter)).init(groups).expect("in range")
}

fn main() {
    runner::device::keep_freed_memory(); // as the program does
    runner::device::keep_freed_memory(); // as the program does
    let mut lines = std::io::stdin().lock().lines().map(|line| line.expect("a line of text"));
    let Some(config) = lines.next().filter(|line| line.starts_with('{')) else {
        println!("nothing to do: scripts/compare_language_speed.py asks");
        return;
    };
    let mut world = World::new(&config);
    for job in lines {
        let words: Vec<&str> = job.split(' ').collect();
        let [what, rows, length] = words[..] else { panic!("no job: {job}") };
        let batch = world.batch(rows.parse().expect("rows"), length.parse().expect("tokens"));
        let began = Instant::now();
        match what {
            "step" => world.step(batch),
            _ => world.predict(&batch),
        }
        println!("{}", began.elapsed().as_secs_f64());
        std::io::stdout().flush().expect("someone listens");
    }
}
