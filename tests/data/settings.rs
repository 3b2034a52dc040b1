//! What is observed before an action, how a clip is cut, which settings are refused.

use runner::data::{
    Anticipation, ClipConfig, DropStyle, RECOGNITION, ReadType, SampleStrategy, Span, TimePrecision,
};

use crate::support::whole;

/// `tau_a`, `tau_o`, style, action -> observed, kept.
#[test]
fn what_is_observed_before_an_action() {
    use DropStyle::{ActionBanks, Correct, FullContextIn};
    let first_frame = 1.0 / 30.0;
    for (id, tau_a, tau_o, drop_style, action, observed, kept) in [
        ("plenty", 1.0, 10.0, Correct, (20.0, 21.0), (9.0, 19.0), true),
        ("half a second ahead", 0.5, 10.0, Correct, (20.0, 21.0), (9.5, 19.5), true),
        ("begins before the video", 1.0, 10.0, Correct, (5.0, 6.0), (-6.0, 4.0), true),
        (
            "one frame",
            1.0,
            1.0,
            Correct,
            (31.0 / 30.0, 9.0),
            (31.0 / 30.0 - 2.0, 31.0 / 30.0 - 1.0),
            true,
        ),
        (
            "less than one frame",
            1.0,
            1.0,
            Correct,
            (1.03, 9.0),
            (1.03 - 1.0 - 1.0, 1.03 - 1.0),
            false,
        ),
        ("ends before the video", 1.0, 10.0, Correct, (0.5, 6.0), (-10.5, -0.5), false),
        ("full", 1.0, 10.0, FullContextIn, (11.1, 12.0), (11.1 - 1.0 - 10.0, 11.1 - 1.0), true),
        ("starts at zero", 1.0, 10.0, FullContextIn, (11.0, 12.0), (0.0, 10.0), false),
        (
            "starts at frame 1",
            0.0,
            1.0,
            FullContextIn,
            (1.0 + first_frame, 2.0),
            (1.0 + first_frame - 1.0, 1.0 + first_frame),
            true,
        ),
        ("two seconds", 1.0, 10.0, ActionBanks, (3.0, 4.0), (-8.0, 2.0), true),
        (
            "not quite two seconds",
            1.0,
            10.0,
            ActionBanks,
            (2.99, 4.0),
            (2.99 - 1.0 - 10.0, 2.99 - 1.0),
            false,
        ),
        ("recognition", RECOGNITION, 10.0, Correct, (4.0, 6.5), (4.0, 6.5), true),
    ] {
        let rule = Anticipation { tau_a, tau_o, drop_style };
        let got = rule.observe(Span { start: action.0, end: action.1 }, TimePrecision::Full);
        assert_eq!((got.start, got.end), observed, "{id}");
        assert_eq!(rule.keeps(got, TimePrecision::Full), kept, "{id}");
    }
}

/// num_frames, frames and stride of sub-clips -> the frames of each, or refused.
#[test]
fn subclips() {
    for (num_frames, frames, stride, expected) in [
        (4, 1, 1, Some(vec![vec![0], vec![1], vec![2], vec![3]])),
        (4, 4, 4, Some(vec![vec![0, 1, 2, 3]])),
        (4, 2, 2, Some(vec![vec![0, 1], vec![2, 3]])),
        (5, 1, 2, Some(vec![vec![0], vec![2], vec![4]])),
        // longer than the clip: one sub-clip with all of it
        (4, 8, 8, Some(vec![vec![0, 1, 2, 3]])),
        // the last one would be shorter, which cannot be stacked
        (5, 2, 2, None),
        (4, 2, 1, None),
        (4, 0, 1, None),
        (4, 1, 0, None),
        (0, 1, 1, None),
    ] {
        let clip = ClipConfig {
            subclip_frames: frames,
            subclip_stride: stride,
            ..whole(num_frames, None)
        };
        let got = clip.check().is_ok().then(|| {
            (0..clip.subclips())
                .map(|c| (0..clip.frames_per_subclip()).map(|f| clip.frame_of(c, f)).collect())
                .collect::<Vec<Vec<usize>>>()
        });
        assert_eq!(got, expected, "{num_frames} {frames} {stride}");
    }
    for rate in [0.0, -1.0, f64::NAN] {
        assert!(whole(4, Some(rate)).check().is_err());
    }
}

#[test]
fn times_that_make_no_sense_are_refused() {
    for (tau_a, tau_o, fine) in [
        (1.0, 10.0, true),
        (0.0, 0.1, true),
        (RECOGNITION, 1.0, true),
        (-1.0, 10.0, false),
        (f64::NAN, 10.0, false),
        (1.0, 0.0, false),
        (1.0, f64::INFINITY, false),
    ] {
        let rule = Anticipation { tau_a, tau_o, drop_style: DropStyle::Correct };
        assert_eq!(rule.check().is_ok(), fine, "{tau_a} {tau_o}");
    }
}

#[test]
fn unknown_names_list_the_known_ones() {
    let error = SampleStrategy::from_key("last").unwrap_err().to_string();
    assert!(error.contains("`last`") && error.contains("last_clip"), "{error}");
    assert!(ReadType::from_key("exact").is_err() && DropStyle::from_key("right").is_err());
}
