//! What holds for every clip, whatever the settings.

use proptest::prelude::*;
use runner::data::clip::{pick, window};
use runner::data::{ClipConfig, ReadType, SampleStrategy, Span, TimePrecision};

fn strategies() -> impl Strategy<Value = SampleStrategy> {
    prop::sample::select(vec![
        SampleStrategy::Random,
        SampleStrategy::Center,
        SampleStrategy::Last,
        SampleStrategy::First,
    ])
}

proptest! {
    #[test]
    fn a_clip_has_its_length_runs_forward_and_stays_inside(
        start in -20.0..200.0f64,
        length in 0.0..60.0f64,
        num_frames in 1..40usize,
        rate in prop::option::of(0.2..40.0f64),
        strategy in strategies(),
        draw in any::<u64>(),
    ) {
        let clip = ClipConfig {
            num_frames,
            frame_rate: rate,
            subclip_frames: 1,
            subclip_stride: 1,
            load_seg_labels: false,
        };
        let observed = Span { start, end: start + length };
        let inside = window(&clip, strategy, 30.0, observed, TimePrecision::Full, &mut |n| draw % n);
        prop_assert!(inside.start >= observed.start.max(0.0) || inside.start >= inside.end);
        prop_assert!(inside.end <= observed.end.max(0.0));
        prop_assert!(inside.start <= inside.end);
        let Some(frames) = ReadType::Normal.frames(inside.start, inside.end, 30.0) else {
            return Ok(());
        };
        let picks = pick(&clip, strategy, 30.0, inside, frames.len());
        prop_assert_eq!(picks.len(), num_frames);
        prop_assert!(picks.iter().all(|p| p.index < frames.len()));
        prop_assert!(picks.is_sorted_by(|a, b| a.index <= b.index && a.time <= b.time));
        // nothing after the observation is ever seen
        prop_assert!(picks.iter().all(|p| frames[p.index] as f64 <= observed.end.max(0.0) * 30.0));
        if strategy == SampleStrategy::Last {
            prop_assert_eq!(picks[num_frames - 1].index, frames.len() - 1);
        }
    }
}
