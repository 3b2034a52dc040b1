//! Pillow's conversions between RGB and HSV in 8 bits, and a turn of the hue between them.
//!
//! In Pillow's precision step by step: single where it stores a float, double where C computes.

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
    // C's fmod(.., 1): sectors are from -1 to 5
    let turn = f64::from(sector) / 6.0 + 1.0;
    let turn = (if turn < 1.0 { turn } else { turn - 1.0 }) as f32;
    let byte = |share: f32| (f64::from(share) * 255.0) as u8;
    [byte(turn), byte(saturation), most]
}

fn to_rgb([h, s, v]: [u8; 3]) -> [u8; 3] {
    if s == 0 {
        return [v; 3];
    }
    let sector = f64::from(h) * 6.0 / 255.0;
    let whole = sector as u8;
    let part = single(sector - f64::from(whole));
    let (saturation, value) = (single(f64::from(s) / 255.0), f64::from(v));
    // C's round: halves go up
    let byte = |x: f64| (x + 0.5) as u8;
    let p = byte(value * (1.0 - saturation));
    let q = byte(value * (1.0 - saturation * part));
    let t = byte(value * (1.0 - saturation * (1.0 - part)));
    match whole % 6 {
        0 => [v, t, p],
        1 => [q, v, p],
        2 => [p, v, t],
        3 => [p, q, v],
        4 => [t, p, v],
        _ => [v, p, q],
    }
}

fn single(x: f64) -> f64 {
    f64::from(x as f32)
}
