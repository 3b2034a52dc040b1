//! Clips of the future: which frames they have, and the regression of their features.

use burn::tensor::{Device, Tensor};
use runner::data::{
    Anticipation, ClipConfig, DropStyle, OBSERVED, ReadType, SampleStrategy, Span, TimePrecision,
    clip,
};
use runner::losses::{InfoNceConfig, MilType, cross_entropy};
use runner::models::StudentOutput;
use runner::train::{CombineFutures, FutureCriterion, FutureFeatures, FutureLoss, FutureTarget};
use serde::Deserialize;
use serde_json::Value;

use crate::student::student;
use crate::support::{Fixture, assert_close, assert_same, cases, check_gradients, device};

cases!(projected, subclips, frames, contrast, together, closest);

fn check(name: &str) {
    let fixture = Fixture::read(&format!("futures_{name}"));
    let case = fixture.json("case");
    let device = device().autodiff();
    let student = student(&fixture, &case, &device);
    let futures = case["futures"].as_u64().unwrap();
    let videos = std::iter::once("input/video".to_owned())
        .chain((0..futures).map(|i| format!("input/future/{i}")));
    let videos: Vec<Tensor<6>> = videos.map(|name| fixture.tensor(&name, &device)).collect();
    let b = videos[0].dims()[0];
    let output = student.forward(Tensor::cat(videos, 0));
    let total = check_losses(&fixture, &case, &output, b, &device);
    check_gradients(&fixture, &student, total);
}

fn check_losses(
    fixture: &Fixture,
    case: &Value,
    output: &StudentOutput,
    b: usize,
    device: &Device,
) -> Tensor<1> {
    let logits = output.logits[0].1.clone().narrow(0, 0, b);
    assert_same("logits", logits.clone(), fixture.host("output/logits/action"));
    let targets = fixture.int_tensor::<1>("input/target/action", device);
    let mut terms = vec![("cls_action", cross_entropy(logits, targets, -1).mean())];
    if let Some((_, logits)) = output.past_logits.first() {
        let targets = fixture.int_tensor::<2>("input/past_target/action", device);
        let loss = cross_entropy(logits.clone().narrow(0, 0, b), targets, -1);
        terms.push(("past_cls_action", loss.mean()));
    }
    terms.extend(output.aux.iter().map(|(name, loss)| (*name, loss.clone().mean())));
    terms.push(("pred", features(case).loss(output, b)));
    let weights = case["weights"].as_object().unwrap();
    assert_eq!(terms.len(), weights.len(), "every term was compared");
    let mut total = Tensor::<1>::zeros([1], device);
    for (name, mean) in terms {
        let expected = fixture.floats(&format!("loss/{name}"));
        let expected = expected.iter().sum::<f32>() / expected.len() as f32;
        assert_close(name, &[mean.to_data().iter::<f32>().next().unwrap()], &[expected]);
        total = total + mean * weights[name].as_f64().unwrap();
    }
    assert_same("total", total.clone(), fixture.host("total"));
    total
}

fn features(case: &Value) -> FutureFeatures {
    let criterion = &case["criterion"];
    let nce = || InfoNceConfig {
        temperature: criterion["temperature"].as_f64().unwrap(),
        target_to_output_loss: criterion["target_to_output_loss"].as_bool().unwrap(),
        mil_type: if criterion["mil_type"] == "max" { MilType::Max } else { MilType::Sum },
    };
    let combine = match case["combine"].as_str() {
        Some("max") => CombineFutures::Max,
        Some("mean") => CombineFutures::Mean,
        Some("sum") => CombineFutures::Sum,
        _ => CombineFutures::Min,
    };
    let loss = match criterion["_target_"].as_str().unwrap() {
        "torch.nn.MSELoss" => FutureLoss::Separately(FutureCriterion::Mse, combine),
        "loss_fn.mse.NormedMSE" => FutureLoss::Separately(FutureCriterion::NormedMse, combine),
        _ if case["style"] == "together" => FutureLoss::Together(nce()),
        _ => FutureLoss::Separately(FutureCriterion::InfoNce(nce()), combine),
    };
    let target = match case["target"].as_str().unwrap() {
        "backbone_mean" => FutureTarget::BackboneMean,
        "backbone_mean_projected" => FutureTarget::BackboneMeanProjected,
        "temp_agg" => FutureTarget::TempAgg,
        _ => FutureTarget::TempAggProjected,
    };
    FutureFeatures { target, cumulative: false, loss }
}

