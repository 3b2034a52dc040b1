//! Bilinear scaling as `torch.nn.functional.interpolate(mode='bilinear')`: pixel centres aligned at
//! halves, no smoothing when shrinking.

use super::Pixels;

/// Where an output position lies between two input positions.
#[derive(Clone, Copy)]
struct Tap {
    low: usize,
    high: usize,
    /// Share of `high`.
    share: f32,
}

fn taps(from: usize, to: usize) -> Vec<Tap> {
    let scale = from as f32 / to as f32;
    let tap = |at: usize| {
        let position = (scale * (at as f32 + 0.5) - 0.5).max(0.0);
        let low = (position as usize).min(from - 1);
        Tap { low, high: (low + 1).min(from - 1), share: position - low as f32 }
    };
    (0..to).map(tap).collect()
}

/// Scales every frame to `height` by `width`.
pub(super) fn bilinear(clip: &Pixels, height: usize, width: usize) -> Pixels {
    let [c, t, from_h, from_w] = clip.shape;
    if (from_h, from_w) == (height, width) {
        return clip.clone();
    }
    let (rows, columns) = (taps(from_h, height), taps(from_w, width));
    let mut data = Vec::with_capacity(c * t * height * width);
    for plane in clip.data.chunks_exact(from_h * from_w) {
        for row in &rows {
            let top = &plane[row.low * from_w..][..from_w];
            let bottom = &plane[row.high * from_w..][..from_w];
            let across = |line: &[f32], tap: &Tap| {
                (1.0 - tap.share) * line[tap.low] + tap.share * line[tap.high]
            };
            let mix =
                |tap: &Tap| (1.0 - row.share) * across(top, tap) + row.share * across(bottom, tap);
            data.extend(columns.iter().map(mix));
        }
    }
    Pixels { data, shape: [c, t, height, width] }
}
