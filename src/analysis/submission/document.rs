//! Scores as the JSON of a challenge.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;

use super::super::{Predictions, Table};
use super::challenge::{ACTIONS, TASK};
use super::{Challenge, SubmissionError, Supervision, check};
use crate::data::Uid;

/// What a document is made of.
#[derive(Clone, Copy, Debug)]
pub struct Submission<'a> {
    /// For which challenge.
    pub challenge: Challenge,
    /// Levels of supervision, of EPIC-Kitchens-100.
    pub supervision: Supervision,
    /// Scores of verbs, nouns and actions.
    pub scores: &'a Predictions,
    /// The (verb, noun, action) triples of the data set.
    pub triples: &'a [(usize, usize, usize)],
    /// Every segment of the set; those without scores get zeros.
    pub segments: &'a [Uid],
}

impl Submission<'_> {
    /// The document, one segment a line: all verbs, all nouns, the hundred highest actions.
    ///
    /// # Errors
    /// Scores for another data set, or what [`check`] would refuse.
    pub fn json(&self) -> Result<Vec<u8>, SubmissionError> {
        let challenge = self.challenge;
        let verbs = self.table("verb", Some(challenge.verbs()))?;
        let nouns = self.table("noun", Some(challenge.nouns()))?;
        let actions = self.table("action", None)?;
        let pairs: BTreeMap<usize, (usize, usize)> =
            self.triples.iter().map(|(v, n, a)| (*a, (*v, *n))).collect();
        if pairs.len() < ACTIONS || pairs.keys().any(|action| *action >= actions.classes) {
            let found = pairs.len().min(actions.classes);
            return Err(SubmissionError::Actions { challenge, found, expected: ACTIONS });
        }
        let rows: HashMap<&Uid, usize> =
            self.scores.uids.iter().enumerate().map(|(row, uid)| (uid, row)).collect();
        let mut out = self.head();
        for (i, uid) in self.segments.iter().enumerate() {
            out.extend(if i == 0 { "\n" } else { ",\n" }.bytes());
            let _ = write!(out, "{}: ", quoted(uid));
            let scores = match rows.get(uid) {
                Some(row) => Scores {
                    verb: verbs.row(*row).to_vec(),
                    noun: nouns.row(*row).to_vec(),
                    action: highest(actions.row(*row), &pairs),
                },
                None => Scores::zeros(challenge),
            };
            scores.write(&mut out);
        }
        out.extend(b"\n}}\n");
        let checked = check(&out, Some(self.segments))?;
        match checked.problems.into_iter().next() {
            Some(problem) => Err(SubmissionError::Refused { challenge, problem }),
            None => Ok(out),
        }
    }

    fn table(
        &self,
        label: &'static str,
        classes: Option<usize>,
    ) -> Result<&Table, SubmissionError> {
        let challenge = self.challenge;
        let Some(table) = self.scores.scores.get(label) else {
            return Err(SubmissionError::Lacking { challenge, label });
        };
        let found = table.classes;
        match classes.filter(|expected| *expected != found) {
            Some(expected) => Err(SubmissionError::Classes { challenge, label, found, expected }),
            None => Ok(table),
        }
    }

    fn head(&self) -> Vec<u8> {
        let version = self.challenge.version();
        let mut head = format!("{{\"version\": \"{version}\", \"challenge\": \"{TASK}\", ");
        if self.challenge == Challenge::Ek100 {
            let levels = self.supervision.named();
            head.extend(levels.map(|(name, level)| format!("\"{name}\": {level}, ")));
        }
        (head + "\"results\": {").into_bytes()
    }
}

/// The scores of one segment.
struct Scores {
    verb: Vec<f64>,
    noun: Vec<f64>,
    action: Vec<((usize, usize), f64)>,
}

impl Scores {
    /// Of a segment that is too early in its video to be anticipated.
    fn zeros(challenge: Challenge) -> Self {
        Self {
            verb: vec![0.0; challenge.verbs()],
            noun: vec![0.0; challenge.nouns()],
            action: (0..ACTIONS).map(|noun| ((0, noun), 0.0)).collect(),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (label, scores) in [("verb", &self.verb), ("noun", &self.noun)] {
            let _ = write!(out, "\"{label}\": {{");
            entries(
                out,
                scores.iter().enumerate().map(|(class, score)| (class.to_string(), *score)),
            );
            out.extend(b"}, ");
        }
        out.extend(b"\"action\": {");
        let pair =
            |((verb, noun), score): &((usize, usize), f64)| (format!("{verb},{noun}"), *score);
        entries(out, self.action.iter().map(pair));
        out.extend(b"}}");
    }
}

fn entries(out: &mut Vec<u8>, scores: impl Iterator<Item = (String, f64)>) {
    for (i, (key, score)) in scores.enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        // A score that is no number leaves `null`, which the check refuses.
        let score = serde_json::Number::from_f64(score).map_or("null".into(), |n| n.to_string());
        let _ = write!(out, "{comma}\"{key}\": {score}");
    }
}

/// The highest scores, highest first; of equal ones the lower class.
fn highest(scores: &[f64], pairs: &BTreeMap<usize, (usize, usize)>) -> Vec<((usize, usize), f64)> {
    let mut order: Vec<usize> = pairs.keys().copied().collect();
    let above = |a: &usize, b: &usize| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b));
    if order.len() > ACTIONS {
        order.select_nth_unstable_by(ACTIONS, above);
        order.truncate(ACTIONS);
    }
    order.sort_by(above);
    order.into_iter().map(|action| (pairs[&action], scores[action])).collect()
}

fn quoted(uid: &Uid) -> String {
    serde_json::Value::from(uid.to_string()).to_string()
}
