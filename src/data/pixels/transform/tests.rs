//! Against torch, torchvision and Pillow: `scripts/parity_pixels.py` writes the fixture.

use serde_json::Value;

use super::super::jitter::Change;
use super::*;

const FIXTURE: &str = include_str!("../../../../tests/parity/fixtures/pixels.json");

/// Numbers; NaN where there is none.
fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
}

fn frames(fixture: &Value) -> Frames {
    let data = numbers(&fixture["frames"]).into_iter().map(|x| x as u8).collect();
    let shape = numbers(&fixture["shape"]);
    Frames { data, count: shape[0] as usize, height: shape[1] as usize, width: shape[2] as usize }
}

fn close(ours: &Pixels, theirs: &Value, what: &str) {
    let (data, shape) = (numbers(&theirs["data"]), numbers(&theirs["shape"]));
    assert!(ours.shape.iter().map(|n| *n as f64).eq(shape), "{what}: {:?}", ours.shape);
    // the original rounds down to bytes: what scaling leaves between two of them is not told
    let told = data.iter().filter(|x| !x.is_nan());
    assert!(told.clone().count() * 5 > data.len() * 4, "{what}: too little is told");
    let scale = told.fold(1.0_f64, |most, x| most.max(x.abs()));
    let worst = ours.data.iter().zip(&data).map(|(a, b)| (f64::from(*a) - b).abs());
    let worst = worst.fold(0.0, f64::max) / scale;
    assert!(worst < 1e-6, "{what}: off by {worst} of the largest");
}

fn changes(listed: &Value) -> Vec<Change> {
    let change = |change: &Value| {
        let by = change[1].as_f64().unwrap() as f32;
        match change[0].as_str().unwrap() {
            "brightness" => Change::Brightness(by),
            "contrast" => Change::Contrast(by),
            "saturation" => Change::Saturation(by),
            _ => Change::Hue(by),
        }
    };
    listed.as_array().unwrap().iter().map(change).collect()
}

/// The clip as it is.
fn unscaled(frames: &Frames) -> Pixels {
    let size = (frames.height, frames.width);
    resize::bilinear(frames, size, Window::whole(size))
}

#[test]
fn scaling_is_torch_s() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    let frames = frames(&fixture);
    for case in fixture["resize"].as_array().unwrap() {
        let to = numbers(&case["to"]);
        let size = (to[0] as usize, to[1] as usize);
        let ours = resize::bilinear(&frames, size, Window::whole(size));
        close(&ours, &case["expected"], &format!("{to:?}"));
    }
}

#[test]
fn a_window_is_scaled_as_the_whole() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    let frames = frames(&fixture);
    for size in [(11, 14), (4, 5), (7, 9)] {
        let whole = resize::bilinear(&frames, size, Window::whole(size));
        for window in [
            Window { top: 1, left: 2, height: 3, width: 3 },
            Window { top: 3, left: 0, height: 1, width: 5 },
        ] {
            let part = resize::bilinear(&frames, size, window);
            assert_eq!(part, crop::cut(&whole, window), "{size:?} {window:?}");
        }
    }
}

#[test]
fn colours_are_pillow_s() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    for case in fixture["jitter"].as_array().unwrap() {
        let changes = changes(&case["changes"]);
        let mut ours = unscaled(&frames(&fixture));
        // values between two bytes, so that rounding shows
        ours.data.iter_mut().for_each(|value| *value *= 0.997);
        let mut rounded = ours.clone();
        jitter::round_down(&mut rounded);
        let mut image = Image::of(&ours);
        image.change(&changes);
        let ours = image.into_clip();
        assert!(!changes.is_empty() || ours == rounded, "rounding alone");
        close(&ours, &case["expected"], &format!("{changes:?}"));
    }
}

fn pair(value: &Value) -> (usize, usize) {
    let of = |at: usize| value[at].as_u64().unwrap() as usize;
    (of(0), of(1))
}

/// A side as the original's configs write it: `-1`, a number or a range as text.
fn side(value: &Value) -> Option<Side> {
    match value.as_str().and_then(|text| text.split_once('-')) {
        Some((low, high)) => Some(Side::Range(low.parse().unwrap(), high.parse().unwrap())),
        None => value.as_u64().map(|side| Side::Fixed(side as usize)),
    }
}

/// Whole chains of the original's own classes, its draws given.
#[test]
fn chains_are_the_original_s() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    let frames = frames(&fixture);
    for case in fixture["chains"].as_array().unwrap() {
        let (name, drawn) = (case["name"].as_str().unwrap(), &case["drawn"]);
        let number = |key: &str| case[key].as_f64().unwrap();
        let flag = |key: &str| case[key].as_bool().unwrap();
        let jitter = Jitter { brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.5 };
        let transform = Transform::new(TransformConfig {
            scale_h: side(&case["scale_h"]).unwrap(),
            scale_w: side(&case["scale_w"]),
            crop_size: case["crop_size"].as_u64().map(|side| side as usize),
            mean: [0.4, 0.45, 0.5],
            std: [0.25, 0.2, 0.3],
            scale_pix_val: number("scale_pix_val"),
            reverse_channels: flag("reverse_channels"),
            purpose: match flag("train") {
                true => Use::Train { flip_p: 0.5, jitter },
                false => Use::Eval { crops: number("crops") as usize, flips: flag("flips") },
            },
        });
        let transform = transform.unwrap();
        let drawn = Drawn {
            size: size_of(&transform.0, &frames, drawn),
            mirrored: drawn["mirrored"].as_bool().unwrap(),
            changes: changes(&drawn["changes"]),
            place: pair(&drawn["place"]),
        };
        let views = transform.render(&frames, &drawn);
        let expected = case["views"].as_array().unwrap();
        assert_eq!((views.len(), transform.views()), (expected.len(), expected.len()), "{name}");
        for (at, (view, expected)) in views.iter().zip(expected).enumerate() {
            close(view, expected, &format!("{name}, view {at}"));
        }
    }
}

/// The size that follows from the sides that were drawn, by the rule of draws itself.
fn size_of(config: &TransformConfig, frames: &Frames, drawn: &Value) -> (usize, usize) {
    let fixed = |side: &Value| Side::Fixed(side.as_u64().unwrap() as usize);
    let sides = drawn["sides"].as_array().unwrap();
    let config = TransformConfig {
        scale_h: fixed(&sides[0]),
        scale_w: config.scale_w.map(|_| fixed(&sides[1])),
        ..config.clone()
    };
    draw(&config, (frames.height, frames.width), &mut Stream::of(&[0])).size
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
