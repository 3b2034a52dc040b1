//! Masked language models learn to restore what was hidden.

use std::sync::Arc;

use burn::module::Module;
use runner::files;
use runner::metrics::UnlabelledRows;
use runner::models::language::{LanguageFamily, LanguageModelConfig, MaskedLm};
use runner::models::named_parameters;
use runner::text::{BatchOptions, Corpus, CorpusLoader, Masking, Tokeniser};
use runner::train::optim::{
    AdamConfig, Decay, GradClip, GroupsConfig, LrWd, Optimizer, OptimizerConfig, ParamGroups,
};
use runner::train::{
    Alone, Batches, Counting, Criterion, EvalOptions, MlmObjective, MlmSet, Precision, Progress,
    Stepper,
};

use crate::bits::alone;

/// Sentences in which every word follows from the others.
const SENTENCES: [&str; 3] = [
    "take <v> pan <a> fill <v> pan <a> wash <v> pan",
    "open <v> fridge <a> close <v> fridge",
    "cut <v> onion <a> peel <v> onion <a> fry <v> onion",
];

const OPTIONS: EvalOptions = EvalOptions {
    counting: Counting { nominal_batches: false, unlabelled: UnlabelledRows::Skip },
    epoch: 0.0,
    max_batches: None,
    told: EvalOptions::UNHEARD,
};

struct World {
    _folder: tempfile::TempDir,
    words: usize,
    set: MlmSet,
}

/// A corpus of so many lines.
fn world(lines: usize) -> World {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("corpus.txt");
    let text: Vec<&str> = SENTENCES.iter().copied().cycle().take(lines).collect();
    files::write_atomic(&path, text.join("\n").as_bytes()).unwrap();
    let tokeniser = Arc::new(Tokeniser::words(SENTENCES));
    let words = tokeniser.len();
    let options = BatchOptions { batch_size: 12, shuffle: true, seed: 3, by_length: false };
    let corpus = Corpus::open(&path).unwrap();
    let loader = CorpusLoader::new(corpus, tokeniser, 64, options, Masking::default()).unwrap();
    World { _folder: folder, words, set: MlmSet { split: "eval".into(), loader } }
}

fn optimizer(model: &MaskedLm) -> Optimizer {
    let parameters: Vec<_> = named_parameters(model).into_iter().map(|p| (p.name, p.id)).collect();
    let lr_wd = vec![LrWd { modules: vec!["__all__".into()], lr: 1.0, weight_decay: 0.01 }];
    let groups = GroupsConfig { lr_wd, ..GroupsConfig::default() };
    let groups = ParamGroups::resolve(&groups, &parameters, &[]).unwrap();
    OptimizerConfig::Adam(AdamConfig::new(Decay::Parameter)).init(groups).unwrap()
}

fn examined(model: &MaskedLm, set: &MlmSet, device: &burn::tensor::Device) -> Vec<(String, f64)> {
    let (model, device) = (model.valid(), device.clone().inner());
    let report = MlmObjective::new(&[]).evaluate(&model, set, &device, &OPTIONS, &Alone).unwrap();
    assert!(report.rows.idx.is_empty(), "nothing is stored of a corpus");
    report.values
}

#[test]
fn what_is_hidden_is_learned() {
    let _turn = alone();
    let device = burn::tensor::Device::flex().autodiff();
    device.seed(5);
    let world = world(240);
    for family in [LanguageFamily::Bert, LanguageFamily::Electra] {
        let config = LanguageModelConfig::tiny(family, world.words);
        let mut model = config.init_masked_lm(&device).unwrap();
        let before = examined(&model, &world.set, &device);
        let names: Vec<&str> = before.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["loss", "loss/mlm", "perplexity", "acc1/token"]);
        assert_eq!(before, examined(&model, &world.set, &device), "the same words are hidden");
        assert!((before[0].1 - (world.words as f64).ln()).abs() < 0.5, "{before:?}");
        assert!((before[2].1.ln() - before[0].1).abs() < 1e-9);

        let objective = MlmObjective::new(&[("cls_action".into(), 1.0)]);
        let clip = GradClip::new(Some(1.0), 2.0).unwrap();
        let (seed, precision) = (7, Precision::Full);
        let stepper = Stepper {
            objective: &objective,
            clip,
            device: &device,
            seed,
            precision,
            ranks: &Alone,
        };
        let mut optimizer = optimizer(&model);
        for epoch in 0..10 {
            for (i, batch) in Batches::epoch(&world.set.loader, epoch, 0).enumerate() {
                let progress = Progress { step: epoch * 20 + i as u64, ..Progress::default() };
                let batch = [batch.unwrap()];
                let step = stepper.step(&mut model, &mut optimizer, &[3e-3; 2], &batch, &progress);
                assert_eq!(step.unwrap().terms[0].0, "mlm");
            }
        }
        let after = examined(&model, &world.set, &device);
        assert!(after[0].1 < 0.6 * before[0].1, "{family:?}: {before:?} -> {after:?}");
        assert!(after[3].1 > 60.0, "{family:?}: {after:?}");
    }
}
