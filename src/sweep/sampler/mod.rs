//! Sweeps whose points are drawn one by one: `random` and `tpe`.
//!
//! A point depends on the seed, its number and the trials before it, on nothing else: a study that
//! was stopped goes on where it was, and several processes may draw for it in turn.
//!
//! | rule | |
//! |---|---|
//! | `random`, and the first `n_startup_trials` of `tpe` | the seed and the number decide, not the history |
//! | later trials of `tpe` | where good points are likely; those without a value, and failed ones, are no good |
//! | conditions | a point that they refuse is drawn again, up to 1000 times |
//! | a space of no more than 1000 points | no point twice, and no more trials than points |
//! | a larger one | no point twice unless 1000 draws bring nothing new |

mod region;

use std::collections::HashSet;

use self::region::Region;
use super::error::SweepError;
use super::rules::Rules;
use super::settings::{self, Settings, Study, TpeSampler};
use super::stream::Stream;
use super::tpe::{Estimator, Observation, Position};
use crate::config::{Composed, Composer, OverrideArg};

/// How often a point is drawn again, and how many points are listed.
const LIMIT: usize = 1000;

/// Draws the points of a sweep one by one.
pub struct Sampler<'c> {
    study: Study,
    /// Of `tpe`.
    search: Option<TpeSampler>,
    region: Region,
    rules: Rules<'c>,
    /// Every point of a small space.
    all: Option<Vec<Drawn>>,
}

/// A job that was drawn before.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Its number in the sweep.
    pub number: usize,
    /// The overrides that were drawn for it, as they were spelt.
    pub overrides: Vec<String>,
    /// What came of it.
    pub outcome: TrialOutcome,
}

/// What came of a trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TrialOutcome {
    /// Nothing yet.
    Pending,
    /// The value of the metric; one that is not finite counts as failed.
    Value(f64),
    /// It has no value.
    Failed,
}

/// A point with the overrides that make it.
#[derive(Clone, Debug)]
struct Drawn {
    position: Position,
    overrides: Vec<OverrideArg>,
}

impl Drawn {
    fn texts(&self) -> Vec<String> {
        self.overrides.iter().map(|arg| arg.text.clone()).collect()
    }
}

/// Points by their overrides.
type Seen = HashSet<Vec<String>>;

impl<'c> Sampler<'c> {
    /// The sampler of a composed config's sweep; `None` for a sweeper whose jobs are a list, see
    /// [`jobs`](super::jobs). `composer` composes the jobs whose conditions need it.
    ///
    /// # Errors
    /// What is wrong with the sweeper's settings, its parameters, its conditions.
    pub fn new(composed: &Composed, composer: &'c Composer) -> Result<Option<Self>, SweepError> {
        let (study, search) = match settings::of(composed)? {
            Settings::Basic | Settings::Grid => return Ok(None),
            Settings::Random(study) => (study, None),
            Settings::Tpe(study, search) => (study, Some(search)),
        };
        let region = Region::new(super::jobs::space(composed)?)?;
        let rules = Rules::new(composed, composer, &region.space)?;
        let mut sampler = Self { study, search, region, rules, all: None };
        sampler.all = sampler.listed()?;
        Ok(Some(sampler))
    }

    /// How many points are drawn.
    pub fn trials(&self) -> usize {
        let points = self.all.as_ref().map_or(usize::MAX, Vec::len);
        self.study.trials.min(points)
    }

    /// The metric by which a trial is judged.
    pub fn metric(&self) -> &str {
        &self.study.metric
    }

    /// Whether more of it is better.
    pub fn maximizes(&self) -> bool {
        self.study.maximizes
    }

    /// The overrides of the jobs that are known before any result is there: the first ones of
    /// `tpe`, all of `random`.
    ///
    /// # Errors
    /// As [`Sampler::draw`].
    pub fn known(&self) -> Result<Vec<Vec<OverrideArg>>, SweepError> {
        let points = self.even(self.startup().min(self.trials()))?;
        Ok(points.into_iter().map(|point| point.overrides).collect())
    }

    /// Jobs in which every choice of every override and both ends of every interval occur, so that
    /// what cannot be composed is found before the first trial starts; every point of a small space.
    ///
    /// # Errors
    /// A condition that has no answer.
    pub fn probes(&self) -> Result<Vec<Vec<OverrideArg>>, SweepError> {
        if let Some(all) = &self.all {
            return Ok(all.iter().map(|point| point.overrides.clone()).collect());
        }
        let probes = self.region.probes(LIMIT).into_iter().enumerate();
        let settled = probes.map(|(number, values)| self.settle(number, &values));
        let points = settled.collect::<Result<Vec<_>, _>>()?;
        Ok(points.into_iter().flatten().map(|point| point.overrides).collect())
    }

    /// The overrides of job `number`; what `history` says of that job itself does not count.
    ///
    /// # Errors
    /// A trial that is none of this sweep, a condition without an answer or that refuses every
    /// point.
    pub fn draw(&self, number: usize, history: &[Trial]) -> Result<Vec<OverrideArg>, SweepError> {
        if self.region.count() == Some(0) {
            return Err(SweepError::NothingLeft { draws: 0 });
        }
        let point = match &self.search {
            Some(search) if number >= search.n_startup_trials => {
                self.search(search, number, history)?
            }
            _ => self.even(number + 1)?.pop().expect("one for each number up to this one"),
        };
        Ok(point.overrides)
    }

