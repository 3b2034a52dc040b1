//! Colour jitter in 8 bits, as torchvision's `ColorJitter` on a Pillow image.
//!
//! The frames of a clip are one tall image, so that one mean grey serves the contrast of all. The
//! arithmetic is Pillow's, truncation included.

use super::Pixels;

/// One change of colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Change {
    /// Towards black (below 1) or away from it.
    Brightness(f32),
    /// Towards the mean grey, or away from it.
    Contrast(f32),
    /// Towards grey, or away from it.
    Saturation(f32),
    /// Around the colour circle, as a share of a turn in [-0.5, 0.5].
    Hue(f32),
}

/// Rounds the clip down to 8 bits and applies the changes in order.
pub(super) fn jitter(clip: &mut Pixels, changes: &[Change]) {
    let mut image = to_bytes(clip);
    for change in changes {
        match *change {
            Change::Brightness(factor) => blend_each(&mut image, factor, |_| [0; 3]),
            Change::Contrast(factor) => {
                let grey = mean_grey(&image);
                blend_each(&mut image, factor, |_| [grey; 3]);
            }
            Change::Saturation(factor) => blend_each(&mut image, factor, |pixel| [luma(pixel); 3]),
            Change::Hue(turn) => {
                // torchvision: the truncated number of 255ths of a turn, modulo 256
                let shift = (f64::from(turn) * 255.0) as i32 as u8;
                image.iter_mut().for_each(|pixel| *pixel = hue::shifted(*pixel, shift));
            }
        }
    }
    from_bytes(clip, &image);
}

fn to_bytes(clip: &Pixels) -> Vec<[u8; 3]> {
    let channel = clip.data.len() / 3;
    let byte = |value: f32| (value * 255.0) as u8;
    (0..channel).map(|at| [0, 1, 2].map(|c| byte(clip.data[c * channel + at]))).collect()
}

fn from_bytes(clip: &mut Pixels, image: &[[u8; 3]]) {
    let channel = image.len();
    for (at, pixel) in image.iter().enumerate() {
        for (c, value) in pixel.iter().enumerate() {
            clip.data[c * channel + at] = f32::from(*value) / 255.0;
        }
    }
}

/// Pillow's grey of a colour.
fn luma([r, g, b]: [u8; 3]) -> u8 {
    let sum = 19_595 * u32::from(r) + 38_470 * u32::from(g) + 7_471 * u32::from(b);
    ((sum + 0x8000) >> 16) as u8
}

fn mean_grey(image: &[[u8; 3]]) -> u8 {
    let sum: u64 = image.iter().map(|pixel| u64::from(luma(*pixel))).sum();
    (sum as f64 / image.len().max(1) as f64 + 0.5) as u8
}

/// `Image.blend(plain, image, factor)`.
fn blend_each(image: &mut [[u8; 3]], factor: f32, plain: impl Fn([u8; 3]) -> [u8; 3]) {
    for pixel in image {
        let from = plain(*pixel);
        for (value, from) in pixel.iter_mut().zip(from) {
            let mixed = f32::from(from) + factor * (f32::from(*value) - f32::from(from));
            *value = mixed.clamp(0.0, 255.0) as u8;
        }
    }
}

/// Pillow's conversions between RGB and HSV in 8 bits.
mod hue {
    /// The colour turned by `shift` 256ths.
    pub(super) fn shifted(rgb: [u8; 3], shift: u8) -> [u8; 3] {
        let [h, s, v] = to_hsv(rgb);
        to_rgb([h.wrapping_add(shift), s, v])
    }

    fn to_hsv([r, g, b]: [u8; 3]) -> [u8; 3] {
        let (most, least) = (r.max(g).max(b), r.min(g).min(b));
        if most == least {
            return [0, 0, most];
        }
        let range = f32::from(most - least);
        let saturation = range / f32::from(most);
        let distance = |value: u8| f32::from(most - value) / range;
        let (rc, gc, bc) = (distance(r), distance(g), distance(b));
        let sector = if r == most {
            bc - gc
        } else if g == most {
            (2.0 + f64::from(rc) - f64::from(bc)) as f32
        } else {
            (4.0 + f64::from(gc) - f64::from(rc)) as f32
        };
        let turn = (f64::from(sector) / 6.0 + 1.0).rem_euclid(1.0) as f32;
        let byte = |share: f32| (f64::from(share) * 255.0).clamp(0.0, 255.0) as u8;
        [byte(turn), byte(saturation), most]
    }

    fn to_rgb([h, s, v]: [u8; 3]) -> [u8; 3] {
        if s == 0 {
            return [v; 3];
        }
        let sector = f64::from(h) * 6.0 / 255.0;
        let whole = sector.floor();
        let single = |x: f64| f64::from(x as f32);
        let part = single(sector - whole);
        let (saturation, value) = (single(f64::from(s) / 255.0), f64::from(v));
        let byte = |x: f64| x.round().clamp(0.0, 255.0) as u8;
        let p = byte(value * (1.0 - saturation));
        let q = byte(value * (1.0 - saturation * part));
        let t = byte(value * (1.0 - saturation * (1.0 - part)));
        match whole as u32 % 6 {
            0 => [v, t, p],
            1 => [q, v, p],
            2 => [p, v, t],
            3 => [p, q, v],
            4 => [t, p, v],
            _ => [v, p, q],
        }
    }
}
