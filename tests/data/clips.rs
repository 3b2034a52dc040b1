//! Which frames a reader setting gives, and at which times.
//!
//! Every row was computed with numpy and torch by the rules of the original's `_sample` and
//! `EpicRULSTMFeatsReader`: Python's `int` and `round` (halves to even), `numpy.floor`,
//! `torch.linspace` in single precision. Times differ from it by rounding of the last bit at most.

use runner::data::ReadType::{self, ExactRulstm, Normal};
use runner::data::SampleStrategy::{self, Center, First, Last, Random};
use runner::data::clip::{self, ClipConfig};
use runner::data::{Anticipation, DropStyle, RECOGNITION, Span};

struct Row {
    id: &'static str,
    /// Start and end of the observation in seconds.
    observed: (f64, f64),
    /// Frames, rate, strategy, frames read.
    wanted: (usize, Option<f64>, SampleStrategy, ReadType),
    /// What is drawn, and below what.
    drawn: Option<(u64, u64)>,
    frames: &'static [i64],
    times: &'static [f32],
}

const fn row(
    id: &'static str,
    observed: (f64, f64),
    wanted: (usize, Option<f64>, SampleStrategy, ReadType),
    drawn: Option<(u64, u64)>,
    frames: &'static [i64],
    times: &'static [f32],
) -> Row {
    Row { id, observed, wanted, drawn, frames, times }
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // stride 30 from the back: ends at floor(360)
    row("ten seconds once a second", (2.0, 12.0), (10, Some(1.0), Last, Normal), None,
        &[90, 120, 150, 180, 210, 240, 270, 300, 330, 360],
        &[2.9699, 3.973244, 4.976588, 5.979933, 6.983277, 7.986622, 8.989966, 9.993311, 10.996655, 12.0]),
    // 180 frames, 6 at stride 30, the first is repeated four times
    row("the observation begins before the video", (-4.0, 6.0), (10, Some(1.0), Last, Normal), None,
        &[30, 30, 30, 30, 30, 60, 90, 120, 150, 180],
        &[0.972067, 0.972067, 0.972067, 0.972067, 0.972067, 1.977654, 2.98324, 3.988827, 4.994413, 6.0]),
    // 300 frames 1..300, none padded
    row("start exactly at zero", (0.0, 10.0), (10, Some(1.0), Last, Normal), None,
        &[30, 60, 90, 120, 150, 180, 210, 240, 270, 300],
        &[0.9699, 1.973244, 2.976588, 3.979933, 4.983277, 5.986622, 6.989967, 7.993311, 8.996655, 10.0]),
    // 30/12 = 2.5 rounds to 2; 25 frames are read, 13 kept, the last 10 remain
    row("half-even down: 12 per second is every 2nd", (0.0, 5.0), (10, Some(12.0), Last, Normal), None,
        &[132, 134, 136, 138, 140, 142, 144, 146, 148, 150],
        &[4.375, 4.444444, 4.513889, 4.583333, 4.652778, 4.722222, 4.791667, 4.861111, 4.930555, 5.0]),
    // 30/20 = 1.5 rounds to 2; 15 are read, 8 kept, two padded in front
    row("half-even down: 20 per second is every 2nd", (0.0, 5.0), (10, Some(20.0), Last, Normal), None,
        &[136, 136, 136, 138, 140, 142, 144, 146, 148, 150],
        &[4.5, 4.5, 4.5, 4.571429, 4.642857, 4.714286, 4.785714, 4.857143, 4.928571, 5.0]),
    // 30/4 = 7.5 rounds to 8 while 75 frames are wanted: 10 kept exactly
    row("4 per second is every 8th", (0.0, 5.0), (10, Some(4.0), Last, Normal), None,
        &[78, 86, 94, 102, 110, 118, 126, 134, 142, 150],
        &[2.567568, 2.837838, 3.108108, 3.378378, 3.648649, 3.918919, 4.189189, 4.459459, 4.72973, 5.0]),
    // 150 frames, every 15th
    row("2 per second", (0.0, 5.0), (10, Some(2.0), Last, Normal), None,
        &[15, 30, 45, 60, 75, 90, 105, 120, 135, 150],
        &[0.469799, 0.973154, 1.47651, 1.979866, 2.483222, 2.986577, 3.489933, 3.993289, 4.496644, 5.0]),
    // 600 available, 150 wanted: starts 450 frames in
    row("2 per second, more context than wanted", (1.0, 21.0), (10, Some(2.0), Last, Normal), None,
        &[495, 510, 525, 540, 555, 570, 585, 600, 615, 630],
        &[16.469799, 16.973154, 17.476509, 17.979866, 18.483221, 18.986578, 19.489933, 19.993288, 20.496645, 21.0]),
    // stride 1, 10 of 30 frames: the last 10
    row("native rate", (3.0, 4.0), (10, None, Last, Normal), None,
        &[111, 112, 113, 114, 115, 116, 117, 118, 119, 120],
        &[3.666667, 3.703704, 3.740741, 3.777778, 3.814815, 3.851852, 3.888889, 3.925926, 3.962963, 4.0]),
    // round(0.5) = 0, at least 1; 5 frames wanted, 5 read, five padded in front
    row("a rate above the video's", (0.0, 5.0), (10, Some(60.0), Last, Normal), None,
        &[146, 146, 146, 146, 146, 146, 147, 148, 149, 150],
        &[4.833333, 4.833333, 4.833333, 4.833333, 4.833333, 4.833333, 4.875, 4.916667, 4.958333, 5.0]),
    // 30/7 = 4.29 rounds to 4; round(42.86) = 43 frames wanted
    row("7 per second", (0.0, 5.0), (10, Some(7.0), Last, Normal), None,
        &[114, 118, 122, 126, 130, 134, 138, 142, 146, 150],
        &[3.771429, 3.907937, 4.044445, 4.180953, 4.31746, 4.453968, 4.590476, 4.726984, 4.863492, 5.0]),
    // stride 60, 600 of 1200 frames
    row("a third per second", (0.0, 40.0), (10, Some(0.5), Last, Normal), None,
        &[660, 720, 780, 840, 900, 960, 1020, 1080, 1140, 1200],
        &[21.96995, 23.973289, 25.976627, 27.979967, 29.983307, 31.986645, 33.989983, 35.99332, 37.996662, 40.0]),
    // 30 frames wanted, the last kept
    row("one frame", (4.0, 9.0), (1, Some(1.0), Last, Normal), None,
        &[270],
        &[9.0]),
    // one frame wanted and read: linspace of one point is the window's start
    row("one frame at native rate", (4.0, 9.0), (1, None, Last, Normal), None,
        &[270],
        &[8.966666]),
    // 60 frames
    row("two frames", (4.0, 9.0), (2, Some(1.0), Last, Normal), None,
        &[240, 270],
        &[7.983051, 9.0]),
    // floor(36.9)+1 = 37 .. floor(186.9) = 186
    row("a start between frames", (1.23, 6.23), (5, Some(1.0), Last, Normal), None,
        &[66, 96, 126, 156, 186],
        &[2.203154, 3.209866, 4.216577, 5.223289, 6.23]),
    // int(119.7) = 119 < 120 wanted: 119 read from floor(119.7)
    row("an end just before a frame", (0.0, 3.99), (4, Some(1.0), Last, Normal), None,
        &[29, 59, 89, 119],
        &[0.94678, 1.961186, 2.975593, 3.99]),
    // int(120.3) = 120 = wanted; the window ends at 4 s, not at 4.01
    row("an end just after a frame", (0.0, 4.01), (4, Some(1.0), Last, Normal), None,
        &[30, 60, 90, 120],
        &[0.97479, 1.983193, 2.991597, 4.0]),
    // 69 frames, 4 to 72, though 30*(2.4-0.1) is 68.99.. in floating point
    row("tenths that are not exact", (0.1, 2.4), (3, Some(1.0), Last, Normal), None,
        &[12, 42, 72],
        &[0.370588, 1.385294, 2.4]),
    // 294 frames, 10 to 303; 294 < 300 wanted, so nothing is cut
    row("tenths that are not exact, 2", (0.3, 10.1), (10, Some(1.0), Last, Normal), None,
        &[33, 63, 93, 123, 153, 183, 213, 243, 273, 303],
        &[1.069283, 2.072696, 3.076109, 4.079522, 5.082935, 6.086349, 7.089762, 8.093175, 9.096587, 10.1]),
    // int(30*10.0) may be 299 or 300; the window is the whole observation, 372 to 671
    row("hundredths", (12.37, 22.37), (10, Some(1.0), Last, Normal), None,
        &[401, 431, 461, 491, 521, 551, 581, 611, 641, 671],
        &[13.3399, 14.343245, 15.346589, 16.349934, 17.353277, 18.356623, 19.359966, 20.363312, 21.366655, 22.370001]),
    // one frame, repeated
    row("shortest observation that is kept", (-9.96, 0.04), (10, Some(1.0), Last, Normal), None,
        &[1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
        &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
    // frames 1, 2, 3: only the last survives stride 30
    row("three frames", (-9.9, 0.1), (10, Some(1.0), Last, Normal), None,
        &[3, 3, 3, 3, 3, 3, 3, 3, 3, 3],
        &[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]),
    // (600-300)//2 = 150 frames in
    row("centre, more than wanted", (0.0, 20.0), (10, Some(1.0), Center, Normal), None,
        &[151, 181, 211, 241, 271, 301, 331, 361, 391, 421],
        &[5.0, 6.003345, 7.006689, 8.010034, 9.013378, 10.016723, 11.020067, 12.023412, 13.026756, 14.030101]),
    // (315-300)//2 = 7
    row("centre, odd spare", (0.0, 10.5), (10, Some(1.0), Center, Normal), None,
        &[8, 38, 68, 98, 128, 158, 188, 218, 248, 278],
        &[0.233333, 1.236678, 2.240022, 3.243367, 4.246711, 5.250056, 6.253401, 7.256745, 8.26009, 9.263434]),
    // -1//2 = -1, at least 0
    row("centre, spare of minus one", (0.0, 9.99), (10, Some(1.0), Center, Normal), None,
        &[1, 31, 61, 91, 121, 151, 181, 211, 241, 271],
        &[0.0, 1.005705, 2.011409, 3.017114, 4.022819, 5.028523, 6.034228, 7.039933, 8.045637, 9.051342]),
    // 3 kept from the front, the last repeated
    row("centre, less than wanted", (5.0, 8.0), (10, Some(1.0), Center, Normal), None,
        &[151, 181, 211, 211, 211, 211, 211, 211, 211, 211],
        &[5.0, 6.011236, 7.022472, 7.022472, 7.022472, 7.022472, 7.022472, 7.022472, 7.022472, 7.022472]),
    // clamped to 0..3, 6 kept, the last repeated
    row("centre, before the video", (-5.0, 3.0), (10, Some(2.0), Center, Normal), None,
        &[1, 16, 31, 46, 61, 76, 76, 76, 76, 76],
        &[0.0, 0.505618, 1.011236, 1.516854, 2.022472, 2.52809, 2.52809, 2.52809, 2.52809, 2.52809]),
    // 75 of 150 frames, 37 in
    row("centre at 4 per second", (0.0, 5.0), (10, Some(4.0), Center, Normal), None,
        &[38, 46, 54, 62, 70, 78, 86, 94, 102, 110],
        &[1.233333, 1.503604, 1.773874, 2.044144, 2.314415, 2.584685, 2.854955, 3.125225, 3.395495, 3.665766]),
    // the first 300 frames, from the front: 211, 241, ...
    row("first, more than wanted", (7.0, 27.0), (10, Some(1.0), First, Normal), None,
        &[211, 241, 271, 301, 331, 361, 391, 421, 451, 481],
        &[7.0, 8.003345, 9.006689, 10.010034, 11.013378, 12.016723, 13.020067, 14.023412, 15.026756, 16.0301]),
    // 75 frames: 3 kept, the last repeated
    row("first, less than wanted", (7.0, 9.5), (10, Some(1.0), First, Normal), None,
        &[211, 241, 271, 271, 271, 271, 271, 271, 271, 271],
        &[7.0, 8.013514, 9.027027, 9.027027, 9.027027, 9.027027, 9.027027, 9.027027, 9.027027, 9.027027]),
    // 25 wanted, every 2nd from the front: 13, the first 10
    row("first at 12 per second", (0.0, 5.0), (10, Some(12.0), First, Normal), None,
        &[1, 3, 5, 7, 9, 11, 13, 15, 17, 19],
        &[0.0, 0.069444, 0.138889, 0.208333, 0.277778, 0.347222, 0.416667, 0.486111, 0.555556, 0.625]),
    // frames 31..40
    row("first at native rate", (1.0, 2.0), (10, None, First, Normal), None,
        &[31, 32, 33, 34, 35, 36, 37, 38, 39, 40],
        &[1.0, 1.037037, 1.074074, 1.111111, 1.148148, 1.185185, 1.222222, 1.259259, 1.296296, 1.333333]),
    // as the first clip
    row("random, drawn 0", (0.0, 20.0), (10, Some(1.0), Random, Normal), Some((0, 300)),
        &[1, 31, 61, 91, 121, 151, 181, 211, 241, 271],
        &[0.0, 1.003344, 2.006689, 3.010033, 4.013378, 5.016723, 6.020067, 7.023412, 8.026756, 9.030101]),
    // the latest there is: the draw is below 300
    row("random, drawn 299", (0.0, 20.0), (10, Some(1.0), Random, Normal), Some((299, 300)),
        &[300, 330, 360, 390, 420, 450, 480, 510, 540, 570],
        &[9.966666, 10.970011, 11.973355, 12.9767, 13.980044, 14.983389, 15.986733, 16.990078, 17.993423, 18.996767]),
    // 17 frames in
    row("random, drawn 17", (3.0, 23.0), (10, Some(1.0), Random, Normal), Some((17, 300)),
        &[108, 138, 168, 198, 228, 258, 288, 318, 348, 378],
        &[3.566667, 4.570011, 5.573356, 6.5767, 7.580044, 8.583389, 9.586734, 10.590078, 11.593423, 12.596767]),
    // nothing is drawn
    row("random without room", (0.0, 10.0), (10, Some(1.0), Random, Normal), None,
        &[1, 31, 61, 91, 121, 151, 181, 211, 241, 271],
        &[0.0, 1.003344, 2.006689, 3.010033, 4.013378, 5.016723, 6.020067, 7.023412, 8.026756, 9.030101]),
    // nothing is drawn, the last is repeated
    row("random, too short", (0.0, 4.0), (10, Some(1.0), Random, Normal), None,
        &[1, 31, 61, 91, 91, 91, 91, 91, 91, 91],
        &[0.0, 1.008403, 2.016807, 3.02521, 3.02521, 3.02521, 3.02521, 3.02521, 3.02521, 3.02521]),
    // 150 of 300 frames, 101 in
    row("random at 2 per second", (2.0, 12.0), (10, Some(2.0), Random, Normal), Some((101, 150)),
        &[162, 177, 192, 207, 222, 237, 252, 267, 282, 297],
        &[5.366667, 5.870022, 6.373378, 6.876734, 7.38009, 7.883445, 8.386801, 8.890157, 9.393513, 9.896868]),
    // 11 frames a quarter of a second apart; only the end counts: the window is its last 11 frames
    row("exact, native rate", (0.0, 2.5), (11, None, Last, ExactRulstm), None,
        &[7, 7, 15, 22, 30, 37, 45, 52, 60, 67, 75],
        &[2.133333, 2.17, 2.206667, 2.243333, 2.28, 2.316667, 2.353333, 2.39, 2.426667, 2.463333, 2.5]),
    // the stride of 8 is applied again: 2 of 11 kept, the first repeated nine times
    row("exact, with a rate", (0.0, 2.5), (11, Some(4.0), Last, ExactRulstm), None,
        &[15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 75],
        &[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 2.5]),
    // frames below 1 become the smallest, 7
    row("exact, near the start of the video", (-1.5, 1.0), (11, None, Last, ExactRulstm), None,
        &[7, 7, 7, 7, 7, 7, 7, 7, 15, 22, 30],
        &[0.633333, 0.67, 0.706667, 0.743333, 0.78, 0.816667, 0.853333, 0.89, 0.926667, 0.963333, 1.0]),
    // 11 are read, the first is repeated
    row("exact, 14 frames asked", (3.0, 8.0), (14, None, Last, ExactRulstm), None,
        &[165, 165, 165, 165, 172, 180, 187, 195, 202, 210, 217, 225, 232, 240],
        &[7.533333, 7.533333, 7.533333, 7.533333, 7.58, 7.626667, 7.673333, 7.72, 7.766666, 7.813334, 7.86, 7.906667, 7.953333, 8.0]),
    // floor(233.1) and steps of 7.5
    row("exact, end between frames", (0.0, 7.77), (11, None, Last, ExactRulstm), None,
        &[158, 165, 173, 180, 188, 195, 203, 210, 218, 225, 233],
        &[7.4, 7.436667, 7.473333, 7.51, 7.546667, 7.583333, 7.62, 7.656667, 7.693334, 7.73, 7.766667]),
    // the window is the first 11 frames: it ends at 2.37 s
    row("exact, first clip", (2.0, 8.0), (11, None, First, ExactRulstm), None,
        &[3, 3, 11, 18, 26, 33, 41, 48, 56, 63, 71],
        &[2.0, 2.036667, 2.073333, 2.11, 2.146667, 2.183333, 2.22, 2.256667, 2.293333, 2.33, 2.366667]),
];

fn whole(num_frames: usize, frame_rate: Option<f64>) -> ClipConfig {
    ClipConfig {
        num_frames,
        frame_rate,
        subclip_frames: num_frames,
        subclip_stride: num_frames,
        load_seg_labels: false,
    }
}

#[test]
fn frames_and_times() {
    for row in ROWS {
        let (num_frames, frame_rate, strategy, read_type) = row.wanted;
        let clip = whole(num_frames, frame_rate);
        let observed = Span { start: row.observed.0, end: row.observed.1 };
        let mut drawn = None;
        let mut draw = |n| {
            let (value, _) = row.drawn.unwrap_or_else(|| panic!("{}: nothing to draw", row.id));
            drawn = Some((value, n));
            value
        };
        let window = clip::window(&clip, strategy, 30.0, observed, &mut draw);
        let read = read_type.frames(window.start, window.end, 30.0).unwrap();
        let picks = clip::pick(&clip, strategy, 30.0, window, read.len());
        let frames: Vec<i64> = picks.iter().map(|p| read[p.index]).collect();
        assert_eq!(drawn, row.drawn, "{}", row.id);
        assert_eq!(frames, row.frames, "{}", row.id);
        for (pick, expected) in picks.iter().zip(row.times) {
            let limit = 1e-6 + 2.0 * f32::EPSILON * expected.abs();
            assert!((pick.time - expected).abs() <= limit, "{}: {picks:?}", row.id);
        }
        assert_eq!(picks.len(), row.times.len(), "{}", row.id);
    }
    assert!(ROWS.len() >= 40);
}

#[test]
fn nothing_is_read_before_the_first_frame() {
    assert_eq!(Normal.frames(0.0, 0.03, 30.0), None);
    assert_eq!(ExactRulstm.frames(0.0, 0.03, 30.0), None);
    assert_eq!(Normal.frames(1.0, 1.0, 30.0), None);
}

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
        let got = rule.observe(Span { start: action.0, end: action.1 });
        assert_eq!((got.start, got.end), observed, "{id}");
        assert_eq!(rule.keeps(got), kept, "{id}");
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
fn unknown_names_list_the_known_ones() {
    let error = SampleStrategy::from_key("last").unwrap_err().to_string();
    assert!(error.contains("`last`") && error.contains("last_clip"), "{error}");
    assert!(ReadType::from_key("exact").is_err() && DropStyle::from_key("right").is_err());
}