    /// How many points do not depend on any result.
    fn startup(&self) -> usize {
        self.search.as_ref().map_or(usize::MAX, |search| search.n_startup_trials)
    }

    /// The first points of those that are drawn evenly.
    fn even(&self, count: usize) -> Result<Vec<Drawn>, SweepError> {
        let (mut points, mut seen) = (Vec::new(), Seen::new());
        for number in 0..count {
            let mut stream = Stream::new(self.study.seed, number);
            let mut draw = |stream: &mut Stream| {
                self.region.axes.iter().map(|axis| axis.draw(stream)).collect()
            };
            let point = self.some(number, 1, &seen, &mut stream, &mut draw)?.swap_remove(0);
            seen.insert(point.texts());
            points.push(point);
        }
        Ok(points)
    }

    /// A point where good ones are likely.
    fn search(
        &self,
        search: &TpeSampler,
        number: usize,
        history: &[Trial],
    ) -> Result<Drawn, SweepError> {
        let mut trials: Vec<&Trial> = history.iter().filter(|one| one.number != number).collect();
        trials.sort_by_key(|trial| trial.number);
        let observed = trials.iter().map(|trial| self.observation(trial));
        let observed = observed.collect::<Result<Vec<_>, _>>()?;
        let startup = self.even(search.n_startup_trials.min(self.trials()))?;
        let mut seen: Seen = startup.iter().map(Drawn::texts).collect();
        seen.extend(trials.iter().map(|trial| trial.overrides.clone()));

        let estimator = Estimator::new(&self.region.axes, &observed, search.gamma);
        let mut stream = Stream::new(self.study.seed, number);
        let mut draw = |stream: &mut Stream| estimator.draw(stream);
        let count = search.n_ei_candidates;
        let candidates = self.some(number, count, &seen, &mut stream, &mut draw)?;
        let scored = candidates.into_iter().map(|one| (estimator.score(&one.position), one));
        let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best });
        Ok(best.expect("there is a candidate, or an error").1)
    }

    fn observation(&self, trial: &Trial) -> Result<Observation, SweepError> {
        let may_lack = |dimension| self.rules.is_conditional(dimension);
        let position = self.region.read(&trial.overrides, may_lack).map_err(|problem| {
            let overrides = trial.overrides.join(" ");
            SweepError::Foreign { number: trial.number, overrides, problem }
        })?;
        let merit = match trial.outcome {
            TrialOutcome::Value(x) if x.is_finite() && self.study.maximizes => Some(x),
            TrialOutcome::Value(x) if x.is_finite() => Some(-x),
            TrialOutcome::Value(_) | TrialOutcome::Pending | TrialOutcome::Failed => None,
        };
        Ok(Observation { position, merit })
    }

    /// Up to `count` points that were not seen, at least one; one that was only if there is no other.
    fn some(
        &self,
        number: usize,
        count: usize,
        seen: &Seen,
        stream: &mut Stream,
        draw: &mut dyn FnMut(&mut Stream) -> Vec<f64>,
    ) -> Result<Vec<Drawn>, SweepError> {
        let (mut fresh, mut repeated) = (Vec::new(), None);
        for _ in 0..LIMIT.max(count) {
            let values = draw(stream);
            match self.settle(number, &values)? {
                Some(point) if seen.contains(&point.texts()) => repeated = Some(point),
                Some(point) => fresh.push(point),
                None => {}
            }
            if fresh.len() == count {
                return Ok(fresh);
            }
        }
        if fresh.is_empty() {
            fresh = self.unseen(count, seen, stream);
        }
        if fresh.is_empty() {
            fresh.extend(repeated);
        }
        match fresh.is_empty() {
            true => Err(SweepError::NothingLeft { draws: LIMIT }),
            false => Ok(fresh),
        }
    }

    /// Up to `count` of the points of a small space that were not seen.
    fn unseen(&self, count: usize, seen: &Seen, stream: &mut Stream) -> Vec<Drawn> {
        let all = self.all.iter().flatten().filter(|point| !seen.contains(&point.texts()));
        let mut left: Vec<&Drawn> = all.collect();
        let count = count.min(left.len());
        (0..count).map(|_| left.swap_remove(stream.below(left.len())).clone()).collect()
    }

    /// The job at a point with a value on each axis, when it is one.
    fn settle(&self, number: usize, values: &[f64]) -> Result<Option<Drawn>, SweepError> {
        let region = &self.region;
        let Some(point) = self.rules.settle(number, &region.space, region.choices(values))? else {
            return Ok(None);
        };
        let has = |one: &_| point.values.iter().any(|(had, _)| std::ptr::eq(*had, one));
        Ok(Some(Drawn { position: region.position(values, has), overrides: point.overrides() }))
    }

    /// Every point, where there are few enough to list them.
    fn listed(&self) -> Result<Option<Vec<Drawn>>, SweepError> {
        let Some(count) = self.region.count().filter(|count| *count <= LIMIT) else {
            return Ok(None);
        };
        let (mut points, mut seen) = (Vec::new(), Seen::new());
        for index in 0..count {
            if let Some(point) = self.settle(index, &self.region.at(index))?
                && seen.insert(point.texts())
            {
                points.push(point);
            }
        }
        match points.is_empty() && count > 0 {
            true => Err(SweepError::NothingLeft { draws: count }),
            false => Ok(Some(points)),
        }
    }
}

#[cfg(test)]
mod tests;
