//! Against torch, torchvision and Pillow: `scripts/parity_pixels.py` writes the fixture.

use serde_json::Value;

use super::*;

const FIXTURE: &str = include_str!("../../../../tests/parity/fixtures/pixels.json");

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn frames(fixture: &Value) -> Frames {
    let data = numbers(&fixture["frames"]).into_iter().map(|x| x as u8).collect();
    let shape = numbers(&fixture["shape"]);
    Frames { data, count: shape[0] as usize, height: shape[1] as usize, width: shape[2] as usize }
}

fn close(ours: &Pixels, theirs: &Value, what: &str) {
    let (data, shape) = (numbers(&theirs["data"]), numbers(&theirs["shape"]));
    assert!(ours.shape.iter().map(|n| *n as f64).eq(shape), "{what}: {:?}", ours.shape);
    let scale = data.iter().fold(1.0_f64, |most, x| most.max(x.abs()));
    let worst = ours.data.iter().zip(&data).map(|(a, b)| (f64::from(*a) - b).abs());
    let worst = worst.fold(0.0, f64::max) / scale;
    assert!(worst < 1e-6, "{what}: off by {worst} of the largest");
}

#[test]
fn scaling_is_torch_s() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    let clip = Pixels::from_frames(&frames(&fixture));
    for case in fixture["resize"].as_array().unwrap() {
        let to = numbers(&case["to"]);
        let ours = resize::bilinear(&clip, to[0] as usize, to[1] as usize);
        close(&ours, &case["expected"], &format!("{to:?}"));
    }
}

#[test]
fn colours_are_pillow_s() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    for case in fixture["jitter"].as_array().unwrap() {
        let changes: Vec<Change> = case["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| {
                let by = change[1].as_f64().unwrap() as f32;
                match change[0].as_str().unwrap() {
                    "brightness" => Change::Brightness(by),
                    "contrast" => Change::Contrast(by),
                    "saturation" => Change::Saturation(by),
                    _ => Change::Hue(by),
                }
            })
            .collect();
        let mut ours = Pixels::from_frames(&frames(&fixture));
        // values between two bytes, so that rounding shows
        ours.data.iter_mut().for_each(|value| *value *= 0.997);
        jitter::jitter(&mut ours, &changes);
        close(&ours, &case["expected"], &format!("{changes:?}"));
    }
}

#[test]
fn an_evaluation_is_the_original_s() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    for case in fixture["eval"].as_array().unwrap() {
        let config = TransformConfig {
            scale_h: Side::Fixed(10),
            scale_w: None,
            crop_size: Some(8),
            mean: [0.4, 0.45, 0.5],
            std: [0.25, 0.2, 0.3],
            scale_pix_val: case["scale_pix_val"].as_f64().unwrap(),
            reverse_channels: case["reverse_channels"].as_bool().unwrap(),
            purpose: Use::Eval {
                crops: case["crops"].as_u64().unwrap() as usize,
                flips: case["flips"].as_bool().unwrap(),
            },
        };
        let transform = Transform::new(config).unwrap();
        let views = transform.apply(&frames(&fixture), 1).unwrap();
        let expected = case["views"].as_array().unwrap();
        assert_eq!((views.len(), transform.views()), (expected.len(), expected.len()));
        for (view, expected) in views.iter().zip(expected) {
            close(view, expected, &format!("{} crops", case["crops"]));
        }
    }
}

fn training(flip_p: f64, jitter: Jitter) -> TransformConfig {
    TransformConfig {
        scale_h: Side::Range(18, 22),
        scale_w: None,
        crop_size: Some(16),
        mean: [0.0; 3],
        std: [1.0; 3],
        scale_pix_val: 1.0,
        reverse_channels: false,
        purpose: Use::Train { flip_p, jitter },
    }
}

#[test]
fn training_depends_on_the_stream_alone() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    let frames = frames(&fixture);
    let jitter = Jitter { brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.1 };
    let transform = Transform::new(training(0.5, jitter)).unwrap();
    let view = |seed| transform.apply(&frames, seed).unwrap();
    assert_eq!(view(3), view(3));
    assert!((4..20).any(|seed| view(seed) != view(3)));
    assert_eq!(view(3)[0].shape, [3, frames.count, 16, 16]);
}

#[test]
fn a_mirrored_clip_is_mirrored() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    let mut config = training(0.0, Jitter::default());
    config.crop_size = None;
    config.scale_h = Side::Fixed(20);
    let plain = Transform::new(config.clone()).unwrap();
    config.purpose = Use::Train { flip_p: 1.0, jitter: Jitter::default() };
    let mirrored = Transform::new(config).unwrap();
    let frames = frames(&fixture);
    let view = |t: &Transform| t.apply(&frames, 1).unwrap().remove(0);
    assert_eq!(view(&plain).mirrored(), view(&mirrored));
}

#[test]
fn refused() {
    let of = |change: &dyn Fn(&mut TransformConfig)| {
        let mut config = training(0.5, Jitter::default());
        change(&mut config);
        Transform::new(config).map_err(|e| e.to_string())
    };
    assert!(of(&|_| ()).is_ok());
    for (change, named) in [
        (&(|c: &mut TransformConfig| c.scale_h = Side::Range(9, 3)) as &dyn Fn(&mut _), "scale_h"),
        (&|c: &mut TransformConfig| c.std[1] = 0.0, "std"),
        (&|c: &mut TransformConfig| c.purpose = Use::Eval { crops: 2, flips: true }, "crops"),
    ] {
        assert!(of(change).unwrap_err().contains(named));
    }
    let mut config = training(0.5, Jitter::default());
    config.crop_size = Some(500);
    let small = Transform::new(config).unwrap();
    let error = small.apply(&Frames::black(2), 1).unwrap_err();
    assert!(error.to_string().contains("crop_size"), "{error}");
}
