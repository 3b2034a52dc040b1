//! Several processes that train one model: what a step and the loop ask of them.
//!
//! Every rank holds the whole model and sees its part of every batch. Decides what they tell each
//! other and when; how it travels is behind [`Ranks`]. Invariant: after a step all ranks hold the
//! same weights, those of one process that sees the whole batches, and whatever one rank decides
//! (to stop, to give up) all do at the same step.
//!
//! | what | who knows it before | after |
//! |---|---|---|
//! | terms of a batch, by name: the mean and how many rows it is over | each its own | all, `terms` |
//! | gradients | each its own | their sum, all, `gradients` |
//! | what went wrong on one rank | that rank | all, [`exchange`] |
//! | the model that is evaluated | each its own, alike but for running statistics | the first one's, all |
//! | rows of an evaluation | each its own | the first |

mod alone;
pub(super) mod gradients;
pub(super) mod model;
pub(super) mod terms;
#[cfg(test)]
mod tests;

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use alone::Alone;

/// Processes that work on one model.
///
/// All of them call the same methods in the same order, and each call returns only when all have
/// made it. An implementation whose partner is lost ends the process.
pub trait Ranks {
    /// Which one this is, from 0. The first one writes.
    fn rank(&self) -> usize;

    /// How many there are.
    fn size(&self) -> usize;

    /// Adds up each number over all ranks; all have the sums.
    fn sum(&self, values: &mut [f32]);

    /// What each rank says, by rank.
    fn exchange(&self, said: &[u8]) -> Vec<Vec<u8>>;

    /// What each rank says, by rank, for the first rank alone; nothing for the others.
    fn gather(&self, said: &[u8]) -> Vec<Vec<u8>>;

    /// Hears that all ranks know of a failure, and all will leave.
    fn fail_together(&self) {}
}

/// An error that happened on another rank.
pub trait Elsewhere: Display {
    /// The error of that rank, in its words.
    fn elsewhere(rank: usize, reason: String) -> Self;
}

/// Tells all ranks how it went here, and hears how it went there: what each has, by rank.
///
/// # Errors
/// Here what went wrong here; everywhere else what went wrong on the first rank where something did.
pub fn exchange<T, E>(ranks: &dyn Ranks, own: Result<T, E>) -> Result<Vec<T>, E>
where
    T: Serialize + DeserializeOwned,
    E: Elsewhere,
{
    if ranks.size() == 1 {
        return own.map(|own| vec![own]);
    }
    let said: Result<&T, String> = own.as_ref().map_err(ToString::to_string);
    let answers = ranks.exchange(&encode(&said));
    let answers = answers.iter().map(|bytes| match decode::<Result<T, String>>(bytes) {
        Some(answer) => answer,
        None => Err("its answer cannot be read: is it the same program?".to_owned()),
    });
    let failed = |(rank, answer): (usize, Result<T, String>)| {
        answer.map_err(|reason| E::elsewhere(rank, reason))
    };
    let all: Result<Vec<T>, E> = answers.enumerate().map(failed).collect();
    all.map_err(|elsewhere| {
        ranks.fail_together();
        own.err().unwrap_or(elsewhere)
    })
}

/// Goes on only when all ranks can.
///
/// # Errors
/// As [`exchange`].
pub fn agree<T, E: Elsewhere>(ranks: &dyn Ranks, own: Result<T, E>) -> Result<T, E> {
    let (word, value) = match own {
        Ok(value) => (Ok(()), Some(value)),
        Err(error) => (Err(error), None),
    };
    exchange(ranks, word).map(|_| value.expect("it went well on every rank"))
}

/// Goes on when all ranks can, unless one of them is asked to stop.
///
/// # Errors
/// As [`exchange`].
pub fn unless_stopped<T, E: Elsewhere>(
    ranks: &dyn Ranks,
    stop: bool,
    own: Result<T, E>,
) -> Result<Option<T>, E> {
    let (word, value) = match own {
        Ok(value) => (Ok(stop), Some(value)),
        Err(error) => (Err(error), None),
    };
    let stops = exchange(ranks, word)?;
    Ok(value.filter(|_| !stops.contains(&true)))
}

/// Whether it is so on any rank.
pub fn any(ranks: &dyn Ranks, own: bool) -> bool {
    match ranks.size() {
        1 => own,
        _ => ranks.exchange(&[u8::from(own)]).iter().any(|said| *said == [1]),
    }
}

/// What the first rank says, for all.
///
/// # Errors
/// As [`exchange`].
pub fn of_the_first<T, E>(ranks: &dyn Ranks, own: Result<T, E>) -> Result<T, E>
where
    T: Serialize + DeserializeOwned,
    E: Elsewhere,
{
    let first = ranks.rank() == 0;
    // No option: on the way, none of an option is none at all.
    let own = own.map(|value| first.then_some(value).into_iter().collect::<Vec<T>>());
    let answers = exchange(ranks, own)?;
    Ok(answers.into_iter().flatten().next().expect("the first rank has said something"))
}

pub(super) fn encode(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("memory takes everything that can be written");
    bytes
}

pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    ciborium::from_reader(bytes).ok()
}
