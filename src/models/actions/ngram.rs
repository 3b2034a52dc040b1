//! `action_ngram`: how often which action followed which, smoothed. No tensors, no gradients.
//!
//! A context is the last actions of a history, at most `order - 1`; before the first action of a video
//! stands a mark of its own. With `c` how often an action followed the context, `n` how often anything
//! did, `d` the discount and `p'` what the context without its oldest action says:
//!
//! | smoothing | probability of an action |
//! |---|---|
//! | additive | `(c + d) / (n + d classes)`, of the longest context that was seen |
//! | interpolated | `(1 - d) c / n + d p'` |
//! | Kneser-Ney | `max(c - d, 0) / n + d (kinds of followers) / n p'`; in shorter contexts `c` counts the kinds of actions before them |
//!
//! Below the empty context all classes are alike; a context that was not seen says `p'`. Sources: Jelinek
//! and Mercer (1980); Kneser and Ney, "Improved backing-off for m-gram language modeling" (1995).

use std::collections::{BTreeMap, BTreeSet};

use super::ActionClasses;

/// How much is counted, and what is made of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NgramConfig {
    /// Actions counted together, the next one among them.
    pub order: usize,
    /// What actions that were not seen get.
    pub smoothing: Smoothing,
    /// How much of it, see the table above.
    pub discount: f64,
}

/// What actions get that did not follow a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Smoothing {
    /// The same for each.
    Additive,
    /// A fixed share by the shorter context.
    Interpolated,
    /// The more, the more kinds of followers a context has.
    KneserNey,
}

/// Actions that followed a context and how often, by action.
type Followers = BTreeMap<usize, usize>;

/// Counts, and how they are smoothed.
#[derive(Clone, Debug, PartialEq)]
pub struct NgramModel {
    config: NgramConfig,
    classes: usize,
    /// Followers of each context, by the context's length; oldest action first in a context.
    counts: Vec<BTreeMap<Vec<usize>, Followers>>,
}

/// The counts as rows: a context filled up in front, the follower, how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NgramArrays {
    /// `rows * (order - 1)` actions; `classes` is the start of a video, `classes + 1` fills up.
    pub contexts: Vec<i64>,
    /// The action behind each context.
    pub actions: Vec<i64>,
    /// How often it was there.
    pub counts: Vec<i64>,
}

impl NgramModel {
    /// Counts what followed which history, oldest action first. Targets and past actions that are no
    /// class are left out.
    pub fn fit<'a>(
        config: NgramConfig,
        samples: impl IntoIterator<Item = (&'a [i64], i64)>,
        classes: usize,
    ) -> Self {
        let lengths = config.order.max(1);
        let mut model = Self { config, classes, counts: vec![BTreeMap::new(); lengths] };
        for (history, target) in samples {
            let Some(target) = model.class(target) else { continue };
            let context = model.context(history);
            for length in 0..=context.len() {
                let context = context[context.len() - length..].to_vec();
                *model.counts[length].entry(context).or_default().entry(target).or_default() += 1;
            }
        }
        model.count_kinds();
        model
    }

    /// The logarithm of every class's probability after a history.
    pub fn predict(&self, history: &[i64]) -> Vec<f32> {
        let context = self.context(history);
        let mut known = (0..=context.len())
            .filter_map(|length| self.counts[length].get(&context[context.len() - length..]));
        let alike = vec![1.0 / self.classes as f64; self.classes];
        let probabilities = match self.config.smoothing {
            Smoothing::Additive => {
                known.next_back().map_or(alike, |followers| self.add_to(followers))
            }
            Smoothing::Interpolated | Smoothing::KneserNey => {
                known.fold(alike, |shorter, followers| self.mix(shorter, followers))
            }
        };
        probabilities.into_iter().map(|p| p.max(f64::from(f32::MIN_POSITIVE)).ln() as f32).collect()
    }

