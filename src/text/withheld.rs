//! What training does not show of a history.
//!
//! | | a past action |
//! |---|---|
//! | left out | is not there, as if nobody had labelled it: histories with gaps look like this |
//! | hidden | is there, and which one it is not said |
//!
//! Actions are left out first, of the whole past; the latest of the rest are kept, and of those some
//! are hidden. What is drawn depends on (seed, epoch, row) alone.

use crate::data::noise::Stream;

use super::TextError;
use super::reading::{NOBODY, Numbers};

/// Shares of the past actions; all 0 but to train.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Withheld {
    /// Which are left out; `None` takes histories as they are.
    pub thinning: Option<Thinning>,
    /// Share that is hidden.
    pub hidden: f64,
}

/// Which actions are left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thinning {
    /// Their share.
    pub share: f64,
    /// How many of the rest are kept, the latest.
    pub length: usize,
}

/// Tells what is drawn here from what is drawn for orders.
const MASKS: u64 = 0x6d61_736b;
const GAPS: u64 = 0x6761_7073;

impl Withheld {
    /// Nothing.
    pub const NOTHING: Self = Self { thinning: None, hidden: 0.0 };

    /// Refuses shares that leave nothing, and to leave words out of texts, whose sentence would not be
    /// one.
    pub(super) fn check(&self, is_text: bool) -> Result<(), TextError> {
        let left_out = self.thinning.map_or(0.0, |thinning| thinning.share);
        share("input_masking", self.hidden)?;
        share("input_thinning", left_out)?;
        match is_text && self.thinning.is_some() {
            false => Ok(()),
            true => Err(TextError::Setting {
                setting: "input_thinning",
                value: left_out.to_string(),
                reason: "actions are left out of histories that are read as actions, not as texts",
            }),
        }
    }

    /// What is shown of a row in an epoch.
    pub(super) fn show(
        &self,
        numbers: &Numbers,
        hidden_id: i64,
        [seed, epoch, row]: [u64; 3],
    ) -> Vec<i64> {
        let Numbers { ids, owners } = numbers;
        let mut ids = ids.clone();
        if self.hidden > 0.0 {
            let mut stream = Stream::of(&[MASKS, seed, epoch, row]);
            let actions = owners.iter().filter(|owner| **owner != NOBODY).max();
            let actions = actions.map_or(0, |last| last + 1);
            let hidden: Vec<bool> = (0..actions).map(|_| stream.unit() < self.hidden).collect();
            for (id, owner) in ids.iter_mut().zip(owners) {
                if *owner != NOBODY && hidden[*owner as usize] {
                    *id = hidden_id;
                }
            }
        }
        match self.thinning {
            Some(thinning) => thinning.thin(ids, &mut Stream::of(&[GAPS, seed, epoch, row])),
            None => ids,
        }
    }
}

impl Thinning {
    /// The latest that are kept, oldest first.
    fn thin(&self, past: Vec<i64>, stream: &mut Stream) -> Vec<i64> {
        let latest = past.into_iter().rev().filter(|_| stream.unit() >= self.share);
        let mut kept: Vec<i64> = latest.take(self.length).collect();
        kept.reverse();
        kept
    }
}

fn share(setting: &'static str, value: f64) -> Result<(), TextError> {
    match (0.0..1.0).contains(&value) {
        true => Ok(()),
        false => Err(TextError::Setting {
            setting,
            value: value.to_string(),
            reason: "a share of the past actions is at least 0 and below 1",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(actions: i64) -> Numbers {
        Numbers { ids: (0..actions).collect(), owners: (0..actions as u32).collect() }
    }

    #[test]
    fn what_is_left_stays_in_order_and_is_drawn_anew_each_epoch() {
        let thinning = Some(Thinning { share: 0.6, length: 15 });
        let withheld = Withheld { thinning, hidden: 0.0 };
        let shown = |epoch| withheld.show(&past(200), -9, [1, epoch, 7]);
        let first = shown(0);
        assert_eq!(first.len(), 15);
        assert!(first.is_sorted() && first[0] > 100, "{first:?}");
        assert_eq!(first, shown(0));
        assert_ne!(first, shown(1));
        assert!(withheld.show(&past(0), -9, [1, 0, 7]).is_empty());
    }

    #[test]
    fn as_many_are_left_out_as_was_asked_for() {
        let thinning = Some(Thinning { share: 0.6, length: usize::MAX });
        let withheld = Withheld { thinning, hidden: 0.25 };
        let (mut kept, mut hidden) = (0, 0);
        for row in 0..200 {
            let shown = withheld.show(&past(100), -9, [1, 0, row]);
            kept += shown.len();
            hidden += shown.iter().filter(|id| **id == -9).count();
        }
        assert!((7700..8300).contains(&kept), "{kept} of 20000");
        assert!((1800..2200).contains(&hidden), "{hidden} of {kept}");
    }

    #[test]
    fn shares_that_make_no_sense_are_refused() {
        let thinning =
            |share| Withheld { thinning: Some(Thinning { share, length: 5 }), hidden: 0.0 };
        for (id, withheld, is_text, expected) in [
            ("all left out", thinning(1.0), false, "`input_thinning` is 1"),
            ("less than none", thinning(-0.5), false, "`input_thinning` is -0.5"),
            ("of a text", thinning(0.5), true, "not as texts"),
            (
                "all hidden",
                Withheld { hidden: 1.0, ..Withheld::NOTHING },
                true,
                "`input_masking` is 1",
            ),
        ] {
            let error = withheld.check(is_text).unwrap_err().to_string();
            assert!(error.contains(expected), "{id}: {error}");
        }
        Withheld::NOTHING.check(true).unwrap();
    }
}
