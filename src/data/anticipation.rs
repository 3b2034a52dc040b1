//! From the extent of an action to the extent that is observed before it.
//!
//! Source: `convert_to_anticipation` of the original (`datasets/base_video_dataset.py`), after
//! <https://arxiv.org/abs/1804.02748>, page 15: the observed clip ends `tau_a` seconds before the
//! action starts and is `tau_o` seconds long. Clips of the future are as long.

use super::RULSTM_FPS;
use super::error::DataError;
use super::precision::TimePrecision;

/// `tau_a` of this value means recognition: the action itself is observed.
pub const RECOGNITION: f64 = -999.0;

/// A clip of the future with this ratio is the observation itself.
pub const OBSERVED: f64 = -999.0;

/// How long before the action the observation ends, how long it is, what is dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anticipation {
    /// Seconds between the end of the observation and the start of the action.
    pub tau_a: f64,
    /// Seconds of observation.
    pub tau_o: f64,
    /// Which segments have too little to observe.
    pub drop_style: DropStyle,
}

/// Which segments are dropped for lack of context.
///
/// | style | kept when |
/// |---|---|
/// | `correct` | the observation ends at or after frame 1 |
/// | `full_context_in` | it starts at or after frame 1 |
/// | `action_banks` | it ends at or after second 2 |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DropStyle {
    /// At least one frame can be seen.
    #[default]
    Correct,
    /// All frames can be seen.
    FullContextIn,
    /// The rule of action banks.
    ActionBanks,
}

impl DropStyle {
    /// Reads the `drop_style` key. `rulstm`, in a file of AVT that its own program refuses, is
    /// RULSTM's rule (its `dataset.py`): a sequence is kept when one frame of it is.
    pub fn from_key(key: &str) -> Result<Self, DataError> {
        Ok(match key {
            "correct" | "rulstm" => Self::Correct,
            "full_context_in" => Self::FullContextIn,
            "action_banks" => Self::ActionBanks,
            _ => {
                return Err(DataError::UnknownValue {
                    setting: "drop_style",
                    value: key.into(),
                    expected: ["correct", "full_context_in", "action_banks"]
                        .map(String::from)
                        .into(),
                });
            }
        })
    }
}

/// A stretch of a video, in seconds; may begin before the video does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Start.
    pub start: f64,
    /// End.
    pub end: f64,
}

impl Anticipation {
    /// Refuses times that no observation can have.
    pub fn check(&self) -> Result<(), DataError> {
        let refuse = |setting, value: f64, reason: &str| {
            Err(DataError::Setting { setting, value: value.to_string(), reason: reason.into() })
        };
        if !self.tau_a.is_finite() || (self.tau_a < 0.0 && self.tau_a != RECOGNITION) {
            return refuse("tau_a", self.tau_a, "it is at least 0, or -999 for recognition");
        }
        if !(self.tau_o.is_finite() && self.tau_o > 0.0) {
            return refuse("tau_o", self.tau_o, "an observation is longer than 0 s");
        }
        Ok(())
    }

    /// What is observed before an action, whether or not it is kept.
    pub fn observe(&self, action: Span, precision: TimePrecision) -> Span {
        let (tau_a, tau_o) = self.times(action, precision);
        let end = precision.round(action.start - tau_a);
        Span { start: precision.round(end - tau_o), end }
    }

    /// A clip of the future, as long as the observation: it starts `ratio * tau_a` after the
    /// observation has ended, so at the action itself for a ratio of 1. [`OBSERVED`] gives what is
    /// observed. May lie before the video, or behind its end.
    pub fn future(&self, action: Span, ratio: f64, precision: TimePrecision) -> Span {
        let observed = self.observe(action, precision);
        if ratio == OBSERVED {
            return observed;
        }
        let (tau_a, tau_o) = self.times(action, precision);
        let ahead = match self.tau_a {
            RECOGNITION => tau_a * precision.round(ratio),
            tau_a => tau_a * ratio,
        };
        let start = precision.round(observed.end + precision.round(ahead));
        Span { start, end: precision.round(start + tau_o) }
    }

    /// `tau_a` and `tau_o` of one action: in recognition those that give the action back.
    fn times(&self, action: Span, precision: TimePrecision) -> (f64, f64) {
        let (tau_a, tau_o) = if self.tau_a == RECOGNITION {
            (action.start - action.end, action.end - action.start)
        } else {
            (self.tau_a, self.tau_o)
        };
        (precision.round(tau_a), precision.round(tau_o))
    }

    /// Whether an observation has enough context.
    pub fn keeps(&self, observed: Span, precision: TimePrecision) -> bool {
        let first_frame = precision.round(1.0 / RULSTM_FPS);
        match self.drop_style {
            DropStyle::Correct => observed.end >= first_frame,
            DropStyle::FullContextIn => observed.start >= first_frame,
            DropStyle::ActionBanks => observed.end >= 2.0,
        }
    }
}
