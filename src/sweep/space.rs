//! What a sweep searches: one dimension for each override, in order.
//!
//! `basic` and `grid` take its grid; `random` and `tpe` draw points of it.

use indexmap::IndexMap;

use super::error::SweepError;
use super::{glob, range};
use crate::config::sweeping::{self, Literal, Number, Override, Sweep, SweepValues};
use crate::config::{Origin, OverrideArg};

/// The dimensions of a sweep.
#[derive(Clone, Debug)]
pub struct SearchSpace {
    dimensions: Vec<Dimension>,
}

/// The values that one override goes through; a plain override has a single one.
#[derive(Clone, Debug)]
pub struct Dimension {
    key: String,
    target: String,
    domain: Domain,
    tags: Vec<String>,
    zipped: bool,
    text: String,
    origin: Origin,
}

/// What a dimension ranges over.
#[derive(Clone, Debug)]
pub enum Domain {
    /// These values, in this order.
    Choices(Vec<Choice>),
    /// Every number from `start` to `end`.
    Interval {
        /// The lowest.
        start: f64,
        /// The highest.
        end: f64,
        /// Whether whole numbers only: `int(interval(1,10))`.
        whole: bool,
    },
}

/// One value of a dimension.
#[derive(Clone, Debug)]
pub struct Choice {
    text: String,
    literal: Literal,
}

impl Choice {
    pub(super) fn new(literal: Literal) -> Self {
        Self { text: sweeping::element(&literal), literal }
    }

    /// The name of an option, which Hydra does not escape.
    fn option(name: String) -> Self {
        Self { text: name.clone(), literal: Literal::Str(name) }
    }

    /// The value as an override spells it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number, when it is one.
    pub fn number(&self) -> Option<f64> {
        match self.literal {
            Literal::Int(i) => Some(i as f64),
            Literal::Float(x) => Some(x),
            _ => None,
        }
    }

    pub(super) fn literal(&self) -> &Literal {
        &self.literal
    }
}

impl Dimension {
    /// The key with its prefix and package: `a.b`, `+group@package`, `~key`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it ranges over.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The tags of `tag(..)`, sorted.
    pub fn tags(&self) -> &[String] {
        &self.tags
    }

    /// Whether it advances together with the other zipped ones of its tags.
    pub fn is_zipped(&self) -> bool {
        self.zipped
    }

    /// Where it was written.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The override it was made of.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The key without prefix, with its package.
    pub(super) fn target(&self) -> &str {
        &self.target
    }

    /// Whether it is more than a plain override.
    pub(super) fn varies(&self) -> bool {
        !matches!(&self.domain, Domain::Choices(choices) if choices.len() == 1)
    }

    /// The override that picks a value.
    pub fn pick(&self, value: &str) -> OverrideArg {
        let text = format!("{}={value}", self.key);
        OverrideArg { text, origin: self.origin.clone() }
    }

    /// Whether a value edits what the key has, so that earlier overrides of the key count too.
    fn is_edit(&self) -> bool {
        let edits = |choice: &Choice| matches!(choice.literal, Literal::Edit(_));
        matches!(&self.domain, Domain::Choices(choices) if choices.iter().any(edits))
    }
}

impl SearchSpace {
    /// Reads overrides; `options` lists the options of a config group.
    ///
    /// # Errors
    /// An override that does not parse, a range that cannot be enumerated.
    pub fn new(
        overrides: &[OverrideArg],
        options: &dyn Fn(&str) -> Vec<String>,
    ) -> Result<Self, SweepError> {
        let mut by_key: IndexMap<(String, usize), Dimension> = IndexMap::new();
        for (index, one) in sweeping::parse(overrides)?.iter().enumerate() {
            let dimension = dimension(one, options)?;
            let key = dimension.key.clone();
            if dimension.is_edit() {
                by_key.insert((key, index + 1), dimension);
                continue;
            }
            let first = by_key.keys().position(|(known, _)| *known == key);
            by_key.insert((key.clone(), 0), dimension);
            let last = by_key.get_index_of(&(key.clone(), 0));
            if let (Some(first), Some(last)) = (first, last) {
                by_key.move_index(last, first);
                by_key.retain(|(known, edit), _| *known != key || *edit == 0);
            }
        }
        Ok(Self { dimensions: by_key.into_values().collect() })
    }

    /// The dimensions, in the order of a job's overrides.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }
}

fn dimension(
    one: &Override,
    options: &dyn Fn(&str) -> Vec<String>,
) -> Result<Dimension, SweepError> {
    let single = |literal: Literal| Domain::Choices(vec![Choice::new(literal)]);
    let (domain, mut tags, zipped) = match (one.sweep(), one.literal()) {
        (Some(sweep), _) => (domain(one, sweep, options)?, sweep.tags.clone(), sweep.zipped),
        (None, Some(literal)) => (single(literal.clone()), Vec::new(), false),
        (None, None) => (single(Literal::Null), Vec::new(), false),
    };
    tags.sort();
    tags.dedup();
    let (key, target) = (one.key_element(), one.target());
    let (text, origin) = (one.text.clone(), one.origin.clone());
    Ok(Dimension { key, target, domain, tags, zipped, text, origin })
}

fn domain(
    one: &Override,
    sweep: &Sweep,
    options: &dyn Fn(&str) -> Vec<String>,
) -> Result<Domain, SweepError> {
    let mut choices: Vec<Choice> = match &sweep.values {
        SweepValues::Choice { items, .. } => items.iter().cloned().map(Choice::new).collect(),
        SweepValues::Range { start, stop, step } => {
            let numbers = range::numbers(*start, *stop, *step);
            let numbers =
                numbers.map_err(|problem| not_discrete(&one.text, problem, &one.origin))?;
            numbers.into_iter().map(Choice::new).collect()
        }
        SweepValues::Glob { include, exclude } => {
            let any = |patterns: &[String], name: &str| {
                patterns.iter().any(|pattern| glob::matches(pattern, name))
            };
            let names = options(&one.key).into_iter();
            let names = names.filter(|name| any(include, name) && !any(exclude, name));
            names.map(Choice::option).collect()
        }
        SweepValues::Interval { start, end } => {
            let whole = matches!((start, end), (Number::Int(_), Number::Int(_)));
            return Ok(Domain::Interval { start: start.as_f64(), end: end.as_f64(), whole });
        }
    };
    if sweep.shuffle {
        use rand::seq::SliceRandom;
        choices.shuffle(&mut sweeping::shuffler());
    }
    Ok(Domain::Choices(choices))
}

pub(super) fn not_discrete(text: &str, problem: &str, origin: &Origin) -> SweepError {
    let (text, problem) = (text.to_owned(), problem.to_owned());
    SweepError::NotDiscrete { text, problem, origin: origin.clone() }
}
