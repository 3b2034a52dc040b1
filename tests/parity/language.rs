//! Language models of `transformers` (`scripts/parity_language.py`): states and scores within 1e-5,
//! gradients within 1e-4, losses and last weights of twenty steps of fine-tuning within 1e-4.
//!
//! A new family is a row of `cases!` and of [`family`].

use burn::tensor::{Device, Int, Tensor};
use runner::losses::cross_entropy;
use runner::models::language::{
    LanguageFamily, LanguageModelConfig, LmTeacher, LmTeacherConfig, MaskedLm, TokenBatch,
};
use runner::models::named_parameters;
use runner::train::optim::{
    AdamConfig, Decay, GroupsConfig, LrWd, Optimizer, OptimizerConfig, ParamGroups,
};
use runner::weights::hugging_face::{load_base, load_masked_lm, read_config, saved};
use serde_json::Value;

use crate::support::{Fixture, cases, device, gradients, size, values};

cases!(
    bert,
    bert_relu,
    bert_gelu_new,
    roberta,
    electra,
    electra_wide,
    distilbert,
    distilbert_relu,
    albert,
    albert_groups,
    deberta,
    deberta_lm_head,
    deberta_c2p,
    deberta_p2c,
    deberta_far,
    deberta_nearest,
    deberta_absolute,
);

/// The family of a case.
pub fn family(name: &str) -> LanguageFamily {
    match name.split('_').next().unwrap() {
        "bert" => LanguageFamily::Bert,
        "roberta" => LanguageFamily::Roberta,
        "electra" => LanguageFamily::Electra,
        "distilbert" => LanguageFamily::DistilBert,
        "albert" => LanguageFamily::Albert,
        "deberta" => LanguageFamily::Deberta,
        other => panic!("no family `{other}`"),
    }
}

/// Parameters that Adam moves at random: an attention's key bias raises all scores of a query alike,
/// so that its gradient is rounding alone, whose sign is all that Adam sees.
const WITHOUT_EFFECT: [&str; 2] = [".key.bias", ".k_lin.bias"];

fn check(name: &str) {
    let fixture = Fixture::read(&format!("language_{name}"));
    let case = fixture.json("case");
    let family = family(name);
    let config = read_config(&case["config"].to_string(), family).unwrap();
    let device = device().autodiff();
    let parameters: Vec<_> = fixture.under("param/").into_iter().collect();
    let model = config.init_masked_lm(&device).unwrap();
    let (model, report) = load_masked_lm(model, family, parameters.clone()).unwrap();
    assert!(report.missing.is_empty(), "{report}");
    let first = saved(&model);
    assert_eq!(first.into_iter().collect::<Vec<_>>(), parameters, "every parameter, and no other");
    check_masked(&fixture, &model, &device);
    check_valid(&fixture, &model, &device);

    let (base, _) = load_base(config.init(&device).unwrap(), family, parameters).unwrap();
    let (actions, verbs, nouns) = (7, 4, 5);
    let teacher = LmTeacherConfig { lm: config.clone(), actions, verbs, nouns };
    let teacher = teacher.on(base, &device).unwrap();
    check_finetuning(&fixture, &case, teacher, &device);
    check_limits(&config);
}

/// States, scores, loss and gradients of the masked language model.
fn check_masked(fixture: &Fixture, model: &MaskedLm, device: &Device) {
    let (states, logits) = said(fixture, model, device);
    close("states", &values(&states), fixture.floats("output/last_hidden_state"), 1e-5);
    close("scores", &values(&logits), fixture.floats("output/logits"), 1e-5);
    let loss = cross_entropy(logits, fixture.int_tensor::<1>("input/targets", device), -1).mean();
    close("loss", &values(&loss), fixture.floats("output/loss"), 1e-5);
    let found = gradients(model, &loss.backward());
    let expected = fixture.under("grad/");
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (name, array) in &expected {
        let (shape, values) = &found[name];
        assert_eq!(*shape, array.shape, "shape of the gradient of {name}");
        close(&format!("gradient of {name}"), values, array.as_f32().unwrap(), 1e-4);
    }
}

/// The same without gradients, where attention is one operation.
fn check_valid(fixture: &Fixture, model: &MaskedLm, device: &Device) {
    use burn::module::Module;
    let (states, logits) = said(fixture, &model.valid(), &device.clone().inner());
    close("states", &values(&states), fixture.floats("output/last_hidden_state"), 1e-5);
    close("scores", &values(&logits), fixture.floats("output/logits"), 1e-5);
}