/// What `convert_to_anticipation` and `_sample` of the original make of some actions.
#[derive(Deserialize)]
struct Clips {
    actions: Vec<(f64, f64)>,
    settings: Vec<Setting>,
}

#[derive(Deserialize)]
struct Setting {
    tau_a: f64,
    tau_o: f64,
    ratios: Vec<f64>,
    drop_style: String,
    sample_strategy: String,
    sample_strategy_future: String,
    num_frames: usize,
    frame_rate: Option<f64>,
    read_type: String,
    kept: Vec<Kept>,
}

/// The observed clip, then those of the future.
#[derive(Deserialize)]
struct Kept {
    uid: usize,
    spans: Vec<(f64, f64)>,
    clips: Vec<Option<Frames>>,
}

/// Frame numbers and their times in seconds.
#[derive(Debug, Deserialize)]
struct Frames {
    frames: Vec<i64>,
    times: Vec<f32>,
}

#[test]
fn windows_and_frames_of_the_future() {
    let text = include_str!("fixtures/futures_clips.json");
    let Clips { actions, settings } = serde_json::from_str(text).unwrap();
    let mut compared = 0;
    for setting in &settings {
        let anticipation = Anticipation {
            tau_a: setting.tau_a,
            tau_o: setting.tau_o,
            drop_style: DropStyle::from_key(&setting.drop_style).unwrap(),
        };
        let action = |uid: usize| Span { start: actions[uid].0, end: actions[uid].1 };
        let kept = |uid: &usize| {
            let observed = anticipation.observe(action(*uid), TimePrecision::Full);
            anticipation.keeps(observed, TimePrecision::Full)
        };
        let kept: Vec<usize> = (0..actions.len()).filter(kept).collect();
        let expected: Vec<usize> = setting.kept.iter().map(|row| row.uid).collect();
        assert_eq!(kept, expected, "{:?}", setting.ratios);
        for row in &setting.kept {
            let future =
                |ratio: &f64| anticipation.future(action(row.uid), *ratio, TimePrecision::Full);
            let spans = std::iter::once(future(&OBSERVED)).chain(setting.ratios.iter().map(future));
            for (i, (span, expected)) in spans.zip(&row.spans).enumerate() {
                // The last digit of a number in JSON is not kept.
                let off = (span.start - expected.0).abs().max((span.end - expected.1).abs());
                assert!(off < 1e-12, "{} {i}: {span:?} {expected:?}", row.uid);
                compare(setting, span, i, row.clips[i].as_ref());
                compared += 1;
            }
        }
    }
    assert!(compared > 150, "{compared}");
}

/// Compares the frames of one clip; the first clip is the observed one.
fn compare(setting: &Setting, span: Span, clip: usize, expected: Option<&Frames>) {
    let (num_frames, frame_rate) = (setting.num_frames, setting.frame_rate);
    let config = ClipConfig {
        num_frames,
        frame_rate,
        subclip_frames: num_frames,
        subclip_stride: num_frames,
        load_seg_labels: false,
    };
    let strategy =
        if clip == 0 { &setting.sample_strategy } else { &setting.sample_strategy_future };
    let strategy = SampleStrategy::from_key(strategy).unwrap();
    let window = clip::window(&config, strategy, 30.0, span, TimePrecision::Full, &mut |n| n / 2);
    let read = ReadType::from_key(&setting.read_type).unwrap();
    let read = read.frames(window.start, window.end, 30.0);
    let id = format!("{:?} {strategy:?} {span:?}", setting.ratios);
    let (Some(read), Some(expected)) = (&read, expected) else {
        assert_eq!(read.is_none(), expected.is_none(), "{id}: {read:?} {expected:?}");
        return;
    };
    let picks = clip::pick(&config, strategy, 30.0, window, read.len());
    let frames: Vec<i64> = picks.iter().map(|pick| read[pick.index]).collect();
    assert_eq!(frames, expected.frames, "{id}");
    let times: Vec<f32> = picks.iter().map(|pick| pick.time).collect();
    assert_close(&id, &times, &expected.times);
}
