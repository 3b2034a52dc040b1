//! Where a teacher is right and its student is wrong: who has the true action among the first k.
//!
//! Decides which segments count, what each of the three models says of them, and what came before. It
//! knows class numbers only: words are handed in. Source: cells 9 to 17 of the original's
//! `logit_analysis.ipynb`, which names four of the eight outcomes.

mod outcome;
mod render;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use super::matched::{LeftOut, Matched};
use super::{AnalysisError, Predictions};
use crate::data::{Annotations, Segment, Timeline, Uid, last_actions, latest_first};

pub use outcome::Outcome;

/// As many guesses of a model are kept, or k where that is more.
const GUESSES: usize = 5;

/// What is called right, and how much of the past is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorOptions {
    /// A model is right when the true action is among its first `k`.
    pub k: usize,
    /// Past actions of a segment, the latest.
    pub history: usize,
    /// Whether a past action that is repeated at once counts once.
    pub deduplicate: bool,
}

/// The three models, in the order of [`Case::guesses`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What the distilled model learned from.
    Teacher,
    /// The model without a teacher.
    Baseline,
    /// The model with one.
    Distilled,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 3] = [Role::Teacher, Role::Baseline, Role::Distilled];

    /// `teacher`, `baseline` or `distilled`.
    pub fn name(self) -> &'static str {
        match self {
            Role::Teacher => "teacher",
            Role::Baseline => "baseline",
            Role::Distilled => "distilled",
        }
    }
}

/// One segment and what is said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case<'a> {
    /// Which.
    pub segment: &'a Segment,
    /// Its video.
    pub video: &'a str,
    /// Who is right.
    pub outcome: Outcome,
    /// The true action.
    pub target: usize,
    /// The actions before it, oldest first, with their segments.
    pub history: Vec<(usize, &'a Uid)>,
    /// What each model puts first.
    pub guesses: [Guesses; 3],
}

/// What a model says of a segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Guesses {
    /// How many actions it puts before the true one.
    pub rank: usize,
    /// The first actions with score and softmax of the scores, highest first.
    pub first: Vec<Guess>,
}

/// An action that a model expects.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// Which.
    pub action: usize,
    /// Its score as it is stored.
    pub score: f64,
    /// Its probability: the softmax of the scores, or the score where all of a row are probabilities.
    pub probability: f64,
}

/// All segments that the three models and the annotations have in matched.
#[derive(Debug)]
pub struct Errors<'a> {
    /// What is called right.
    pub options: ErrorOptions,
    /// What the models are called, by [`Role`].
    pub names: [String; 3],
    /// The segments, in the order of the annotations.
    pub cases: Vec<Case<'a>>,
    /// What could not be used.
    pub left_out: LeftOut,
}

impl<'a> Errors<'a> {
    /// Asks the models, by [`Role`], about every segment; past actions are those of the sets in `seen`.
    ///
    /// # Errors
    /// Models that do not belong together; a `k` that no row has.
    pub fn new(
        models: [&'a Predictions; 3],
        annotations: &'a Annotations,
        seen: &[&'a Annotations],
        options: ErrorOptions,
    ) -> Result<Self, AnalysisError> {
        let matched = Matched::new(&models, annotations, "action")?;
        let classes = matched.tables[0].classes;
        if !(1..=classes).contains(&options.k) {
            let expected = format!("1 to {classes}, the number of actions");
            return Err(AnalysisError::OutOfRange { what: "k".into(), found: options.k, expected });
        }
        let timeline = Timeline::new(seen);
        let case = |i: usize| {
            let segment = matched.segments[i];
            let (video, target) = (annotations.videos[segment.video].as_str(), matched.targets[i]);
            let guesses = [0, 1, 2]
                .map(|model| Guesses::of(matched.scores(model, i), target, options.k.max(GUESSES)));
            let [teacher, baseline, distilled] =
                [0, 1, 2].map(|model: usize| guesses[model].rank < options.k);
            let past = latest_first(timeline.before(video, segment.start));
            let history = last_actions(past, options.history, options.deduplicate);
            Case {
                segment,
                video,
                outcome: Outcome { teacher, baseline, distilled },
                target,
                history: history.into_iter().map(|(action, of)| (action, &of.uid)).collect(),
                guesses,
            }
        };
        Ok(Self {
            options,
            names: models.map(|model| model.name.clone()),
            cases: (0..matched.segments.len()).map(case).collect(),
            left_out: matched.left_out,
        })
    }

    /// How many segments have each outcome, in the order of [`Outcome::ALL`].
    pub fn counts(&self) -> [usize; 8] {
        let mut counts = [0; 8];
        self.cases.iter().for_each(|case| counts[case.outcome.number()] += 1);
        counts
    }

    /// How many segments each model is right about, by [`Role`].
    pub fn right(&self) -> [usize; 3] {
        let count =
            |right: fn(&Outcome) -> bool| self.cases.iter().filter(|c| right(&c.outcome)).count();
        [count(|o| o.teacher), count(|o| o.baseline), count(|o| o.distilled)]
    }

    /// At most `most` segments of an outcome, spread evenly over all of them.
    pub fn examples(&self, outcome: Outcome, most: usize) -> Vec<&Case<'a>> {
        let all: Vec<&Case<'a>> =
            self.cases.iter().filter(|case| case.outcome == outcome).collect();
        let shown = most.min(all.len());
        (0..shown).map(|i| all[i * all.len() / shown]).collect()
    }
}

impl Guesses {
    /// The first `most` of a row; of equal scores the lower class is first.
    fn of(scores: &[f64], target: usize, most: usize) -> Self {
        let by_score =
            |a: usize, b: usize| scores[b].partial_cmp(&scores[a]).unwrap_or(Ordering::Equal);
        let before = |a: usize, b: usize| by_score(a, b).then(a.cmp(&b));
        let rank = (0..scores.len()).filter(|class| before(*class, target).is_lt()).count();
        let mut order: Vec<usize> = (0..scores.len()).collect();
        if most < order.len() {
            order.select_nth_unstable_by(most, |a, b| before(*a, *b));
            order.truncate(most);
        }
        order.sort_unstable_by(|a, b| before(*a, *b));
        let probability = probabilities(scores);
        let guess = |action: usize| {
            let score = scores[action];
            Guess { action, score, probability: probability(score) }
        };
        Self { rank, first: order.into_iter().map(guess).collect() }
    }
}

/// What makes a probability of the scores of a row.
fn probabilities(scores: &[f64]) -> impl Fn(f64) -> f64 {
    let sum: f64 = scores.iter().sum();
    let are_shares = scores.iter().all(|score| *score >= 0.0) && (sum - 1.0).abs() < 1e-3;
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = scores.iter().map(|score| (score - most).exp()).sum();
    move |score| if are_shares { score } else { (score - most).exp() / total }
}
