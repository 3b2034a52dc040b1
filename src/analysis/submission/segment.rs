//! Whether the scores of each segment are those that a challenge takes.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::Challenge;
use super::challenge::ACTIONS;
use super::check::{Checked, few, found};

/// Walks through the results.
pub(super) struct Segments<'c> {
    challenge: Challenge,
    checked: &'c mut Checked,
    names: Vec<String>,
    /// Whether the first segment has scores of actions: then all must, else none may.
    has_actions: Option<bool>,
}

impl<'c> Segments<'c> {
    pub(super) fn new(challenge: Challenge, checked: &'c mut Checked) -> Self {
        Self { challenge, checked, names: Vec::new(), has_actions: None }
    }

    /// The segments in their order.
    pub(super) fn into_names(self) -> Vec<String> {
        self.names
    }

    fn segment(&mut self, name: &str, value: &Value) {
        let place = format!("results.{name}");
        let Some(entries) = value.as_object() else {
            let found = found(Some(value));
            self.checked.add(place, format!("expected an object with `verb` and `noun`, {found}"));
            return;
        };
        for key in entries.keys().filter(|k| !["verb", "noun", "action"].contains(&k.as_str())) {
            let text = "expected `verb`, `noun` and `action` alone";
            self.checked.add(format!("{place}.{key}"), text);
        }
        let counts = [("verb", self.challenge.verbs()), ("noun", self.challenge.nouns())];
        for (label, classes) in counts {
            self.classes(&format!("{place}.{label}"), entries.get(label), classes);
        }
        let actions = entries.get("action");
        let has_actions = *self.has_actions.get_or_insert(actions.is_some());
        match (has_actions, actions) {
            (true, Some(actions)) => self.actions(&format!("{place}.action"), actions),
            (true, None) => self.checked.add(place, "it has no `action`, and the first one has"),
            (false, Some(_)) => {
                self.checked.add(place, "it has `action`, and the first one has not")
            }
            (false, None) => {}
        }
    }

    /// A score for each class, and for nothing else.
    fn classes(&mut self, place: &str, value: Option<&Value>, classes: usize) {
        let Some(scores) = value.and_then(Value::as_object) else {
            let found = found(value);
            self.checked
                .add(place, format!("expected a score for each of {classes} classes, {found}"));
            return;
        };
        let mut seen = vec![false; classes];
        let mut others = Vec::new();
        for (key, score) in scores {
            match key.parse::<usize>().ok().and_then(|class| seen.get_mut(class)) {
                Some(seen) => *seen = true,
                None => others.push(format!("\"{key}\"")),
            }
            self.number(place, key, score);
        }
        if !others.is_empty() {
            let others = few(&others);
            self.checked
                .add(place, format!("expected classes 0 to {}, found {others}", classes - 1));
        }
        let missing: Vec<usize> = (0..classes).filter(|class| !seen[*class]).collect();
        if !missing.is_empty() {
            self.checked.add(place, format!("without a score: {}", few(&missing)));
        }
    }

    /// A hundred actions, each a verb and a noun.
    fn actions(&mut self, place: &str, value: &Value) {
        let Some(scores) = value.as_object() else {
            let found = found(Some(value));
            self.checked.add(place, format!("expected scores of {ACTIONS} actions, {found}"));
            return;
        };
        if scores.len() != ACTIONS {
            let n = scores.len();
            self.checked.add(place, format!("expected {ACTIONS} actions, found {n}"));
        }
        let (verbs, nouns) = (self.challenge.verbs(), self.challenge.nouns());
        let is_pair = |key: &String| {
            let pair = key.split_once(',').and_then(|(verb, noun)| {
                Some((verb.trim().parse::<usize>().ok()?, noun.trim().parse::<usize>().ok()?))
            });
            pair.is_some_and(|(verb, noun)| verb < verbs && noun < nouns)
        };
        let others: Vec<String> =
            scores.keys().filter(|key| !is_pair(key)).map(|key| format!("\"{key}\"")).collect();
        if !others.is_empty() {
            let text = format!(
                "expected \"VERB,NOUN\" with verbs below {verbs} and nouns below {nouns}, found {}",
                few(&others)
            );
            self.checked.add(place, text);
        }
        scores.iter().for_each(|(key, score)| self.number(place, key, score));
    }

    fn number(&mut self, place: &str, key: &str, score: &Value) {
        if !score.is_number() {
            let found = found(Some(score));
            self.checked.add(format!("{place}.{key}"), format!("expected a number, {found}"));
        }
    }
}

impl<'a> DeserializeSeed<'a> for &mut Segments<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for &mut Segments<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`results` as an object with an entry for each segment")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = std::collections::HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let value: Value = map.next_value()?;
            self.segment(&name, &value);
            if seen.insert(name.clone()) {
                self.names.push(name);
            } else {
                self.checked.add(format!("results.{name}"), "it is there twice");
            }
        }
        Ok(())
    }
}
