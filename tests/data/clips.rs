//! Which frames a reader setting gives, and at which times.
//!
//! Every row was computed with numpy and torch by the rules of the original's `_sample` and
//! `EpicRULSTMFeatsReader`: Python's `int` and `round` (halves to even), `numpy.floor`,
//! `torch.linspace` in single precision. Times are written with five digits. The original's own code
//! gives the same for all of them: `scripts/parity_readers.py` reads the rows from here and compares.
//! What becomes of a whole sample is in `readers.rs`.

use runner::data::ReadType::{self, ExactRulstm, Normal};
use runner::data::SampleStrategy::{self, Center, First, Last, Random};
use runner::data::Span;
use runner::data::TimePrecision;
use runner::data::clip;

use crate::support::whole;

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
        &[2.9699, 3.97324, 4.97659, 5.97993, 6.98328, 7.98662, 8.98997, 9.99331, 10.99666, 12.0]),
    // 180 frames, 6 at stride 30, the first is repeated four times
    row("the observation begins before the video", (-4.0, 6.0), (10, Some(1.0), Last, Normal), None,
        &[30, 30, 30, 30, 30, 60, 90, 120, 150, 180],
        &[0.97207, 0.97207, 0.97207, 0.97207, 0.97207, 1.97765, 2.98324, 3.98883, 4.99441, 6.0]),
    // 300 frames 1..300, none padded
    row("start exactly at zero", (0.0, 10.0), (10, Some(1.0), Last, Normal), None,
        &[30, 60, 90, 120, 150, 180, 210, 240, 270, 300],
        &[0.9699, 1.97324, 2.97659, 3.97993, 4.98328, 5.98662, 6.98997, 7.99331, 8.99666, 10.0]),
    // 30/12 = 2.5 rounds to 2; 25 frames are read, 13 kept, the last 10 remain
    row("half-even down: 12 per second is every 2nd", (0.0, 5.0), (10, Some(12.0), Last, Normal), None,
        &[132, 134, 136, 138, 140, 142, 144, 146, 148, 150],
        &[4.375, 4.44444, 4.51389, 4.58333, 4.65278, 4.72222, 4.79167, 4.86111, 4.93056, 5.0]),
    // 30/20 = 1.5 rounds to 2; 15 are read, 8 kept, two padded in front
    row("half-even down: 20 per second is every 2nd", (0.0, 5.0), (10, Some(20.0), Last, Normal), None,
        &[136, 136, 136, 138, 140, 142, 144, 146, 148, 150],
        &[4.5, 4.5, 4.5, 4.57143, 4.64286, 4.71429, 4.78571, 4.85714, 4.92857, 5.0]),
    // 30/4 = 7.5 rounds to 8 while 75 frames are wanted: 10 kept exactly
    row("4 per second is every 8th", (0.0, 5.0), (10, Some(4.0), Last, Normal), None,
        &[78, 86, 94, 102, 110, 118, 126, 134, 142, 150],
        &[2.56757, 2.83784, 3.10811, 3.37838, 3.64865, 3.91892, 4.18919, 4.45946, 4.72973, 5.0]),
    // 150 frames, every 15th
    row("2 per second", (0.0, 5.0), (10, Some(2.0), Last, Normal), None,
        &[15, 30, 45, 60, 75, 90, 105, 120, 135, 150],
        &[0.4698, 0.97315, 1.47651, 1.97987, 2.48322, 2.98658, 3.48993, 3.99329, 4.49664, 5.0]),
    // 600 available, 150 wanted: starts 450 frames in
    row("2 per second, more context than wanted", (1.0, 21.0), (10, Some(2.0), Last, Normal), None,
        &[495, 510, 525, 540, 555, 570, 585, 600, 615, 630],
        &[16.4698, 16.97315, 17.47651, 17.97987, 18.48322, 18.98658, 19.48993, 19.99329, 20.49664, 21.0]),
    // stride 1, 10 of 30 frames: the last 10
    row("native rate", (3.0, 4.0), (10, None, Last, Normal), None,
        &[111, 112, 113, 114, 115, 116, 117, 118, 119, 120],
        &[3.66667, 3.7037, 3.74074, 3.77778, 3.81481, 3.85185, 3.88889, 3.92593, 3.96296, 4.0]),
    // round(0.5) = 0, at least 1; 5 frames wanted, 5 read, five padded in front
    row("a rate above the video's", (0.0, 5.0), (10, Some(60.0), Last, Normal), None,
        &[146, 146, 146, 146, 146, 146, 147, 148, 149, 150],
        &[4.83333, 4.83333, 4.83333, 4.83333, 4.83333, 4.83333, 4.875, 4.91667, 4.95833, 5.0]),
    // 30/7 = 4.29 rounds to 4; round(42.86) = 43 frames wanted
    row("7 per second", (0.0, 5.0), (10, Some(7.0), Last, Normal), None,
        &[114, 118, 122, 126, 130, 134, 138, 142, 146, 150],
        &[3.77143, 3.90794, 4.04444, 4.18095, 4.31746, 4.45397, 4.59048, 4.72698, 4.86349, 5.0]),
    // stride 60, 600 of 1200 frames
    row("a third per second", (0.0, 40.0), (10, Some(0.5), Last, Normal), None,
        &[660, 720, 780, 840, 900, 960, 1020, 1080, 1140, 1200],
        &[21.96995, 23.97329, 25.97663, 27.97997, 29.98331, 31.98664, 33.98998, 35.99332, 37.99666, 40.0]),
    // 30 frames wanted, the last kept
    row("one frame", (4.0, 9.0), (1, Some(1.0), Last, Normal), None,
        &[270],
        &[9.0]),
    // one frame wanted and read: linspace of one point is the window's start
    row("one frame at native rate", (4.0, 9.0), (1, None, Last, Normal), None,
        &[270],
        &[8.96667]),
    // 60 frames
    row("two frames", (4.0, 9.0), (2, Some(1.0), Last, Normal), None,
        &[240, 270],
        &[7.98305, 9.0]),
    // floor(36.9)+1 = 37 .. floor(186.9) = 186
    row("a start between frames", (1.23, 6.23), (5, Some(1.0), Last, Normal), None,
        &[66, 96, 126, 156, 186],
        &[2.20315, 3.20987, 4.21658, 5.22329, 6.23]),
    // int(119.7) = 119 < 120 wanted: 119 read from floor(119.7)
    row("an end just before a frame", (0.0, 3.99), (4, Some(1.0), Last, Normal), None,
        &[29, 59, 89, 119],
        &[0.94678, 1.96119, 2.97559, 3.99]),
    // int(120.3) = 120 = wanted; the window ends at 4 s, not at 4.01
    row("an end just after a frame", (0.0, 4.01), (4, Some(1.0), Last, Normal), None,
        &[30, 60, 90, 120],
        &[0.97479, 1.98319, 2.9916, 4.0]),
    // 69 frames, 4 to 72, though 30*(2.4-0.1) is 68.99.. in floating point
    row("tenths that are not exact", (0.1, 2.4), (3, Some(1.0), Last, Normal), None,
        &[12, 42, 72],
        &[0.37059, 1.38529, 2.4]),
    // 294 frames, 10 to 303; 294 < 300 wanted, so nothing is cut
    row("tenths that are not exact, 2", (0.3, 10.1), (10, Some(1.0), Last, Normal), None,
        &[33, 63, 93, 123, 153, 183, 213, 243, 273, 303],
        &[1.06928, 2.0727, 3.07611, 4.07952, 5.08293, 6.08635, 7.08976, 8.09317, 9.09659, 10.1]),
    // int(30*10.0) may be 299 or 300; the window is the whole observation, 372 to 671
    row("hundredths", (12.37, 22.37), (10, Some(1.0), Last, Normal), None,
        &[401, 431, 461, 491, 521, 551, 581, 611, 641, 671],
        &[13.3399, 14.34324, 15.34659, 16.34993, 17.35328, 18.35662, 19.35997, 20.36331, 21.36666, 22.37]),
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
        &[5.0, 6.00334, 7.00669, 8.01003, 9.01338, 10.01672, 11.02007, 12.02341, 13.02676, 14.0301]),
    // (315-300)//2 = 7
    row("centre, odd spare", (0.0, 10.5), (10, Some(1.0), Center, Normal), None,
        &[8, 38, 68, 98, 128, 158, 188, 218, 248, 278],
        &[0.23333, 1.23668, 2.24002, 3.24337, 4.24671, 5.25006, 6.2534, 7.25675, 8.26009, 9.26343]),
    // -1//2 = -1, at least 0
    row("centre, spare of minus one", (0.0, 9.99), (10, Some(1.0), Center, Normal), None,
        &[1, 31, 61, 91, 121, 151, 181, 211, 241, 271],
        &[0.0, 1.0057, 2.01141, 3.01711, 4.02282, 5.02852, 6.03423, 7.03993, 8.04564, 9.05134]),
    // 3 kept from the front, the last repeated
    row("centre, less than wanted", (5.0, 8.0), (10, Some(1.0), Center, Normal), None,
        &[151, 181, 211, 211, 211, 211, 211, 211, 211, 211],
        &[5.0, 6.01124, 7.02247, 7.02247, 7.02247, 7.02247, 7.02247, 7.02247, 7.02247, 7.02247]),
    // clamped to 0..3, 6 kept, the last repeated
    row("centre, before the video", (-5.0, 3.0), (10, Some(2.0), Center, Normal), None,
        &[1, 16, 31, 46, 61, 76, 76, 76, 76, 76],
        &[0.0, 0.50562, 1.01124, 1.51685, 2.02247, 2.52809, 2.52809, 2.52809, 2.52809, 2.52809]),
    // 75 of 150 frames, 37 in
    row("centre at 4 per second", (0.0, 5.0), (10, Some(4.0), Center, Normal), None,
        &[38, 46, 54, 62, 70, 78, 86, 94, 102, 110],
        &[1.23333, 1.5036, 1.77387, 2.04414, 2.31441, 2.58468, 2.85495, 3.12523, 3.3955, 3.66577]),
    // the first 300 frames, from the front: 211, 241, ...
    row("first, more than wanted", (7.0, 27.0), (10, Some(1.0), First, Normal), None,
        &[211, 241, 271, 301, 331, 361, 391, 421, 451, 481],
        &[7.0, 8.00334, 9.00669, 10.01003, 11.01338, 12.01672, 13.02007, 14.02341, 15.02676, 16.0301]),
    // 75 frames: 3 kept, the last repeated
    row("first, less than wanted", (7.0, 9.5), (10, Some(1.0), First, Normal), None,
        &[211, 241, 271, 271, 271, 271, 271, 271, 271, 271],
        &[7.0, 8.01351, 9.02703, 9.02703, 9.02703, 9.02703, 9.02703, 9.02703, 9.02703, 9.02703]),
    // 25 wanted, every 2nd from the front: 13, the first 10
    row("first at 12 per second", (0.0, 5.0), (10, Some(12.0), First, Normal), None,
        &[1, 3, 5, 7, 9, 11, 13, 15, 17, 19],
        &[0.0, 0.06944, 0.13889, 0.20833, 0.27778, 0.34722, 0.41667, 0.48611, 0.55556, 0.625]),
    // frames 31..40
    row("first at native rate", (1.0, 2.0), (10, None, First, Normal), None,
        &[31, 32, 33, 34, 35, 36, 37, 38, 39, 40],
        &[1.0, 1.03704, 1.07407, 1.11111, 1.14815, 1.18519, 1.22222, 1.25926, 1.2963, 1.33333]),
    // as the first clip
    row("random, drawn 0", (0.0, 20.0), (10, Some(1.0), Random, Normal), Some((0, 300)),
        &[1, 31, 61, 91, 121, 151, 181, 211, 241, 271],
        &[0.0, 1.00334, 2.00669, 3.01003, 4.01338, 5.01672, 6.02007, 7.02341, 8.02676, 9.0301]),
    // the latest there is: the draw is below 300
    row("random, drawn 299", (0.0, 20.0), (10, Some(1.0), Random, Normal), Some((299, 300)),
        &[300, 330, 360, 390, 420, 450, 480, 510, 540, 570],
        &[9.96667, 10.97001, 11.97336, 12.9767, 13.98004, 14.98339, 15.98673, 16.99008, 17.99342, 18.99677]),
    // 17 frames in
    row("random, drawn 17", (3.0, 23.0), (10, Some(1.0), Random, Normal), Some((17, 300)),
        &[108, 138, 168, 198, 228, 258, 288, 318, 348, 378],
        &[3.56667, 4.57001, 5.57336, 6.5767, 7.58004, 8.58339, 9.58673, 10.59008, 11.59342, 12.59677]),
    // nothing is drawn
    row("random without room", (0.0, 10.0), (10, Some(1.0), Random, Normal), None,
        &[1, 31, 61, 91, 121, 151, 181, 211, 241, 271],
        &[0.0, 1.00334, 2.00669, 3.01003, 4.01338, 5.01672, 6.02007, 7.02341, 8.02676, 9.0301]),
    // nothing is drawn, the last is repeated
    row("random, too short", (0.0, 4.0), (10, Some(1.0), Random, Normal), None,
        &[1, 31, 61, 91, 91, 91, 91, 91, 91, 91],
        &[0.0, 1.0084, 2.01681, 3.02521, 3.02521, 3.02521, 3.02521, 3.02521, 3.02521, 3.02521]),
    // 150 of 300 frames, 101 in
    row("random at 2 per second", (2.0, 12.0), (10, Some(2.0), Random, Normal), Some((101, 150)),
        &[162, 177, 192, 207, 222, 237, 252, 267, 282, 297],
        &[5.36667, 5.87002, 6.37338, 6.87673, 7.38009, 7.88345, 8.3868, 8.89016, 9.39351, 9.89687]),
    // 11 frames a quarter of a second apart; only the end counts: the window is its last 11 frames
    row("exact, native rate", (0.0, 2.5), (11, None, Last, ExactRulstm), None,
        &[7, 7, 15, 22, 30, 37, 45, 52, 60, 67, 75],
        &[2.13333, 2.17, 2.20667, 2.24333, 2.28, 2.31667, 2.35333, 2.39, 2.42667, 2.46333, 2.5]),
    // the stride of 8 is applied again: 2 of 11 kept, the first repeated nine times
    row("exact, with a rate", (0.0, 2.5), (11, Some(4.0), Last, ExactRulstm), None,
        &[15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 75],
        &[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 2.5]),
    // frames below 1 become the smallest, 7
    row("exact, near the start of the video", (-1.5, 1.0), (11, None, Last, ExactRulstm), None,
        &[7, 7, 7, 7, 7, 7, 7, 7, 15, 22, 30],
        &[0.63333, 0.67, 0.70667, 0.74333, 0.78, 0.81667, 0.85333, 0.89, 0.92667, 0.96333, 1.0]),
    // 11 are read, the first is repeated
    row("exact, 14 frames asked", (3.0, 8.0), (14, None, Last, ExactRulstm), None,
        &[165, 165, 165, 165, 172, 180, 187, 195, 202, 210, 217, 225, 232, 240],
        &[7.53333, 7.53333, 7.53333, 7.53333, 7.58, 7.62667, 7.67333, 7.72, 7.76667, 7.81333, 7.86, 7.90667, 7.95333, 8.0]),
    // floor(233.1) and steps of 7.5
    row("exact, end between frames", (0.0, 7.77), (11, None, Last, ExactRulstm), None,
        &[158, 165, 173, 180, 188, 195, 203, 210, 218, 225, 233],
        &[7.4, 7.43667, 7.47333, 7.51, 7.54667, 7.58333, 7.62, 7.65667, 7.69333, 7.73, 7.76667]),
    // the window is the first 11 frames: it ends at 2.37 s
    row("exact, first clip", (2.0, 8.0), (11, None, First, ExactRulstm), None,
        &[3, 3, 11, 18, 26, 33, 41, 48, 56, 63, 71],
        &[2.0, 2.03667, 2.07333, 2.11, 2.14667, 2.18333, 2.22, 2.25667, 2.29333, 2.33, 2.36667]),
];

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
        let window = clip::window(&clip, strategy, 30.0, observed, TimePrecision::Full, &mut draw);
        let read = read_type.frames(window.start, window.end, 30.0).unwrap();
        let picks = clip::pick(&clip, strategy, 30.0, window, read.len());
        let frames: Vec<i64> = picks.iter().map(|p| read[p.index]).collect();
        assert_eq!(drawn, row.drawn, "{}", row.id);
        assert_eq!(frames, row.frames, "{}", row.id);
        for (pick, expected) in picks.iter().zip(row.times) {
            let limit = 6e-6 + f32::EPSILON * expected.abs();
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