    /// The same for the classes of action, verb and noun: an action's share is its verb's and its
    /// noun's.
    ///
    /// # Panics
    /// When the model was fitted to another number of actions.
    pub fn predict_all(&self, history: &[i64], classes: &ActionClasses) -> Vec<(String, Vec<f32>)> {
        assert_eq!(self.classes, classes.actions(), "the classes that were counted");
        let action = self.predict(history);
        let sums = |count: usize, part: fn(&(usize, usize)) -> usize| {
            let mut sums = vec![f64::from(f32::MIN_POSITIVE); count];
            for (logit, of) in action.iter().zip(&classes.of_action) {
                sums[part(of)] += f64::from(*logit).exp();
            }
            sums.into_iter().map(|sum| sum.ln() as f32).collect()
        };
        let verb = sums(classes.verbs, |of| of.0);
        let noun = sums(classes.nouns, |of| of.1);
        vec![("action".into(), action), ("verb".into(), verb), ("noun".into(), noun)]
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How it counts.
    pub fn config(&self) -> NgramConfig {
        self.config
    }

    /// The counts of the longest contexts, which the others follow from, as rows.
    pub fn arrays(&self) -> NgramArrays {
        let mut arrays = NgramArrays::default();
        let width = self.counts.len() - 1;
        for context in self.whole() {
            for (action, count) in &self.counts[context.len()][context] {
                let fill = std::iter::repeat_n(self.classes + 1, width - context.len());
                arrays.contexts.extend(fill.chain(context.iter().copied()).map(|a| a as i64));
                arrays.actions.push(*action as i64);
                arrays.counts.push(*count as i64);
            }
        }
        arrays
    }

    /// A model of the counts that [`Self::arrays`] gave; `None` when they are no such rows.
    pub fn from_arrays(config: NgramConfig, arrays: &NgramArrays, classes: usize) -> Option<Self> {
        let width = config.order.max(1) - 1;
        let mut model = Self { config, classes, counts: vec![BTreeMap::new(); width + 1] };
        let rows = arrays.actions.len();
        if arrays.counts.len() != rows || arrays.contexts.len() != rows * width {
            return None;
        }
        for (row, (action, count)) in arrays.actions.iter().zip(&arrays.counts).enumerate() {
            let (action, count) = (model.class(*action)?, usize::try_from(*count).ok()?);
            let context = arrays.contexts[row * width..(row + 1) * width].iter();
            let context: Vec<usize> = context
                .filter_map(|a| usize::try_from(*a).ok().filter(|a| *a <= classes))
                .collect();
            for length in 0..=context.len() {
                let context = context[context.len() - length..].to_vec();
                *model.counts[length].entry(context).or_default().entry(action).or_default() +=
                    count;
            }
        }
        model.count_kinds();
        Some(model)
    }

    /// The contexts that no longer one goes on from: of full length, or from a video's start.
    fn whole(&self) -> impl Iterator<Item = &Vec<usize>> {
        let longest = self.counts.len() - 1;
        let contexts = self.counts.iter().flat_map(BTreeMap::keys);
        contexts.filter(move |c| c.len() == longest || c.first() == Some(&self.classes))
    }

    fn class(&self, action: i64) -> Option<usize> {
        usize::try_from(action).ok().filter(|action| *action < self.classes)
    }

    /// The last actions, behind the mark of a start where there are not enough.
    fn context(&self, history: &[i64]) -> Vec<usize> {
        let longest = self.counts.len() - 1;
        let past = history.iter().rev().filter_map(|a| self.class(*a));
        let mut context: Vec<usize> = past.chain([self.classes]).take(longest).collect();
        context.reverse();
        context
    }

    /// Replaces how often an action followed a shorter context by how many kinds of actions were before
    /// them, as Kneser and Ney do.
    fn count_kinds(&mut self) {
        if self.config.smoothing != Smoothing::KneserNey {
            return;
        }
        for length in 0..self.counts.len() - 1 {
            let mut kinds: BTreeMap<Vec<usize>, BTreeMap<usize, BTreeSet<usize>>> = BTreeMap::new();
            for (context, followers) in &self.counts[length + 1] {
                let shorter = kinds.entry(context[1..].to_vec()).or_default();
                for action in followers.keys() {
                    shorter.entry(*action).or_default().insert(context[0]);
                }
            }
            for (context, followers) in kinds {
                // Nothing stands before a start: its own counts stay.
                let of = followers.into_iter().map(|(action, before)| (action, before.len()));
                self.counts[length].insert(context, of.collect());
            }
        }
    }

    fn add_to(&self, followers: &Followers) -> Vec<f64> {
        let d = self.config.discount;
        let all = seen(followers) + d * self.classes as f64;
        let mut probabilities = vec![d / all; self.classes];
        followers.iter().for_each(|(action, c)| probabilities[*action] += *c as f64 / all);
        probabilities
    }

    /// What a context says, with what the shorter one does.
    fn mix(&self, mut shorter: Vec<f64>, followers: &Followers) -> Vec<f64> {
        let (n, d) = (seen(followers), self.config.discount);
        let kneser_ney = self.config.smoothing == Smoothing::KneserNey;
        let taken = |c: f64| if kneser_ney { (c - d).max(0.0) } else { (1.0 - d) * c };
        let left = n - followers.values().map(|c| taken(*c as f64)).sum::<f64>();
        shorter.iter_mut().for_each(|p| *p *= left / n);
        followers.iter().for_each(|(action, c)| shorter[*action] += taken(*c as f64) / n);
        shorter
    }
}

fn seen(followers: &Followers) -> f64 {
    followers.values().sum::<usize>() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: [(&[i64], i64); 5] =
        [(&[], 0), (&[0], 1), (&[0, 1], 2), (&[2, 0, 1], 2), (&[1, 0, 1], 0)];

    fn model(smoothing: Smoothing, discount: f64) -> NgramModel {
        NgramModel::fit(NgramConfig { order: 3, smoothing, discount }, SAMPLES, 4)
    }

    fn probabilities(model: &NgramModel, history: &[i64]) -> Vec<f64> {
        model.predict(history).into_iter().map(|p| f64::from(p).exp()).collect()
    }

    #[test]
    fn by_hand() {
        let additive = probabilities(&model(Smoothing::Additive, 0.5), &[3, 0, 1]);
        let expected = [1.5 / 5.0, 0.5 / 5.0, 2.5 / 5.0, 0.5 / 5.0];
        assert!(additive.iter().zip(expected).all(|(p, e)| (p - e).abs() < 1e-6), "{additive:?}");
        let mixed = probabilities(&model(Smoothing::Interpolated, 0.5), &[0, 1]);
        // 1/4 of all alike at 1/8; of the empty context 1/8; of [1] 1/4; of [0, 1] 1/2.
        let action_2 = 0.5 * 2.0 / 3.0 + 0.25 * 2.0 / 3.0 + 0.125 * 2.0 / 5.0 + 0.125 / 4.0;
        assert!((mixed[2] - action_2).abs() < 1e-6, "{mixed:?}");
        let kneser_ney = probabilities(&model(Smoothing::KneserNey, 0.5), &[0, 1]);
        // Kinds: after nothing 0 two, 1 one, 2 one; after [1] 2 and 0 one each.
        let empty = 0.5 / 4.0 + 1.5 / 4.0 / 4.0;
        let one = 0.5 / 2.0 + 1.0 / 2.0 * empty;
        assert!((kneser_ney[2] - (1.5 / 3.0 + 1.0 / 3.0 * one)).abs() < 1e-6, "{kneser_ney:?}");
    }

    #[test]
    fn probabilities_sum_to_one_and_parts_to_the_same() {
        let classes =
            ActionClasses { verbs: 2, nouns: 3, of_action: vec![(0, 0), (0, 1), (1, 1), (1, 2)] };
        for smoothing in [Smoothing::Additive, Smoothing::Interpolated, Smoothing::KneserNey] {
            let model = model(smoothing, 0.3);
            for history in [&[][..], &[3], &[0], &[2, 0, 1], &[3, 3], &[4, -1]] {
                for (label, logits) in model.predict_all(history, &classes) {
                    let sum: f64 = logits.iter().map(|p| f64::from(*p).exp()).sum();
                    assert!((sum - 1.0).abs() < 1e-5, "{smoothing:?} {label} {history:?}: {sum}");
                }
            }
        }
    }

    #[test]
    fn rows_are_the_model() {
        for smoothing in [Smoothing::Additive, Smoothing::Interpolated, Smoothing::KneserNey] {
            let model = model(smoothing, 0.3);
            let again = NgramModel::from_arrays(model.config(), &model.arrays(), 4);
            assert_eq!(again.as_ref(), Some(&model), "{smoothing:?}");
        }
        let model = model(Smoothing::Additive, 0.3);
        let broken = NgramArrays { counts: Vec::new(), ..model.arrays() };
        assert_eq!(NgramModel::from_arrays(model.config(), &broken, 4), None);
        assert_eq!(NgramModel::from_arrays(model.config(), &model.arrays(), 2), None);
    }
}
