//! What a thread is about to read, said beforehand.

use std::collections::BTreeMap;

use crate::data::clip;
use crate::data::error::DataError;
use crate::data::reader::{Expected, Input};

use super::look::Wanted;
use super::{Dataset, Joined};

impl Dataset {
    /// Says which samples this thread reads next, and with which seeds. It changes nothing but how
    /// long that takes.
    pub fn expect(&self, samples: &[(usize, u64)]) -> Result<(), DataError> {
        let Input::Pictures(reader, _) = &self.input else { return Ok(()) };
        if !reader.reads_ahead() {
            return Ok(());
        }
        let mut expected = Vec::new();
        for (idx, seed) in samples.iter().filter(|(idx, _)| *idx < self.len()) {
            let item = &self.items[self.position(*idx, *seed)];
            let video = self.annotations.segments[item.segment].video;
            expected.push(self.expected(video, self.observation(item, *seed))?);
            for wanted in self.future_clips(item, *seed) {
                expected.push(self.expected(video, wanted)?);
            }
        }
        reader.expect(expected);
        Ok(())
    }

    fn expected(&self, video: usize, wanted: Wanted) -> Result<Expected, DataError> {
        let fps = self.frame_rate(video)?;
        let (window, clip) = (self.window(fps, wanted), self.clip);
        let choose = move |read: usize| {
            let picks = clip::pick(&clip, wanted.strategy, fps, window, read);
            picks.iter().map(|pick| pick.index).collect()
        };
        Ok(Expected { video, window, choose: Box::new(choose) })
    }
}

impl Joined {
    /// As [`Dataset::expect`]; positions count through all sets.
    pub fn expect(&self, samples: &[(usize, u64)]) -> Result<(), DataError> {
        let mut of_set: BTreeMap<usize, Vec<(usize, u64)>> = BTreeMap::new();
        for (idx, seed) in samples {
            let mut before = 0;
            for (number, set) in self.sets().iter().enumerate() {
                if *idx < before + set.len() {
                    of_set.entry(number).or_default().push((idx - before, *seed));
                    break;
                }
                before += set.len();
            }
        }
        of_set.iter().try_for_each(|(number, samples)| self.sets()[*number].expect(samples))
    }
}
