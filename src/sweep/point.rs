//! One point of a space: a job's value of every dimension that it has.

use std::borrow::Cow;

use super::space::{Choice, Dimension};
use crate::config::sweeping::{self, Literal};
use crate::config::{Composed, Composer, OverrideArg, Value};

/// Values of dimensions, in the order of the space.
#[derive(Clone, Debug)]
pub(super) struct Point<'s> {
    pub(super) values: Vec<(&'s Dimension, Cow<'s, Choice>)>,
}

impl Point<'_> {
    /// The overrides of the job.
    pub(super) fn overrides(&self) -> Vec<OverrideArg> {
        self.values.iter().map(|(dimension, choice)| dimension.pick(choice.text())).collect()
    }

    /// The same as one text.
    pub(super) fn text(&self) -> String {
        let texts: Vec<String> = self.overrides().into_iter().map(|arg| arg.text).collect();
        texts.join(" ")
    }
}

/// Looks up keys for the conditions of one job.
///
/// | key | value |
/// |---|---|
/// | one that the job overrides with a plain value | that value |
/// | a config group | the name of the option |
/// | any other | that of the job's composed config, interpolations resolved |
pub(super) struct PointValues<'a> {
    composer: &'a Composer,
    /// The overrides of `hydra`.
    hydra: &'a [OverrideArg],
    number: usize,
    pub(super) point: &'a Point<'a>,
    own: Option<Composed>,
}

impl<'a> PointValues<'a> {
    pub(super) fn new(
        composer: &'a Composer,
        hydra: &'a [OverrideArg],
        number: usize,
        point: &'a Point<'a>,
    ) -> Self {
        Self { composer, hydra, number, point, own: None }
    }

    /// The value of a key, or why it has none.
    pub(super) fn value(&mut self, key: &str) -> Result<Value, String> {
        let last = self.point.values.iter().rfind(|(one, _)| one.target() == key);
        if let Some((dimension, choice)) = last
            && !dimension.key().starts_with('~')
            && let Some(value) = plain(choice.literal())
        {
            return Ok(value);
        }
        let own = match self.own.take() {
            Some(own) => own,
            None => {
                let all = self.hydra.iter().cloned().chain(self.point.overrides()).collect();
                let own = self.composer.job(self.number, all);
                own.map_err(|errors| format!("failed to {errors}"))?
            }
        };
        let own = self.own.insert(own);
        if let Some(option) = own.choices().get(key) {
            return Ok(option.clone().map_or(Value::Null, Value::Str));
        }
        match sweeping::resolved(own, key) {
            Ok(Some(node)) if !node.is_missing() => Ok(node.value),
            Ok(_) => Err(format!("`{key}` has no value; a text is written in quotes")),
            Err(errors) => Err(format!("failed to {errors}")),
        }
    }
}

/// The value of a scalar that needs no composition.
fn plain(literal: &Literal) -> Option<Value> {
    match literal {
        Literal::Null => Some(Value::Null),
        Literal::Bool(b) => Some(Value::Bool(*b)),
        Literal::Int(i) => Some(Value::Int(*i)),
        Literal::Float(x) => Some(Value::Float(*x)),
        Literal::Str(text) | Literal::Quoted { text, .. } => {
            (!text.contains("${") && text != "???").then(|| Value::Str(text.clone()))
        }
        Literal::List(_) | Literal::Dict(_) | Literal::Edit(_) => None,
    }
}
