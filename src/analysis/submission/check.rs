//! What the organisers' evaluation would refuse, and where it stands.
//!
//! A document may be larger than memory likes, so that it is read segment by segment.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::challenge::{LEVELS, MOST_SUPERVISED, TASK};
use super::segment::Segments;
use super::{Challenge, SubmissionError};
use crate::data::Uid;

/// As many problems are kept; the rest is counted.
const MOST_PROBLEMS: usize = 20;
/// As many names are shown of a list.
const MOST_NAMES: usize = 5;

/// What is wrong, and where in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Keys from the top, as in `results.P01_101_0.verb`.
    pub place: String,
    /// What stands there, and what was expected.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The challenge that the document names.
    pub challenge: Option<Challenge>,
    /// Segments in it.
    pub segments: usize,
    /// The first problems.
    pub problems: Vec<Problem>,
    /// How many there are.
    pub total: usize,
}

impl Checked {
    pub(super) fn add(&mut self, place: impl Into<String>, text: impl Into<String>) {
        self.total += 1;
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { place: place.into(), text: text.into() });
        }
    }
}

/// Checks a document; with `segments`, also whether it has exactly these.
///
/// # Errors
/// What is no JSON, or no object with `results` that are an object.
pub fn check(json: &[u8], segments: Option<&[Uid]>) -> Result<Checked, SubmissionError> {
    let head = read(json, Head)?;
    let mut checked = Checked::default();
    let challenge = check_head(&head, &mut checked);
    checked.challenge = challenge;
    let Some(challenge) = challenge else { return Ok(checked) };
    let mut walk = Segments::new(challenge, &mut checked);
    read(json, Whole(&mut walk))?;
    let found = walk.into_names();
    checked.segments = found.len();
    if found.is_empty() {
        checked.add("results", "it holds no segment");
    }
    if let Some(segments) = segments {
        compare(&found, segments, &mut checked);
    }
    Ok(checked)
}

fn read<'a, S: DeserializeSeed<'a>>(json: &'a [u8], seed: S) -> Result<S::Value, SubmissionError> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let failed = |error: serde_json::Error| SubmissionError::Json { reason: error.to_string() };
    let value = seed.deserialize(&mut reader).map_err(failed)?;
    reader.end().map_err(failed)?;
    Ok(value)
}

/// What the properties beside the results say; the challenge, if they name one.
fn check_head(head: &Map<String, Value>, checked: &mut Checked) -> Option<Challenge> {
    let version = head.get("version");
    let challenge = Challenge::ALL.into_iter().find(|c| version == Some(&c.version().into()));
    if challenge.is_none() {
        checked.add(
            "version",
            format!(
                "expected the text \"0.1\" (EPIC-Kitchens-55) or \"0.2\" (EPIC-Kitchens-100), {}",
                found(version)
            ),
        );
    }
    let task = head.get("challenge");
    if task.and_then(Value::as_str) != Some(TASK) {
        checked.add("challenge", format!("expected \"{TASK}\", {}", found(task)));
    }
    for name in LEVELS.into_iter().filter(|_| challenge == Some(Challenge::Ek100)) {
        let level = head.get(name);
        if level.and_then(Value::as_u64).is_none_or(|level| level > MOST_SUPERVISED) {
            checked.add(name, format!("expected a whole number from 0 to 5, {}", found(level)));
        }
    }
    challenge
}

/// What stands where something else was expected.
pub(super) fn found(value: Option<&Value>) -> String {
    match value {
        None => "found nothing".into(),
        Some(Value::Array(_)) => "found a list".into(),
        Some(Value::Object(_)) => "found an object".into(),
        Some(value) => format!("found {value}"),
    }
}

/// The first few of many.
pub(super) fn few<T: fmt::Display>(all: &[T]) -> String {
    let shown: Vec<String> = all.iter().take(MOST_NAMES).map(T::to_string).collect();
    let more = all.len().saturating_sub(MOST_NAMES);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &rest
}

fn compare(found: &[String], segments: &[Uid], checked: &mut Checked) {
    let expected: Vec<String> = segments.iter().map(Uid::to_string).collect();
    let without = |all: &[String], others: &[String]| -> Vec<String> {
        let others: HashSet<&String> = others.iter().collect();
        all.iter().filter(|name| !others.contains(name)).cloned().collect()
    };
    let (missing, unexpected) = (without(&expected, found), without(found, &expected));
    if !missing.is_empty() {
        let (n, names) = (missing.len(), few(&missing));
        checked.add("results", format!("{n} segments of the set are missing: {names}"));
    }
    if !unexpected.is_empty() {
        let (n, names) = (unexpected.len(), few(&unexpected));
        checked.add("results", format!("{n} segments are not of the set: {names}"));
    }
}

/// Reads everything but the results.
struct Head;

impl<'a> DeserializeSeed<'a> for Head {
    type Value = Map<String, Value>;

    fn deserialize<D: Deserializer<'a>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Head {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `version`, `challenge` and `results`")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut head = Map::new();
        let mut has_results = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "results" {
                has_results = true;
                map.next_value::<IgnoredAny>()?;
            } else {
                head.insert(key, map.next_value()?);
            }
        }
        match has_results {
            true => Ok(head),
            false => Err(A::Error::custom("it has no `results`")),
        }
    }
}

/// Reads the results alone.
struct Whole<'w, 'c>(&'w mut Segments<'c>);

impl<'a> DeserializeSeed<'a> for Whole<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Whole<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "results" {
                map.next_value_seed(&mut *self.0)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
