//! Conditions over the values of a job: `distill == 0 and temperature > 1`.
//!
//! | part | meaning |
//! |---|---|
//! | `or`, `and`, `not`, `( )` | as in Python, weakest first; what is decided is not evaluated further |
//! | `==`, `!=` | equal, not equal: numbers and booleans by value, else the same kind and value |
//! | `<`, `<=`, `>`, `>=` | number with number, text with text; anything else is refused |
//! | `1`, `-2.5`, `1e-3`, `true`, `null` | values, as overrides spell them |
//! | `'adam'`, `"adam"` | texts; a backslash before a quote or a backslash takes its meaning |
//! | `a.b`, `model/backbone`, `dataset@train` | the value of a key, the option of a group |
//!
//! A condition alone must be true or false. Nothing else is in the language: no calls, no
//! arithmetic, no state.

mod eval;
mod parser;

use super::error::SweepError;
use crate::config::{Origin, Value};

/// A parsed condition.
#[derive(Clone, Debug)]
pub struct Condition {
    text: String,
    origin: Origin,
    tree: Expression,
}

#[derive(Clone, Debug)]
enum Expression {
    Or(Box<[Expression; 2]>),
    And(Box<[Expression; 2]>),
    Not(Box<Expression>),
    Compare(Comparison, Box<[Expression; 2]>),
    Value(Value),
    Key(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The value of a key, or why it has none.
pub type Lookup<'a> = &'a mut dyn FnMut(&str) -> Result<Value, String>;

impl Condition {
    /// Reads a condition that was written at `origin`.
    ///
    /// # Errors
    /// What does not follow the grammar, and where.
    pub fn parse(text: &str, origin: &Origin) -> Result<Self, SweepError> {
        match parser::parse(text) {
            Ok(tree) => Ok(Self { text: text.to_owned(), origin: origin.clone(), tree }),
            Err((column, problem)) => Err(SweepError::ConditionSyntax {
                text: text.to_owned(),
                problem,
                column,
                origin: origin.clone(),
            }),
        }
    }

    /// The condition as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it was written.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The keys that it may ask for, in order, each as often as it is written.
    pub fn keys(&self) -> Vec<&str> {
        let mut keys = Vec::new();
        self.tree.each_key(&mut |key| keys.push(key));
        keys
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// A key without a value, values that cannot be compared, a result that is neither true nor
    /// false.
    pub fn holds(&self, lookup: Lookup<'_>) -> Result<bool, String> {
        eval::truth(&self.tree, lookup)
    }
}

impl Expression {
    fn each_key<'e>(&'e self, found: &mut dyn FnMut(&'e str)) {
        match self {
            Expression::Or(sides) | Expression::And(sides) | Expression::Compare(_, sides) => {
                sides.iter().for_each(|side| side.each_key(found));
            }
            Expression::Not(inner) => inner.each_key(found),
            Expression::Key(key) => found(key),
            Expression::Value(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
