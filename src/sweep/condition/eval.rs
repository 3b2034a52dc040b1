//! Conditions -> true or false.

use std::cmp::Ordering;

use super::{Comparison, Expression, Lookup};
use crate::config::Value;
use crate::config::sweeping;

/// Whether an expression is true.
pub(super) fn truth(expression: &Expression, lookup: Lookup<'_>) -> Result<bool, String> {
    match expression {
        Expression::Or(sides) => Ok(truth(&sides[0], lookup)? || truth(&sides[1], lookup)?),
        Expression::And(sides) => Ok(truth(&sides[0], lookup)? && truth(&sides[1], lookup)?),
        Expression::Not(inner) => Ok(!truth(inner, lookup)?),
        Expression::Compare(comparison, sides) => {
            let (left, right) = (value(&sides[0], lookup)?, value(&sides[1], lookup)?);
            compare(*comparison, &left, &right)
        }
        Expression::Value(_) | Expression::Key(_) => match value(expression, lookup)? {
            Value::Bool(truth) => Ok(truth),
            other => Err(format!("expected true or false, got {}", sweeping::repr(&other))),
        },
    }
}

fn value(expression: &Expression, lookup: Lookup<'_>) -> Result<Value, String> {
    match expression {
        Expression::Value(value) => Ok(value.clone()),
        Expression::Key(key) => lookup(key),
        other => truth(other, lookup).map(Value::Bool),
    }
}

fn compare(comparison: Comparison, left: &Value, right: &Value) -> Result<bool, String> {
    let order = || {
        let order = match (left, right) {
            (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
            (Value::Str(a), Value::Str(b)) => Some(a.cmp(b)),
            _ => match (number(left), number(right)) {
                (Some(a), Some(b)) => return Ok(a.partial_cmp(&b)),
                _ => None,
            },
        };
        match order {
            Some(order) => Ok(Some(order)),
            None => {
                let (left, right) = (sweeping::repr(left), sweeping::repr(right));
                Err(format!("{left} and {right} have no order"))
            }
        }
    };
    Ok(match comparison {
        Comparison::Equal => sweeping::equal(left, right),
        Comparison::NotEqual => !sweeping::equal(left, right),
        Comparison::Less => order()? == Some(Ordering::Less),
        Comparison::LessOrEqual => order()?.is_some_and(Ordering::is_le),
        Comparison::Greater => order()? == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => order()?.is_some_and(Ordering::is_ge),
    })
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(i) => Some(*i as f64),
        Value::Float(x) => Some(*x),
        _ => None,
    }
}
