//! `int(x)`, `float(x)`, `str(x)`, `bool(x)`, as Python converts, and `json_str(x)`.
//!
//! Lists, dict values, choices and the bounds of ranges and intervals are cast one by one;
//! `json_str` writes a list or dict as one text. Tags and shuffling do not survive a cast.

use super::ast::{Literal, Number, Sweep, SweepValues};
use super::functions::{Args, Argument, Result, literal, optional, variadic};
use super::json;
use crate::config::python;

/// What to cast to.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Cast {
    Int,
    Float,
    Str,
    Bool,
    Json,
}

/// Casts one value, or several to a sweep.
pub(super) fn cast(args: Args, to: Cast) -> Result<Argument> {
    let (mut values, [value]) = variadic(args, ["value"])?;
    if let Some(value) = optional(value) {
        if !values.is_empty() {
            return Err("cannot use both positional and named arguments".to_owned());
        }
        values.push(value);
    }
    let value = match values.len() {
        0 => return Err("no argument to cast".to_owned()),
        1 => values.remove(0),
        _ => {
            let items = values.into_iter().map(literal).collect::<Result<_>>()?;
            Argument::Sweep(Sweep::new(SweepValues::Choice { items, simple: true }))
        }
    };
    match value {
        Argument::Literal(literal) => cast_literal(literal, to).map(Argument::Literal),
        Argument::Sweep(sweep) => cast_sweep(sweep, to).map(Argument::Sweep),
    }
}

fn cast_literal(value: Literal, to: Cast) -> Result<Literal> {
    match value {
        Literal::Edit(_) => Err("an edit cannot be cast".to_owned()),
        value if to == Cast::Json => Ok(Literal::Str(json::dumps(&value))),
        Literal::List(items) => {
            items.into_iter().map(|x| cast_literal(x, to)).collect::<Result<_>>().map(Literal::List)
        }
        Literal::Dict(items) => items
            .into_iter()
            .map(|(key, value)| Ok((key, cast_literal(value, to)?)))
            .collect::<Result<_>>()
            .map(Literal::Dict),
        Literal::Quoted { text, .. } => cast_literal(Literal::Str(text), to),
        scalar => cast_scalar(&scalar, to)
            .ok_or_else(|| format!("cannot cast `{}` to {}", super::element(&scalar), to.name())),
    }
}

impl Cast {
    fn name(self) -> &'static str {
        match self {
            Cast::Int => "int",
            Cast::Float => "float",
            Cast::Str => "str",
            Cast::Bool => "bool",
            Cast::Json => "json_str",
        }
    }
}

fn cast_scalar(value: &Literal, to: Cast) -> Option<Literal> {
    Some(match (to, value) {
        (Cast::Int, Literal::Int(i)) => Literal::Int(*i),
        (Cast::Int, Literal::Float(x)) if x.is_finite() => Literal::Int(x.trunc() as i128),
        (Cast::Int, Literal::Bool(b)) => Literal::Int(i128::from(*b)),
        (Cast::Int, Literal::Str(s)) => Literal::Int(python::parse_int(s)?),
        (Cast::Float, Literal::Int(i)) => Literal::Float(*i as f64),
        (Cast::Float, Literal::Float(x)) => Literal::Float(*x),
        (Cast::Float, Literal::Bool(b)) => Literal::Float(f64::from(u8::from(*b))),
        (Cast::Float, Literal::Str(s)) => Literal::Float(python::parse_float(s)?),
        (Cast::Str, Literal::Int(i)) => Literal::Str(i.to_string()),
        (Cast::Str, Literal::Float(x)) => Literal::Str(python::float_repr(*x)),
        (Cast::Str, Literal::Bool(b)) => Literal::Str(b.to_string()),
        (Cast::Str, Literal::Str(s)) => Literal::Str(s.clone()),
        (Cast::Bool, Literal::Null) => Literal::Bool(false),
        (Cast::Bool, Literal::Int(i)) => Literal::Bool(*i != 0),
        (Cast::Bool, Literal::Float(x)) => Literal::Bool(*x != 0.0),
        (Cast::Bool, Literal::Bool(b)) => Literal::Bool(*b),
        (Cast::Bool, Literal::Str(s)) => Literal::Bool(s.to_lowercase().parse().ok()?),
        _ => return None,
    })
}

fn cast_sweep(input: Sweep, to: Cast) -> Result<Sweep> {
    let numeric = matches!(to, Cast::Int | Cast::Float);
    let number = |n: Number| match to {
        Cast::Int if n.as_f64().is_finite() => Ok(Number::Int(match n {
            Number::Int(i) => i,
            Number::Float(x) => x.trunc() as i128,
        })),
        Cast::Int => Err("cannot cast an infinite bound to int".to_owned()),
        Cast::Float | Cast::Str | Cast::Bool | Cast::Json => Ok(Number::Float(n.as_f64())),
    };
    let (values, tags) = match input.values {
        SweepValues::Choice { items, simple } => {
            if to == Cast::Json && items.contains(&Literal::Null) {
                return Err("null cannot be cast among several values".to_owned());
            }
            let items = items.into_iter().map(|x| cast_literal(x, to)).collect::<Result<_>>()?;
            (SweepValues::Choice { items, simple }, Vec::new())
        }
        SweepValues::Range { start, stop, step } if numeric => {
            let (start, stop, step) = (number(start)?, number(stop)?, number(step)?);
            (SweepValues::Range { start, stop, step }, Vec::new())
        }
        SweepValues::Interval { start, end } if numeric => {
            (SweepValues::Interval { start: number(start)?, end: number(end)? }, input.tags)
        }
        SweepValues::Range { .. } => return Err("a range can only be cast to int or float".into()),
        SweepValues::Interval { .. } => {
            return Err(format!("an interval cannot be cast to {}", to.name()));
        }
        SweepValues::Glob { .. } => return Err("a glob cannot be cast".to_owned()),
    };
    Ok(Sweep { tags, ..Sweep::new(values) })
}
