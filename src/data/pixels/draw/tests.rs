//! Ranges of what is drawn; those of colours are torchvision's, `scripts/parity_pixels.py`.

use serde_json::Value;

use super::*;

const FIXTURE: &str = include_str!("../../../../tests/parity/fixtures/pixels.json");

fn config(jitter: Jitter) -> TransformConfig {
    TransformConfig {
        scale_h: Side::Range(18, 22),
        scale_w: Some(Side::Range(30, 31)),
        crop_size: Some(16),
        mean: [0.0; 3],
        std: [1.0; 3],
        scale_pix_val: 1.0,
        reverse_channels: false,
        purpose: Use::Train { flip_p: 0.25, jitter },
    }
}

fn draws(config: &TransformConfig) -> Vec<Drawn> {
    (0..4000).map(|seed| draw(config, (7, 9), &mut Stream::of(&[seed]))).collect()
}

/// Least and most of a number, and how often each integer comes up where they are few.
fn ends(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let least = values.clone().fold(f64::INFINITY, f64::min);
    (least, values.fold(f64::NEG_INFINITY, f64::max))
}

#[test]
fn sides_corners_and_mirrors() {
    let drawn = draws(&config(Jitter::default()));
    assert_eq!(ends(drawn.iter().map(|d| d.size.0 as f64)), (18.0, 22.0));
    assert_eq!(ends(drawn.iter().map(|d| d.size.1 as f64)), (30.0, 31.0));
    let of_largest = drawn.iter().filter(|d| d.size == (22, 31));
    assert_eq!(ends(of_largest.clone().map(|d| d.place.0 as f64)), (0.0, 6.0));
    assert_eq!(ends(of_largest.map(|d| d.place.1 as f64)), (0.0, 15.0));
    let mirrored = drawn.iter().filter(|d| d.mirrored).count();
    assert!((900..1100).contains(&mirrored), "{mirrored}");
    for height in 18..=22 {
        let count = drawn.iter().filter(|d| d.size.0 == height).count();
        assert!((700..900).contains(&count), "{height}: {count}");
    }
    assert!(drawn.iter().all(|d| d.changes.is_empty()));
}

#[test]
fn colours_change_within_torchvision_s_ranges() {
    let fixture: Value = serde_json::from_str(FIXTURE).unwrap();
    for row in fixture["ranges"].as_array().unwrap() {
        let of = |name: &str| row[name]["by"].as_f64().unwrap();
        let jitter = Jitter {
            brightness: of("brightness"),
            contrast: of("contrast"),
            saturation: of("saturation"),
            hue: of("hue"),
        };
        let drawn = draws(&config(jitter));
        for (i, name) in ["brightness", "contrast", "saturation", "hue"].into_iter().enumerate() {
            let factors = drawn.iter().flat_map(|d| &d.changes).filter_map(|change| match change {
                Change::Brightness(by) if i == 0 => Some(f64::from(*by)),
                Change::Contrast(by) if i == 1 => Some(f64::from(*by)),
                Change::Saturation(by) if i == 2 => Some(f64::from(*by)),
                Change::Hue(by) if i == 3 => Some(f64::from(*by)),
                _ => None,
            });
            let Some(expected) = row[name]["range"].as_array() else {
                assert_eq!(factors.count(), 0, "{name}");
                continue;
            };
            let (low, high) = (expected[0].as_f64().unwrap(), expected[1].as_f64().unwrap());
            let (least, most) = ends(factors);
            let near = (high - low) * 0.01;
            assert!(least >= low - 1e-6 && least < low + near, "{name}: {least}, from {low}");
            assert!(most <= high + 1e-6 && most > high - near, "{name}: {most}, to {high}");
        }
    }
}

#[test]
fn every_order_of_changes_comes_up_alike() {
    let jitter = Jitter { brightness: 0.1, contrast: 0.1, saturation: 0.1, hue: 0.1 };
    let drawn = draws(&config(jitter));
    let first = |change: &Change| std::mem::discriminant(change);
    for at in 0..4 {
        for change in [
            Change::Brightness(0.0),
            Change::Contrast(0.0),
            Change::Saturation(0.0),
            Change::Hue(0.0),
        ] {
            let count = drawn.iter().filter(|d| first(&d.changes[at]) == first(&change)).count();
            assert!((900..1100).contains(&count), "{change:?} at {at}: {count}");
        }
    }
}