fn said(fixture: &Fixture, model: &MaskedLm, device: &Device) -> (Tensor<3>, Tensor<2>) {
    let states = model.forward(&tokens(fixture, "input", device));
    let [b, t, f] = states.dims();
    let asked: Tensor<1, Int> = fixture.int_tensor("input/asked", device);
    let logits = model.logits(states.clone().reshape([b * t, f]).select(0, asked));
    (states, logits)
}

fn tokens(fixture: &Fixture, name: &str, device: &Device) -> TokenBatch {
    let ids = fixture.host(&format!("{name}/ids"));
    let lengths = fixture.ints(&format!("{name}/lengths"));
    let lengths: Vec<usize> = lengths.iter().map(|l| usize::try_from(*l).unwrap()).collect();
    TokenBatch::new(ids.as_i64().unwrap().to_vec(), &lengths, ids.shape[1], device)
}

/// Twenty steps as the distillation fork's teachers take them.
fn check_finetuning(fixture: &Fixture, case: &Value, mut teacher: LmTeacher, device: &Device) {
    let heads = fixture.under("head/");
    let (with_heads, report) = runner::weights::import_parameters(teacher, &heads);
    assert_eq!(report.loaded.len(), 6, "{report}");
    teacher = with_heads;
    let mut optimizer = optimizer(case, &teacher);
    let rate = case["rate"].as_f64().unwrap();
    for (step, expected) in case["losses"].as_array().unwrap().iter().enumerate() {
        let i = step % size(&case["batches"]);
        let output = teacher.forward(&tokens(fixture, &format!("batch/{i}"), device));
        let loss = output.logits.into_iter().map(|(label, logits)| {
            let targets = fixture.int_tensor(&format!("batch/{i}/{label}"), device);
            cross_entropy::<2, 1>(logits, targets, -1).mean()
                * case["shares"][&label].as_f64().unwrap()
        });
        let loss = loss.reduce(|a, b| a + b).unwrap();
        let expected = [expected.as_f64().unwrap() as f32];
        close(&format!("loss of step {step}"), &values(&loss), &expected, 1e-4);
        let grads = burn::optim::GradientsParams::from_grads(loss.backward(), &teacher);
        teacher = optimizer.step(&[rate, rate], teacher, grads);
    }
    let last = runner::weights::export_parameters(&teacher);
    let expected = fixture.under("last/");
    assert_eq!(last.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (name, array) in &expected {
        if !WITHOUT_EFFECT.iter().any(|end| name.ends_with(end)) {
            let found = last[name].as_f32().unwrap();
            close(&format!("last {name}"), found, array.as_f32().unwrap(), 1e-4);
        }
    }
}

fn optimizer(case: &Value, teacher: &LmTeacher) -> Optimizer {
    let parameters: Vec<_> =
        named_parameters(teacher).into_iter().map(|p| (p.name, p.id)).collect();
    let lr_wd = vec![LrWd {
        modules: vec!["__all__".into()],
        lr: case["rate"].as_f64().unwrap(),
        weight_decay: case["decay"].as_f64().unwrap(),
    }];
    let groups = GroupsConfig { lr_wd, bias_bn_wd_scale: 0.0, ..GroupsConfig::default() };
    let groups = ParamGroups::resolve(&groups, &parameters, &[]).unwrap();
    OptimizerConfig::Adam(AdamConfig::new(Decay::Parameter)).init(groups).unwrap()
}

/// A sentence of as many tokens as there may be is read.
fn check_limits(config: &LanguageModelConfig) {
    let device = device();
    let most = config.max_tokens();
    let last = config.vocab_size() as i64 - 1;
    let full = TokenBatch::new(vec![last; most], &[most], most, &device);
    let states = config.init(&device).unwrap().forward(&full);
    assert_eq!(states.dims(), [1, most, config.hidden_size()]);
}

/// Asserts that numbers differ by no more than `allowed`.
pub fn close(what: &str, actual: &[f32], expected: &[f32], allowed: f32) {
    assert_eq!(actual.len(), expected.len(), "length of {what}");
    let error = actual.iter().zip(expected).fold(0f32, |m, (a, e)| {
        assert!(a.is_finite() && e.is_finite(), "{what} is finite");
        m.max((a - e).abs())
    });
    assert!(error <= allowed, "{what}: off by {error:e}, allowed {allowed:e}");
}
